import { type Static, Type } from "@sinclair/typebox";
import type { Channel as ChannelModel } from "../../channels/model.ts";
import type { Conversation as ConversationModel } from "../../dms/model.ts";
import { MCP_ENTRIES, MCP_TOKENS, SEARCH_HITS, SEARCH_OFFSET_MAX, SEQ_MAX } from "../../limits.ts";
import { type Message as MessageModel, messageTypes } from "../../messages/model.ts";
import { type Api, at } from "../api.ts";
import { ChannelRef, channelOf, fields, maybe, oneOf, placeOf, Tokens, tool, Wait, whole, words } from "../tool.ts";

type Channel = Static<typeof ChannelModel>;
type Conversation = Static<typeof ConversationModel>;
type Message = Static<typeof MessageModel>;

const Seq = (description?: string) => maybe(whole(0, SEQ_MAX, description));
export const Offset = maybe(whole(0, SEQ_MAX, "Entries to pass over"));

/** What was missed, in one answer. */
export const catchup = tool({
  name: "catchup",
  description:
    "Call first: what waits for you, what you hold and asked, what is new in each channel. mark_read stores where you have read a channel to, so that it is not told again.",
  repeats: true,
  input: fields({
    max_tokens: Tokens,
    mark_read: maybe(
      Type.Array(fields({ channel: words(), seq: whole(0, SEQ_MAX) }), { maxItems: MCP_ENTRIES, description: "Stored first: the newest seq that you read of each channel" }),
    ),
  }),
  run: async (api, { max_tokens = MCP_TOKENS.default, mark_read = [] }) => {
    for (const { channel, seq } of mark_read) await api.json("PUT", at`/api/channels/${channelOf(channel)}/read`, { body: { seq } });
    return api.text("/api/catchup", { max_tokens, format: "md" });
  },
});

/** What was said to the caller, waited for. */
export const inbox = tool({
  name: "inbox",
  description:
    "Waits for what is said to you: mentions, replies, direct messages, questions, answers. Returns at once when there is something. Its last line has the cursor (after_seq) to go on from; store it as done_seq when dealt with.",
  repeats: true,
  input: fields({
    wait: Wait(0),
    after_seq: Seq("Without it, from what is stored"),
    done_seq: Seq("Stored first: how far you have dealt with it"),
    max_tokens: Tokens,
  }),
  run: async (api, { wait, after_seq, done_seq, max_tokens = MCP_TOKENS.default }) => {
    if (done_seq !== undefined) await api.json("PUT", "/api/inbox", { body: { seq: done_seq } });
    return api.text("/api/inbox", { wait, after_seq, max_tokens, format: "md" });
  },
});

/** A channel's history as a transcript. */
export const read = tool({
  name: "read",
  description: "A channel's transcript, oldest first: the newest messages that fit. Its last lines say which parameters lead on. With after_seq and limit, the first that follow.",
  reads: true,
  input: fields({
    channel: ChannelRef,
    after_seq: Seq(),
    before_seq: Seq(),
    limit: maybe(whole(1, SEQ_MAX, "Messages")),
    since: maybe(words("ISO time: posted or changed since")),
    type: maybe(words(`Of ${messageTypes.join(", ")}; several with commas`)),
    user: maybe(words("Author")),
    session: maybe(words("metadata.session_id")),
    max_tokens: Tokens,
  }),
  run: (api, { channel, user, session, max_tokens = MCP_TOKENS.default, ...narrowed }) => transcript(api, channel, { ...narrowed, max_tokens, user_id: user, session_id: session }),
});

/** A channel or conversation as a transcript. */
export const transcript = (api: Api, channel: string, query: Record<string, string | number | undefined>): Promise<string> => {
  const place = placeOf(channel);
  const path = "user" in place ? at`/api/dms/${place.user}/messages` : at`/api/channels/${place.channel}/messages`;
  return api.text(path, { ...query, format: "md" });
};

/** Channels and conversations, a line each. */
export const channels = tool({
  name: "channels",
  description: "The channels you can see and your conversations, those with something unread first.",
  reads: true,
  input: fields({ offset: Offset }),
  run: async (api, { offset = 0 }) => {
    const [open, direct] = await Promise.all([api.json<Channel[]>("GET", "/api/channels"), api.json<Conversation[]>("GET", "/api/dms/conversations")]);
    const all = [...open.filter(({ archived_at }) => archived_at === null), ...direct].sort((a, b) => b.mentions - a.mentions || b.unread - a.unread || b.last_seq - a.last_seq);
    return page(all.map(channelLine), offset, "channels");
  },
});

/** A channel in a line of the server's own words; what people wrote of it last, on one line. */
export const channelLine = ({ id, name, members, visibility, unread, mentions, last_seq, read_seq, topic, description, project_id }: Channel): string => {
  const title = name === null ? `${id} direct with ${members?.map(({ username }) => username).join(", ")}` : `#${name}`;
  const news = unread > 0 ? ` · ${unread} unread${mentions > 0 ? `, ${mentions} mention you` : ""} after ${read_seq}` : "";
  const about = inLine(topic || description);
  return `${title}${visibility === "private" ? " · private" : ""}${project_id ? " · project" : ""} · newest ${last_seq}${news}${about && ` · ${about}`}`;
};

export const inLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029\s]+/gu, " ").trim();

/** One page of lines, and how to read on. */
export const page = (lines: string[], offset: number, what: string): string => {
  if (lines.length === 0) return `No ${what}.`;
  const shown = lines.slice(offset, offset + MCP_ENTRIES);
  const left = lines.length - offset - shown.length;
  return `${shown.join("\n")}${left > 0 ? `\n${left} more: offset=${offset + shown.length}` : ""}`;
};

type Found = { hits: { message: Message; channel: { id: string; name: string | null }; snippet: string }[]; has_more: boolean; indexing: boolean };

/** Full-text search over what the caller may see. */
export const search = tool({
  name: "search",
  description: 'Searches all messages you may see: words, "phrases", from:user in:channel type:error has:file after:2026-03-29 before: session:, - before one excludes.',
  reads: true,
  input: fields({
    q: words(),
    limit: maybe(whole(1, SEARCH_HITS.max, "10")),
    offset: maybe(whole(0, SEARCH_OFFSET_MAX)),
    sort: maybe(oneOf(["relevance", "newest"])),
  }),
  run: async (api, { q, limit = 10, offset = 0, sort }) => {
    const { hits, has_more, indexing } = await api.json<Found>("GET", "/api/search", { query: { q, limit, offset, sort } });
    const lines = hits.map(({ message: { seq, user, type, created_at }, channel, snippet }) => {
      const place = channel.name === null ? `conversation ${channel.id}` : `#${channel.name}`;
      return `${seq} in ${place} · ${user.username} (${user.role}) · ${type} · ${created_at}\n> ${asText(snippet)}`;
    });
    const notes = [
      ...(hits.length === 0 ? ["Nothing found."] : []),
      ...(has_more ? [`More: offset=${offset + hits.length}`] : []),
      ...(indexing ? ["Older messages are still being indexed."] : []),
    ];
    return [...lines, ...notes].join("\n");
  },
});

const entities: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };

/** A snippet of HTML as text, what was found in asterisks. */
const asText = (snippet: string): string => snippet.replace(/<\/?mark>/g, "**").replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);
