import { createEffect, createRenderEffect, createRoot, createSignal, getOwner, type JSX, onCleanup, runWithOwner, type Setter } from "solid-js";
import { CodeBlock } from "../timeline/CodeBlock.tsx";
import { unfold } from "../timeline/folds.ts";
import { type Reader, render } from "../timeline/markdown.ts";
import type { Code } from "../timeline/shapes.ts";
import { directionOf } from "../timeline/Text.tsx";
import { calmed } from "./calm.ts";
import { withCites } from "./cites.ts";
import { grow } from "./grow.ts";
import "./answers.css";

type Block = { set: Setter<Code>; end: () => void };

/**
 * The words of an answer, which may be growing: what stands already is not drawn anew. `id`: a key of the answer, for the folds of its blocks of code.
 * `known`: the numbers of its sources; `onCite`: one was pressed.
 */
export const Prose = (props: { id: string; source: string; reader: Reader; growing: boolean; known: ReadonlySet<number>; onCite: (n: number) => void }): JSX.Element => {
  const press = (event: MouseEvent) => {
    const n = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-cites]")?.dataset.cites : undefined;
    if (n !== undefined) props.onCite(Number(n));
  };
  const box = (<div class="prose" />) as HTMLDivElement;
  box.addEventListener("click", press);
  const owner = getOwner();
  const blocks = new Map<ChildNode, Block>();
  let count = 0;

  const isCode = (node: ChildNode): node is HTMLPreElement => node instanceof HTMLPreElement && node.dataset.language !== undefined;
  /** A block of code draws itself: it is made once, and told what it says now. */
  const take = (was: ChildNode | undefined, will: ChildNode): ChildNode | null => {
    if (!isCode(will)) return null;
    const code = { language: will.dataset.language ?? "", text: will.textContent ?? "" };
    const known = was && blocks.get(was);
    if (!was || !known) return runWithOwner(owner, () => made(code)) ?? null;
    known.set(code);
    return was;
  };
  const made = (code: Code): ChildNode =>
    createRoot((end) => {
      const [now, set] = createSignal(code, { equals: (a, b) => a.text === b.text && a.language === b.language });
      const id = `${props.id}:${count++}`;
      if (props.growing) unfold(id);
      const drawn = (<CodeBlock id={id} code={now()} />) as ChildNode;
      blocks.set(drawn, { set, end });
      return drawn;
    }, owner);

  createRenderEffect(() => {
    const { source, growing } = props;
    const fragment = withCites(render(growing ? calmed(source) : source, props.reader, !growing), props.known, growing);
    box.dir = directionOf(source);
    grow(box, fragment, take);
    for (const [node, { end }] of blocks) {
      if (box.contains(node)) continue;
      end();
      blocks.delete(node);
    }
  });
  createEffect(() => box.classList.toggle("growing", props.growing));
  onCleanup(() => {
    for (const { end } of blocks.values()) end();
  });
  return box;
};
