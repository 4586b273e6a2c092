import { Elysia, t } from "elysia";
import type { Actor } from "../accounts/credentials.ts";
import { residentNamed, waitForAnswer } from "../agents/direct.ts";
import { DirectMade } from "../agents/model.ts";
import type { Context } from "../context.ts";
import { AUTH, answers, describe, NoContent } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { Wait } from "../http/query.ts";
import { created, done } from "../http/reply.ts";
import { asJson, asLines, streamText } from "../http/stream.ts";
import { CONSOLE_FAULT_GROUPS, CONSOLE_FAULT_GROUPS_MAX, CONSOLE_PAGE_ROWS, CONSOLE_PROJECT_LINES, CONSOLE_SEARCH_CHARACTERS, SEQ_MAX } from "../limits.ts";
import { parseTime } from "../messages/time.ts";
import { readableProject } from "../projects/service.ts";
import { analyze, listFaults } from "./errors.ts";
import { followConsole } from "./following.ts";
import { asText, readLines } from "./history.ts";
import { Analyze, Fault, Line, Stretch } from "./model.ts";
import { clearConsole, runNamed } from "./service.ts";

const CONSOLE = "Console";
/** Who looks into errors. */
const DEBUGGER = "engineer";

const Seq = t.Integer({ minimum: 0, maximum: SEQ_MAX });
const narrowing = {
  run: t.Optional(t.String({ description: "The id of a run: its lines alone" })),
  stream: t.Optional(t.Union([t.Literal("stdout"), t.Literal("stderr"), t.Literal("system")])),
  q: t.Optional(t.String({ minLength: 1, maxLength: CONSOLE_SEARCH_CHARACTERS, description: "A text that the lines hold, in whatever case" })),
};
const History = t.Object({
  after_seq: t.Optional(Seq),
  before_seq: t.Optional(Seq),
  limit: t.Optional(t.Integer({ minimum: 1, maximum: CONSOLE_PROJECT_LINES, description: "The newest N; with after_seq the first N after it. Whole when left out" })),
  ...narrowing,
  format: t.Optional(
    t.Union([t.Literal("json"), t.Literal("ndjson"), t.Literal("text")], {
      description: "Or by Accept: application/json, application/x-ndjson, text/plain. text: lines without colours",
    }),
  ),
});

/** A console's history in the form that is asked for, streamed. */
const historyAnswer = (ctx: Context, actor: Actor, ref: string, { run, q, format, ...narrowed }: typeof History.static, request: Request): Response => {
  const project = readableProject(ctx, actor, ref);
  const pages = readLines(ctx, project, { ...narrowed, text: q, run_no: run === undefined ? null : runNamed(ctx, project, run) });
  const accept = request.headers.get("accept") ?? "";
  const form = format ?? (accept.includes("application/x-ndjson") ? "ndjson" : accept.includes("text/plain") ? "text" : "json");
  const answer = (type: string, pieces: Iterator<string>) => new Response(streamText(pieces, request.signal), { headers: { "content-type": type } });
  if (form === "text") return answer("text/plain; charset=utf-8", asText(pages));
  return form === "ndjson" ? answer("application/x-ndjson", asLines(pages)) : answer("application/json", asJson(pages));
};

export const consoleRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/projects/:id/console" })
    .use(guard)
    .get("/history", ({ actor, params, query, request }) => historyAnswer(ctx, actor, params.id, query, request), {
      query: History,
      response: answers(200, t.Array(Line)),
      detail: describe(
        CONSOLE,
        "What a project's runs wrote, line by line, oldest first, whole unless narrowed",
        `curl ${AUTH} "$URL/api/projects/loss-plots/console/history?limit=100&format=text"`,
        "`seq` counts the lines of the project. Of a run that wrote too much its beginning and end are kept, with a line between that says what was left out. Live: `GET /api/projects/{id}/events`, or the socket `/api/v1/ws/projects/{id}/console`.",
      ),
    })
    .get("/follow", ({ actor, params, query, request }) => followConsole(ctx, actor, params.id, query, request.signal), {
      query: t.Object({
        after_seq: t.Optional(t.Integer({ minimum: 0, maximum: SEQ_MAX, description: "The last line's seq; from now when left out" })),
        epoch: t.Optional(t.String({ description: "The epoch the cursor came with; checked when given" })),
        wait: t.Optional(Wait),
        limit: t.Optional(t.Integer({ minimum: 1, maximum: CONSOLE_PAGE_ROWS, default: CONSOLE_PAGE_ROWS, description: "Lines looked through at most" })),
        ...narrowing,
      }),
      response: answers(200, Stretch),
      detail: describe(
        CONSOLE,
        "What a project's runs write from a line on, as it comes",
        `curl ${AUTH} "$URL/api/projects/loss-plots/console/follow?after_seq=41&wait=55"`,
        "At once when something stands after `after_seq`, else when something is said or after `wait` seconds. Ask again with `next_seq`: none is missed and none comes twice, a restart of the server included. One run alone with its end: GET …/runs/{run_id}/output.",
      ),
    })
    .get(
      "/errors",
      ({ actor, params, query: { run, since, limit } }) => {
        const project = readableProject(ctx, actor, params.id);
        return listFaults(ctx, project, run === undefined ? null : runNamed(ctx, project, run), since === undefined ? undefined : parseTime("since", since), limit);
      },
      {
        query: t.Object({
          run: t.Optional(t.String({ description: "The id of a run: its errors alone" })),
          since: t.Optional(t.String({ description: "ISO 8601 time: those that came at or after it" })),
          limit: t.Optional(t.Integer({ minimum: 1, maximum: CONSOLE_FAULT_GROUPS_MAX, description: `The newest N; ${CONSOLE_FAULT_GROUPS} when left out` })),
        }),
        response: answers(200, t.Array(Fault)),
        detail: describe(
          CONSOLE,
          "The known errors in what a project's runs wrote, newest first",
          `curl ${AUTH} $URL/api/projects/loss-plots/console/errors`,
          "Traces of JavaScript, TypeScript, Python, Rust, Go and Java, what their compilers and tests say, missing modules, ports in use, out of memory, what the shell says. The same error stands there once, however often it came; numbers and addresses do not make another of it.",
        ),
      },
    )
    .post(
      "/analyze",
      async ({ actor, params, body, query, request }) => {
        const agent = residentNamed(ctx, DEBUGGER);
        const { answer: question, replayed } = await analyze(ctx, actor, params.id, agent, body, retryOf(request, body, "wait"));
        return created({ answer: await waitForAnswer(ctx, actor, agent, question, query.wait, request.signal), replayed });
      },
      {
        body: Analyze,
        query: t.Object({ wait: t.Optional(Wait) }),
        response: answers(201, DirectMade),
        detail: describe(
          CONSOLE,
          "Have an error looked into",
          `curl ${AUTH} -d '{}' "$URL/api/projects/loss-plots/console/analyze?wait=55"`,
          `Asks @${DEBUGGER} in the project's channel, in your name, with what the run wrote and the files that its trace names: about an error by its id, about a run, or with neither about the last run that failed. Waits and repeats as POST /api/agents/{name}/direct does.`,
        ),
      },
    )
    .delete("/clear", ({ actor, params, set }) => done(set, clearConsole(ctx, actor, params.id)), {
      response: answers(204, NoContent),
      detail: describe(
        CONSOLE,
        "Take a console's lines away",
        `curl -X DELETE ${AUTH} $URL/api/projects/loss-plots/console/clear`,
        "Runs stay listed, without their output; what runs under way say next is kept, and `seq` goes on.",
      ),
    });
