import { fstatSync } from "node:fs";
import { COMMAND_CHARACTERS } from "../../limits.ts";
import type { RunWithOutputWire } from "../../runs/wire.ts";
import { CommandError, EXIT } from "../failure.ts";
import { Drawing } from "./drawing.ts";
import { isPiped, readInput } from "./input.ts";
import { type Going, Interrupts } from "./interrupting.ts";
import { type InProject, type Workplace, workplace } from "./project.ts";
import { bytes, colour, inLine, isTerminal, say } from "./say.ts";
import { askOn, type Page, pagesOf, type Run } from "./watching.ts";

export type RunOptions = InProject & { timeout?: number; background?: boolean; build?: boolean; artifact?: string[]; save?: string };

/** Runs a command in the project's sandbox: what it writes is written here as it comes, and its exit code is ours. */
export const run = async (words: string[], options: RunOptions): Promise<void> => {
  const work = workplace(options);
  const { artifact, background, build, json, save, timeout } = options;
  if ((artifact || save !== undefined) && !build) throw new CommandError("Files are kept of a build: give --build too.", EXIT.usage);
  if (save !== undefined && background) throw new CommandError("--save waits for the build's end: leave --background out, and fetch its files later (colony runs).", EXIT.usage);
  const body = { command: await commandOf(words), timeout, background: background || undefined, ...(build && { kind: "build", artifacts: artifact }) };
  if (words.length > 0 && words[0] !== "-" && somethingPiped())
    say.note("colony: What is piped in is not passed on to the run: send it as a file (colony files upload FILE), and read that. < /dev/null keeps this line away.");
  const asked = new Interrupts();
  const made = await work.server.call<RunWithOutputWire>("POST", `${work.at}/container/execute`, { body });
  asked.of(goingOn(work, made.id));
  if (background) begun(made, options);
  else await watch(work, made.id, options, asked);
  if (json || background) return;
  await fetchArtifacts(work, made.id, options);
};

/** A run that Ctrl-C stops. */
export const goingOn = ({ at, server }: Workplace, id: string): Going => ({
  stop: () => server.call("POST", `${at}/runs/${encodeURIComponent(id)}/stop`),
  left: `The server goes on stopping it: colony logs ${id}`,
});

/**
 * Follows a run to its end and takes its exit code on.
 * @param asked what Ctrl-C does to it
 */
export const watch = async (work: Workplace, id: string, { json }: InProject, asked: Interrupts): Promise<void> => {
  const ended = json ? await whole(work, id) : await shown(work, id);
  process.exitCode = exitOf(ended, asked.code);
};

/** One word is a line for the shell; several are a command and its arguments, each as it was given. Without any, the line is what is piped in. */
const commandOf = async (words: string[]): Promise<string> => {
  const [first] = words;
  if (first !== undefined && first !== "-") return shellLine(words);
  if (first === undefined && !isPiped())
    throw new CommandError("Which command? colony run python3 main.py, or as one line for the shell: colony run 'make && ls dist'", EXIT.usage);
  const piped = await readInput(COMMAND_CHARACTERS * 4, `A command has at most ${COMMAND_CHARACTERS} characters: upload it as a file, and run that.`);
  if (piped.trim() === "") throw new CommandError("Nothing came on standard input: which command? colony run 'make test'", EXIT.usage);
  return piped;
};

/** Whether a shell's pipe or file stands on standard input. It is not read: in a loop the rest of it is somebody else's. */
const somethingPiped = (): boolean => {
  try {
    const input = fstatSync(0);
    return input.isFIFO() || (input.isFile() && input.size > 0);
  } catch {
    return false;
  }
};

/** What sh -c is given for words of a command line. @throws CommandError when there are none */
export const shellLine = (words: string[]): string => {
  const [line, ...more] = words;
  if (line === undefined)
    throw new CommandError("Which command? Give it at the end, as one line for the shell ('make && ls dist') or as a command with its arguments.", EXIT.usage);
  return more.length === 0 ? line : words.map(quoted).join(" ");
};

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

const begun = (made: RunWithOutputWire, { json }: RunOptions): void => {
  if (json) say.json(made);
  else if (!isTerminal()) say.line(made.id);
  else {
    say.line(`${colour.green("✓")} It goes on in the background.`);
    say.note(`Follow it: colony logs -f ${made.id}\nStop it:   colony stop ${made.id}`);
  }
};

/** The run at its end, as the API has it. */
const whole = async (work: Workplace, id: string): Promise<Run> => {
  for (;;) {
    const run = await askOn<RunWithOutputWire>(work, `${work.at}/runs/${encodeURIComponent(id)}`, { query: { wait: 25 } }, `The run goes on: colony logs -f ${id}`);
    if (run.state === "queued" || run.state === "running") continue;
    say.json(run);
    return run;
  }
};

/** Shows a run as it goes on. What Colony says of it goes to stderr: on a terminal how it ended, elsewhere only what its exit code does not tell. @returns it at its end */
const shown = async (work: Workplace, id: string): Promise<Run> => {
  const drawing = new Drawing();
  /** What Colony says of the run, by its place. */
  const remarks = new Map<number, string>();
  let waiting: Waiting | null = null;
  for await (const page of pagesOf(work, id)) {
    if (page.ahead !== null) waiting ??= new Waiting(drawing);
    waiting?.at(page);
    for (const line of page.lines) {
      if (line.stream === "system") remarks.set(line.seq, line.content);
      else await drawing.put(line);
    }
    if (!page.done) continue;
    await drawing.end();
    if (page.left_out) remarks.set(page.left_out.seq, page.left_out.content);
    sayEnd(page.run, remarks);
    return page.run;
  }
  throw new CommandError(`The run's end did not come: colony logs ${id}`);
};

const sayEnd = (run: Run, remarks: Map<number, string>): void => {
  const seen = isTerminal(process.stderr);
  // The first says which command it is, which whoever asked for it knows; the last how it ended.
  for (const [seq, remark] of remarks) if (seq !== run.first_seq && seq !== run.last_seq) say.note(seen ? painted("dim", inLine(remark)) : `colony: ${inLine(remark)}`);
  const reason = run.reason ? ` (${run.reason.replace("_", " ")})` : "";
  const end = inLine(remarks.get(run.last_seq ?? -1) ?? `The run ended as ${run.state.replace("_", " ")}${reason}.`);
  if (seen) say.note(run.state === "succeeded" ? painted("green", `✓ ${end}`) : painted("red", `✗ ${end}`));
  else if (run.exit_code === null || (run.state !== "succeeded" && run.state !== "failed")) say.note(`colony: ${end}`);
};

/** Colours for a stderr that is a terminal, also where stdout is none. */
const painted = (name: "dim" | "green" | "red", text: string): string => {
  if (process.env.NO_COLOR || process.env.TERM === "dumb") return text;
  const [open, close] = { dim: [2, 22], green: [32, 39], red: [31, 39] }[name];
  return `\x1b[${open}m${text}\x1b[${close}m`;
};

/** Says on a terminal that a run waits, and for how long it has. */
class Waiting {
  readonly #since = Date.now();
  #text = "";
  readonly #timer = setInterval(() => this.#draw(), 1_000);

  constructor(private readonly drawing: Drawing) {}

  at({ ahead, run }: Page): void {
    if (ahead === null || (run.state !== "queued" && run.state !== "running")) {
      clearInterval(this.#timer);
      if (this.#text !== "") this.drawing.status(null);
      this.#text = "";
      return;
    }
    this.#text = ahead === 0 ? "Waiting for its turn" : `Waiting for its turn: ${ahead} ${ahead === 1 ? "run comes" : "runs come"} before it`;
    this.#draw();
  }

  #draw(): void {
    if (this.#text !== "") this.drawing.status(painted("dim", `${this.#text} (${Math.round((Date.now() - this.#since) / 1_000)} s)`));
  }
}

/** What a script gets: the command's own code when it ended by itself, 124 after its time limit, the signal's when we stopped it. */
const exitOf = ({ exit_code, state }: Run, interrupted: number | null): number => {
  if (state === "succeeded") return EXIT.ok;
  if (state === "timed_out") return EXIT.timedOut;
  if (state === "stopped" && interrupted !== null) return interrupted;
  return exit_code || EXIT.error;
};

/** The files that a build gave: saved where that was asked for, else listed with how to get them. */
const fetchArtifacts = async (work: Workplace, id: string, { build, save }: RunOptions): Promise<void> => {
  if (!build) return;
  const { artifacts } = await work.server.call<Run>("GET", `${work.at}/runs/${encodeURIComponent(id)}`);
  if (artifacts.length === 0) return;
  const folder = save ?? (await offered(artifacts.length));
  if (folder === null) {
    for (const { id: file, name, size } of artifacts) say.note(`${inLine(name)}  ${bytes(size)}  colony download ${file}`);
    return;
  }
  const { mkdirSync } = await import("node:fs");
  mkdirSync(folder, { recursive: true });
  for (const { id: file } of artifacts) {
    const got = await work.server.download(`/api/files/${encodeURIComponent(file)}/download`, { folder });
    say.note(`${colour.green("✓")} ${got.file} (${bytes(got.bytes)})`);
  }
};

/** Asks on a terminal whether to save files here. */
const offered = async (count: number): Promise<string | null> => {
  if (isPiped() || !isTerminal() || !isTerminal(process.stderr)) return null;
  const { askSure } = await import("./prompts.ts");
  return (await askSure(`Save ${count === 1 ? "the file" : `the ${count} files`} of the build here?`)) ? "." : null;
};
