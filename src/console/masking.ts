import { colour, withoutColours } from "./controls.ts";

/** A value that nobody may read in a console, and what it is called there. */
export type Secret = { name: string; value: string };

/** Letters under which a value is masked only where it stands by itself: "no" is no secret within "node". */
const SHORT = 4;
/** Letters from which each line of a value of several lines is masked by itself too: tools print such values with something before each line. */
const LINE = 8;
/** Characters of colours that are kept within what is held back or a name stands for; of more, the oldest go. */
const COLOURS = 1_024;

const isWord = (letter: string): boolean => /^[\p{L}\p{N}_]$/u.test(letter);

/** `failure[i]`: how many letters at the end of the first `i + 1` are a beginning of the value (Knuth, Morris, Pratt). */
const failures = (value: string): number[] => {
  const failure = [0];
  let length = 0;
  for (let i = 1; i < value.length; i++) {
    while (length > 0 && value[i] !== value[length]) length = failure[length - 1] ?? 0;
    if (value[i] === value[length]) length++;
    failure.push(length);
  }
  return failure;
};

/** A change of colour that stands before the letter at a place. */
type Colour = { at: number; sequence: string };

/** A text and its colours apart. `from`: the place of its first letter. */
const parted = (text: string, from: number): { plain: string; colours: Colour[] } => {
  const colours: Colour[] = [];
  let taken = 0;
  const plain = withoutColours(text);
  if (plain.length === text.length) return { plain, colours };
  for (const { index, 0: sequence } of text.matchAll(colour)) {
    colours.push({ at: from + index - taken, sequence });
    taken += sequence.length;
  }
  return { plain, colours };
};

type Masked = { value: string; shown: string; short: boolean; failure: number[] };

const newest = (colours: Colour[]): Colour[] => {
  let room = COLOURS;
  const first = colours.findLastIndex(({ sequence }) => {
    room -= sequence.length;
    return room < 0;
  });
  return colours.slice(first + 1);
};

/** Puts a text and its colours together again, from its beginning on. */
class Weave {
  readonly shown: string[] = [];
  #at = 0;
  /** Of the colours, how many are shown. */
  #colour = 0;

  constructor(
    private readonly text: string,
    private readonly colours: Colour[],
  ) {}

  /** Shows the letters before a place, and the colours before the letter there. */
  through(place: number): void {
    for (let colour = this.#next(place); colour; colour = this.#next(place)) {
      this.shown.push(this.text.slice(this.#at, colour.at), colour.sequence);
      this.#at = colour.at;
    }
    this.shown.push(this.text.slice(this.#at, place));
    this.#at = place;
  }

  /** Shows a name in place of the letters before a place, and their colours after it. */
  instead(name: string, place: number): void {
    const colours: Colour[] = [];
    for (let colour = this.#next(place); colour; colour = this.#next(place)) colours.push(colour);
    this.shown.push(name, ...newest(colours).map(({ sequence }) => sequence));
    this.#at = place;
  }

  /** The colours that are not shown yet, by their places after `from`. */
  left(from: number): Colour[] {
    return newest(this.colours.slice(this.#colour)).map(({ at, sequence }) => ({ at: at - from, sequence }));
  }

  #next(place: number): Colour | undefined {
    const colour = this.colours[this.#colour];
    if (!colour || colour.at > place) return;
    this.#colour++;
    return colour;
  }
}

/**
 * Puts `[NAME]` in the place of secrets in a text that comes in pieces, wherever those are cut: what may be the beginning of
 * one is held back until more is heard. Where two begin at one place, the longer is meant. Colours count for nothing: what is
 * read without them is no secret either; those within one stand after its name.
 */
export class Mask {
  readonly #secrets: Masked[];
  #held = "";
  /** The colours within what is held. */
  #colours: Colour[] = [];
  /** The letter before what is held: whether a short value stands by itself. */
  #before = "";

  constructor(secrets: Secret[]) {
    const values = new Map<string, string>();
    for (const { name, value } of secrets) {
      const whole = withoutColours(value.replaceAll("\r\n", "\n")).replace(/\n+$/, "");
      const lines = whole.includes("\n") ? whole.split("\n").filter((line) => line.trim().length >= LINE) : [];
      for (const one of [whole, ...lines]) if (one !== "" && !values.has(one)) values.set(one, `[${name}]`);
    }
    this.#secrets = [...values].map(([value, shown]) => ({ value, shown, short: value.length < SHORT, failure: failures(value) })).sort((a, b) => b.value.length - a.value.length);
  }

  /** The most letters that can be held back. */
  get reach(): number {
    return this.#secrets[0]?.value.length ?? 0;
  }

  /** Takes the next piece. @returns what may be shown by now */
  push(piece: string): string {
    if (this.#secrets.length === 0) return piece;
    const { plain, colours } = parted(piece, this.#held.length);
    const text = this.#held + plain;
    const weave = new Weave(text, [...this.#colours, ...colours]);
    const next = this.#secrets.map(() => -1);
    let at = 0;
    let hold = this.#holdFrom(text, 0);
    for (;;) {
      const found = this.#find(text, at, next);
      if (!found || found.at >= hold) break;
      weave.through(found.at);
      at = found.at + found.secret.value.length;
      weave.instead(found.secret.shown, at);
      if (at > hold) hold = this.#holdFrom(text, at);
    }
    weave.through(hold);
    this.#held = text.slice(hold);
    this.#colours = weave.left(hold);
    if (hold > 0) this.#before = text[hold - 1] ?? "";
    return weave.shown.join("");
  }

  /** What was held back, now that no more comes. */
  end(): string {
    // A line's end can be no part of what is held but of a value of several lines; it lets short values at the end be told.
    const shown = this.push("\n");
    const rest = new Weave(this.#held, this.#colours);
    rest.through(this.#held.length);
    this.reset();
    return (shown + rest.shown.join("")).replace(/\n$/, "");
  }

  /** Forgets what was held back: what comes next does not follow it. */
  reset(): void {
    this.#held = "";
    this.#colours = [];
    this.#before = "";
  }

  /** The first secret at or after a place. `next`: where each was found last; kept between calls, so that no stretch is searched twice. */
  #find(text: string, from: number, next: number[]): { at: number; secret: Masked } | undefined {
    let first: { at: number; secret: Masked } | undefined;
    for (const [index, secret] of this.#secrets.entries()) {
      let at = next[index] ?? -1;
      if (at < from) {
        at = text.indexOf(secret.value, from);
        while (secret.short && at >= 0 && !this.#alone(text, at, secret.value.length)) at = text.indexOf(secret.value, at + 1);
        next[index] = at < 0 ? Number.POSITIVE_INFINITY : at;
      }
      if (at >= 0 && at !== Number.POSITIVE_INFINITY && (!first || at < first.at)) first = { at, secret };
    }
    return first;
  }

  #alone(text: string, at: number, length: number): boolean {
    return !isWord(text[at - 1] ?? this.#before) && !isWord(text[at + length] ?? "");
  }

  /** From where on the end of a text may be the beginning of a secret; its length when it cannot. */
  #holdFrom(text: string, from: number): number {
    let hold = text.length;
    for (const { value, short, failure } of this.#secrets) {
      // A short one at the very end may go on as a word.
      const most = short ? value.length : value.length - 1;
      let length = 0;
      for (let i = Math.max(from, text.length - most); i < text.length; i++) {
        while (length > 0 && (length === value.length || text[i] !== value[length])) length = failure[length - 1] ?? 0;
        if (text[i] === value[length]) length++;
      }
      hold = Math.min(hold, text.length - length);
    }
    return hold;
  }
}

/** A whole text with the names of secrets in their place. */
export const masked = (text: string, secrets: Secret[]): string => {
  const mask = new Mask(secrets);
  return mask.push(text) + mask.end();
};
