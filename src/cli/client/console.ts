import type { Static } from "@sinclair/typebox";
import type { Fault as FaultModel, Stretch as StretchModel } from "../../console/model.ts";
import type { Line } from "../../console/wire.ts";
import { CLIENT_POLL_SECONDS } from "../../limits.ts";
import { CommandError } from "../failure.ts";
import { ago } from "./age.ts";
import { coloured } from "./drawing.ts";
import { type InProject, type Workplace, workplace } from "./project.ts";
import { colour, inLine, isTerminal, plain, say } from "./say.ts";
import { ApiError } from "./server.ts";
import { askOn } from "./watching.ts";

export type ConsoleOptions = InProject & { follow?: boolean; search?: string; limit?: number; run?: string };
type Stretch = Static<typeof StretchModel>;

/** Lines that are shown of a console unless more are asked for: some screens of them. */
const LINES = 200;

/** What the project's runs wrote last, and on request what they write from now on. */
export const console_ = async (options: ConsoleOptions): Promise<void> => {
  const work = workplace(options);
  const { follow, json, limit = LINES, run, search: q } = options;
  const { at, server } = work;
  // Where it stands comes first, so that nothing is missed or shown twice between what was and what comes.
  const mark = follow ? await server.call<Stretch>("GET", `${at}/console/follow`, { query: { limit: 1 } }) : null;
  const before_seq = mark ? mark.next_seq + 1 : undefined;
  const lines = await server.call<Line[]>("GET", `${at}/console/history`, { query: { before_seq, limit: Math.max(1, limit), run, q } });
  const shown = new Shown();
  if (json && !mark) say.json(lines);
  else if (limit > 0) for (const line of lines) await (json ? say.write(`${JSON.stringify(line)}\n`) : shown.put(line));
  if (!mark && !json && lines.length === limit && isTerminal()) say.note(colour.dim(`The last ${limit} lines; more with -n.`));
  if (!mark && !json && lines.length === 0) say.note(q ? "Nothing of it holds that." : "Nothing was written yet: colony run 'ls -la'");
  for (let { next_seq: after_seq, epoch } = mark ?? { next_seq: 0, epoch: "" }; mark; ) {
    const page = await going(work, { after_seq, epoch, wait: CLIENT_POLL_SECONDS, run, q });
    for (const line of page.lines) await (json ? say.write(`${JSON.stringify(line)}\n`) : shown.put(line));
    after_seq = page.next_seq;
  }
};

const going = async (work: Workplace, query: Record<string, string | number | undefined>): Promise<Stretch> => {
  try {
    return await askOn<Stretch>(work, `${work.at}/console/follow`, { query }, "It goes on being written: colony console");
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "cursor_expired") throw error;
    throw new CommandError("The server was restored from a backup, and its console is another: colony console -f");
  }
};

/** Lines of several runs: on a terminal each run's stand under a line that says which it is, and what Colony says is set apart. */
class Shown {
  #run = "";

  async put({ content, run_id, stream, unfinished }: Line): Promise<void> {
    // It comes again when it has its end.
    if (unfinished) return;
    if (!isTerminal()) {
      await say.write(`${content}\n`);
      return;
    }
    if (this.#run !== run_id) say.line(`${this.#run === "" ? "" : "\n"}${colour.dim(`── ${run_id}`)}`);
    this.#run = run_id;
    await say.write(`${stream === "system" ? colour.dim(plain(content)) : coloured(content)}\n`);
  }
}

export type ErrorsOptions = InProject & { run?: string; limit?: number; analyze?: string };
type Fault = Static<typeof FaultModel>;

/** The known errors in what runs wrote, each once, where it points to first; or one of them looked into. */
export const errors = async (options: ErrorsOptions): Promise<void> => {
  const work = workplace(options);
  const { analyze, json, limit, run } = options;
  if (analyze !== undefined) {
    await (await import("./chatting.ts")).analyze(work, analyze, options);
    return;
  }
  const faults = await work.server.call<Fault[]>("GET", `${work.at}/console/errors`, { query: { run, limit } });
  if (json) say.json(faults);
  else if (faults.length === 0) say.note("No errors that are known.");
  else if (isTerminal()) {
    for (const fault of faults) sayFault(fault);
    say.note(colour.dim("\nHave one looked into: colony errors --analyze ID"));
  } else
    say.table(
      [],
      faults.map((fault) => [placeOf(fault), fault.message, fault.kind, fault.count, fault.last_at, fault.id]),
    );
};

const placeOf = ({ column, file, line }: Fault): string => (file === null ? "" : [file, line, column].filter((part) => part !== null).join(":"));

const sayFault = (fault: Fault): void => {
  const { count, id, kind, language, last_at, message } = fault;
  const place = inLine(placeOf(fault));
  const about = [`${language} ${kind.replaceAll("_", " ")}`, count > 1 ? `${count} times, last ${ago(last_at)}` : ago(last_at), id].join(" · ");
  say.line(`${place === "" ? "" : `${colour.cyan(place)}  `}${colour.bold(inLine(message))}`);
  say.line(`  ${colour.dim(inLine(about))}`);
};
