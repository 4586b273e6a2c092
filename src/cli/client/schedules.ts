import type { Static } from "@sinclair/typebox";
import type { Verdict as VerdictModel } from "../../schedules/model.ts";
import type { ScheduleWire } from "../../schedules/wire.ts";
import { CommandError, EXIT } from "../failure.ts";
import { ago } from "./age.ts";
import { Interrupts } from "./interrupting.ts";
import { type InProject, type Workplace, workplace } from "./project.ts";
import { stateColour, stateOf } from "./records.ts";
import { goingOn, type RunOptions, shellLine, watch } from "./run.ts";
import { colour, inLine, isTerminal, say } from "./say.ts";
import type { Run } from "./watching.ts";

type Verdict = Static<typeof VerdictModel>;
export type ScheduleOptions = InProject & { cron?: string; timezone?: string; timeout?: number; disabled?: boolean };

const at = (work: Workplace, id = ""): string => `${work.at}/schedules${id === "" ? "" : `/${encodeURIComponent(id)}`}`;

/** Makes a schedule, and says when it is due next. */
export const createSchedule = async (name: string, words: string[], options: ScheduleOptions): Promise<void> => {
  const work = workplace(options);
  const { cron, disabled, json, timeout, timezone } = options;
  if (cron === undefined) throw new CommandError("When? Give --cron '0 9 * * 1-5': minute, hour, day of the month, month, day of the week.", EXIT.usage);
  const body = { name, cron, timezone, command: shellLine(words), timeout, ...(disabled && { enabled: false }) };
  const made = await work.server.call<ScheduleWire>("POST", at(work), { body });
  if (json) say.json(made);
  else if (!isTerminal()) say.line(made.id);
  else {
    say.line(`${colour.green("✓")} ${colour.bold(inLine(made.name))} ${made.enabled ? "runs" : "would run"} ${inLine(made.cron)} (${inLine(made.timezone)})`);
    sayTimes(await verdictOn(work, made.cron, made.timezone), made.timezone);
  }
};

/** Says when a cron expression would be due, the next five times. */
export const validate = async (cron: string, options: ScheduleOptions): Promise<void> => {
  const verdict = await verdictOn(workplace(options), cron, options.timezone);
  if (options.json) say.json(verdict);
  else if (verdict.valid) sayTimes(verdict, options.timezone);
  if (!verdict.valid && options.json) process.exitCode = EXIT.usage;
  else if (!verdict.valid) throw new CommandError(`${inLine(verdict.problem ?? "It is no schedule.")}. Five fields are wanted, such as '0 9 * * 1-5'.`, EXIT.usage);
};

const verdictOn = ({ at, server }: Workplace, cron: string, timezone: string | undefined): Promise<Verdict> =>
  server.call("POST", `${at}/schedules/validate`, { body: { cron, timezone } });

/** Times where the schedule is: on a terminal as its zone's clocks show them. */
const sayTimes = ({ next }: Verdict, timeZone = "UTC"): void => {
  const clock = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit", timeZone });
  for (const time of next) say.line(isTerminal() ? `  ${clock.format(new Date(time))}  ${colour.dim(ago(time))}` : time);
};

/** The project's schedules. */
export const listSchedules = async (options: InProject): Promise<void> => {
  const work = workplace(options);
  const schedules = await work.server.call<ScheduleWire[]>("GET", at(work));
  if (options.json) say.json(schedules);
  else if (schedules.length === 0) say.note("None yet: colony schedule create NAME --cron '0 9 * * 1-5' python3 report.py");
  else
    say.table(
      ["NAME", "CRON", "ZONE", "NEXT", "LAST RUN", "SCHEDULE", "COMMAND"],
      schedules.map((one) => [one.name, one.cron, one.timezone, one.enabled ? ago(one.next_at) : "off", one.last_run ? stateOf(one.last_run) : "", one.id, one.command]),
      [colour.bold, (text) => text, (text) => text, (text) => (text === "off" ? colour.dim(text) : text), stateColour, colour.dim],
    );
};

/** A schedule by its id, or by its name where one alone has it. @throws CommandError */
const named = async (work: Workplace, ref: string): Promise<ScheduleWire> => {
  const all = await work.server.call<ScheduleWire[]>("GET", at(work));
  const found = all.filter(({ id }) => id === ref);
  const meant = found.length > 0 ? found : all.filter(({ name }) => name === ref);
  const [one] = meant;
  if (!one) throw new CommandError(`There is no schedule '${inLine(ref)}' in this project: colony schedule list`, EXIT.notFound);
  if (meant.length > 1) throw new CommandError(`${meant.length} schedules are called '${inLine(ref)}': give the id (${meant.map(({ id }) => id).join(", ")}).`, EXIT.refused);
  return one;
};

export const deleteSchedule = async (ref: string, options: InProject): Promise<void> => {
  const work = workplace(options);
  const { id, name } = await named(work, ref);
  await work.server.call("DELETE", at(work, id));
  if (!options.json) say.line(isTerminal() ? `${colour.green("✓")} Deleted ${inLine(name)}; its runs stay.` : id);
};

export const switchSchedule = async (ref: string, enabled: boolean, options: InProject): Promise<void> => {
  const work = workplace(options);
  const { id } = await named(work, ref);
  const now = await work.server.call<ScheduleWire>("PUT", at(work, id), { body: { enabled } });
  if (options.json) say.json(now);
  else say.line(isTerminal() ? `${colour.green("✓")} ${inLine(now.name)} is ${enabled ? `on, and due ${ago(now.next_at)}` : "off"}.` : now.id);
};

/** Runs what a schedule runs now, and follows it. */
export const runSchedule = async (ref: string, options: RunOptions): Promise<void> => {
  const work = workplace(options);
  const { id } = await named(work, ref);
  const asked = new Interrupts();
  const run = await work.server.call<Run>("POST", `${at(work, id)}/run`);
  asked.of(goingOn(work, run.id));
  await watch(work, run.id, options, asked);
};
