/** Every failure on purpose: code → HTTP status, what happened, what to do next. Codes are never renamed. */
const failures = {
  bad_json: [400, "The body is not valid JSON.", 'Send one JSON object encoded as UTF-8, e.g. -d \'{"content":"hello"}\'.'],
  unauthorized: [
    401,
    "A valid credential is needed.",
    "Send 'Authorization: Bearer <token>'. Make a token: curl -u USER:PASSWORD -d '{\"name\":\"laptop\"}' <server>/api/auth/token",
  ],
  bad_signature: [
    401,
    "This token's requests that write must be signed.",
    "Send 'X-Colony-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256>' made with the token's secret over 't.METHOD.path?query.<hex sha256 of the body>'; /docs has it as a script.",
  ],
  forbidden: [403, "You may not do this.", "Ask an admin, or use a credential that has the right."],
  origin_mismatch: [
    403,
    "A request that carries the session cookie must come from this server's own pages.",
    "Outside the viewer, send 'Authorization: Bearer <token>' instead of the cookie.",
  ],
  host_unknown: [403, "That is not known as an address of this server.", "Use the address that COLONY_PUBLIC_URL says, or let the operator set it to the one you use."],
  registration_closed: [403, "Nobody can make an account here by themselves.", "Ask an admin to invite you or to make one for you."],
  invite_required: [403, "An account is made here by invitation.", 'Send the code of one: "invite":"…". An admin makes it: POST /api/invites.'],
  invite_invalid: [403, "The invitation was used, taken back, is over, or never was.", "Ask an admin for a new one."],
  not_found: [404, "There is nothing here, or it is hidden from you.", "Check the address; GET /api/channels lists the channels you can see, /docs lists every route."],
  method_not_allowed: [405, "This address does not take that method.", "See the allow header, and /docs for what each address takes."],
  channel_exists: [409, "A channel of that name exists.", "Choose another name, or post to it if you can see it."],
  username_taken: [409, "That username is taken.", "Choose another username."],
  channel_archived: [409, "The channel is archived: it can be read, not changed.", "Choose another channel: GET /api/channels."],
  conversation_fixed: [
    409,
    "A conversation stays as it was begun: its members, and no name.",
    "Begin another with whom you like: POST /api/dms. To be called less by this one: PUT /api/channels/{id}/notify.",
  ],
  last_member: [409, "You are the last member: nobody could read the channel again.", "Add someone first (POST /api/channels/{id}/members), or stay and archive it (DELETE)."],
  message_deleted: [409, "The message was deleted.", "Nothing is left to change; post a new message."],
  claimed: [409, "Somebody else holds this.", "Choose other work, or try again after expires_at in details: a claim ends by itself, or when its holder releases it."],
  question_answered: [409, "The question was answered already: the first answer holds.", "The answer is in details. To disagree, reply to the message."],
  question_expired: [409, "The question's time is over.", "Reply to the message instead, or let the asker ask again."],
  user_deactivated: [409, "The user is deactivated.", 'Take the deactivation back first: PATCH /api/users/{id} with {"active":true}.'],
  resident_agent: [
    409,
    "The server itself runs this agent: its file says who it is, and it has no credential.",
    "Change or take away its file under <data>/agents/; a file there with its username takes the place of a built-in one. GET /api/agents shows which file is whose.",
  ],
  nothing_to_retry: [409, "Only an answer that failed or was stopped can be tried again.", "Ask anew: reply to it, or mention the agent again."],
  last_admin: [409, "At least one active admin must remain.", "Make another user an admin first."],
  project_exists: [409, "A project or channel of that name exists.", "Choose another name: a project and its channel share one. GET /api/projects lists those you can see."],
  project_channel: [409, "This is a project's own channel: it lives and ends with its project.", "Change or delete the project: PATCH or DELETE /api/projects/{id}."],
  file_exists: [409, "A file of that path exists.", "Change it with PUT …/files/{path} and its version in If-Match, or choose another path."],
  run_ended: [409, "The run has ended.", "Its end and output are at GET …/runs/{id}; to run it again, POST …/container/execute."],
  cursor_expired: [410, "The cursor cannot be read on from.", "Read the history again (GET /api/channels/{id}/messages) and go on from the newest seq, with the epoch given here."],
  version_conflict: [
    412,
    "The file has changed since the version that If-Match names.",
    "Read it again (GET …/files/{path}), put your change onto what it is now, and send its new version.",
  ],
  payload_too_large: [413, "The request is larger than is taken here.", "Make it smaller, or split it."],
  range_not_satisfiable: [416, "The file has no such bytes.", "See content-range for its size; ask without Range for all of it."],
  unsupported_media_type: [415, "That content type is not taken here.", "Send JSON, or 'Content-Type: text/plain' when posting a message."],
  validation_failed: [422, "The request has fields that are not as they should be.", "See details; /docs shows each field."],
  reply_in_other_channel: [422, "reply_to names a message of another channel.", "Reply in the channel where that message stands, or leave reply_to out and link it."],
  reply_not_found: [422, "reply_to names no message of this channel.", "Use the id of a message in this channel, or leave reply_to out."],
  file_not_found: [422, "attachments names a file that is not there, or not yours to see.", "Upload it first (POST /api/files) and send the id it got."],
  cause_not_found: [422, "caused_by names no message that you can read.", "Use the id of the message that made you post this, or leave caused_by out."],
  idempotency_key_reused: [422, "This Idempotency-Key was used with another request.", "Use a new key for each new request; repeat a key only to retry the same one."],
  bad_path: [
    422,
    "That is no path inside of the workspace.",
    "Use a path relative to the workspace, such as src/main.py: no .., no leading /, and no link on the way that leads out.",
  ],
  project_full: [
    422,
    "The project's files would be larger, or more, than its limits allow.",
    "Delete what is not needed (GET …/files/tree), or let whoever tends the project raise limits.disk_mib: PATCH /api/projects/{id}.",
  ],
  network_refused: [422, "Runs may have no network on this server.", "Leave limits.network false, or ask the operator to set COLONY_SANDBOX_NETWORK=true."],
  too_many_projects: [422, "There are as many projects as one server may have.", "Delete one that is no longer used: GET /api/projects."],
  too_many_schedules: [422, "The project has as many schedules as it may have.", "Delete one that is no longer used: GET …/schedules."],
  too_many_secrets: [422, "The project has as many secrets as it may have.", "Delete one that is no longer used: GET …/secrets."],
  bad_schedule: [
    422,
    "The schedule's cron or time zone cannot be used.",
    "Five fields, such as '0 9 * * 1-5', and a zone such as Europe/Berlin; POST …/schedules/validate shows the next times.",
  ],
  too_many_pins: [422, "The channel has as many pinned messages as it may have.", "Take a pin away that has served: GET /api/channels/{id}/pins lists them."],
  too_many_reactions: [422, "The message has as many different reactions as it may have.", "Join in one that is there, or reply to the message."],
  too_many_tokens: [422, "You have as many tokens as one user may have.", "Delete one that is no longer used: GET /api/auth/keys, DELETE /api/auth/keys/{id}."],
  budget_exhausted: [429, "What may be spent on models today is spent.", "Wait until midnight UTC, or let the operator raise COLONY_LLM_DAILY_BUDGET_USD."],
  too_many_runs: [429, "As many runs wait here as may wait.", "Wait until one has ended (GET …/runs), or stop one: POST …/runs/{id}/stop."],
  rate_limited: [429, "Too many requests.", "Wait as long as Retry-After says, then go on."],
  client_closed: [499, "The client went away.", "Retry; an Idempotency-Key makes that safe."],
  internal: [500, "Something went wrong inside the server.", "Retry; if it happens again, give the operator the request id."],
  storage_failed: [503, "Storage failed.", "Nothing was stored. Retry with the same Idempotency-Key; the operator should look at disk space and the log."],
  sandbox_unavailable: [
    503,
    "Nothing can be run: no sandbox works on this server.",
    "The operator can see why with `colony doctor`. Files, schedules and the conversation work without.",
  ],
  telegram_unavailable: [503, "This server runs no Telegram bot.", "The operator makes one with @BotFather and sets COLONY_TELEGRAM_TOKEN; `colony doctor` says whether it works."],
  shutting_down: [503, "The server is shutting down.", "Retry in a few seconds."],
} as const satisfies Record<string, readonly [status: number, message: string, hint: string]>;

export type ErrorCode = keyof typeof failures;

export const errorCodes = Object.keys(failures) as ErrorCode[];

/** What is said of an error code: `{status, message, hint}`. */
export const describeError = (code: ErrorCode) => {
  const [status, message, hint] = failures[code];
  return { status, message, hint };
};

export type ErrorBody = { error: { code: string; message: string; hint: string; details?: unknown[]; request_id?: string } };

/** A message is shown with the hint behind it: it ends where a sentence does. */
const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

/** A failure the caller is told of. Anything else thrown is a fault of ours and leaves as `internal`. */
export class AppError extends Error {
  readonly status: number;
  readonly hint: string;
  readonly details: unknown[] | undefined;
  readonly headers: Record<string, string>;

  constructor(
    readonly code: ErrorCode,
    more: { message?: string; hint?: string; details?: unknown[]; headers?: Record<string, string> } = {},
  ) {
    const usual = describeError(code);
    super(sentence(more.message ?? usual.message));
    this.status = usual.status;
    this.hint = more.hint ?? usual.hint;
    this.details = more.details;
    this.headers = more.headers ?? {};
  }

  /** The wire form: `{"error": {code, message, hint, details?}}`. */
  body(): ErrorBody {
    return { error: { code: this.code, message: this.message, hint: this.hint, ...(this.details && { details: this.details }) } };
  }
}

/** 422 that names one field: `{path, message}` in details. */
export const invalid = (path: string, message: string, hint?: string): AppError =>
  new AppError("validation_failed", { message: `${path}: ${message}`, hint, details: [{ path, message }] });
