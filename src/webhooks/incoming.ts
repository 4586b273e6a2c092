import type { Static } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { type Actor, secretHash } from "../accounts/credentials.ts";
import type { User } from "../accounts/directory.ts";
import type { Channel } from "../channels/directory.ts";
import { stillWritable } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { AppError, invalid } from "../errors.ts";
import { holdDepth } from "../http/body.ts";
import type { Once, Retry } from "../idempotency/once.ts";
import { type NewMessage, NewMessage as Post } from "../messages/model.ts";
import { postIn } from "../messages/service.ts";
import type { Message } from "../messages/wire.ts";
import { reachOf } from "./access.ts";
import { slackText } from "./slack.ts";
import { hookBySecret } from "./store.ts";

/** A webhook that takes posts, by whom and where it says them, and the number of its maker, by whose right it does. */
export type Incoming = { id: string; agent: User; channel: Channel; maker_no: number };

/** What a post of our own kind may hold here. */
const Own = Type.Object(Type.Pick(Post, ["content", "type", "metadata", "reply_to"]).properties, { additionalProperties: false });

/**
 * The webhook of a secret.
 * @throws AppError `not_found` when there is none, and alike when it has ended or its maker may not read the channel any more
 */
export const incomingOf = (ctx: Context, secret: string): Incoming => {
  const hook = hookBySecret(ctx.db, secretHash(secret));
  const agent = hook && hook.agent_no !== null ? ctx.users.byNo(hook.agent_no) : undefined;
  const channel = hook && reachOf(ctx, hook);
  if (!hook || !channel || !agent || agent.deactivated_at !== null || hook.paused_at !== null)
    throw new AppError("not_found", { message: "There is no such webhook.", hint: "It was ended, or its address is not whole. Ask who gave it to you for another." });
  return { id: hook.id, agent, channel, maker_no: hook.created_by };
};

/**
 * Says in the channel what was posted to a webhook. `bytes` and `type` are the request's body and its content type.
 * @throws AppError `bad_json`, `validation_failed`, `payload_too_large`, `channel_archived`, `reply_not_found` …
 */
export const receive = async (ctx: Context, { agent, channel, maker_no }: Incoming, bytes: ArrayBuffer, type: string, address: string, retry: Retry): Promise<Once<Message>> =>
  postIn(ctx, { ...agentActor(ctx, agent, address), right_no: maker_no }, channel, readPost(bytes, type), retry, (tx) => {
    stillWritable(tx, channel, maker_no);
    return channel;
  });

/** A webhook's agent as the one who posts. It has no credential of its own. */
export const agentActor = (ctx: Context, agent: User, address: string): Actor => ({
  user: agent,
  credential: { kind: "password", id: "", user_no: agent.no, expires: null, rate_limit: null },
  via: "webhook",
  address,
  seen: ctx.credentials.changes,
});

/** Text as it is; a form's `payload` or `text`, as Slack's older senders write; JSON of Slack's kind or ours. */
const readPost = (bytes: ArrayBuffer, type: string): Static<typeof NewMessage> => {
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === "") throw invalid("body", "is empty", 'Send text, or JSON: {"text":"…"}.');
  if (type.startsWith("text/plain")) return { content: text };
  if (type.startsWith("application/x-www-form-urlencoded") && !text.trimStart().startsWith("{")) {
    const form = new URLSearchParams(text);
    const said = form.get("text");
    if (said !== null) return { content: slackText({ text: said }) };
    return fromJson(form.get("payload") ?? "");
  }
  return fromJson(text);
};

const fromJson = (text: string): Static<typeof NewMessage> => {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new AppError("bad_json", {
      message: "The body is neither JSON nor a form with a payload.",
      hint: 'Send {"text":"…"}, or \'Content-Type: text/plain\' and the text itself.',
    });
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw invalid("body", "must be a JSON object", 'Send {"text":"…"} or {"content":"…"}.');
  if ("content" in body) return ownPost(holdDepth(body));
  const content = slackText(body);
  if (content === "") throw invalid("text", "is missing", 'Send {"text":"…"} as to Slack, or {"content":"…"} with the fields of a post.');
  const { username } = body as { username?: unknown };
  return { content, metadata: typeof username === "string" ? { from: username.slice(0, 200) } : undefined };
};

const ownPost = (body: object): Static<typeof NewMessage> => {
  const wrong = Value.Errors(Own, body).First();
  if (wrong)
    throw invalid(
      wrong.path.slice(1).replaceAll("/", ".") || "body",
      wrong.message.replace(/^Expected/, "must be").replace(/^Unexpected property$/, "there is no such field here"),
    );
  return body as Static<typeof Own>;
};
