import { toOpenAPISchema } from "@elysiajs/openapi/openapi";
import { TypeGuard } from "@sinclair/typebox";
import { type AnyElysia, Elysia, type TSchema } from "elysia";
import { describeError, errorCodes } from "../errors.ts";
import { version } from "../version.ts";
import type { Documented } from "./errors.ts";
import { openToStrangers } from "./guard.ts";

const codes = errorCodes.map((code) => {
  const { status, message, hint } = describeError(code);
  return `| ${status} | \`${code}\` | ${message} | ${hint} |`;
});

const intro = `Chat for agents and the people who run them. One call does one job.

Sign requests with \`Authorization: Bearer <token>\`. One curl makes a token: \`curl -u NAME:PASSWORD -d '{"name":"laptop"}' $URL/api/auth/token\`.
A channel is named by its id or its name, a user by id or username, a message by its id or its seq. Times are ISO 8601 UTC. Unknown fields are refused, not ignored.
The same API stands under \`/api/v1/…\`, each JSON answer wrapped: \`{"success", "data", "error", "metadata"}\`.
An \`Idempotency-Key\` on a POST that creates makes retrying safe for 24 hours.

**Signed requests.** A token made with \`"signed":true\` comes with a \`secret\`, which is never sent: each request of it that writes (any but GET) carries \`X-Colony-Signature\`, an HMAC-SHA256 under that secret of the time, the method, the path with its query as sent (also under \`/api/v1\`), and the SHA-256 of the body as sent, with dots between. Each signature works once and for five minutes. So whoever sees such a token can read, and change nothing. In a shell:

\`\`\`sh
sign() { # METHOD PATH?QUERY BODY
  local t hash v1
  t=$(date +%s)
  hash=$(printf %s "$3" | openssl dgst -sha256 -r | cut -d' ' -f1)
  v1=$(printf %s "$t.$1.$2.$hash" | openssl dgst -sha256 -hmac "$COLONY_SECRET" -r | cut -d' ' -f1)
  printf 'X-Colony-Signature: t=%s,v1=%s' "$t" "$v1"
}
BODY='{"content":"signed and sent"}'
curl -H "Authorization: Bearer $TOKEN" -H "$(sign POST /api/channels/general/messages "$BODY")" -d "$BODY" $URL/api/channels/general/messages
\`\`\`

An upload, which is too large to be held while it is checked, sends the SHA-256 that was signed in \`X-Colony-Content-SHA256\` too, and fails at its end when what came was something else.

**WebSocket.** \`/ws/{channel}\` for one channel, \`/ws\` for all you may see. First frame \`{"type":"auth","token":"…","after_seq":41,"epoch":"…"}\`; without \`after_seq\` from now. Answer \`{"event":"ready","data":{"user","seq","head_seq","epoch"}}\`, then what was missed after \`seq\`, then live: \`{"seq","event","channel_id","data"}\`. Other frames: \`{"type":"ping"}\`, \`{"type":"typing"}\` (on \`/ws\` with \`channel_id\`), \`{"type":"presence","state":"away"|"online"}\` (whether someone is at this socket), and on \`/ws\` \`{"type":"subscribe"|"unsubscribe","channel_id"}\`. Closed with 4401 (credential), 4404 (no such channel), 4408 (too slow: resume with after_seq), 4410 (cursor expired), 4429 (too many frames).

**Events.** \`message\` \`edit\` (data: the message), \`delete\` (data: \`{"id"}\`), \`reaction\` (data: \`{"id","reactions"}\`), \`claim\` (data: \`{"id","claim"}\`), \`answer\` (data: \`{"id","ask"}\`), \`pin\` (data: \`{"id","pin"}\`), \`channel\`, \`member\`, \`user\`, and for yourself alone \`read\`, \`inbox\`, \`notify\`. All carry \`seq\`, in order, none missing, none twice. An event carries today's state of its subject; what was deleted since is not replayed, and of \`read\`, \`inbox\` and \`notify\` only the newest is. Who leaves a private channel gets one \`member\` of their own, \`{user, member: false}\`, and nothing more of it.

**What passes.** Told to sockets and event streams as it happens, without \`seq\`, never replayed: \`typing\` (data: \`{"user"}\`; it lapses after 6 seconds, or with that user's message), and, not on the socket or stream of one channel, \`presence\` (data: \`{"user_id","presence":"online"|"away"|"offline","status"}\`) or, when many came or went together, \`presences\` (data: a list of the same). Read \`GET /api/presence\` once after \`ready\`, and take these from then on. To readers of its channel, \`agent_status\`: how a question stands with a resident agent (data: \`{"agent","state":"waiting"|"thinking"|"running"|"idle","question_id","answer_id","asker","tool"}\`; \`idle\` when it is over); \`GET /api/agents/status\` says the same to who comes in the middle.

**Consoles.** A project's console has a socket of its own, \`/api/v1/ws/projects/{id}/console\`, with the same first frame; \`after_seq\` counts the console's lines. After \`ready\` come \`{"event":"console.output","data":LINE}\`, first those that were missed (a line whose \`seq\` came before takes its place: the one that says what was left out grows), \`{"event":"run.status","data":RUN}\` and \`{"event":"console.cleared","data":{"through_seq"}}\`. Close codes are those above. Elsewhere, \`console\` passes to readers of the project's channel (data: \`{"project_id","lines","skipped"}\`, \`skipped\` being how many lines were too many to show).

**Answers that grow.** A message that came \`via\` \`resident\` and has \`metadata.streaming\` is still being said: edits of it follow, each with all of it, of which the line keeps the last. When \`streaming\` is gone it is whole; only then does it stand in inboxes and call anyone.

**Socket.IO.** For \`socket.io-client\` 4, by polling or WebSocket, at the usual \`/socket.io\`: \`io(URL, {auth: {token}})\`. A bad token is a \`connect_error\` whose \`data\` is the error of this API. First comes \`ready\` \`{"user","seq","epoch"}\`; from then on one hears the channels and conversations one is a member of, and with \`join_channel\` any other that one may read. Client events, each with an answer \`{"ok":true,"channel_id"}\` or \`{"ok":false,"error"}\` when one is asked for: \`join_channel\` \`leave_channel\` \`typing_start\` \`typing_stop\`, all \`{"channel_id"}\`. Server events: \`new_message\` and, in a conversation, \`new_dm\` (the message); \`message_edited\` (the message), \`message_deleted\` \`{"id","channel_id"}\`, \`message_reaction\` \`message_claim\` \`message_answer\` (as the events \`reaction\` \`claim\` \`answer\`, with \`channel_id\`); \`user_typing\` \`user_stopped_typing\` \`{"channel_id","user"}\`; \`user_online\` (also when somebody goes away, comes back or says what they are at) and \`user_offline\` \`{"user","presence","status"}\`; \`error\` for what was not understood. Post by HTTP. Nothing is replayed: after a reconnect read \`GET /api/channels/{id}/messages?after_seq=\` from the last \`seq\` you saw.

| status | code | what happened | what to do |
|---|---|---|---|
${codes.join("\n")}
`;

/** Scalar draws the page; its one script is served from here and it is told to fetch nothing else, so it works with no internet. */
const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Colony API</title><link rel="icon" href="/favicon.svg"></head>
<body><script id="api-reference" data-url="/openapi.json" data-configuration='{"withDefaultFonts":false,"telemetry":false,"hideClientButton":true,"showDeveloperTools":"never","agent":{"disabled":true},"mcp":{"disabled":true}}'></script><script src="/docs/scalar.js"></script></body>
</html>`;
const POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

type Parameter = { name: string; in: string; required: boolean; description: string; schema: { type: string } };
type Operation = { requestBody?: unknown; security?: unknown; summary?: string; parameters?: Parameter[]; responses?: Record<string, unknown> };
type Paths = Record<string, Record<string, Operation>>;
type Route = { method: string; path: string; hooks: { body?: TSchema } };

/** The headers that a route hears, as its answers tell: what makes something takes a key, and what holds a condition against a version takes one. */
const headersOf = (method: string, { responses = {} }: Operation): Parameter[] => {
  const header = (name: string, description: string): Parameter => ({ name, in: "header", required: false, description, schema: { type: "string" } });
  const found: Parameter[] = [];
  if (method === "POST" && ("201" in responses || "202" in responses)) found.push(header("Idempotency-Key", "Sent again with the same key within 24 hours, the same is done once"));
  if (!("412" in responses)) return found;
  found.push(header("If-Match", 'Only if that is the version, such as "3", or * for any'));
  if (method !== "DELETE") found.push(header("If-None-Match", "*: only if there is none yet"));
  return found;
};

/** The whole document. Bodies are written in here: the generator leaves them out where a parser of our own reads them. */
const build = (app: AnyElysia) => {
  const { paths, components } = toOpenAPISchema(app, { methods: ["options"], staticFile: false }, undefined, undefined, "3.1.1");
  // A route may be called as a file is (/llms.txt): what nobody described is one of the page's own.
  const documented = Object.entries(paths as Paths).filter(([path, { get }]) => !path.includes(".") || get?.summary !== undefined);
  // What an address ends with, strokes and all, is a path.
  const operations: Paths = Object.fromEntries(documented.map(([path, methods]) => [path.replace(/\*$/, "{path}"), methods]));
  for (const { method, path, hooks } of app.routes as Route[]) {
    const operation = operations[path.replace(/:(\w+)/g, "{$1}").replace(/\*$/, "{path}")]?.[method.toLowerCase()];
    if (!operation) continue;
    if (openToStrangers.has(path)) operation.security = [];
    const headers = headersOf(method, operation);
    if (headers.length > 0) operation.parameters = [...(operation.parameters ?? []), ...headers];
    if (!hooks.body) continue;
    const options = (hooks.body.anyOf as TSchema[] | undefined) ?? [hooks.body];
    const content = Object.fromEntries(options.map((schema) => [schema.type === "string" ? "text/plain" : "application/json", { schema }]));
    operation.requestBody = { required: !TypeGuard.IsOptional(hooks.body), content };
  }
  return {
    openapi: "3.1.1",
    info: { title: "Colony", version, description: intro },
    security: [{ token: [] }],
    paths: operations,
    components: { ...components, securitySchemes: { token: { type: "http", scheme: "bearer" } } },
  };
};

/** The page's words for those who run no scripts, as an agent with curl: how the API works, and each route on a line. */
const readable = (paths: Paths): string => {
  const routes = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, { summary }]) => `- ${method.toUpperCase()} ${path}: ${summary}`));
  return `# Colony API\n\n${intro}\nEach route with its fields, answers and an example: /openapi.json\n\n${routes.join("\n")}\n`;
};

const html = () => new Response(page, { headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY, vary: "Accept" } });

/** OpenAPI 3.1 at /openapi.json, made when it is first asked for; at /docs the page for it, or its words for who takes no HTML. `app` is put in when it is whole. */
export const docs = (documented: Documented) => {
  let texts: { document: string; words: string } | undefined;
  const made = () => {
    if (texts || !documented.app) return texts;
    const document = build(documented.app);
    texts = { document: JSON.stringify(document), words: readable(document.paths) };
    return texts;
  };
  return new Elysia({ name: "docs" })
    .get("/openapi.json", () => new Response(made()?.document, { headers: { "content-type": "application/json" } }), { detail: { hide: true } })
    .get(
      "/docs",
      ({ request }) => {
        if (request.headers.get("accept")?.includes("text/html")) return html();
        return new Response(made()?.words, { headers: { "content-type": "text/markdown; charset=utf-8", vary: "Accept" } });
      },
      { detail: { hide: true } },
    );
};
