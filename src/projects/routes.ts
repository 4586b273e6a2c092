import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AUTH, answers, describe, NoContent } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { created, done } from "../http/reply.ts";
import { NewProject, Project, ProjectChange, Secret, SecretValue } from "./model.ts";
import { dropSecret, listSecrets, setSecret } from "./secrets.ts";
import { changeProject, createProject, deleteProject, listProjects, readableProject } from "./service.ts";
import { showProject } from "./wire.ts";

const PROJECTS = "Projects";

/** Who tends a private one. */
const TENDED = "A private project is there for the members of its channel alone: an admin who is none cannot see it, and does this once a member added them.";

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
        `The slug stays. Limits hold from the next run on. ${TENDED}`,
      ),
    })
    .delete("/:id", ({ actor, params, set }) => done(set, deleteProject(ctx, actor, params.id)), {
      response: answers(204, NoContent),
      detail: describe(
        PROJECTS,
        "Delete a project (its maker, or an admin)",
        `curl -X DELETE ${AUTH} $URL/api/projects/loss-plots`,
        `Its runs are stopped and its secrets gone at once; its files and schedules are for nobody any more, and cleared from the disk within minutes. Its channel stays to be read, archived and under another name. ${TENDED}`,
      ),
    })
    .get("/:id/secrets", ({ actor, params }) => listSecrets(ctx, actor, params.id), {
      response: answers(200, t.Array(Secret)),
      detail: describe(PROJECTS, "The names of a project's secrets, never their values", `curl ${AUTH} $URL/api/projects/loss-plots/secrets`),
    })
    .put("/:id/secrets/:name", ({ actor, params, body, set }) => done(set, setSecret(ctx, actor, params.id, params.name, body.value)), {
      body: SecretValue,
      response: answers(204, NoContent),
      detail: describe(
        PROJECTS,
        "Set a secret (the project's maker, or an admin)",
        `curl -X PUT ${AUTH} -d '{"value":"…"}' $URL/api/projects/loss-plots/secrets/API_KEY`,
        `Runs have it as a variable of their environment from the next on. Where one writes the value, the console and all that is told of it say \`[API_KEY]\`; whoever may run commands can still send it elsewhere, or write it into a file, or write it in other letters, base64 say. ${TENDED}`,
      ),
    })
    .delete("/:id/secrets/:name", ({ actor, params, set }) => done(set, dropSecret(ctx, actor, params.id, params.name)), {
      response: answers(204, NoContent),
      detail: describe(PROJECTS, "Take a secret away (the project's maker, or an admin)", `curl -X DELETE ${AUTH} $URL/api/projects/loss-plots/secrets/API_KEY`, TENDED),
    });
