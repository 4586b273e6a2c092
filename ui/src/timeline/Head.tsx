import { type JSX, Show, Suspense } from "solid-js";
import { isAnswer } from "../agents/growing.ts";
import type { Message } from "../api.ts";
import { late } from "../parts/late.ts";
import { momentOf, timeOf } from "../parts/time.ts";
import { Edited } from "./Edited.tsx";
import { labelsOf } from "./shapes.ts";

const Cost = late(async () => (await import("../agents/Cost.tsx")).Cost);

/** Letters of a session's id that are shown: ids that people or tools make up fit whole. */
const SESSION = 16;

/** A long id by what tells it from others: a UUID by its first part, anything else by its start and its end. */
const short = (id: string): string => {
  if (id.length <= SESSION) return id;
  return /^[\da-f]{8}-/i.test(id) ? id.slice(0, 8) : `${id.slice(0, 8)}…${id.slice(-6)}`;
};

/** Who, from which session, when. The session's labels open all its details; where they do not fit beside the name, they stand under it. */
export const Head = (props: { message: Message; lane: string | undefined; address: string; onDetails: () => void }): JSX.Element => {
  const labels = () => labelsOf(props.message.metadata);
  const place = () => [labels().model, labels().host].filter((part) => part !== undefined).join(" · ");
  const session = () => {
    const id = labels().session;
    return id && short(id);
  };
  return (
    <header class="flex items-baseline gap-2">
      <div class="flex min-w-0 grow flex-wrap items-baseline justify-between gap-x-2">
        <span class="flex h-6 min-w-0 max-w-full items-baseline gap-2">
          <span dir="auto" class="truncate font-semibold" title={`@${props.message.user.username}`}>
            {props.message.user.display_name}
          </span>
          <Show when={props.message.updated_at}>{(at) => <Edited at={at()} />}</Show>
        </span>
        <Show when={isAnswer(props.message)}>
          <Suspense>
            <Cost message={props.message} onDetails={props.onDetails} />
          </Suspense>
        </Show>
        <Show when={!isAnswer(props.message) && (place() !== "" || session())}>
          <button
            type="button"
            aria-label={`Session details: ${[place(), session()].filter(Boolean).join(" ")}`}
            class="flex h-6 min-w-0 max-w-full items-baseline gap-1.5 rounded font-mono leading-6! text-faint text-meta hover:text-ink"
            onClick={() => props.onDetails()}
          >
            <span class="truncate">{place()}</span>{" "}
            <Show when={session()}>
              {(id) => (
                <span class="shrink-0">
                  <span aria-hidden="true" class="mr-1 inline-block size-1.5 rounded-full align-middle" style={{ background: props.lane }} />
                  {id()}
                </span>
              )}
            </Show>
          </button>
        </Show>
      </div>
      <a
        href={props.address}
        title={momentOf(props.message.created_at)}
        class="block h-6 shrink-0 rounded font-mono leading-6! text-faint text-meta hover:text-ink hover:underline"
      >
        <time datetime={props.message.created_at}>{timeOf(props.message.created_at)}</time>
      </a>
    </header>
  );
};
