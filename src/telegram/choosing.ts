import { canRead } from "../channels/service.ts";
import { AppError } from "../errors.ts";
import { TELEGRAM_BUTTONS } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import { templates } from "../projects/model.ts";
import { createProject, listProjects, readableProject } from "../projects/service.ts";
import { bold, escaped, fitting } from "./markup.ts";
import type { Buttons } from "./sender.ts";
import { updateLink } from "./store.ts";
import type { InProject, Linked, Press } from "./talk.ts";

/** Characters of a project's name on its button. */
const NAME_SHOWN = 40;

/** The projects that one can see, as buttons: a page of them, newest first. */
const keyboard = ({ ctx, actor, link }: Linked, page: number): { words: string; buttons: Buttons } => {
  const projects = listProjects(ctx, actor).toReversed();
  const pages = Math.max(1, Math.ceil(projects.length / TELEGRAM_BUTTONS));
  const at = Math.min(Math.max(page, 0), pages - 1);
  const rows: Buttons = projects.slice(at * TELEGRAM_BUTTONS, (at + 1) * TELEGRAM_BUTTONS).flatMap(({ id, name, visibility }) => {
    const project = ctx.projects.find(id);
    if (!project) return [];
    const marks = `${project.no === link.project_no ? "✓ " : ""}${fitting(name, NAME_SHOWN)}${visibility === "private" ? " (private)" : ""}`;
    return [[{ text: marks, callback_data: `u:${project.no}` }]];
  });
  const turns = [at > 0 ? { text: "← Newer", callback_data: `p:${at - 1}` } : null, at < pages - 1 ? { text: "Older →", callback_data: `p:${at + 1}` } : null].filter(
    (turn) => turn !== null,
  );
  if (turns.length > 0) rows.push(turns);
  return { words: projects.length === 0 ? "There is no project that you can see. /create NAME makes one." : "Which project?", buttons: rows };
};

/** Lists projects to choose from. */
export const projects = async (talk: Linked): Promise<void> => {
  const { words, buttons } = keyboard(talk, 0);
  await talk.say(words, buttons);
};

/** Turns to another page of projects. */
export const turnPage = async (talk: Linked, { data, message_id, done }: Press): Promise<void> => {
  const { words, buttons } = keyboard(talk, Number(data));
  await done();
  if (message_id !== null) await talk.sender.edit(talk.chat.id, message_id, words, buttons);
};

const choose = (talk: Linked, project_no: number): Promise<void> => talk.ctx.write((tx) => updateLink(tx, talk.actor.user.no, { project_no }));

const chosen = (name: string): string => `${bold(name)} is chosen. What you write goes to its dev-manager.\n/run COMMAND, /logs, /files, /schedule, /status`;

/** The project that a button names by its number; who makes one up learns nothing of others' projects. @throws AppError `not_found` */
export const projectOfButton = ({ ctx, actor }: Linked, project_no: string): Project => {
  const project = ctx.projects.byNo(Number(project_no));
  if (!project || !canRead(project.channel, actor.user.no)) throw new AppError("not_found", { message: "That project is gone, or hidden from you." });
  return project;
};

/** Chooses the project of a button. */
export const chooseByButton = async (talk: Linked, { data, message_id, done }: Press): Promise<void> => {
  const project = projectOfButton(talk, data);
  await choose(talk, project.no);
  await done();
  if (message_id === null) await talk.say(chosen(project.name));
  else await talk.sender.edit(talk.chat.id, message_id, chosen(project.name));
};

/** Chooses a project by its slug. */
export const use = async (talk: Linked, slug: string): Promise<void> => {
  if (slug === "") return projects(talk);
  const project = readableProject(talk.ctx, talk.actor, slug.toLowerCase());
  await choose(talk, project.no);
  await talk.say(chosen(project.name));
};

/** Makes a project and chooses it: `NAME`, or `python: NAME` for one with something in it. */
export const create = async (talk: Linked, said: string): Promise<void> => {
  const { ctx, actor, retry, say } = talk;
  const [, kind, rest] = /^(\w+):\s*(.*)$/s.exec(said) ?? [];
  const template = templates.find((one) => one === kind?.toLowerCase());
  const name = (template ? (rest ?? "") : said).replace(/\s+/g, " ").trim();
  if (name === "") return void (await say(`Write its name: /create Loss plots\nOr with something in it: /create python: Loss plots (${escaped(templates.join(", "))})`));
  const { answer } = await createProject(ctx, actor, { name, ...(template && { template }) }, retry());
  const project = readableProject(ctx, actor, answer.id);
  await choose(talk, project.no);
  await say(`Made. ${chosen(project.name)}`);
};

/** The project that is chosen, if one may still see it; else asks for one. */
export const chosenProject = async (talk: Linked): Promise<InProject | null> => {
  const { ctx, actor, link } = talk;
  const known = link.project_no === null ? undefined : ctx.projects.byNo(link.project_no);
  try {
    if (known) return { ...talk, project: readableProject(ctx, actor, known.id) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
  const { words, buttons } = keyboard(talk, 0);
  await talk.say(link.project_no === null ? words : `The project that was chosen is gone, or hidden from you. ${words}`, buttons);
  return null;
};
