/**
 * What a command says. To a terminal: aligned and in colour. To a pipe: the same facts a line each, tabs between, no
 * colour, no heads. What others wrote goes through `plain` first. Progress is for a terminal's stderr alone.
 */
import { EXIT } from "../failure.ts";
import { asCame } from "./came.ts";

/** Whether somebody reads what is said here, and not a program. */
export const isTerminal = (stream: { isTTY?: boolean } = process.stdout): boolean => stream.isTTY === true;

const coloured = isTerminal() && !process.env.NO_COLOR && process.env.TERM !== "dumb";
const paint =
  (open: number, close: number) =>
  (text: string): string =>
    coloured && text !== "" ? `\x1b[${open}m${text}\x1b[${close}m` : text;

/** Colours of a terminal's own palette, so that they are readable on light and dark; on a pipe the text alone. */
export const colour = {
  bold: paint(1, 22),
  dim: paint(2, 22),
  red: paint(31, 39),
  green: paint(32, 39),
  yellow: paint(33, 39),
  blue: paint(34, 39),
  magenta: paint(35, 39),
  cyan: paint(36, 39),
};

/** ECMA-48 sequences whole, so that no rest of them is left to be read, then every control but tab and newline, and what turns the direction of a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const sequences = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Others' words without anything that acts on a terminal; line ends become \n. */
export const plain = (text: string): string =>
  text
    .replaceAll("\r\n", "\n")
    .replace(sequences, "")
    .replace(/\r(?=[^\n])/g, "\n")
    .replace(controls, "");

/** JSON that means the same, with nothing in it that acts on a terminal. */
export const escaped = (json: string): string =>
  json.replace(/[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Others' words in one line. */
export const inLine = (text: string): string => plain(text).replace(/\s+/g, " ").trim();

const { stdout, stderr } = process;

/** Whoever reads may have seen enough (`| head`): that is no failure. A full disk is one, and ends all: what is thrown here would be written again for ever. */
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.ok);
  stderr.write(`colony: What was said could not be written (${error.code ?? error.message}): make room where it goes, or send it elsewhere.\n`);
  process.exit(EXIT.error);
});

/** Writes and waits until it is taken, where the reader is slower. */
const put = (bytes: string | Uint8Array): Promise<void> | undefined => {
  if (stdout.write(bytes)) return undefined;
  return new Promise((resolve) => stdout.once("drain", resolve));
};

const columnsOf = (): number => stdout.columns || 80;

/** Columns that a text takes on a terminal. */
const wide = (text: string): number => Bun.stringWidth(text);

const cut = (text: string, columns: number): string => {
  if (wide(text) <= columns) return text;
  let kept = "";
  for (const letter of text) {
    if (wide(kept + letter) > columns - 1) break;
    kept += letter;
  }
  return `${kept}…`;
};

export const say = {
  /** One line, of our own words or of what went through `plain`. */
  line: (text = ""): void => void put(`${text}\n`),
  /** Bytes or text as they are, once they are taken: for what may be large. */
  write: async (bytes: string | Uint8Array): Promise<void> => put(bytes),
  /** An answer of the API: to a pipe letter for letter as it came, to a terminal indented. */
  json: (value: unknown): void => {
    const text = isTerminal() ? JSON.stringify(value, null, 2) : (asCame(value) ?? JSON.stringify(value));
    say.line(isTerminal() ? escaped(text) : text);
  },
  /**
   * Rows of cells. On a terminal under their heads and aligned, the last column cut to the width; to a pipe a line each with
   * tabs between. `style` colours the cells of a column on a terminal.
   */
  table: (head: string[], rows: (string | number | null)[][], style: ((text: string) => string)[] = []): void => {
    const cells = rows.map((row) => row.map((cell) => inLine(String(cell ?? ""))));
    if (!isTerminal()) {
      if (cells.length > 0) say.line(cells.map((row) => row.join("\t")).join("\n"));
      return;
    }
    const widths = head.map((title, at) => Math.max(wide(title), ...cells.map((row) => wide(row[at] ?? ""))));
    const before = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
    const last = head.length - 1;
    const laid = (row: string[], paint: (text: string, at: number) => string): string =>
      row
        .map((cell, at) => (at === last ? paint(cut(cell, Math.max(12, columnsOf() - before)), at) : paint(cell, at) + " ".repeat((widths[at] ?? 0) - wide(cell) + 2)))
        .join("")
        .trimEnd();
    say.line(laid(head, colour.dim));
    for (const row of cells) say.line(laid(row, (text, at) => style[at]?.(text) ?? text));
  },
  /** To stderr: what is worth knowing beside the answer, in one line of our own words. */
  note: (text: string): void => void stderr.write(`${text}\n`),
};

const units = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Bytes as a person reads them: `1.5 MiB`. */
export const bytes = (count: number): string => {
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(count) / 10));
  const value = count / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
};

/** Milliseconds between two drawings of a bar: smooth to the eye, and nothing to the transfer. */
const DRAWN_EVERY = 80;
const BAR = 24;

export type Progress = { at: (done: number, total?: number) => void; end: () => void };

/** A bar on a terminal's stderr for what takes its time; nothing elsewhere. `label`: whose it is, in one line. */
export const progress = (label: string): Progress => {
  if (!isTerminal(stderr)) return { at: () => {}, end: () => {} };
  const begun = performance.now();
  let drawn = 0;
  return {
    at: (done, total) => {
      const now = performance.now();
      if (now - drawn < DRAWN_EVERY && done !== total) return;
      drawn = now;
      const speed = bytes(done / Math.max(0.001, (now - begun) / 1000));
      const part = total ? Math.min(1, done / total) : 0;
      const full = Math.round(part * BAR);
      const bar = total ? `${"█".repeat(full)}${"░".repeat(BAR - full)} ${String(Math.floor(part * 100)).padStart(3)} %  ${bytes(done)} of ${bytes(total)}` : bytes(done);
      stderr.write(`\r\x1b[2K${cut(`${cut(label, 32)}  ${bar}  ${speed}/s`, (stderr.columns || 80) - 1)}`);
    },
    end: () => void stderr.write("\r\x1b[2K"),
  };
};
