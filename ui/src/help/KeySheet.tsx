import X from "lucide-solid/icons/x";
import { For, type JSX, Show } from "solid-js";
import { boxKeys } from "../composer/strokes.ts";
import { apple, capsOf, letters, setLetters, table } from "../keys.ts";
import { IconButton } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { EitherOf } from "../parts/Kbd.tsx";

type Line = { words: string; strokes: readonly string[] };

/** The table's keys by their groups, and those of the box; one line for each thing that is done, however many keys do it. */
const groups = (): [string, readonly Line[]][] => {
  const byGroup = new Map<string, Map<string, string[]>>();
  for (const { group, words, strokes, told = strokes, onRow = [] } of table) {
    const lines = byGroup.get(group) ?? new Map<string, string[]>();
    byGroup.set(group, lines.set(words, [...(lines.get(words) ?? []), ...told, ...onRow]));
  }
  return [...[...byGroup].map(([name, lines]): [string, Line[]] => [name, [...lines].map(([words, strokes]) => ({ words, strokes }))]), [WRITING, boxKeys]];
};

const WRITING = "Writing";
const notes: Record<string, string> = {
  Messages: "↑, ↓ and Enter work while a message has the focus.",
  [WRITING]: `In code and plans Enter makes a line, and ${capsOf("Mod+Enter")[0]?.join(apple ? "" : "+")} sends.`,
};

/** Every key there is, and the switch for those of a single character. */
export const KeySheet = (props: { onClose: () => void }): JSX.Element => (
  <Dialog label="Keys" wide="very" onClose={props.onClose}>
    <header class="flex items-center justify-between">
      <h2 data-first="" tabindex="-1" class="font-semibold text-title outline-none">
        Keys
      </h2>
      <IconButton label="Close" onClick={() => props.onClose()}>
        <X size={17} aria-hidden="true" />
      </IconButton>
    </header>
    <div class="mt-2 gap-x-8 sm:columns-2 lg:columns-3">
      <For each={groups()}>
        {([name, lines]) => (
          <section aria-label={name} class="mb-5 break-inside-avoid">
            <h3 class="mb-1 font-medium text-meta text-soft">{name}</h3>
            <ul>
              <For each={lines}>
                {({ words, strokes }) => (
                  <li class="flex items-start justify-between gap-3 border-line border-t py-1.5 text-small">
                    <span>{words}</span>
                    <span class="max-w-44 shrink-0">
                      <EitherOf strokes={strokes.map(capsOf)} />
                    </span>
                  </li>
                )}
              </For>
            </ul>
            <Show when={notes[name]}>{(note) => <p class="mt-1 text-faint text-meta">{note()}</p>}</Show>
          </section>
        )}
      </For>
    </div>
    <label class="flex cursor-pointer items-start gap-3 border-line border-t pt-4 text-small">
      <input type="checkbox" checked={letters()} class="mt-0.5 size-4 shrink-0 accent-(--accent-ink)" onChange={(event) => setLetters(event.currentTarget.checked)} />
      <span>
        <span class="block font-medium">Keys of a single character</span>
        <span class="block text-soft">Turn them off to dictate, or if they are pressed by accident: keys with Ctrl, ⌘ or Alt still work. Kept in this browser.</span>
      </span>
    </label>
  </Dialog>
);
