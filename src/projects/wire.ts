import type { Static } from "@sinclair/typebox";
import type { Actor } from "../accounts/credentials.ts";
import type { Context } from "../context.ts";
import type { Project } from "./directory.ts";
import type { Project as ProjectModel } from "./model.ts";

export type ProjectWire = Static<typeof ProjectModel>;

/** Whether a user may change a project's limits and secrets and delete it. */
export const tends = (actor: Pick<Actor, "user">, project: Pick<Project, "created_by">): boolean => project.created_by === actor.user.no || actor.user.admin;

/** A project as everyone who sees it is told of it. */
export const tellProject = (ctx: Context, project: Project): Omit<ProjectWire, "member" | "tends"> & { deleted: boolean } => {
  const { id, slug, name, description, template, channel, created_at, limits } = project;
  return {
    id,
    slug: slug ?? "",
    name,
    description,
    template,
    visibility: channel.visibility === "private" ? "private" : "public",
    channel_id: channel.id,
    created_by: ctx.users.author(project.created_by),
    created_at,
    limits,
    deleted: false,
  };
};

/** A project as `actor` sees it. */
export const showProject = (ctx: Context, actor: Actor, project: Project): ProjectWire => {
  const { deleted: _, ...told } = tellProject(ctx, project);
  return { ...told, member: project.channel.members.has(actor.user.no), tends: tends(actor, project) };
};
