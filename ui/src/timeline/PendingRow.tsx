import { type JSX, Show } from "solid-js";
import { Discarded, Unsent } from "../composer/Unsent.tsx";
import { Avatar } from "../parts/Avatar.tsx";
import { isStuck, type Pending } from "../reduce.ts";
import { useColony } from "../store.ts";
import { Body } from "./Body.tsx";
import { gist } from "./gist.ts";

const nobody = { mentions: [], me: undefined };

/** An own post on its way: seen at once, fainter until the server has it. */
export const PendingRow = (props: { pending: Pending; head: boolean }): JSX.Element => {
  const colony = useColony();
  const name = () => colony.me()?.display_name ?? "";
  return (
    <Show when={!props.pending.dropped} fallback={<Discarded pending={props.pending} />}>
      <article
        aria-label={`${name()}, ${isStuck(props.pending) ? "not sent" : "being sent"}`}
        class="grid grid-cols-[2.125rem_minmax(0,1fr)] gap-x-3 px-4 py-0.5 sm:px-5"
        classList={{ "mt-3": props.head }}
      >
        <div class="pt-0.5">
          <Show when={props.head}>
            <Avatar name={name()} role={colony.me()?.role ?? "ape"} />
          </Show>
        </div>
        <div class="min-w-0">
          <Show when={props.head}>
            <p class="truncate font-semibold">{name()}</p>
          </Show>
          <div class="opacity-65">
            <Body id={props.pending.key} type={props.pending.type} content={props.pending.content} metadata={null} reader={nobody} />
            <Show when={props.pending.attachments?.length}>
              <p class="truncate text-small text-soft">{gist({ ...props.pending, content: "", metadata: null })}</p>
            </Show>
          </div>
          <Unsent pending={props.pending} />
        </div>
      </article>
    </Show>
  );
};
