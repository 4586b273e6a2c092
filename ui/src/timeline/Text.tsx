import { createMemo, createRenderEffect, type JSX } from "solid-js";
import { CodeBlock } from "./CodeBlock.tsx";
import { Fold } from "./Fold.tsx";
import { type Reader, render } from "./markdown.ts";
import { countLines, lined } from "./shapes.ts";

/** What is shown of a long text before it is unfolded. */
const CHARACTERS = 3_000;
const LINES = 40;
/** How much more than that a text may be without being folded: a button for a line or two is a poor trade. */
const SLACK = 1.3;

const cut = (source: string): string => {
  const lines = source.slice(0, CHARACTERS).split("\n").slice(0, LINES);
  if (lines.length === 1) return `${lines[0]}…`;
  if (source.length > CHARACTERS) lines.pop();
  return lines.join("\n");
};

/** Text whose first letter is of a script that is written from right to left. The browser's own `dir=auto` looks at all again for each child that it is given. */
const rightToLeft = /^\P{L}*[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;
/** Characters in which the first letter is looked for. */
const LOOKED_AT = 500;

/** The direction in which a text begins to be read. */
export const directionOf = (source: string): "rtl" | "ltr" => (rightToLeft.test(source.slice(0, LOOKED_AT)) ? "rtl" : "ltr");

/** Markdown, rendered inert; its blocks of code as those of a code message. `id`: a key of what is drawn, for its folds. */
export const Markdown = (props: { id: string; source: string; reader: Reader }): JSX.Element => {
  const box = (<div class="prose" />) as HTMLDivElement;
  const source = createMemo(() => props.source);
  createRenderEffect(() => {
    const fragment = render(source(), props.reader);
    for (const [at, block] of fragment.querySelectorAll<HTMLElement>("pre[data-language]").entries()) {
      const code = { language: block.dataset.language ?? "", text: block.textContent ?? "" };
      block.replaceWith((<CodeBlock id={`${props.id}:${at}`} code={code} />) as Node);
    }
    box.dir = directionOf(source());
    box.replaceChildren(fragment);
  });
  return box;
};

/** A text that is folded when it is long. `children` is given what is shown of it; `whole`: it is not folded, however long. */
export const Folded = (props: { id: string; source: string; whole?: boolean; children: (shown: () => string) => JSX.Element }): JSX.Element => {
  const source = createMemo(() => lined(props.source));
  const lines = createMemo(() => countLines(source()));
  const long = () => !props.whole && (source().length > CHARACTERS * SLACK || lines() > LINES * SLACK);
  return (
    <Fold id={props.id} long={long()} more={lines() > 1 ? `Show all ${lines().toLocaleString()} lines` : `Show all ${source().length.toLocaleString()} characters`}>
      {(open) => props.children(() => (open ? source() : cut(source())))}
    </Fold>
  );
};

export const Text = (props: { id: string; source: string; reader: Reader }): JSX.Element => (
  <Folded id={props.id} source={props.source}>
    {(shown) => <Markdown id={props.id} source={shown()} reader={props.reader} />}
  </Folded>
);
