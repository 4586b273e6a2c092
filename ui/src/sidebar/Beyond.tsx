import ArrowDown from "lucide-solid/icons/arrow-down";
import ArrowUp from "lucide-solid/icons/arrow-up";
import { createEffect, createSignal, type JSX, onCleanup, onMount, Show } from "solid-js";

/** Pixels of a link that must be in view for it to count as seen. */
const SEEN = 12;

/** What is unread beyond an edge: how many places, how many of them call me, and the one to show next. */
type Out = { unread: number; mentions: number; nearest: HTMLElement };

const outOf = (links: HTMLElement[]): Out | null => {
  const calling = links.filter((link) => link.dataset.mentions !== undefined);
  const nearest = calling[0] ?? links[0];
  return nearest ? { unread: links.length, mentions: calling.length, nearest } : null;
};

/** A list that scrolls; what is unread beyond its edges is told there, and one press away. `watch` is read to know when the list changes. */
export const Beyond = (props: { watch: () => unknown; children: JSX.Element }): JSX.Element => {
  const [above, setAbove] = createSignal<Out | null>(null);
  const [below, setBelow] = createSignal<Out | null>(null);
  let scroller: HTMLDivElement | undefined;
  let frame = 0;

  const look = () => {
    frame = 0;
    if (!scroller) return;
    const { top, bottom } = scroller.getBoundingClientRect();
    const links = [...scroller.querySelectorAll<HTMLElement>("a[data-unread]")].map((link) => ({ link, box: link.getBoundingClientRect() }));
    setAbove(outOf(links.flatMap(({ link, box }) => (box.bottom < top + SEEN ? [link] : [])).reverse()));
    setBelow(outOf(links.flatMap(({ link, box }) => (box.top > bottom - SEEN ? [link] : []))));
  };
  const lookSoon = () => {
    frame ||= requestAnimationFrame(look);
  };
  const show = ({ nearest }: Out) => {
    nearest.scrollIntoView({ block: "center" });
    nearest.focus({ preventScroll: true });
  };

  onMount(() => {
    const sizes = new ResizeObserver(lookSoon);
    if (scroller) sizes.observe(scroller);
    onCleanup(() => {
      sizes.disconnect();
      cancelAnimationFrame(frame);
    });
  });
  createEffect(() => {
    props.watch();
    lookSoon();
  });

  return (
    <div class="relative min-h-0 grow">
      <div ref={scroller} class="h-full scroll-py-11 overflow-y-auto overscroll-contain px-2 pb-4" onScroll={lookSoon}>
        {props.children}
      </div>
      <Show when={above()}>{(out) => <Pill out={out()} icon={<ArrowUp size={13} aria-hidden="true" />} where="above" class="top-1" onClick={() => show(out())} />}</Show>
      <Show when={below()}>{(out) => <Pill out={out()} icon={<ArrowDown size={13} aria-hidden="true" />} where="below" class="bottom-2" onClick={() => show(out())} />}</Show>
    </div>
  );
};

const Pill = (props: { out: Out; icon: JSX.Element; where: string; class: string; onClick: () => void }): JSX.Element => (
  <div class={`pointer-events-none absolute inset-x-0 flex justify-center ${props.class}`}>
    <button
      type="button"
      class="pointer-events-auto flex h-7 items-center gap-1.5 rounded-full border px-3 font-medium text-meta shadow-float pointer-coarse:h-11"
      classList={{
        "border-transparent bg-accent text-on-accent": props.out.mentions > 0,
        "border-line bg-raised text-soft hover:text-ink": props.out.mentions === 0,
      }}
      onClick={() => props.onClick()}
    >
      {props.icon}
      {props.out.mentions > 0 ? `Mentions in ${props.out.mentions}` : `Unread in ${props.out.unread}`}
      <span class="sr-only"> {props.where}</span>
    </button>
  </div>
);
