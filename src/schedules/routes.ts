import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AUTH, answers, describe, fails, NoBody, NoContent } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { created, done } from "../http/reply.ts";
import { SCHEDULE_RUNS_LISTED } from "../limits.ts";
import { Run } from "../runs/model.ts";
import { Asked, NewSchedule, Schedule, ScheduleChange, Verdict } from "./model.ts";
import { changeSchedule, createSchedule, deleteSchedule, listScheduleRuns, listSchedules, runSchedule, validate } from "./service.ts";

const SCHEDULES = "Projects: schedules";
const AT = "$URL/api/projects/loss-plots/schedules";

const RunsQuery = t.Object({
  limit: t.Optional(t.Integer({ minimum: 1, maximum: SCHEDULE_RUNS_LISTED.max, default: SCHEDULE_RUNS_LISTED.default, description: "The newest N" })),
  before: t.Optional(t.String({ description: "A run's id: those that were asked for before it, to page on" })),
});

export const scheduleRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/projects/:id/schedules" })
    .use(guard)
    .get("", ({ actor, params }) => listSchedules(ctx, actor, params.id), {
      response: answers(200, t.Array(Schedule)),
      detail: describe(SCHEDULES, "The schedules of a project", `curl ${AUTH} ${AT}`),
    })
    .post("", ({ actor, params, body, request }) => created(createSchedule(ctx, actor, params.id, body, retryOf(request, body))), {
      body: NewSchedule,
      response: answers(201, Schedule),
      detail: describe(
        SCHEDULES,
        "Run a command by the clock",
        `curl ${AUTH} -d '{"name":"Morning report","cron":"0 9 * * 1-5","timezone":"Europe/Berlin","command":"python3 report.py"}' ${AT}`,
        "What comes of each run is posted in the project's channel. While a run of it goes on, due times are left out; what was due while the server was down runs once, marked `late`. In a night in which clocks change, a time that comes twice is due once, and one that is left out is due as soon as clocks go on. It runs in the name and by the right of who made it or last changed it, and is switched off once that user may no longer work in the project.",
      ),
    })
    .post("/validate", ({ actor, params, body }) => validate(ctx, actor, params.id, body), {
      body: Asked,
      response: answers(200, Verdict),
      detail: describe(SCHEDULES, "When a cron expression would be due next", `curl ${AUTH} -d '{"cron":"0 9 * * 1-5","timezone":"Europe/Berlin"}' ${AT}/validate`),
    })
    .put("/:sid", ({ actor, params, body }) => changeSchedule(ctx, actor, params.id, params.sid, body), {
      body: ScheduleChange,
      response: answers(200, Schedule),
      detail: describe(
        SCHEDULES,
        "Change a schedule, or switch it off or on",
        `curl -X PUT ${AUTH} -d '{"enabled":false}' ${AT}/ID`,
        "Send what is to change. From then on it runs by your right.",
      ),
    })
    .delete("/:sid", ({ actor, params, set }) => done(set, deleteSchedule(ctx, actor, params.id, params.sid)), {
      response: answers(204, NoContent),
      detail: describe(SCHEDULES, "Delete a schedule; its runs stay", `curl -X DELETE ${AUTH} ${AT}/ID`),
    })
    .get("/:sid/runs", ({ actor, params, query }) => listScheduleRuns(ctx, actor, params.id, params.sid, query.limit ?? SCHEDULE_RUNS_LISTED.default, query.before), {
      query: RunsQuery,
      response: answers(200, t.Array(Run)),
      detail: describe(
        SCHEDULES,
        "The runs of a schedule, newest first",
        `curl ${AUTH} "${AT}/ID/runs?limit=10"`,
        `${SCHEDULE_RUNS_LISTED.default} unless \`limit\` says otherwise; \`before\` pages on.`,
      ),
    })
    .post("/:sid/run", ({ actor, params, request }) => created(runSchedule(ctx, actor, params.id, params.sid, retryOf(request, null)), {}, 202), {
      body: NoBody,
      response: { ...answers(202, Run), ...fails(503) },
      detail: describe(SCHEDULES, "Run it now, in your name", `curl -X POST ${AUTH} ${AT}/ID/run`, "When it is due stays as it is. GET …/runs/{run_id}?wait=55 waits for the end."),
    });
