import { type JSX, Show } from "solid-js";
import type { Message } from "../api.ts";
import { momentOf, timeOf } from "../parts/time.ts";
import { Edited } from "./Edited.tsx";
import { labelsOf } from "./shapes.ts";

/** Letters of a session's id that are shown: ids that people or tools make up fit whole, a UUID by its first part. */
const SESSION = 16;

/** Who, from which session, when. The session's labels open all its details. */
export const Head = (props: { message: Message; lane: string | undefined; address: string; onDetails: () => void }): JSX.Element => {
  const labels = () => labelsOf(props.message.metadata);
  const place = () => [labels().model, labels().host].filter((part) => part !== undefined).join(" · ");
  return (
    <header class="flex items-baseline gap-2">
      <span dir="auto" class="truncate font-semibold" title={`@${props.message.user.username}`}>
        {props.message.user.display_name}
      </span>
      <span class="grow" />
      <Show when={place() !== "" || labels().session}>
        <button
          type="button"
          aria-label={`Session details: ${[place(), labels().session].filter(Boolean).join(", ")}`}
          class="flex min-w-0 items-baseline gap-1.5 rounded font-mono text-faint text-meta hover:text-ink"
          onClick={() => props.onDetails()}
        >
          <span class="hidden truncate sm:inline">{place()}</span>
          <Show when={labels().session}>
            {(session) => (
              <span class="shrink-0">
                <span aria-hidden="true" class="mr-1 inline-block size-1.5 rounded-full align-middle" style={{ background: props.lane }} />
                {session().length > SESSION ? session().slice(0, 8) : session()}
              </span>
            )}
          </Show>
        </button>
      </Show>
      <Show when={props.message.updated_at}>{(at) => <Edited at={at()} />}</Show>
      <a href={props.address} title={momentOf(props.message.created_at)} class="shrink-0 font-mono text-faint text-meta hover:text-ink hover:underline">
        <time datetime={props.message.created_at}>{timeOf(props.message.created_at)}</time>
      </a>
    </header>
  );
};
