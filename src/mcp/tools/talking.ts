import { type Static, Type } from "@sinclair/typebox";
import type { User as UserModel } from "../../accounts/model.ts";
import { invalid } from "../../errors.ts";
import { ANSWER_NOTE_CHARACTERS, ASK_OPTION_CHARACTERS, ASK_OPTIONS, ATTACHMENTS_PER_MESSAGE, CLAIM_SECONDS, LINE_CHARACTERS } from "../../limits.ts";
import { type AnswerState as AnswerStateModel, type ClaimMade as ClaimMadeModel, type Message as MessageModel, messageTypes } from "../../messages/model.ts";
import type { Standing as StandingModel } from "../../presence/model.ts";
import { type Api, at } from "../api.ts";
import { ChannelRef, channelOf, fields, Key, MessageRef, maybe, oneOf, placeOf, tool, Wait, words } from "../tool.ts";
import { inLine, Offset, page } from "./reading.ts";

type Message = Static<typeof MessageModel>;
type AnswerState = Static<typeof AnswerStateModel>;

const Kind = maybe(oneOf(messageTypes));
const Files = maybe(Type.Array(words(), { maxItems: ATTACHMENTS_PER_MESSAGE, description: "Ids of uploaded files" }));
const Metadata = maybe(Type.Record(Type.String(), Type.Unknown(), { description: "Any JSON object; usual: model, hostname, session_id, cwd" }));
/** Of channels that already stand, conversations included. */
const Place = words("Name or id");

/** Posts into a channel, or to whom a conversation is with. */
const send = (api: Api, channel: string, message: object, key: string | undefined): Promise<Message> => {
  const place = placeOf(channel);
  if ("channel" in place) return api.json("POST", at`/api/channels/${place.channel}/messages`, { body: message, key });
  return api.json("POST", "/api/dms", { body: { ...message, users: place.user.split(",").map((name) => name.trim().replace(/^@/, "")) }, key });
};

/** What its author need know of a message that stands now. */
const made = ({ id, seq, channel_id, braked }: Message) => ({
  id,
  seq,
  channel_id,
  ...(braked && { braked: "It stands but woke nobody: too many agents in a row. A person must speak first; do not post it again." }),
});

/** Says something, or changes what was said. */
export const post = tool({
  name: "post",
  description: "Posts markdown. @name calls someone. type: text talk; plan a checklist (- [ ] step), ticked by edit; result, figures first; error, with the trace; code.",
  input: fields({
    channel: words("Name or id; @user, or @a,b, for a direct message"),
    content: maybe(words()),
    type: Kind,
    reply_to: maybe(MessageRef),
    metadata: Metadata,
    attachments: Files,
    caused_by: maybe(words("Id of the message that made you post, if not reply_to")),
    idempotency_key: Key,
  }),
  run: async (api, { channel, idempotency_key, ...message }) => made(await send(api, channel, message, idempotency_key)),
});

/** Changes or takes back one's own message. */
export const edit = tool({
  name: "edit",
  description: "Changes your own message, as to tick a plan's steps; or deletes it.",
  repeats: true,
  input: fields({ channel: Place, message: MessageRef, content: maybe(words()), type: Kind, metadata: Metadata, delete: maybe(Type.Literal(true)) }),
  run: async (api, { channel, message, delete: away, ...change }) => {
    const path = at`/api/channels/${channelOf(channel)}/messages/${message}`;
    if (!away) return made(await api.json("PATCH", path, { body: change }));
    if (Object.keys(change).length > 0) throw invalid("delete", "stands beside what is to be changed", "Send one of the two.");
    await api.json("DELETE", path);
    return { deleted: message };
  },
});

/** Puts a question to people and waits for its answer. */
export const ask = tool({
  name: "ask",
  description:
    "Asks people to choose, and waits for the answer: channel, question, options. While state is open, call again with channel and message (as returned) to go on waiting: nothing is asked twice.",
  input: fields({
    channel: ChannelRef,
    question: maybe(words()),
    options: maybe(Type.Array(Type.String({ minLength: 1, maxLength: ASK_OPTION_CHARACTERS }), { minItems: ASK_OPTIONS.min, maxItems: ASK_OPTIONS.max })),
    assignee: maybe(words("Who alone may answer; any person without")),
    expires_at: maybe(words("ISO time")),
    reply_to: maybe(MessageRef),
    message: maybe(words("Of a question already asked: only waits")),
    wait: Wait(50),
    idempotency_key: Key,
  }),
  run: async (api, { channel, message, question, options, assignee, expires_at, reply_to, wait = 50, idempotency_key }) => {
    if (message !== undefined && question !== undefined)
      throw invalid("message", "stands beside question", "Leave question and options out to go on waiting, or message to ask anew.");
    const asked = message === undefined ? await send(api, channel, { content: question, reply_to, ask: { options, assignee, expires_at } }, idempotency_key) : null;
    const place = asked?.channel_id ?? channelOf(channel);
    const id = asked?.id ?? message ?? "";
    const { state, answer } = await api.json<AnswerState>("GET", at`/api/channels/${place}/messages/${id}/answer`, { query: { wait } });
    const chosen = answer && { option: answer.option, note: answer.note, user: answer.user.username, at: answer.at };
    return { state, answer: chosen, channel: place, message: id, ...(state === "open" && { next: "Call ask with this channel and message to go on waiting." }) };
  },
});

/** Answers a question that was put to the caller. */
export const answer = tool({
  name: "answer",
  description: "Answers a question that was put to you.",
  repeats: true,
  input: fields({ channel: Place, message: MessageRef, option: words("Letter for letter"), note: maybe(Type.String({ maxLength: ANSWER_NOTE_CHARACTERS })) }),
  run: (api, { channel, message, ...given }) => api.json<AnswerState>("POST", at`/api/channels/${channelOf(channel)}/messages/${message}/answer`, { body: given }),
});

/** Takes the work that a message stands for, so that no other agent does the same. */
export const claim = tool({
  name: "claim",
  description:
    "Claims the work that a message stands for, so that no other agent does it; again to renew, before expires_at. Refused with code claimed: another holds it, take other work.",
  repeats: true,
  input: fields({ channel: Place, message: MessageRef, ttl_seconds: maybe(Type.Integer({ minimum: CLAIM_SECONDS.min, maximum: CLAIM_SECONDS.max, description: "900" })) }),
  run: async (api, { channel, message, ttl_seconds = 900 }) => {
    const path = at`/api/channels/${channelOf(channel)}/messages/${message}/claim`;
    const { message_id, expires_at } = await api.json<Static<typeof ClaimMadeModel>>("POST", path, { body: { ttl_seconds } });
    return { message_id, expires_at };
  },
});

/** Gives it back. */
export const release = tool({
  name: "release",
  description: "Gives a claim back.",
  repeats: true,
  input: fields({ channel: Place, message: MessageRef }),
  run: async (api, { channel, message }) => {
    await api.json("DELETE", at`/api/channels/${channelOf(channel)}/messages/${message}/claim`);
    return { released: message };
  },
});

/** Nods. */
export const react = tool({
  name: "react",
  description: "Reacts to a message with one emoji.",
  repeats: true,
  input: fields({ channel: Place, message: MessageRef, emoji: words(), remove: maybe(Type.Literal(true)) }),
  run: async (api, { channel, message, emoji, remove }) => {
    const { reactions } = await api.json<Message>(remove ? "DELETE" : "PUT", at`/api/channels/${channelOf(channel)}/messages/${message}/reactions/${emoji}`);
    return { reactions: reactions.map((one) => `${one.emoji} ${one.count}`) };
  },
});

/** Says what the caller is at, or tells who is here. */
export const status = tool({
  name: "status",
  description: "Says beside your name what you are at (clear takes it back); without state, who there is and what they are at.",
  repeats: true,
  input: fields({
    state: maybe(oneOf(["idle", "working", "waiting", "blocked", "clear"])),
    text: maybe(Type.String({ maxLength: LINE_CHARACTERS })),
    until: maybe(words("ISO time")),
    offset: Offset,
  }),
  run: async (api, { state, text, until, offset = 0 }) => {
    if (state === "clear") return (await api.json("DELETE", "/api/me/status")) ?? { cleared: true };
    if (state !== undefined) return api.json("PUT", "/api/me/status", { body: { state, text, until } });
    const [users, standings] = await Promise.all([api.json<Static<typeof UserModel>[]>("GET", "/api/users"), api.json<Static<typeof StandingModel>[]>("GET", "/api/presence")]);
    const standing = new Map(standings.map((one) => [one.user_id, one]));
    const here = users.filter(({ deactivated_at }) => deactivated_at === null).map((user) => ({ user, at: standing.get(user.id) }));
    here.sort((a, b) => Number(b.at !== undefined) - Number(a.at !== undefined));
    const lines = here.map(({ user: { username, role, display_name }, at }) => {
      const said = at?.status ? ` · ${at.status.state}${at.status.text ? `: ${inLine(at.status.text)}` : ""}` : "";
      return `@${username} (${role}) ${inLine(display_name)} · ${at?.presence ?? "offline"}${said}`;
    });
    return page(lines, offset, "people");
  },
});
