import { Type } from "@sinclair/typebox";
import { SEQ_MAX, TOOL_MESSAGES } from "../../limits.ts";
import { newestFirst } from "../../messages/history.ts";
import { estimateTokens } from "../../messages/transcript.ts";
import { entryWithin, isGrowing } from "../entries.ts";
import { ability } from "./desk.ts";

/** Part of a result that one message may take. */
const MESSAGE_PART = 0.5;
/** Messages looked at for those that still have words: deleted ones may stand in a row. */
const LOOKED_AT = 2_000;

/** Reads a stretch of a channel as a transcript, newest first as far as it fits. */
export const readChannel = ability({
  name: "read_channel",
  description: "Reads messages of a channel as a transcript: the newest, or those before a seq. Each message stands under a line with its seq, author, type and time.",
  input: Type.Object(
    {
      channel: Type.String({ minLength: 1, maxLength: 100, description: "Name or id" }),
      before_seq: Type.Optional(Type.Integer({ minimum: 1, maximum: SEQ_MAX, description: "Only messages before this seq" })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: TOOL_MESSAGES.max, description: `Most messages; ${TOOL_MESSAGES.default} when left out` })),
    },
    { additionalProperties: false },
  ),
  shown: ({ channel, before_seq }) => `${channel}${before_seq === undefined ? "" : ` before ${before_seq}`}`,
  run: (desk, { channel: ref, before_seq, limit = TOOL_MESSAGES.default }) => {
    const channel = desk.channel(ref);
    const { room } = desk;
    const entries: string[] = [];
    let tokens = 0;
    let oldest = 0;
    let more = false;
    let looked = 0;
    for (const message of newestFirst(desk.ctx, channel, 0, limit, Math.min(before_seq ?? SEQ_MAX, channel.last_seq + 1))) {
      more = entries.length === limit || ++looked > LOOKED_AT;
      if (more) break;
      if (message.deleted_at !== null || isGrowing(message)) continue;
      const entry = entryWithin(desk.ctx, message, Math.floor(room * MESSAGE_PART));
      tokens += estimateTokens(entry);
      more = tokens > room;
      if (more) break;
      entries.push(entry);
      oldest = message.seq;
    }
    const title = desk.title(channel);
    if (entries.length === 0) return { text: `${title} has no messages${before_seq === undefined ? "" : ` before ${before_seq}`}.`, line: "no messages" };
    const on = more ? `Older messages: read_channel with before_seq ${oldest}.` : "These are all up to here.";
    return { text: `# ${title}\n${entries.reverse().join("")}${on}`, line: `${entries.length} message${entries.length === 1 ? "" : "s"}` };
  },
});
