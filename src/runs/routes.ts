import { Elysia, type Static, t } from "elysia";
import type { Actor } from "../accounts/credentials.ts";
import type { Context } from "../context.ts";
import { longPoll } from "../feed/poll.ts";
import { AUTH, answers, describe, fails, NoBody } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { Wait } from "../http/query.ts";
import { bareName, created } from "../http/reply.ts";
import { CONSOLE_PAGE_ROWS, LOG_LINES, RUNS_LISTED, SEQ_MAX } from "../limits.ts";
import { readContainer, restartContainer, startContainer, stopContainer } from "./container.ts";
import { followRun } from "./following.ts";
import { Container, Logs, NewRun, Run, RunOutput, RunState, RunTrigger, RunWithOutput } from "./model.ts";
import { execute, hasEnded, listRuns, logsOf, readRun, runKeys, stopRun } from "./service.ts";

const RUNS = "Projects: runs";
const PROJECT = "$URL/api/projects/loss-plots";

const LogQuery = t.Object({
  run: t.Optional(t.String({ description: "A run's id; the one that began last when left out" })),
  tail: t.Optional(t.Integer({ minimum: 1, maximum: LOG_LINES.max, default: LOG_LINES.default, description: "The last N lines" })),
  format: t.Optional(t.Union([t.Literal("json"), t.Literal("text")], { description: "Or by Accept: application/json, text/plain" })),
});

const RunsQuery = t.Object({
  limit: t.Optional(t.Integer({ minimum: 1, maximum: RUNS_LISTED.max, default: RUNS_LISTED.default, description: "The newest N" })),
  before: t.Optional(t.String({ description: "A run's id: those that were asked for before it, to page on" })),
  state: t.Optional(RunState),
  trigger: t.Optional(RunTrigger),
});

export const runRoutes = (ctx: Context) => {
  /** A run with its output, at once when it has ended, else when it has or after `wait` seconds. */
  const runOrWait = (actor: Actor, project: string, id: string, wait: number | undefined, signal: AbortSignal): Promise<Static<typeof RunWithOutput>> =>
    longPoll(ctx, actor, runKeys(ctx, actor, project, id), wait ?? 0, signal, () => {
      const answer = readRun(ctx, actor, project, id);
      return { found: hasEnded(answer), answer };
    });

  return new Elysia({ prefix: "/api/projects/:id" })
    .use(guard)
    .post("/container/start", ({ actor, params }) => startContainer(ctx, actor, params.id), {
      body: NoBody,
      response: answers(200, Container),
      detail: describe(
        RUNS,
        "Start a project's sandbox, where it is not up",
        `curl -X POST ${AUTH} ${PROJECT}/container/start`,
        "Nobody needs to: the first run starts it. It stops by itself when it was not used for a while.",
      ),
    })
    .post("/container/stop", ({ actor, params }) => stopContainer(ctx, actor, params.id), {
      body: NoBody,
      response: answers(200, Container),
      detail: describe(
        RUNS,
        "Stop a project's sandbox: all that runs or waits in it ends",
        `curl -X POST ${AUTH} ${PROJECT}/container/stop`,
        "What lies in /tmp is gone; files and home stay.",
      ),
    })
    .post("/container/restart", ({ actor, params }) => restartContainer(ctx, actor, params.id), {
      body: NoBody,
      response: answers(200, Container),
      detail: describe(RUNS, "Stop all that runs and start the sandbox anew; what waits goes on in it", `curl -X POST ${AUTH} ${PROJECT}/container/restart`),
    })
    .get("/container/status", ({ actor, params }) => readContainer(ctx, actor, params.id), {
      response: answers(200, Container),
      detail: describe(
        RUNS,
        "How a project's sandbox is, what it takes and how far its limits are held",
        `curl ${AUTH} ${PROJECT}/container/status`,
        "Looking is no use: it does not keep the sandbox up.",
      ),
    })
    .post(
      "/container/execute",
      async ({ actor, params, query, body, request }) => {
        const { answer, replayed } = await execute(ctx, actor, params.id, body, retryOf(request, body, "wait"));
        const run = await runOrWait(actor, params.id, answer.id, query.wait, request.signal);
        const status = hasEnded(run) ? 200 : 202;
        return bareName(request, run, {}, status) ?? created({ answer: run, replayed }, {}, status);
      },
      {
        body: NewRun,
        query: t.Object({ wait: t.Optional(Wait) }),
        response: { ...answers(202, RunWithOutput), ...answers(200, RunWithOutput), ...fails(503) },
        detail: describe(
          RUNS,
          "Run a command in a project's sandbox",
          `curl ${AUTH} -d '{"command":"python3 main.py"}' "${PROJECT}/container/execute?wait=55"`,
          "202 with the run as it is; with `wait`, 200 with its end and output when it ends in time. Sent again with the same `Idempotency-Key` it is not run again: so one goes on waiting. With `Accept: text/plain` the answer is the run's id and no more. Runs of a project wait for each other, those with `background` do not. What ended, and how, is posted in the project's channel.",
        ),
      },
    )
    .get(
      "/container/logs",
      ({ actor, params, query, request }) => {
        const { run, output, output_cut } = logsOf(ctx, actor, params.id, query.run, query.tail ?? LOG_LINES.default);
        const text = (query.format ?? (request.headers.get("accept")?.includes("text/plain") ? "text" : "json")) === "text";
        if (!text) return { run, output, output_cut };
        return new Response(output, { headers: { "content-type": "text/plain; charset=utf-8", "x-output-cut": String(output_cut) } }) as never;
      },
      {
        query: LogQuery,
        response: answers(200, Logs),
        detail: describe(
          RUNS,
          "The last lines that a run wrote",
          `curl ${AUTH} "${PROJECT}/container/logs?format=text&tail=100"`,
          "As text it is the output alone; `X-Output-Cut: true` says that something stood before it. The console has more.",
        ),
      },
    )
    .get("/runs", ({ actor, params, query }) => listRuns(ctx, actor, params.id, { ...query, limit: query.limit ?? RUNS_LISTED.default }), {
      query: RunsQuery,
      response: answers(200, t.Array(Run)),
      detail: describe(
        RUNS,
        "The runs of a project, newest first",
        `curl ${AUTH} "${PROJECT}/runs?state=failed&limit=10"`,
        `${RUNS_LISTED.default} unless \`limit\` says otherwise; \`before\` pages on.`,
      ),
    })
    .get("/runs/:run_id", ({ actor, params, query, request }) => runOrWait(actor, params.id, params.run_id, query.wait, request.signal), {
      query: t.Object({ wait: t.Optional(Wait) }),
      response: answers(200, RunWithOutput),
      detail: describe(RUNS, "One run with its output; waits for its end", `curl ${AUTH} "${PROJECT}/runs/ID?wait=55"`),
    })
    .get("/runs/:run_id/output", ({ actor, params, query, request }) => followRun(ctx, actor, params.id, params.run_id, query, request.signal), {
      query: t.Object({
        after_seq: t.Optional(t.Integer({ minimum: 0, maximum: SEQ_MAX, description: "The last line's seq; from its beginning when left out" })),
        wait: t.Optional(Wait),
        limit: t.Optional(t.Integer({ minimum: 1, maximum: CONSOLE_PAGE_ROWS, default: CONSOLE_PAGE_ROWS, description: "Lines at most" })),
      }),
      response: answers(200, RunOutput),
      detail: describe(
        RUNS,
        "What a run writes, as it comes, until it has ended",
        `curl ${AUTH} "${PROJECT}/runs/ID/output?after_seq=41&wait=55"`,
        "At once when something stands after `after_seq` or the run has ended, else when something comes or after `wait` seconds. Ask again with `next_seq` until it is `done`: no line is missed and none comes twice, a restart of the server included.",
      ),
    })
    .post("/runs/:run_id/stop", ({ actor, params }) => stopRun(ctx, actor, params.id, params.run_id), {
      body: NoBody,
      response: answers(200, RunWithOutput),
      detail: describe(
        RUNS,
        "Stop a run, also one that waits",
        `curl -X POST ${AUTH} ${PROJECT}/runs/ID/stop`,
        "All its processes are asked to end (SIGTERM), and ended some seconds later (SIGKILL). Answers with the run at its end; 409 `run_ended` when it had ended.",
      ),
    });
};
