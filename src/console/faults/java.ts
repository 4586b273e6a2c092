import { type Found, kindOf, type Plain, type Recogniser, type Spot, spotAt, type Tell } from "./found.ts";

const HEAD = /^(?:Exception in thread "[^"]*" )?((?:[a-z_][\w$]*\.)+[A-Z][\w$]*)(?:: (.*))?$/;
const CAUSE = /^\s*Caused by: ((?:[\w$]+\.)*[A-Z][\w$]*)(?:: (.*))?$/;
const FRAME = /^\s+at (?:[\w.@$-]+\/)*([\w.$]+)\.[\w$<>]+\((?:([\w$]+\.(?:java|kt|scala|groovy)):(\d+)|[^)]*)\)$/;
const MORE = /^\s+\.\.\. \d+ (?:more|common)/;
const COMPILE = /^(?:\[ERROR\] )?(?:e: )?((?:file:\/\/)?[^\s:[]+\.(?:java|kt)):(?:\[?(\d+)(?:[,:](\d+)\]?)?):? (?:error: )?(.+)$/;
const NO_CLASS = /^Error: (Could not find or load main class \S+)$/;
const SUREFIRE = /^\[ERROR\]\s+(\w+)\.(\w+):(\d+)(?:->\S+)? (.+)$/;
const GRADLE = /^(\w+) > (.+) FAILED$/;
const GRADLE_SPOT = /^\s+([\w.$]+)(?:: .*)? at (\w+\.(?:java|kt)):(\d+)$/;
/** Whose code it is that is not the user's. */
const foreign = /^(?:java|javax|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|org\.(?:junit|opentest4j|gradle|apache|springframework|hibernate|codehaus|assertj))\./;

type Trace = { found: Found; framed: boolean; caused: string | null; spot: Spot | null; thrown: boolean };

/** Exceptions with their causes, javac and kotlinc, Maven's and Gradle's word of tests. A frame names a file but not its folder: that is the class's package, somewhere. */
export class Java implements Recogniser {
  #trace: Trace | null = null;
  #test: { seq: number; name: string } | null = null;

  hear(line: Plain, tell: Tell): boolean {
    const { seq, text } = line;
    if (this.#trace && this.#within(line, this.#trace, tell)) return true;
    const head = HEAD.exec(text);
    if (head) {
      const [, name = "", said] = head;
      const message = said ? `${shortName(name)}: ${said}` : shortName(name);
      const found = { language: "java", kind: kindOf(`${name} ${said ?? ""}`, "exception"), message, spot: null, seq, end_seq: seq };
      this.#trace = { found, framed: false, caused: null, spot: null, thrown: text.startsWith("Exception in thread") };
      return true;
    }
    return this.#tests(line, tell) || this.#compile(line, tell);
  }

  settle(tell: Tell): void {
    const trace = this.#trace;
    this.#trace = null;
    if (!trace) return;
    const { found, caused, spot, framed, thrown } = trace;
    if (!framed && !thrown && found.kind === "exception") return;
    tell({ ...found, message: caused ? `${found.message} (caused by ${caused})` : found.message, spot: spot ?? found.spot });
  }

  #within({ seq, text }: Plain, trace: Trace, tell: Tell): boolean {
    const { found } = trace;
    const frame = FRAME.exec(text);
    const cause = CAUSE.exec(text);
    if (frame) {
      trace.framed = true;
      const [, name = "", file, line] = frame;
      const spot = file && !foreign.test(name) ? { ...inPackage(name, file), line: Number(line), column: null } : null;
      if (trace.caused === null) found.spot ??= spot;
      else trace.spot ??= spot;
    } else if (cause && trace.framed) {
      const [, name = "", said] = cause;
      trace.caused = said ? `${shortName(name)}: ${said}` : shortName(name);
      // What lies deepest is where it went wrong.
      trace.spot = null;
      found.kind = kindOf(`${name} ${said ?? ""}`, found.kind);
    } else if (!MORE.test(text)) {
      this.settle(tell);
      return false;
    }
    found.end_seq = seq;
    return true;
  }

  #compile({ seq, text }: Plain, tell: Tell): boolean {
    const none = NO_CLASS.exec(text);
    const compile = none ? null : COMPILE.exec(text);
    if (!none && !(compile && /error|\[ERROR\]|^e: /.test(text))) return false;
    const message = none?.[1] ?? compile?.[4] ?? "";
    const kind = none ? "missing_module" : kindOf(message, "compile");
    tell({ language: "java", kind, message, spot: compile ? spotAt(compile[1] ?? "", compile[2], compile[3]) : null, seq, end_seq: seq });
    return true;
  }

  #tests({ seq, text }: Plain, tell: Tell): boolean {
    const failed = { language: "java", kind: "failed_test" };
    const surefire = SUREFIRE.exec(text);
    if (surefire) {
      const [, name = "", test, line, message] = surefire;
      tell({ ...failed, message: `${name}.${test}: ${message}`, spot: { file: `${name}.java`, line: Number(line), column: null, guess: true }, seq, end_seq: seq });
      return true;
    }
    const test = this.#test;
    this.#test = null;
    if (test) {
      const at = GRADLE_SPOT.exec(text);
      const spot: Spot | null = at ? { file: at[2] ?? "", line: Number(at[3]), column: null, guess: true } : null;
      tell({ ...failed, message: at ? `${test.name}: ${shortName(at[1] ?? "")}` : test.name, spot, seq: test.seq, end_seq: at ? seq : test.seq });
      if (at) return true;
    }
    const gradle = GRADLE.exec(text);
    if (gradle) this.#test = { seq, name: `${gradle[1]}.${gradle[2]}` };
    return gradle !== null;
  }
}

const shortName = (name: string): string => name.split(".").at(-1) ?? name;

/** `com.acme.Main` in `Main.java` → `com/acme/Main.java`, at the end of some folder. */
const inPackage = (name: string, file: string): Pick<Spot, "file" | "guess"> => ({ file: [...name.split(".").slice(0, -1), file].join("/"), guess: true });
