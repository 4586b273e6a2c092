import { createMemo, createSelector, createSignal, For, type JSX } from "solid-js";

type Props = {
  /** What the links stand for, in their order. */
  ids: readonly string[];
  /** The one that is open. */
  current: string | undefined;
  /** Draws a link; it must carry `data-link`. `stop`: it is the one that Tab comes to. */
  children: (id: string, stop: () => boolean) => JSX.Element;
};

/** Links one under the other. Tab comes to one of them, the arrow keys go from one to the next: a thousand are no thousand stops. */
export const Links = (props: Props): JSX.Element => {
  const [at, setAt] = createSignal<string | null>(null);
  const known = createMemo(() => new Set(props.ids));
  const stop = createMemo(() => [at(), props.current].find((id) => id != null && known().has(id)) ?? props.ids[0]);
  const isStop = createSelector(stop);
  let list: HTMLUListElement | undefined;

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const links = [...(list?.querySelectorAll<HTMLElement>("[data-link]") ?? [])];
    const from = links.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: links.length - 1 }[event.key];
    if (to === undefined || from < 0) return;
    event.preventDefault();
    links[to]?.focus();
  };

  return (
    <ul
      ref={list}
      class="flex flex-col gap-px"
      onKeyDown={onKeyDown}
      onFocusIn={(event) => setAt(event.target.closest<HTMLElement>("[data-link]")?.dataset.link ?? null)}
      onFocusOut={() => setAt(null)}
    >
      <For each={props.ids}>{(id) => <li class="[contain-intrinsic-size:auto_2rem] [content-visibility:auto]">{props.children(id, () => isStop(id))}</li>}</For>
    </ul>
  );
};
