const ESC = "\u001b";

/** What is not text: escape sequences (ECMA-48) and control characters but tab, line feed and carriage return. */
const control = new RegExp(
  [
    `${ESC}\\[([0-?]*)[ -/]*([@-~])`,
    `${ESC}\\][^\\u0007${ESC}]*(?:\\u0007|${ESC}\\\\)`,
    `${ESC}[PX^_][^${ESC}]*${ESC}\\\\`,
    `${ESC}[ -/]*[0-OQ-WYZ\\\\\`-~]`,
    "[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]",
  ].join("|"),
  "g",
);

/** A sequence that is not whole yet, at the end of a text; the longest that is waited for. */
const LONGEST = 4_096;

/**
 * Takes out of a program's output, as it comes in pieces, what would act on a terminal: of escape sequences only colours stay.
 * A step back to the line's beginning counts as a carriage return, and `\r\n` as a line's end.
 */
export class Controls {
  #held = "";

  /** Takes the next piece. @returns what of it is whole, as text, colours, tabs, `\n` and `\r` */
  push(piece: string): string {
    const text = this.#held + piece;
    this.#held = "";
    const whole = this.#hold(text);
    return clean(whole);
  }

  /** What was held back, now that no more comes. */
  end(): string {
    const rest = this.#held;
    this.#held = "";
    return rest === "\r" ? rest : "";
  }

  /** Keeps the end of a text back as long as it may go on. @returns what stands before it */
  #hold(text: string): string {
    if (text.endsWith("\r")) {
      this.#held = "\r";
      return text.slice(0, -1);
    }
    const at = text.lastIndexOf(ESC);
    if (at < 0 || text.length - at > LONGEST) return text;
    // An end of a sequence may itself begin with an escape: then what it ends is unfinished too.
    const from = at > 0 && at === text.length - 1 ? Math.max(text.lastIndexOf(ESC, at - 1), 0) : at;
    const begin = text[from] === ESC && text.length - from <= LONGEST && !wholeAt(text, from) ? from : at;
    if (wholeAt(text, begin)) return text;
    this.#held = text.slice(begin);
    return text.slice(0, begin);
  }
}

/** Whether the sequence at a place is all there. */
const wholeAt = (text: string, at: number): boolean => {
  control.lastIndex = at;
  const match = control.exec(text);
  return match !== null && match.index === at && match[0].length > 1;
};

const clean = (text: string): string => {
  const plain = text.includes("\r\n") ? text.replaceAll("\r\n", "\n") : text;
  control.lastIndex = 0;
  if (!control.test(plain)) return plain;
  return plain.replace(control, (sequence, parameters: string | undefined, end: string | undefined) => {
    if (end === "m" && /^[0-9;:]*$/.test(parameters ?? "")) return sequence;
    return end === "G" && /^[01]?$/.test(parameters ?? "") ? "\r" : "";
  });
};

/** A change of colour, as `Controls` leaves them. */
export const colour = new RegExp(`${ESC}\\[[0-9;:]*m`, "g");

/** A line without its colours. */
export const withoutColours = (line: string): string => (line.includes(ESC) ? line.replace(colour, "") : line);
