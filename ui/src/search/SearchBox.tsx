import Search from "lucide-solid/icons/search";
import X from "lucide-solid/icons/x";
import { createEffect, createMemo, createSignal, createUniqueId, For, type JSX, on, onCleanup, onMount, Show } from "solid-js";
import { IconButton } from "../parts/Button.tsx";
import { combobox } from "../parts/combobox.ts";
import { now } from "../parts/now.ts";
import { useColony } from "../store.ts";
import { completionsOf } from "./completions.ts";
import { unfinishedAt } from "./words.ts";

type Props = {
  /** What is searched for, as the address has it. */
  q: string;
  /** `settled`: Enter was pressed, so it is a search of its own and not one on the way to another. */
  onSearch: (q: string, settled: boolean) => void;
  /** Down from the box, into what was found. */
  onDown: () => void;
  ref: (box: HTMLInputElement) => void;
};

/** Milliseconds of rest after which what is written is searched for. */
const REST = 250;

/** Where a search is written. Values of operators are completed; what is found follows the writing. */
export const SearchBox = (props: Props): JSX.Element => {
  const colony = useColony();
  const id = createUniqueId();
  const [caret, setCaret] = createSignal<number | null>(null);
  const [active, setActive] = createSignal(0);
  const [written, setWritten] = createSignal(props.q);
  let box: HTMLInputElement | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  onMount(() => colony.readPeople());
  onCleanup(() => clearTimeout(timer));

  // The address says what is searched for, unless it only says what was just written.
  createEffect(
    on(
      () => props.q,
      (q) => {
        if (written().trim() === q) return;
        clearTimeout(timer);
        setWritten(q);
      },
      { defer: true },
    ),
  );
  const unfinished = createMemo(() => (caret() === null ? null : unfinishedAt(written(), caret() ?? 0)));
  const completions = createMemo(() => {
    const at = unfinished();
    return at ? completionsOf(at, colony, now()) : [];
  });
  const isOpen = () => completions().length > 0;

  const search = (text: string, settled: boolean) => {
    clearTimeout(timer);
    props.onSearch(text.trim(), settled);
  };

  const write = (text: string, at: number | null) => {
    setWritten(text);
    setCaret(at);
    setActive(0);
    clearTimeout(timer);
    timer = setTimeout(() => {
      // An operator without its value, or with half of one, is nothing to ask for yet.
      if (!isOpen() && unfinished()?.value !== "") search(text, false);
    }, REST);
  };

  const take = (index: number) => {
    const at = unfinished();
    const one = completions()[index];
    if (!at || !one || !box) return;
    const text = `${box.value.slice(0, at.from)}${one.value} ${box.value.slice(at.to).trimStart()}`;
    const end = at.from + one.value.length + 1;
    write(text, null);
    box.setSelectionRange(end, end);
  };

  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLInputElement }) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const count = completions().length;
    if (event.key === "Escape" && isOpen()) setCaret(null);
    else if (event.key === "Escape") event.currentTarget.blur();
    else if (event.key === "ArrowDown" && isOpen()) setActive((active() + 1) % count);
    else if (event.key === "ArrowUp" && isOpen()) setActive((active() - 1 + count) % count);
    else if ((event.key === "Enter" || event.key === "Tab") && isOpen() && !event.shiftKey) take(active());
    else if (event.key === "Enter") search(event.currentTarget.value, true);
    else if (event.key === "ArrowDown") props.onDown();
    else return;
    event.preventDefault();
  };

  return (
    <search class="relative min-w-0 grow">
      <label class="flex h-9 items-center gap-2 rounded-md border border-edge bg-ground px-2.5 focus-within:outline-2 focus-within:outline-accent-ink">
        <Search size={15} aria-hidden="true" class="shrink-0 text-faint" />
        <input
          ref={(element) => {
            box = element;
            props.ref(element);
          }}
          {...combobox}
          data-search
          role="combobox"
          aria-label="Search"
          aria-expanded={isOpen()}
          aria-controls={id}
          aria-activedescendant={isOpen() ? `${id}-${active()}` : undefined}
          enterkeyhint="search"
          placeholder="Words, or from: in: type: before: …"
          class="h-full min-w-0 grow bg-transparent outline-none placeholder:text-faint"
          value={written()}
          onInput={(event) => write(event.currentTarget.value, event.currentTarget.selectionStart)}
          onClick={(event) => setCaret(event.currentTarget.selectionStart)}
          onBlur={() => setCaret(null)}
          onKeyDown={onKeyDown}
        />
        <Show when={written() !== ""}>
          <IconButton
            label="Clear the search"
            class="-mr-1.5 size-7!"
            onClick={() => {
              write("", null);
              search("", true);
              box?.focus();
            }}
          >
            <X size={15} aria-hidden="true" />
          </IconButton>
        </Show>
      </label>
      <div
        id={id}
        role="listbox"
        aria-label="Values"
        hidden={!isOpen()}
        class="absolute inset-x-0 top-full z-30 mt-1 max-w-lg rounded-lg border border-line bg-raised p-1 text-small shadow-float"
      >
        <For each={completions()}>
          {({ value, words }, at) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are pressed in the box, which keeps the focus
            // biome-ignore lint/a11y/useFocusableInteractive: as above
            <div
              id={`${id}-${at()}`}
              role="option"
              aria-selected={active() === at()}
              class="flex cursor-pointer items-baseline gap-2.5 rounded-md px-2.5 py-1.5 pointer-coarse:py-3"
              classList={{ "bg-hover": active() === at() }}
              onPointerMove={() => setActive(at())}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => take(at())}
            >
              <bdi class="max-w-3/4 shrink-0 truncate font-mono">
                {unfinished()?.operator}:{value}
              </bdi>
              <bdi class="min-w-0 truncate text-soft">{words}</bdi>
            </div>
          )}
        </For>
      </div>
    </search>
  );
};
