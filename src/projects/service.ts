import type { Static } from "@sinclair/typebox";
import { record } from "../accounts/audit.ts";
import type { Actor } from "../accounts/credentials.ts";
import { canRead, closeChannel, insertNewChannel, joinChannel, nameIsTaken, stillWritable } from "../channels/service.ts";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { AppError, invalid } from "../errors.ts";
import { type Once, type Retry, writeOnce } from "../idempotency/once.ts";
import { newId } from "../ids.ts";
import { PROJECTS } from "../limits.ts";
import { makeReady } from "../workspace/service.ts";
import type { Project } from "./directory.ts";
import type { NewProject, ProjectChange } from "./model.ts";
import { countProjects, insertProject, isDeleted, removeSecrets, slugTaken, updateProject } from "./store.ts";
import { type ProjectWire, showProject, tends } from "./wire.ts";

/** Letters of a slug, so that a channel's name has room for a deleted project's id. */
const SLUG_LETTERS = 60;

/**
 * The door to a project and all that is in it, by id or slug. Whoever may read it may work in it too: a private one is for
 * the members of its channel alone.
 * @throws AppError `not_found` when it is missing or hidden: the answers are the same
 */
export const readableProject = (ctx: Context, actor: Pick<Actor, "user">, ref: string): Project => {
  const project = ctx.projects.find(ref);
  if (!project || !canRead(project.channel, actor.user.no))
    throw new AppError("not_found", { message: `There is no project '${ref.slice(0, 80)}' that you can see.`, hint: "GET /api/projects lists those you can see." });
  return project;
};

/** As `readableProject`, for its limits, secrets and end. @throws AppError `forbidden` for who neither made it nor is an admin */
export const tendedProject = (ctx: Context, actor: Actor, ref: string): Project => {
  const project = readableProject(ctx, actor, ref);
  if (!tends(actor, project)) throw new AppError("forbidden", { message: "Only who made the project, or an admin, may do this.", hint: "Ask its maker, or an admin." });
  return project;
};

/** Whether a project was deleted, held in a transaction, which may be ahead of memory. */
export const isGone = isDeleted;

/** Holds the door once more inside a transaction, which may be ahead of memory. @throws AppError `not_found` once it is deleted, or its user left it */
export const stillWorkable = (tx: Tx, project: Project, user_no: number): void => {
  if (isDeleted(tx, project.no)) throw new AppError("not_found", { message: "The project was deleted." });
  stillWritable(tx, project.channel, user_no);
};

/** As `stillWorkable`, for what is done later in the name of `user_no` by the right of `right_no`: whether it still may be. */
export const mayWork = (ctx: Context, tx: Tx, project: Project, right_no: number, user_no = right_no): boolean => {
  if ([user_no, right_no].some((no) => ctx.users.byNo(no)?.deactivated_at !== null)) return false;
  try {
    stillWorkable(tx, project, right_no);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
};

/** The projects that `actor` can see, oldest first. */
export const listProjects = (ctx: Context, actor: Actor): ProjectWire[] =>
  ctx.projects
    .all()
    .filter(({ channel }) => canRead(channel, actor.user.no))
    .map((project) => showProject(ctx, actor, project));

/** A name as addresses have it: "Loss plots!" → "loss-plots". @throws AppError `validation_failed` when nothing of it is left */
export const slugOf = (name: string): string => {
  const slug = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, SLUG_LETTERS)
    .replace(/^-+|-+$/g, "");
  if (slug === "") throw invalid("name", "has no letter a to z and no digit", "Its address is made of those: give it a name with some.");
  return slug;
};

/** Makes a project with its channel; whoever makes it is the first member. @throws AppError `project_exists`, `too_many_projects`, `validation_failed` */
export const createProject = async (ctx: Context, actor: Actor, input: Static<typeof NewProject>, retry: Retry): Promise<Once<ProjectWire>> => {
  const { name, description = "", template = "blank", visibility = "public" } = input;
  const slug = slugOf(name);
  const made = await writeOnce(ctx, actor, retry, (tx) => {
    if (slugTaken(tx, slug) || nameIsTaken(tx, slug)) throw new AppError("project_exists", { details: [{ path: "name", message: `'${slug}' is taken` }] });
    if (countProjects(tx) >= PROJECTS) throw new AppError("too_many_projects");
    const channel = insertNewChannel(tx, actor.user.no, { name: slug, description, visibility });
    joinChannel(tx, channel.no, actor.user.no);
    const row = {
      id: newId(),
      slug,
      name,
      description,
      template,
      channel_no: channel.no,
      created_by: actor.user.no,
      created_at: tx.now,
      deleted_at: null,
      cleared_at: null,
      limits: "{}",
    };
    const { no, id } = insertProject(tx, row);
    tx.append({ kind: "project", channel_no: channel.no, subject: no, actor_no: actor.user.no });
    record(tx, actor, "project_created", id, visibility === "public" ? { name: slug } : { visibility });
    return { answer: { id } };
  });
  const project = readableProject(ctx, actor, made.answer.id);
  // What fails here is done at the first use.
  await makeReady(ctx, project).catch((error) => ctx.log.error({ event: "template_failed", project: project.id, error: String(error) }));
  return { answer: showProject(ctx, actor, project), replayed: made.replayed };
};

/** Changes a project; limits hold from the next run on. @throws AppError `not_found`, `forbidden`, `network_refused` */
export const changeProject = async (ctx: Context, actor: Actor, ref: string, { limits, ...change }: Static<typeof ProjectChange>): Promise<ProjectWire> => {
  const project = tendedProject(ctx, actor, ref);
  if (limits?.network && !ctx.config.sandbox.network) throw new AppError("network_refused");
  await ctx.write((tx) => {
    stillWorkable(tx, project, actor.user.no);
    updateProject(tx, project.no, { ...change, ...(limits && { limits: JSON.stringify({ ...project.limits, ...limits }) }) });
    tx.append({ kind: "project", channel_no: project.channel_no, subject: project.no, actor_no: actor.user.no });
    record(tx, actor, "project_changed", project.id, { fields: [...Object.keys(change), ...Object.keys(limits ?? {}).map((name) => `limits.${name}`)] });
  });
  return showProject(ctx, actor, project);
};

/**
 * Ends a project: it is there for nobody any more, and its slug is free. Its channel stays, archived, under another name.
 * @throws AppError `not_found`, `forbidden`
 */
export const deleteProject = async (ctx: Context, actor: Actor, ref: string): Promise<void> => {
  const project = tendedProject(ctx, actor, ref);
  await ctx.write((tx) => {
    if (isDeleted(tx, project.no)) return;
    updateProject(tx, project.no, { slug: null, deleted_at: tx.now });
    removeSecrets(tx, project.no);
    closeChannel(tx, project.channel, actor.user.no, `${project.slug}-${project.id.slice(-12)}`);
    tx.append({ kind: "project", channel_no: project.channel_no, subject: project.no, actor_no: actor.user.no });
    record(tx, actor, "project_deleted", project.id);
  });
};
