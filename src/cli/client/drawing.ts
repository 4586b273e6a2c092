import type { Line } from "../../console/wire.ts";
import { isTerminal, plain } from "./say.ts";

type Out = NodeJS.WriteStream;
type Stream = Line["stream"];

/** A change of colour (ECMA-48, SGR), and nothing else that a terminal would act on. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const colours = /\x1b\[[0-9;:]*m/g;
const RESET = "\x1b[0m";
const CLEAR = "\r\x1b[2K";

/** A line of a program for a terminal: its words, and its colours where the terminal wants any. */
export const coloured = (content: string): string => {
  if (process.env.NO_COLOR || process.env.TERM === "dumb") return plain(content);
  let at = 0;
  let text = "";
  for (const { 0: colour, index } of content.matchAll(colours)) {
    text += plain(content.slice(at, index)) + colour;
    at = index + colour.length;
  }
  text += plain(content.slice(at));
  return at === 0 ? text : text + RESET;
};

/**
 * Puts the lines of a run where they belong: to a pipe as they are stored, to a terminal with their colours alone. A line
 * that has no end yet is shown on a terminal and drawn over; a pipe gets it when it has one.
 */
export class Drawing {
  readonly #open = new Map<Stream, Line>();
  #drawn: { out: Out; text: string } | null = null;

  /** `merged`: both streams go to the standard output, as in a record that is read afterwards. */
  constructor(private readonly merged = false) {}

  /** Puts a line; what Colony itself says of a run is not its business. */
  async put(line: Line): Promise<void> {
    this.#open.delete(line.stream);
    if (line.unfinished) this.#open.set(line.stream, line);
    else await this.#write(line);
    this.#redraw();
  }

  /** A passing word on the terminal's stderr, drawn over by whatever comes next; null takes it away. */
  status(text: string | null): void {
    this.#clear();
    if (text !== null && isTerminal(process.stderr)) this.#show(process.stderr, text);
    else this.#redraw();
  }

  /** No more comes: lines that never got their end are lines. */
  async end(): Promise<void> {
    this.#clear();
    for (const line of this.#open.values()) await this.#write(line);
    this.#open.clear();
  }

  #outOf(stream: Stream): Out {
    return stream === "stderr" && !this.merged ? process.stderr : process.stdout;
  }

  async #write({ content, stream }: Line): Promise<void> {
    this.#clear();
    const out = this.#outOf(stream);
    const text = `${isTerminal(out) ? coloured(content) : content}\n`;
    if (!out.write(text)) await new Promise((resolve) => out.once("drain", resolve));
  }

  #redraw(): void {
    const line = [...this.#open.values()].findLast(({ stream }) => isTerminal(this.#outOf(stream)));
    if (line) this.#show(this.#outOf(line.stream), coloured(line.content));
    else this.#clear();
  }

  #show(out: Out, text: string): void {
    const most = (out.columns || 80) - 1;
    const shown = Bun.stringWidth(text) <= most ? text : Bun.sliceAnsi(text, 0, most);
    if (this.#drawn?.out === out && this.#drawn.text === shown) return;
    this.#clear();
    out.write(`${CLEAR}${shown}`);
    this.#drawn = { out, text: shown };
  }

  #clear(): void {
    this.#drawn?.out.write(CLEAR);
    this.#drawn = null;
  }
}
