import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AUTH, answers, describe, NoContent } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { created, done } from "../http/reply.ts";
import { NewProject, Project, ProjectChange } from "./model.ts";
import { changeProject, createProject, deleteProject, listProjects, readableProject } from "./service.ts";
import { showProject } from "./wire.ts";

const PROJECTS = "Projects";

export const projectRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/projects" })
    .use(guard)
    .get("", ({ actor }) => listProjects(ctx, actor), {
      response: answers(200, t.Array(Project)),
      detail: describe(PROJECTS, "The projects you can see", `curl ${AUTH} $URL/api/projects`),
    })
    .post("", ({ actor, body, request }) => created(createProject(ctx, actor, body, retryOf(request, body))), {
      body: NewProject,
      response: answers(201, Project),
      detail: describe(
        PROJECTS,
        "Make a project",
        `curl ${AUTH} -d '{"name":"Loss plots","template":"python"}' $URL/api/projects`,
        "A workspace with files, a sandbox to run commands in, a console, schedules, and a channel of its own with the same name. A private one is for the members of its channel alone.",
      ),
    })
    .get("/:id", ({ actor, params }) => showProject(ctx, actor, readableProject(ctx, actor, params.id)), {
      response: answers(200, Project),
      detail: describe(PROJECTS, "One project, by id or slug", `curl ${AUTH} $URL/api/projects/loss-plots`),
    })
    .patch("/:id", ({ actor, params, body }) => changeProject(ctx, actor, params.id, body), {
      body: ProjectChange,
      response: answers(200, Project),
      detail: describe(
        PROJECTS,
        "Change name, description or limits (its maker, or an admin)",
        `curl -X PATCH ${AUTH} -d '{"limits":{"memory_mib":2048}}' $URL/api/projects/loss-plots`,
        "The slug stays. Limits hold from the next run on.",
      ),
    })
    .delete("/:id", ({ actor, params, set }) => done(set, deleteProject(ctx, actor, params.id)), {
      response: answers(204, NoContent),
      detail: describe(
        PROJECTS,
        "Delete a project (its maker, or an admin)",
        `curl -X DELETE ${AUTH} $URL/api/projects/loss-plots`,
        "Its runs are stopped, and its files, schedules and secrets are gone. Its channel stays to be read, archived and under another name.",
      ),
    });
