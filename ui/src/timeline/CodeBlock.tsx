import TextWrap from "lucide-solid/icons/text-wrap";
import { createMemo, createRenderEffect, createSignal, type JSX, onCleanup } from "solid-js";
import { IconButton } from "../parts/Button.tsx";
import { CopyButton } from "../parts/CopyButton.tsx";
import { stamp } from "../parts/stamp.ts";
import { Fold } from "./Fold.tsx";
import { createSwitch } from "./folds.ts";
import { colour, coloursOf } from "./highlight.ts";
import { languageOf } from "./languages.ts";
import { drawLines } from "./lines.ts";
import type { Runs } from "./runs.ts";
import { type Code, countLines, lined, withoutColours } from "./shapes.ts";

/** What is shown of a long program before it is unfolded: lines, and characters. */
const FOLDED_LINES = 30;
const FOLDED_CHARACTERS = 6_000;
/** A line of more characters wraps whether one asks for it or not: nobody scrolls that far, and to lay it out in one would take long. */
const UNWRAPPED = 5_000;
/** Short code reads better without numbers. */
const NUMBERED_LINES = 10;

const wrapIcon = stamp(() => <TextWrap size={15} aria-hidden="true" />);

/** Whether a line is longer than this many characters. */
const hasLine = (text: string, length: number): boolean => text.length > length && text.split("\n").some((line) => line.length > length);

const cut = (text: string): string => text.slice(0, FOLDED_CHARACTERS).split("\n").slice(0, FOLDED_LINES).join("\n");

/** A program, or what one printed. `id`: a key of it, under which is remembered whether it is unfolded and wrapped. */
export const CodeBlock = (props: { id: string; code: Code }): JSX.Element => {
  const text = createMemo(() => lined(withoutColours(props.code.text)));
  const lines = createMemo(() => countLines(text()));
  const long = () => lines() > FOLDED_LINES || text().length > FOLDED_CHARACTERS;
  const [wrap, setWrap] = createSwitch(() => `${props.id}:wrap`);
  return (
    <div class="code-block mt-0.5">
      <div class="flex items-center gap-2 py-0.5 pr-1 pl-3 font-mono text-code text-meta">
        <span class="truncate font-semibold">{props.code.language || "code"}</span>
        <span class="shrink-0 text-faint">{lines() === 1 ? "1 line" : `${lines().toLocaleString()} lines`}</span>
        <span class="grow" />
        <IconButton label="Wrap lines" aria-pressed={wrap()} class={wrap() ? "size-7! bg-hover text-ink" : "size-7!"} onClick={() => setWrap(!wrap())}>
          {wrapIcon()}
        </IconButton>
        <CopyButton label="Copy code" text={() => props.code.text} class="size-7!" />
      </div>
      <Fold
        id={props.id}
        long={long()}
        more={lines() > FOLDED_LINES ? `Show all ${lines().toLocaleString()} lines` : `Show all ${text().length.toLocaleString()} characters`}
        look="strip"
      >
        {(open) => <Lines text={open ? text() : cut(text())} language={props.code.language} numbered={lines() > NUMBERED_LINES} wrapped={wrap()} />}
      </Fold>
    </div>
  );
};

/** Lines of a program, coloured when the page has the time. Colours change nothing but colours: no line moves when they come. */
export const Lines = (props: { text: string; language?: string; numbered?: boolean; wrapped?: boolean; class?: string }): JSX.Element => {
  const box = (<pre tabindex="0" class={`lines ${props.class ?? ""}`} />) as HTMLPreElement;
  const [runs, setRuns] = createSignal<Runs>();
  createRenderEffect((before: string) => {
    const { text } = props;
    const language = languageOf(props.language ?? "");
    if (language === undefined) return text;
    const known = coloursOf(language, text);
    // What is still being written keeps the colours that it has until those of the whole are there.
    if (known !== undefined || before === "" || !text.startsWith(before)) setRuns(known);
    if (known === undefined) onCleanup(colour(language, text, setRuns));
    return text;
  }, "");
  createRenderEffect(() => {
    const wrapped = props.wrapped || hasLine(props.text, UNWRAPPED);
    box.classList.toggle("wrapped", wrapped);
    box.classList.toggle("numbered", props.numbered ?? false);
    if (props.numbered) box.style.setProperty("--digits", String(String(countLines(props.text)).length));
    box.replaceChildren(drawLines({ text: props.text, runs: runs(), numbered: props.numbered, wrapped }));
  });
  return box;
};
