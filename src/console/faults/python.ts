import { type Found, kindOf, type Plain, type Recogniser, type Spot, spotAt, type Tell } from "./found.ts";

const START = "Traceback (most recent call last):";
const FRAME = /^\s*File "([^"]+)", line (\d+)(?:, in .*)?$/;
const LAST = /^([A-Za-z_][\w.]*)(?:: (.*))?$/;
const CHAINED = /^(?:The above exception was the direct cause of|During handling of the above exception, another exception occurred)/;
const UNITTEST = /^(?:FAIL|ERROR): (\S+) \(/;
const SECTION = /^_{3,} (.+?) _{3,}$/;
const SPOT = /^([^\s:]+\.py):(\d+): (?:in )?\S/;
const FAILED = /^(?:FAILED|ERROR) ([^\s:]+\.py)::(\S+)(?: - (.*))?$/;
const CANNOT_OPEN = /python[\d.]*: can't open file '([^']+)': (.+)$/;
const NO_MODULE = /python[\d.]*: (No module named \S+)$/;

/** Lines of one trace that are followed. */
const LONGEST = 1_000;

type Trace = { seq: number; spot: Spot | null; lines: number };
/** What pytest tells of one test, under its name. */
type Section = { seq: number; end_seq: number; name: string; message: string | null; spot: Spot | null };

/** Tracebacks, chained ones as one error; errors of syntax; unittest and pytest. */
export class Python implements Recogniser {
  #trace: Trace | null = null;
  /** An error that is whole, but may be the first of a chain. */
  #last: Found | null = null;
  /** Where a chain began. */
  #chain: number | null = null;
  #failing: { name: string; seq: number } | null = null;
  #section: Section | null = null;
  readonly #told = new Set<string>();

  hear(line: Plain, tell: Tell): boolean {
    if (this.#last && this.#follows(line, this.#last, tell)) return true;
    const text = line.text.replace(/^ *[|+] /, "");
    if (this.#trace) return this.#within(line, text, this.#trace, tell);
    if (text.endsWith(START)) {
      this.#trace = { seq: this.#chain ?? this.#failing?.seq ?? line.seq, spot: null, lines: 0 };
      this.#chain = null;
      return true;
    }
    const file = FRAME.exec(line.text);
    if (file && !this.#section && /^ {2}File .* line \d+$/.test(line.text)) {
      this.#trace = { seq: line.seq, spot: spotAt(file[1] ?? "", file[2]), lines: 0 };
      return true;
    }
    return this.#test(line, tell) || this.#word(line, tell);
  }

  settle(tell: Tell): void {
    if (this.#last) tell(this.#last);
    this.#last = null;
    this.#endSection(tell);
  }

  /** Whether a line goes on with a chain; if not, what came before it is told. */
  #follows({ text }: Plain, last: Found, tell: Tell): boolean {
    if (text.trim() === "") return true;
    this.#last = null;
    if (CHAINED.test(text)) {
      this.#chain = last.seq;
      return true;
    }
    if (this.#chain === null) tell(last);
    return false;
  }

  #within({ seq, text: whole }: Plain, text: string, trace: Trace, tell: Tell): boolean {
    const frame = FRAME.exec(text);
    if (frame) trace.spot = spotAt(frame[1] ?? "", frame[2]) ?? trace.spot;
    if (/^\s/.test(text) && ++trace.lines < LONGEST) return true;
    this.#trace = null;
    const last = LAST.exec(text);
    if (!last) return false;
    const [, name = "", said] = last;
    const message = said ? `${name}: ${said}` : name;
    if (this.#section) {
      Object.assign(this.#section, { message, spot: trace.spot ?? this.#section.spot, end_seq: seq });
      return true;
    }
    const failing = this.#failing;
    this.#failing = null;
    const kind = failing ? "failed_test" : kindOf(message, "exception");
    this.#last = { language: "python", kind, message: failing ? `${failing.name}: ${message}` : message, spot: trace.spot, seq: trace.seq, end_seq: seq };
    // Groups have no chain, and go on with what is in them.
    if (whole !== text) this.settle(tell);
    return true;
  }

  /** What unittest and pytest say. */
  #test({ seq, text }: Plain, tell: Tell): boolean {
    const unittest = UNITTEST.exec(text);
    if (unittest) this.#failing = { name: unittest[1] ?? "", seq };
    const section = SECTION.exec(text);
    if (section) {
      this.#endSection(tell);
      this.#section = { seq, end_seq: seq, name: (section[1] ?? "").replace(/^ERROR collecting /, ""), message: null, spot: null };
      return true;
    }
    if (this.#section) {
      const current = this.#section;
      if (text.startsWith("=====")) this.#endSection(tell);
      else {
        const spot = SPOT.exec(text);
        if (spot) current.spot = spotAt(spot[1] ?? "", spot[2]) ?? current.spot;
        if (/^E {3}/.test(text)) current.message ??= text.slice(1).trim();
        if (text !== "") current.end_seq = seq;
      }
      return true;
    }
    const failed = FAILED.exec(text);
    if (!failed) return unittest !== null;
    const [, file = "", name = "", said] = failed;
    if (!this.#told.has(name)) tell({ language: "python", kind: "failed_test", message: said ? `${name}: ${said}` : name, spot: spotAt(file), seq, end_seq: seq });
    return true;
  }

  #endSection(tell: Tell): void {
    const section = this.#section;
    this.#section = null;
    if (!section?.message) return;
    const { seq, end_seq, name, message, spot } = section;
    const kind = kindOf(message, "failed_test");
    if (this.#told.size < LONGEST) this.#told.add(name.split(".").at(-1) ?? name).add(name.replaceAll(".", "::"));
    tell({ language: "python", kind: kind === "missing_module" || kind === "syntax" ? kind : "failed_test", message: `${name}: ${message}`, spot, seq, end_seq });
  }

  /** What the interpreter itself says. */
  #word({ seq, text }: Plain, tell: Tell): boolean {
    const file = CANNOT_OPEN.exec(text);
    const module = NO_MODULE.exec(text);
    if (!file && !module) return false;
    const message = file ? `can't open file '${file[1]}': ${file[2]}` : (module?.[1] ?? "");
    tell({ language: "python", kind: kindOf(message, "exception"), message, spot: file ? spotAt(file[1] ?? "") : null, seq, end_seq: seq });
    return true;
  }
}
