/** A value that nobody may read in a console, and what it is called there. */
export type Secret = { name: string; value: string };

/** Letters under which a value is masked only where it stands by itself: "no" is no secret within "node". */
const SHORT = 4;
/** Letters from which each line of a value of several lines is masked by itself too: tools print such values with something before each line. */
const LINE = 8;

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

type Masked = { value: string; shown: string; short: boolean; failure: number[] };

/**
 * Puts `[NAME]` in the place of secrets in a text that comes in pieces, wherever those are cut: what may be the beginning of
 * one is held back until more is heard. Where two begin at one place, the longer is meant.
 */
export class Mask {
  readonly #secrets: Masked[];
  #held = "";
  /** The letter before what is held: whether a short value stands by itself. */
  #before = "";

  constructor(secrets: Secret[]) {
    const values = new Map<string, string>();
    for (const { name, value } of secrets) {
      const whole = value.replaceAll("\r\n", "\n").replace(/\n+$/, "");
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
    const text = this.#held + piece;
    const next = this.#secrets.map(() => -1);
    const shown: string[] = [];
    let at = 0;
    let hold = this.#holdFrom(text, 0);
    for (;;) {
      const found = this.#find(text, at, next);
      if (!found || found.at >= hold) break;
      shown.push(text.slice(at, found.at), found.secret.shown);
      at = found.at + found.secret.value.length;
      if (at > hold) hold = this.#holdFrom(text, at);
    }
    shown.push(text.slice(at, hold));
    this.#held = text.slice(hold);
    if (hold > 0) this.#before = text[hold - 1] ?? "";
    return shown.join("");
  }

  /** What was held back, now that no more comes. */
  end(): string {
    // A line's end can be no part of what is held but of a value of several lines; it lets short values at the end be told.
    const shown = this.push("\n");
    const rest = this.#held;
    this.#held = "";
    this.#before = "";
    return (shown + rest).replace(/\n$/, "");
  }

  /** Forgets what was held back: what comes next does not follow it. */
  reset(): void {
    this.#held = "";
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
