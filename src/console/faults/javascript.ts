import { kindOf, type Plain, type Recogniser, type Spot, spotAt, type Tell } from "./found.ts";
import { tapOf } from "./tap.ts";

/** `TypeError: …`, `Error [CODE]: …`, as node, deno and whoever logs one say it; and bun's `error: …` and `ENOENT: …`. */
const HEAD =
  /^\s*(?!Module not found: )(?:[\w -]{1,40}: )?(?:Uncaught )?(?:\(in promise\) )?((?:[A-Z][\w$]*\.)*[A-Z][\w$]*(?:Error|Exception|Rejection)|Error)(?: \[(\w+)\])?(?:: (.*))?$/;
const PLAIN_HEAD = /^(error|E[A-Z]{3,}): (?!Script not found|could not compile|test failed|aborting)(.+)$/;
/** A frame of a stack; vitest marks its own. */
const FRAME = /^\s+at (?:async )?(?:.* \()?([^()\s]+):(\d+):(\d+)\)?( \{)?$|^ ?❯ (?:\S+ )?([^\s:]+):(\d+):(\d+)$/;
/** One without a place. */
const NOWHERE = /^\s+at \S.*\)( \{)?$/;
/** Where node stood, on a line of its own before the error. */
const STOOD = /^((?:file:\/\/)?\/[^\s:]+):(\d+)$/;
/** Code as bun shows it before the error, and the caret under it. */
const CODE = /^\s*\d+ \| /;
const CARET = /^\s*\^+\s*$/;
const FROM = /(?:imported from|from) '?((?:file:\/\/)?\/[^\s']+)'?$/;
const REQUIRED = /^- (\/\S+)$/;
const FAILED = /^(?:\(fail\)|✗) (.+?)(?: \[[\d.]+m?s\])?$/;
const SPEC = /^\s*✖ (.+?) \([\d.]+m?s\)$/;
const VITEST = /^ ?FAIL {2}(\S+) > (.+)$/;
const JEST = /^ {2}● (.+ › .+|[^\s›]+(?: [^›]+)?)$/;
const OVER = /^(?:Node\.js v\d|Bun v\d)/;
/** What is told though no stack follows, when it is the program's last word: an address in use is told whoever says it. */
const plainKinds = new Set(["missing_module", "port_in_use", "out_of_memory", "permission", "no_such_file", "syntax", "network", "disk_full"]);

/** Lines between an error and its stack: a difference of two values, a list of who required it. */
const BETWEEN = 40;
/** Lines between the place that is named or shown and the error: code, a caret, an empty line. */
const SHOWN_LINES = 4;

type Thrown = {
  seq: number;
  end_seq: number;
  message: string;
  spot: Spot | null;
  last: Spot | null;
  framed: boolean;
  inside: boolean;
  lines: number;
  test: string | null;
  plain: boolean;
};

/** Stacks of node, bun and deno, and what their test runners, jest and vitest say. */
export class JavaScript implements Recogniser {
  #thrown: Thrown | null = null;
  /** Where the lines before an error began that belong to it, and the place that they named. */
  #before: { seq: number; last: number; spot: Spot | null } | null = null;
  #test: { name: string; seq: number; jest: boolean } | null = null;
  readonly #tap = tapOf();

  hear(line: Plain, tell: Tell): boolean {
    if (this.#tap.hear(line, tell)) return true;
    const thrown = this.#thrown;
    if (thrown && this.#within(line, thrown, tell)) return true;
    return this.#begin(line);
  }

  settle(tell: Tell): void {
    this.#tap.settle(tell);
    this.#end(tell);
  }

  /** Whether a line goes on with an error; what ends it may be its test's name. */
  #within({ seq, text }: Plain, thrown: Thrown, tell: Tell): boolean {
    const frame = FRAME.exec(text);
    if (frame || NOWHERE.test(text)) {
      thrown.framed = true;
      thrown.end_seq = seq;
      if (frame) thrown.spot ??= spotAt(frame[1] ?? frame[5] ?? "", frame[2] ?? frame[6], frame[3] ?? frame[7]);
      thrown.inside ||= text.endsWith(" {");
      return true;
    }
    if (++thrown.lines > BETWEEN * 5) {
      this.#end(tell);
      return false;
    }
    if (thrown.inside) {
      if (text.trim() === "}") thrown.inside = false;
      thrown.end_seq = seq;
      return true;
    }
    if (thrown.framed) {
      if (/^\s+\.\.\. \d+ /.test(text)) return true;
      const failed = FAILED.exec(text);
      if (failed) {
        thrown.test = failed[1] ?? "";
        thrown.end_seq = seq;
      }
      this.#end(tell);
      return failed !== null;
    }
    const required = REQUIRED.exec(text);
    if (required) thrown.last ??= spotAt(required[1] ?? "");
    const over =
      thrown.lines > BETWEEN || OVER.test(text) || FAILED.test(text) || HEAD.test(text) || (PLAIN_HEAD.test(text) && thrown.plain) || (thrown.test === null && CODE.test(text));
    if (OVER.test(text)) thrown.framed = true;
    if (over) this.#end(tell);
    return required !== null;
  }

  /** Whether a line begins an error, or says where and in which test one is. */
  #begin({ seq, text }: Plain): boolean {
    const test = SPEC.exec(text) ?? JEST.exec(text);
    const vitest = VITEST.exec(text);
    if (test || vitest) {
      this.#test = { name: (vitest ? vitest[2] : test?.[1]) ?? "", seq, jest: text.startsWith("  ●") };
      return true;
    }
    const stood = STOOD.exec(text);
    if (stood) {
      this.#before = { seq, last: seq, spot: spotAt(stood[1] ?? "", stood[2]) };
      return false;
    }
    const head = HEAD.exec(text);
    const plain = head ? null : PLAIN_HEAD.exec(text);
    const said = this.#test?.jest && text.trim() !== "" ? text.trim() : null;
    if (head || plain || said) {
      const [, name = "", code, words] = head ?? [];
      const message = said ?? (plain ? (plain[1] === "error" ? (plain[2] ?? "") : text) : words ? `${code ? `${name} [${code}]` : name}: ${words}` : name);
      const from = FROM.exec(text);
      const last = (from ? spotAt(from[1] ?? "") : null) ?? this.#before?.spot ?? null;
      const begun = this.#test?.seq ?? this.#before?.seq ?? seq;
      this.#thrown = { seq: begun, end_seq: seq, message, spot: null, last, framed: false, inside: false, lines: 0, test: this.#test?.name ?? null, plain: plain !== null };
      this.#before = null;
      this.#test = null;
      return true;
    }
    if (CODE.test(text) || CARET.test(text)) this.#before = { seq, spot: null, ...this.#before, last: seq };
    else if (this.#before && seq - this.#before.last > SHOWN_LINES) this.#before = null;
    return false;
  }

  #end(tell: Tell): void {
    const thrown = this.#thrown;
    this.#thrown = null;
    if (!thrown) return;
    const { seq, end_seq, message, spot, last, framed, test, plain } = thrown;
    const kind = test === null ? kindOf(message, "exception") : "failed_test";
    const alone = kind === "port_in_use" || (plain && plainKinds.has(kind));
    if (!framed && test === null && !alone) return;
    tell({ language: "javascript", kind, message: test === null ? message : `${test}: ${message}`, spot: spot ?? last, seq, end_seq });
  }
}
