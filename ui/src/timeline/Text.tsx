import { createEffect, type JSX, on } from "solid-js";
import { Fold } from "./Fold.tsx";
import { type Reader, render } from "./markdown.ts";

/** What is shown of a long text before it is unfolded. */
const CHARACTERS = 3_000;
const LINES = 40;

const cut = (source: string): string => {
  const lines = source.slice(0, CHARACTERS).split("\n").slice(0, LINES);
  if (lines.length > 1 && source.length > CHARACTERS) lines.pop();
  return lines.join("\n");
};

const countLines = (source: string): number => source.split("\n").length;

/** Markdown, rendered inert. */
export const Markdown = (props: { source: string; reader: Reader }): JSX.Element => {
  let box: HTMLDivElement | undefined;
  createEffect(
    on(
      () => [props.source, props.reader] as const,
      ([source, reader]) => box?.replaceChildren(render(source, reader)),
    ),
  );
  return <div ref={box} dir="auto" class="prose" />;
};

export const Text = (props: { id: string; source: string; reader: Reader }): JSX.Element => {
  const long = () => props.source.length > CHARACTERS * 1.3 || countLines(props.source) > LINES * 1.3;
  return (
    <Fold id={props.id} long={long()} more={countLines(props.source) > 1 ? `Show all ${countLines(props.source).toLocaleString()} lines` : "Show all of it"}>
      {(open) => <Markdown source={open ? props.source : `${cut(props.source)}\n\n…`} reader={props.reader} />}
    </Fold>
  );
};
