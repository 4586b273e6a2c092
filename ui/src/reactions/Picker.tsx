import * as Kobalte from "@kobalte/core/popover";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { Message } from "../api.ts";
import { useColony } from "../store.ts";
import { store, stored } from "../stored.ts";
import { rowId } from "../timeline/rowId.ts";
import { type Emoji, find, groups, nameOf } from "./emoji.ts";
import { toggle } from "./react.ts";

/** Signs in a row of the picker, and those used lately that are offered first. */
const ACROSS = 8;
const LATELY = ACROSS;
const USUAL = ["👍", "✅", "👀", "🎉", "❤️", "😄", "🙏", "🚀"];
const STORED = "colony.emoji";

const lately = (): string[] => {
  const kept = (stored(STORED) ?? "").split(" ").filter((sign) => sign !== "");
  return [...new Set([...kept, ...USUAL])].slice(0, LATELY);
};

type Props = { message: Message; onClose: () => void };

/** A small board of signs to give a message, beside what it was asked for by. One is found by its name, or typed by the system's own input. */
export const Picker = (props: Props): JSX.Element => {
  const colony = useColony();
  const [query, setQuery] = createSignal("");
  const row = document.getElementById(rowId(props.message.id));
  const place = (row?.querySelector("[data-react]") ?? row)?.getBoundingClientRect();
  const before = document.activeElement;
  const shown = createMemo((): readonly [string, readonly Emoji[]][] => {
    if (query().trim() !== "") return [["Found", find(query())]];
    return [["Used lately", lately().map((sign) => ({ sign, words: [nameOf(sign)] }))], ...groups];
  });
  const first = () => shown()[0]?.[1][0]?.sign;
  let board: HTMLDivElement | undefined;

  const choose = (sign: string) => {
    store(STORED, [sign, ...lately().filter((other) => other !== sign)].slice(0, LATELY).join(" "));
    toggle(colony, props.message, sign);
    props.onClose();
  };

  const onKey = (event: KeyboardEvent) => {
    const inField = event.target instanceof HTMLInputElement;
    const signs = [...(board?.querySelectorAll("button") ?? [])];
    const at = signs.indexOf(document.activeElement as HTMLButtonElement);
    const by = { ArrowDown: ACROSS, ArrowUp: -ACROSS, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (inField && event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      const sign = first();
      if (sign !== undefined) choose(sign);
    } else if (by !== undefined && (!inField || event.key === "ArrowDown")) {
      event.preventDefault();
      if (inField) signs[0]?.focus();
      else if (at + by < 0) field?.focus();
      else signs[Math.min(signs.length - 1, at + by)]?.focus();
    }
  };
  let field: HTMLInputElement | undefined;

  return (
    <Kobalte.Root open gutter={4} placement="bottom-end" preventScroll={false} getAnchorRect={() => place} onOpenChange={(open) => !open && props.onClose()}>
      <Kobalte.Portal>
        <Kobalte.Content
          aria-label={`React to ${props.message.user.display_name}`}
          class="z-50 flex max-h-[min(22rem,var(--kb-popper-content-available-height))] w-[min(21rem,calc(100vw-1rem))] flex-col rounded-lg border border-line bg-raised text-ink shadow-float outline-none"
          onOpenAutoFocus={(event: Event) => {
            event.preventDefault();
            field?.focus({ preventScroll: true });
          }}
          onCloseAutoFocus={(event: Event) => {
            event.preventDefault();
            if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus({ preventScroll: true });
            else row?.focus({ preventScroll: true });
          }}
          onKeyDown={onKey}
        >
          <input
            ref={field}
            type="text"
            aria-label="Find a reaction"
            placeholder="Find by name, or type an emoji"
            autocomplete="off"
            class="m-2 h-9 shrink-0 rounded-md border border-edge bg-ground px-2.5 placeholder:text-faint pointer-coarse:h-11 pointer-coarse:text-[1rem]"
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
          <div ref={board} class="min-h-0 overflow-y-auto px-2 pb-2">
            <For each={shown()} fallback={null}>
              {([name, emojis]) => (
                <section aria-label={name}>
                  <h3 class="px-1 pt-1 font-medium text-meta text-soft">{name}</h3>
                  <Show when={emojis.length > 0} fallback={<p class="px-1 py-2 text-small text-soft">None by that name. An emoji typed here is given as it is.</p>}>
                    <div class="grid grid-cols-8">
                      <For each={emojis}>
                        {({ sign, words }) => (
                          <button
                            type="button"
                            aria-label={words[0]}
                            data-tip={words[0]}
                            tabindex={sign === first() ? 0 : -1}
                            class="flex aspect-square items-center justify-center rounded-md text-title hover:bg-hover focus-visible:bg-hover"
                            onClick={() => choose(sign)}
                          >
                            <span aria-hidden="true">{sign}</span>
                          </button>
                        )}
                      </For>
                    </div>
                  </Show>
                </section>
              )}
            </For>
          </div>
        </Kobalte.Content>
      </Kobalte.Portal>
    </Kobalte.Root>
  );
};
