import { CONSOLE_LINE_BYTES } from "../limits.ts";
import { Controls } from "./controls.ts";
import { Mask, type Secret } from "./masking.ts";

const encoder = new TextEncoder();
const room = new Uint8Array(CONSOLE_LINE_BYTES);

/** Characters of a text that fit into one line. */
const fitting = (text: string): number => (text.length * 3 <= CONSOLE_LINE_BYTES ? text.length : encoder.encodeInto(text, room).read);

/** Makes lines of what one stream of a run says, however it is cut into pieces. */
export class Lines {
  #decoder = new TextDecoder();
  readonly #controls = new Controls();
  readonly #mask: Mask;
  /** The line that has no end yet, and what of it was shown so far. */
  #open = "";
  #shown = "";
  /** After a gap: characters that are still passed over, until a line ends, so that no half of a line or of a secret is shown. */
  #passing = 0;
  #passed = { lines: 0, bytes: 0 };
  /** Milliseconds of `performance.now()` since which the open line has something to show; 0 for nothing. */
  since = 0;

  constructor(secrets: Secret[]) {
    this.#mask = new Mask(secrets);
  }

  /** Takes the next bytes: UTF-8, others as U+FFFD. @returns the lines that ended in them */
  push(bytes: Uint8Array, now: number): string[] {
    return this.#take(this.#mask.push(this.#controls.push(this.#decoder.decode(bytes, { stream: true }))), now);
  }

  /** Shows the open line as it stands, and leaves it open; what may be the beginning of a secret waits on. @returns it, or null where it says nothing new */
  peek(): string | null {
    this.since = 0;
    const line = shown(this.#open);
    if (line === "" || line === this.#shown) return null;
    this.#shown = line;
    return line;
  }

  /** What is left when no more comes. */
  end(): string[] {
    const rest = this.#mask.push(this.#controls.push(this.#decoder.decode()) + this.#controls.end()) + this.#mask.end();
    const lines = this.#take(rest, 0);
    const last = shown(this.#open);
    this.#open = "";
    this.since = 0;
    return last === "" ? lines : [...lines, last];
  }

  /** What comes next does not follow what came: something was left out between. */
  skip(): void {
    this.#decoder = new TextDecoder();
    this.#controls.end();
    this.#mask.reset();
    this.#passed.bytes += Buffer.byteLength(this.#open);
    this.#open = "";
    this.#shown = "";
    this.since = 0;
    this.#passing = Math.max(CONSOLE_LINE_BYTES, this.#mask.reach);
  }

  /** What was passed over since this was last asked. */
  takePassed(): { lines: number; bytes: number } {
    const passed = this.#passed;
    this.#passed = { lines: 0, bytes: 0 };
    return passed;
  }

  #take(text: string, now: number): string[] {
    const heard = this.#passing > 0 ? this.#pass(text) : text;
    if (heard === "") return [];
    const lines: string[] = [];
    const parts = heard.split("\n");
    const last = parts.pop() ?? "";
    for (const part of parts) {
      for (const line of cutUp(shown(this.#open + part))) lines.push(line);
      this.#open = "";
    }
    this.#open = overwritten(this.#open + last);
    const pieces = cutUp(this.#open);
    if (pieces.length > 1) {
      this.#open = pieces.pop() ?? "";
      lines.push(...pieces);
    }
    if (lines.length > 0) this.#shown = "";
    if (this.#open === "") this.since = 0;
    else if (this.since === 0 || lines.length > 0) this.since = now;
    return lines;
  }

  #pass(text: string): string {
    const end = text.indexOf("\n");
    if (end >= 0 && end < this.#passing) {
      this.#passing = 0;
      this.#passed.lines++;
      this.#passed.bytes += Buffer.byteLength(text.slice(0, end));
      return text.slice(end + 1);
    }
    const over = Math.min(this.#passing, text.length);
    this.#passing -= over;
    this.#passed.bytes += Buffer.byteLength(text.slice(0, over));
    return text.slice(over);
  }
}

/** An open line without what was overwritten in it: a bar of progress says its state again and again. */
const overwritten = (line: string): string => {
  const end = line.endsWith("\r") ? "\r" : "";
  const from = line.lastIndexOf("\r", line.length - 1 - end.length);
  return from < 0 ? line : `${line.slice(from + 1, line.length - end.length) || shown(line)}${end}`;
};

/** A line as it stands on a screen in the end: what came after its last carriage return, if anything did. */
const shown = (line: string): string => {
  if (!line.includes("\r")) return line;
  return line.split("\r").findLast((part) => part !== "") ?? "";
};

/** A line as several, none of them longer than a line may be. */
const cutUp = (line: string): string[] => {
  const pieces: string[] = [];
  let rest = line;
  for (let fits = fitting(rest); fits < rest.length; fits = fitting(rest)) {
    pieces.push(rest.slice(0, fits));
    rest = rest.slice(fits);
  }
  pieces.push(rest);
  return pieces;
};
