import { Elysia, t } from "elysia";
import type { Actor } from "../accounts/credentials.ts";
import type { Context } from "../context.ts";
import { AUTH, answers, describe, NoContent } from "../http/describe.ts";
import { guard } from "../http/guard.ts";
import { done } from "../http/reply.ts";
import { asJson, asLines, streamText } from "../http/stream.ts";
import { CONSOLE_PROJECT_LINES, CONSOLE_SEARCH_CHARACTERS, SEQ_MAX } from "../limits.ts";
import { readableProject } from "../projects/service.ts";
import { asText, readLines } from "./history.ts";
import { Line } from "./model.ts";
import { clearConsole, runNamed } from "./service.ts";

const CONSOLE = "Console";

const Seq = t.Integer({ minimum: 0, maximum: SEQ_MAX });
const History = t.Object({
  after_seq: t.Optional(Seq),
  before_seq: t.Optional(Seq),
  limit: t.Optional(t.Integer({ minimum: 1, maximum: CONSOLE_PROJECT_LINES, description: "The newest N; with after_seq the first N after it. Whole when left out" })),
  run: t.Optional(t.String({ description: "The id of a run: its lines alone" })),
  stream: t.Optional(t.Union([t.Literal("stdout"), t.Literal("stderr"), t.Literal("system")])),
  q: t.Optional(t.String({ minLength: 1, maxLength: CONSOLE_SEARCH_CHARACTERS, description: "A text that the lines hold, in whatever case" })),
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
    .delete("/clear", ({ actor, params, set }) => done(set, clearConsole(ctx, actor, params.id)), {
      response: answers(204, NoContent),
      detail: describe(
        CONSOLE,
        "Take a console's lines away",
        `curl -X DELETE ${AUTH} $URL/api/projects/loss-plots/console/clear`,
        "Runs stay listed, without their output; what runs under way say next is kept, and `seq` goes on.",
      ),
    });
