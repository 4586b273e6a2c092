import type { Static } from "@sinclair/typebox";
import type { Logs } from "../../runs/model.ts";
import type { RunWithOutputWire } from "../../runs/wire.ts";
import { CommandError } from "../failure.ts";
import { ago, lasting } from "./age.ts";
import { coloured, Drawing } from "./drawing.ts";
import { type InProject, type Workplace, workplace } from "./project.ts";
import { colour, inLine, isTerminal, say } from "./say.ts";
import { pagesOf, type Run } from "./watching.ts";

export type LogsOptions = InProject & { follow?: boolean; tail?: number };

/** What a run wrote, both streams as they came: of the one that began last when none is named. */
export const logs = async (named: string | undefined, options: LogsOptions): Promise<void> => {
  const work = workplace(options);
  const { follow, json, tail } = options;
  if (!follow && (json || tail !== undefined)) {
    const answer = await work.server.call<Static<typeof Logs>>("GET", `${work.at}/container/logs`, { query: { run: named, tail } });
    if (json) say.json(answer);
    else await say.write(isTerminal() ? answer.output.split("\n").map(coloured).join("\n") : answer.output);
    if (!json && answer.output_cut && isTerminal()) say.note(colour.dim("There is more before it: colony logs, without --tail."));
    return;
  }
  const id = named ?? (await newest(work));
  const drawing = new Drawing(true);
  for await (const { done, lines } of pagesOf(work, id, follow ? undefined : 0)) {
    for (const line of lines) {
      if (json) say.line(JSON.stringify(line));
      else if (line.stream !== "system") await drawing.put(line);
    }
    if (!follow && !done && lines.length === 0) break;
  }
  await drawing.end();
};

const newest = async ({ at, server }: Workplace): Promise<string> => (await server.call<Static<typeof Logs>>("GET", `${at}/container/logs`, { query: { tail: 1 } })).run.id;

const STATES: Record<Run["state"], (text: string) => string> = {
  queued: colour.dim,
  running: colour.cyan,
  succeeded: colour.green,
  failed: colour.red,
  stopped: colour.yellow,
  timed_out: colour.red,
  killed: colour.red,
};

/** How a run stands, in two or three words. */
export const stateOf = ({ exit_code, reason, state }: Run): string => {
  if (state === "failed" && exit_code !== null) return `failed ${exit_code}`;
  if (state === "killed" || state === "failed") return `${state}${reason ? ` (${reason.replace("_", " ")})` : ""}`;
  return state.replace("_", " ");
};

/** The first word of a state says its colour. */
export const stateColour = (text: string): string => {
  const found = (Object.keys(STATES) as Run["state"][]).find((state) => text.startsWith(state.replace("_", " ")));
  return found ? STATES[found](text) : text;
};

export type RunsOptions = InProject & { limit?: number; state?: string };

/** The runs of the project, newest first. */
export const runs = async (options: RunsOptions): Promise<void> => {
  const { at, server } = workplace(options);
  const list = await server.call<Run[]>("GET", `${at}/runs`, { query: { limit: options.limit ?? 20, state: options.state } });
  if (options.json) say.json(list);
  else if (list.length === 0) say.note("Nothing has run yet: colony run 'ls -la'");
  else
    say.table(
      ["RUN", "STATE", "TOOK", "WHEN", "BY", "COMMAND"],
      list.map((one) => [one.id, stateOf(one), lasting(one.started_at, one.ended_at), ago(one.created_at), one.user.username, one.command]),
      [colour.dim, stateColour],
    );
};

/** Stops a run: the one named, or the only one that goes on. */
export const stop = async (named: string | undefined, options: InProject): Promise<void> => {
  const work = workplace(options);
  const id = named ?? (await onlyOne(work));
  const ended = await work.server.call<RunWithOutputWire>("POST", `${work.at}/runs/${encodeURIComponent(id)}/stop`);
  if (options.json) say.json(ended);
  else say.line(isTerminal() ? `${colour.green("✓")} Stopped ${inLine(ended.command)}` : ended.id);
};

const onlyOne = async ({ at, server }: Workplace): Promise<string> => {
  const going = (await server.call<Run[]>("GET", `${at}/runs`, { query: { limit: 200 } })).filter(({ state }) => state === "queued" || state === "running");
  const [first] = going;
  if (!first) throw new CommandError("Nothing runs or waits here: colony runs");
  if (going.length > 1) throw new CommandError(`${going.length} runs go on here: name the one to stop (${going.map(({ id }) => id).join(", ")}).`);
  return first.id;
};
