import { createMemo, For, type JSX, Show } from "solid-js";
import type { Message } from "../api.ts";
import { useColony } from "../store.ts";
import { nameOf } from "./emoji.ts";
import { reactionsOf, toggle } from "./react.ts";

/** Names that are told of one sign; of more, how many there are. */
const NAMES = 12;

const list = new Intl.ListFormat("en");

/** Who gave it, me last. */
const who = (users: readonly string[], me: string): string => {
  const others = users.filter((name) => name !== me);
  const more = others.length - NAMES;
  return list.format([...others.slice(0, NAMES), ...(more > 0 ? [`${more} more`] : []), ...(others.length < users.length ? ["you"] : [])]);
};

/** What others and I gave a message: each sign with how many gave it; pressed, it gives mine or takes it back. Mine has a frame of its own and stands out in weight. */
export const Reactions = (props: { message: Message; fixed: boolean }): JSX.Element => {
  const colony = useColony();
  const me = () => colony.me()?.username ?? "";
  const byEmoji = createMemo(() => new Map(reactionsOf(props.message, me()).map((reaction) => [reaction.emoji, reaction])));
  return (
    <Show when={byEmoji().size > 0}>
      <ul aria-label="Reactions" class="mt-1 flex flex-wrap gap-1.5">
        <For each={[...byEmoji().keys()]}>
          {(emoji) => {
            const users = () => byEmoji().get(emoji)?.users ?? [];
            const isMine = () => users().includes(me());
            return (
              <li>
                <button
                  type="button"
                  aria-pressed={isMine()}
                  aria-label={`${nameOf(emoji)}, ${users().length}: ${who(users(), me())}`}
                  data-tip={`${who(users(), me())}: ${nameOf(emoji)}`}
                  disabled={props.fixed}
                  class="inline-flex h-7 items-center gap-1.5 rounded-full border px-2 text-small transition-colors hover:bg-hover pointer-coarse:h-10 pointer-coarse:px-3"
                  classList={{
                    "border-accent-ink bg-accent-wash font-semibold shadow-[inset_0_0_0_1px_var(--accent-ink)]": isMine(),
                    "border-line bg-raised text-soft": !isMine(),
                  }}
                  onClick={() => toggle(colony, props.message, emoji)}
                >
                  <span aria-hidden="true" class="text-body leading-none">
                    {emoji}
                  </span>
                  <span aria-hidden="true" class="font-mono text-meta">
                    {users().length}
                  </span>
                </button>
              </li>
            );
          }}
        </For>
      </ul>
    </Show>
  );
};
