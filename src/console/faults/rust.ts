import { type Found, kindOf, type Plain, type Recogniser, spotAt, type Tell } from "./found.ts";

const DIAGNOSIS = /^error(?:\[(E\d+)\])?: (.+)$/;
const ARROW = /^\s*--> (.+?):(\d+):(\d+)$/;
const SHOWN = /^\s*(?:\d+\s*)?(?:[|=+~-]|\.\.\.)|^(?:help|note): /;
const PANIC = /^thread '([^']+)'(?: \(\d+\))? panicked at (?:'(.*)', )?(.+?):(\d+):(\d+)(:?)$/;
const BACKTRACE = /^\s+at (.+?):(\d+):(\d+)$/;
const STDOUT = /^---- (\S+) stdout ----$/;
const FAILED = /^test (\S+)(?: - should panic)? \.\.\. FAILED$/;
const COMPILING = /^\s+Compiling \S+ v\S+ \(\/workspace\/?([^)]*)\)$/;
/** Unresolved names of crates and modules. */
const missing = new Set(["E0432", "E0433", "E0463", "E0583"]);

type Panic = { found: Found; said: boolean; thread: string };

/** What rustc, cargo and a panic say. */
export class Rust implements Recogniser {
  #error: { seq: number; message: string; code: string } | null = null;
  /** An error that is shown at length. */
  #shown: Found | null = null;
  #panic: Panic | null = null;
  /** The test whose output this is. */
  #test: string | null = null;
  readonly #failed = new Map<string, number>();
  /** The package's folder in the workspace, where its paths begin. */
  #folder = "";

  hear(line: Plain, tell: Tell): boolean {
    const { seq, text } = line;
    if (this.#shown) {
      if (SHOWN.test(text)) {
        this.#shown.end_seq = seq;
        return true;
      }
      this.#endShown(tell);
    }
    if (this.#panic && this.#within(line, this.#panic, tell)) return true;
    return this.#diagnose(line) || this.#begin(line) || this.#tests(line, tell);
  }

  settle(tell: Tell): void {
    this.#endShown(tell);
    this.#endPanic(tell);
  }

  #diagnose({ seq, text }: Plain): boolean {
    const compiling = COMPILING.exec(text);
    if (compiling) this.#folder = compiling[1] ? `${compiling[1]}/` : "";
    const arrow = this.#error && ARROW.exec(text);
    if (arrow && this.#error) {
      const { message, code } = this.#error;
      const kind = missing.has(code) ? "missing_module" : "compile";
      const spot = spotAt(arrow[1] ?? "", arrow[2], arrow[3], this.#folder);
      this.#shown = { language: "rust", kind, message: code ? `error[${code}]: ${message}` : message, spot, seq: this.#error.seq, end_seq: seq };
      this.#error = null;
      return true;
    }
    const error = DIAGNOSIS.exec(text);
    this.#error = error ? { seq, message: error[2] ?? "", code: error[1] ?? "" } : null;
    return error?.[1] !== undefined;
  }

  #begin({ seq, text }: Plain): boolean {
    const panic = PANIC.exec(text);
    if (!panic) return false;
    const [, thread = "", message, file = "", line, column] = panic;
    const spot = spotAt(file, line, column, this.#folder);
    this.#panic = { found: { language: "rust", kind: "exception", message: message ?? "", spot, seq, end_seq: seq }, said: message !== undefined, thread };
    return true;
  }

  #within({ seq, text }: Plain, panic: Panic, tell: Tell): boolean {
    const { found } = panic;
    if (!panic.said) {
      panic.said = true;
      found.message = text;
      found.end_seq = seq;
      return true;
    }
    const value = /^ +(left|right): (.*)$/.exec(text);
    if (value) found.message += ` (${value[1]}: ${value[2]})`;
    const frame = BACKTRACE.exec(text);
    if (frame) found.spot ??= spotAt(frame[1] ?? "", frame[2], frame[3], this.#folder);
    if (/^\s+\S|^stack backtrace:|^note: /.test(text)) {
      found.end_seq = seq;
      return true;
    }
    this.#endPanic(tell);
    return false;
  }

  /** What cargo says of tests; those that fail without a panic are told at the end. */
  #tests({ seq, text }: Plain, tell: Tell): boolean {
    const stdout = STDOUT.exec(text);
    if (stdout) this.#test = stdout[1] ?? null;
    const failed = FAILED.exec(text);
    if (failed && this.#failed.size < 100) this.#failed.set(failed[1] ?? "", seq);
    if (text.startsWith("test result: FAILED")) {
      for (const [name, at] of this.#failed) tell({ language: "rust", kind: "failed_test", message: name, spot: null, seq: at, end_seq: at });
      this.#failed.clear();
      this.#test = null;
    }
    return stdout !== null || failed !== null;
  }

  #endShown(tell: Tell): void {
    if (this.#shown) tell(this.#shown);
    this.#shown = null;
  }

  #endPanic(tell: Tell): void {
    const panic = this.#panic;
    this.#panic = null;
    if (!panic) return;
    const { found, thread } = panic;
    const failed = this.#test === thread || this.#failed.has(thread);
    this.#failed.delete(thread);
    tell(failed ? { ...found, kind: "failed_test", message: `${thread}: ${found.message}` } : { ...found, kind: kindOf(found.message, "exception") });
  }
}
