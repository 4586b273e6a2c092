import { type Found, kindOf, type Plain, type Recogniser, spotAt, type Tell } from "./found.ts";

const PANIC = /^(?:panic|fatal error): (.+)$/;
const GOROUTINE = /^goroutine \d+ .*\[.+\]:$/;
const FRAME = /^\t(\S.*\.go):(\d+)(?: \+0x[0-9a-f]+)?$/;
const COMPILE = /^(?:vet: )?((?:\.{0,2}\/)?[^\s:]+\.go):(\d+):(\d+): (.+)$/;
const FAILED = /^\s*--- FAIL: (\S+) \(/;
const SAID = /^\s+([^\s:]+_test\.go):(\d+): (.*)$/;

/** Panics, what the compiler says, and what `go test` says. */
export class Go implements Recogniser {
  #panic: { found: Found; traced: boolean; over: boolean } | null = null;
  #test: { seq: number; name: string } | null = null;
  /** What a test said before it failed: with -v that comes first. */
  #said: { seq: number; message: string; file: string; line: string } | null = null;

  hear(line: Plain, tell: Tell): boolean {
    const { seq, text } = line;
    if (this.#panic && this.#within(line, tell)) return true;
    const panic = PANIC.exec(text);
    if (panic) {
      this.#panic = { found: { language: "go", kind: "exception", message: text, spot: null, seq, end_seq: seq }, traced: false, over: false };
      return true;
    }
    const compile = COMPILE.exec(text);
    if (compile) {
      const [, file = "", at, column, message = ""] = compile;
      tell({ language: "go", kind: kindOf(message, "compile"), message, spot: spotAt(file, at, column), seq, end_seq: seq });
      return true;
    }
    return this.#tests(line, tell);
  }

  settle(tell: Tell): void {
    // Words alone are no panic of Go: it always shows its goroutines.
    const panic = this.#panic;
    this.#panic = null;
    if (panic?.traced) tell({ ...panic.found, kind: kindOf(panic.found.message, "exception") });
    this.#endTest(tell);
  }

  #within({ seq, text }: Plain, tell: Tell): boolean {
    const panic = this.#panic;
    if (!panic) return false;
    const frame = FRAME.exec(text);
    if (frame && !panic.over) panic.found.spot ??= spotAt(frame[1] ?? "", frame[2]);
    if (GOROUTINE.test(text)) panic.traced = true;
    // Of the goroutines the first is the one that panicked.
    if (text === "" && panic.traced && panic.found.end_seq > panic.found.seq + 2) panic.over = true;
    const ends = /^exit status \d+$|^FAIL\b/.test(text);
    const part = text === "" || text.startsWith("\t") || GOROUTINE.test(text) || /^(?:created by )?[\w./*()[\]{}-]+\(.*\)?|^\[signal |^panic: |^created by |^main\./.test(text);
    if (!ends && part && seq - panic.found.seq < 2_000) {
      if (text !== "" && !panic.over) panic.found.end_seq = seq;
      return true;
    }
    this.settle(tell);
    return false;
  }

  #tests({ seq, text }: Plain, tell: Tell): boolean {
    const failed = FAILED.exec(text);
    const said = SAID.exec(text);
    if (this.#test && said) {
      this.#said = { seq, file: said[1] ?? "", line: said[2] ?? "", message: said[3] ?? "" };
      this.#endTest(tell);
      return true;
    }
    if (failed) {
      // A test fails with what is within it.
      const parent = this.#test !== null && (failed[1] ?? "").startsWith(`${this.#test.name}/`);
      if (parent) this.#test = null;
      this.#endTest(tell);
      this.#test = { seq, name: failed[1] ?? "" };
      if (this.#said) this.#endTest(tell);
      return true;
    }
    if (/^=== RUN/.test(text)) this.#said = null;
    else if (said) this.#said = { seq, file: said[1] ?? "", line: said[2] ?? "", message: said[3] ?? "" };
    else if (this.#test) this.#endTest(tell);
    return said !== null;
  }

  #endTest(tell: Tell): void {
    const [test, said] = [this.#test, this.#said];
    if (!test) return;
    this.#test = null;
    this.#said = null;
    const message = said ? `${test.name}: ${said.message}` : test.name;
    const [seq, end_seq] = said ? [Math.min(test.seq, said.seq), Math.max(test.seq, said.seq)] : [test.seq, test.seq];
    tell({ language: "go", kind: "failed_test", message, spot: said ? spotAt(said.file, said.line) : null, seq, end_seq });
  }
}
