import { TELEGRAM_BUTTONS } from "../limits.ts";
import { changeSchedule, createSchedule, listSchedules, runSchedule } from "../schedules/service.ts";
import { projectOfButton } from "./choosing.ts";
import { bold, code, fitting, moment, named } from "./markup.ts";
import { watchRun } from "./running.ts";
import type { Buttons } from "./sender.ts";
import type { InProject, Linked, Press } from "./talk.ts";

/** Characters of a command, of a cron expression, and of a name on a button. */
const COMMAND_SHOWN = 100;
const CRON_SHOWN = 60;
const NAME_SHOWN = 24;

/** Lists the project's schedules, or makes one: five fields of cron and a command. */
export const schedules = async (talk: InProject, said: string): Promise<void> => {
  const { ctx, actor, project, retry, say } = talk;
  if (said.trim() === "") {
    const { words, buttons } = table(talk);
    return void (await say(words, buttons));
  }
  const [, cron = "", command = ""] = /^((?:\S+\s+){4}\S+)\s+(.+)$/s.exec(said.trim()) ?? [];
  if (command === "")
    return void (await say(`Five fields, then the command: ${code("/schedule 0 9 * * 1-5 python3 report.py")}\nMinute, hour, day, month, day of the week; in UTC.`));
  const name = fitting(command.replace(/\s+/g, " "), NAME_SHOWN);
  const { answer } = await createSchedule(ctx, actor, project.id, { name, cron: cron.replace(/\s+/g, " "), command }, retry());
  await say(`Made: ${code(answer.command)} is next due ${answer.next_at === null ? "never" : `on ${moment(answer.next_at)}`}.`);
};

const table = ({ ctx, actor, project }: InProject): { words: string; buttons: Buttons } => {
  const all = listSchedules(ctx, actor, project.id);
  const lines = all.map(({ name, cron, timezone, command, enabled, next_at, last_run }) =>
    [
      `${bold(name)} ${code(fitting(cron, CRON_SHOWN))} ${named(timezone)}${enabled ? "" : ", off"}`,
      code(fitting(command, COMMAND_SHOWN)),
      `${next_at === null ? "" : `next ${moment(next_at)}`}${last_run === null ? "" : `${next_at === null ? "" : ", "}last ${last_run.state}`}`,
    ]
      .filter((line) => line !== "")
      .join("\n"),
  );
  const shown = lines.slice(0, TELEGRAM_BUTTONS);
  const more = lines.length > shown.length ? [`and ${lines.length - shown.length} more`] : [];
  const buttons = all.slice(0, TELEGRAM_BUTTONS).map(({ id, name, enabled }) => [
    { text: `Run ${fitting(name, NAME_SHOWN)}`, callback_data: `r:${project.no}:${id}` },
    { text: enabled ? "Switch off" : "Switch on", callback_data: `e:${project.no}:${id}:${enabled ? "off" : "on"}` },
  ]);
  const words = all.length === 0 ? `${bold(project.name)} has no schedule. To make one: ${code("/schedule 0 9 * * 1-5 python3 report.py")}` : [...shown, ...more].join("\n\n");
  return { words, buttons };
};

const placed = (talk: Linked, data: string): { talk: InProject; id: string; to: string } => {
  const [project_no = "", id = "", to = ""] = data.split(":");
  return { talk: { ...talk, project: projectOfButton(talk, project_no) }, id, to };
};

/** Runs what a schedule runs, at once. */
export const runNow = async (linked: Linked, { data, done }: Press): Promise<void> => {
  const { talk, id } = placed(linked, data);
  const { answer } = await runSchedule(talk.ctx, talk.actor, talk.project.id, id, talk.retry());
  await done();
  await watchRun(talk, answer.id);
};

/** Switches a schedule on or off. */
export const toggle = async (linked: Linked, { data, message_id, done }: Press): Promise<void> => {
  const { talk, id, to } = placed(linked, data);
  await changeSchedule(talk.ctx, talk.actor, talk.project.id, id, { enabled: to === "on" });
  const { words, buttons } = table(talk);
  await done(to === "on" ? "On" : "Off");
  if (message_id !== null) await talk.sender.edit(talk.chat.id, message_id, words, buttons);
};
