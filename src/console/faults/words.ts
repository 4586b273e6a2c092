import { type Found, kindOf, type Plain, type Recogniser, spotAt, type Tell } from "./found.ts";

type Word = { pattern: RegExp; language: string; kind?: string; file?: number; line?: number; column?: number; message?: number };

/** Errors of one line. Numbers are groups of the pattern; the message is the whole line without one, and its words say the kind where none is given. */
const words: Word[] = [
  // The shells; make and env start what they are told to as well.
  { pattern: /^(?:[\w./-]*\/)?(?:ba|da|z|k|a)?sh: (?:line )?(?:\d+: )?(\S.*?): (?:command )?not found$/, language: "shell", kind: "command_not_found" },
  { pattern: /^\S+: line \d+: \S+: command not found$/, language: "shell", kind: "command_not_found" },
  { pattern: /^zsh: command not found: \S+$/, language: "shell", kind: "command_not_found" },
  { pattern: /^make(?:\[\d+\])?: \S+: No such file or directory$/, language: "shell", kind: "command_not_found" },
  { pattern: /^(?:\/usr\/bin\/)?env: ['‘]?.+?['’]?: No such file or directory$/, language: "shell", kind: "command_not_found" },
  { pattern: /^npm (?:error|ERR!) Missing script: .+$/, language: "javascript", kind: "command_not_found" },
  { pattern: /^error: Script not found ".+"$/, language: "javascript", kind: "command_not_found" },
  { pattern: /^npm (?:error|ERR!) enoent Could not read package\.json: .+$/, language: "javascript", kind: "no_such_file" },
  { pattern: /^npm (?:error|ERR!) 404 +Not Found .+$/, language: "javascript", kind: "missing_module" },
  { pattern: /^ERROR: No matching distribution found for .+$/, language: "python", kind: "missing_module" },
  { pattern: /^(?:[\w./-]*\/)?(?:ba|da)?sh: \d+: cannot open (\S+): No such file$/, language: "shell", kind: "no_such_file", file: 1 },
  { pattern: /^[\w./-]+: (?:(?:line )?\d+: )?(?:cannot [a-z]+ )?['‘"]?([^'‘’":]+)['’"]?: No such file or directory$/, language: "shell", kind: "no_such_file", file: 1 },
  { pattern: /^[\w./-]+: .+: (?:Permission denied|Read-only file system|Operation not permitted)$/, language: "shell", kind: "permission" },
  { pattern: /^[\w./-]+: .*(?:No space left on device|Disk quota exceeded)$/, language: "shell", kind: "disk_full" },
  { pattern: /^[\w./-]+: .*(?:Could not resolve host|Temporary failure in name resolution|Network is unreachable).*$/, language: "shell", kind: "network" },
  { pattern: /^(?:\S+: (?:line )?\d+:\s+\d+ )?Killed(?:\s.*)?$/, language: "shell", kind: "killed" },
  {
    pattern: /^(?:\S+: (?:line )?\d+:\s+\d+ )?(?:Segmentation fault|Aborted|Bus error|Illegal instruction|Floating point exception)(?: \(core dumped\))?(?:\s.*)?$/,
    language: "shell",
    kind: "killed",
  },
  { pattern: /^FATAL ERROR: .*heap out of memory$/, language: "javascript", kind: "out_of_memory" },
  { pattern: /^(?:.*: )?(?:Cannot allocate memory|[Oo]ut of memory.*)$/, language: "shell", kind: "out_of_memory" },
  { pattern: /^.*\bstd::bad_alloc\b.*$/, language: "c", kind: "out_of_memory" },
  { pattern: /^.*(?:EADDRINUSE|[Aa]ddress already in use|[Pp]ort (?:\d+ )?is (?:already )?in use).*$/, language: "shell", kind: "port_in_use" },
  // Compilers and bundlers.
  { pattern: /^([^\s():][^():]*)\((\d+),(\d+)\): error (TS\d+: .+)$/, language: "typescript", file: 1, line: 2, column: 3, message: 4, kind: "compile" },
  { pattern: /^([^\s():][^():]*):(\d+):(\d+) - error (TS\d+: .+)$/, language: "typescript", file: 1, line: 2, column: 3, message: 4, kind: "compile" },
  { pattern: /^([^\s:]+):(\d+):(\d+): ERROR: (.+)$/, language: "javascript", file: 1, line: 2, column: 3, message: 4, kind: "compile" },
  { pattern: /^.*?(Rollup failed to resolve import "[^"]+") from "([^"]+)"\.?.*$/, language: "javascript", message: 1, file: 2, kind: "missing_module" },
  { pattern: /^Module not found: Error: (Can't resolve '[^']+') in '[^']+'$/, language: "javascript", message: 1, kind: "missing_module" },
  { pattern: /^([^\s:][^:]*):(\d+):(\d+): (?:fatal )?error: (.+)$/, language: "c", file: 1, line: 2, column: 3, message: 4, kind: "compile" },
  { pattern: /^(?:.*: )?(undefined reference to .+)$/, language: "c", message: 1, kind: "compile" },
  { pattern: /^make(?:\[\d+\])?: \*\*\* (No rule to make target .+)$/, language: "make", message: 1, kind: "compile" },
  { pattern: /^([^\s:]+):(\d+): \*\*\* (.+)$/, language: "make", file: 1, line: 2, message: 3, kind: "syntax" },
];

/** A pattern is tried only on lines that hold one of these: most lines of most programs cost one look. */
const hint = /rror|ERR|not found|No |no |denied|system|permitted|exceeded|esolve|nreachable|Killed|fault|Aborted|instruction|exception|emory|bad_alloc|in use|undefined|\*\*\*/;
/** A bundler names the place on a line of its own. */
const ESBUILD = /^(?:✘|X) \[ERROR\] (.+)$/;
const ESBUILD_SPOT = /^\s{4}([^\s:]+):(\d+):(\d+):$/;
const WEBPACK = /^ERROR in (\.\/\S+)(?: (\d+):(\d+)(?:-\d+)?)?$/;

/** What is one line in whatever language: the shell's word, a compiler's, a bundler's. */
export class Words implements Recogniser {
  /** An error that waits for its place, or a place that waits for its error. */
  #waiting: (Found & { lines: number }) | null = null;

  hear(line: Plain, tell: Tell): boolean {
    const { seq, text } = line;
    if (this.#waiting && this.#follows(line, this.#waiting, tell)) return true;
    const esbuild = ESBUILD.exec(text);
    const webpack = esbuild ? null : WEBPACK.exec(text);
    if (esbuild || webpack) {
      const spot = webpack ? spotAt(webpack[1] ?? "", webpack[2], webpack[3]) : null;
      this.#waiting = { language: "javascript", kind: "compile", message: esbuild?.[1] ?? "", spot, seq, end_seq: seq, lines: 0 };
      return true;
    }
    if (!hint.test(text)) return false;
    for (const { pattern, language, kind = "exception", file, line: at, column, message } of words) {
      const match = pattern.exec(text);
      if (!match) continue;
      const group = (index: number | undefined) => (index === undefined ? undefined : match[index]);
      const said = group(message) ?? text;
      const spot = file === undefined ? null : spotAt(group(file) ?? "", group(at), group(column));
      tell({ language, kind: kind === "compile" ? compileKind(said) : kind, message: said, spot, seq, end_seq: seq });
      return true;
    }
    return false;
  }

  settle(tell: Tell): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (!waiting?.message) return;
    const { lines: _, ...found } = waiting;
    tell({ ...found, kind: compileKind(found.message) });
  }

  #follows({ seq, text }: Plain, waiting: Found & { lines: number }, tell: Tell): boolean {
    waiting.lines++;
    const spot = ESBUILD_SPOT.exec(text);
    if (spot) waiting.spot ??= spotAt(spot[1] ?? "", spot[2], spot[3]);
    else if (waiting.message === "" && text.trim() !== "") waiting.message = text.trim();
    else if (waiting.lines < 3 && text.trim() === "") return true;
    else {
      this.settle(tell);
      return false;
    }
    waiting.end_seq = seq;
    this.settle(tell);
    return true;
  }
}

const compileKind = (message: string): string => {
  if (/^TS1\d{3}:/.test(message)) return "syntax";
  if (/^TS2307:|Can't resolve|: No such file or directory$/.test(message)) return "missing_module";
  return kindOf(message, "compile");
};
