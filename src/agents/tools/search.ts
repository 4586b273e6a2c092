import { Type } from "@sinclair/typebox";
import { SEARCH_CHARACTERS, TOOL_HITS } from "../../limits.ts";
import { estimateTokens } from "../../messages/transcript.ts";
import { type Hit, search } from "../../search/service.ts";
import { entryWithin, isGrowing } from "../entries.ts";
import { ability, type Desk } from "./desk.ts";

/** Tokens of one hit at most: a message of a page is whole. */
const HIT_TOKENS = 400;
/** Hits that share the room where there is little: better the beginnings of some than one whole. */
const HITS_SHARING = 3;

/** Searches messages as whoever asks would, within what this answer may tell. */
export const searchMessages = ability({
  name: "search_messages",
  description:
    'Searches messages of all channels that may be read here. Words must all occur; also "phrases", from:username in:channel type:text|code|result|error|plan has:file before:2026-03-29 after:2026-03-01 and -word. Returns the best hits, each with its channel and seq.',
  input: Type.Object(
    {
      query: Type.String({ minLength: 1, maxLength: SEARCH_CHARACTERS }),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: TOOL_HITS.max, description: `Most hits; ${TOOL_HITS.default} when left out` })),
      newest: Type.Optional(Type.Boolean({ description: "Newest first, not best first" })),
    },
    { additionalProperties: false },
  ),
  shown: ({ query }) => query,
  run: async (desk, { query, limit = TOOL_HITS.default, newest }) => {
    // One more than is given: the question holds the words that it makes one look for, and is no hit.
    const { hits, has_more } = await search(desk.ctx, { user: desk.asker }, { q: query, limit: limit + 1, offset: 0, sort: newest ? "newest" : "relevance" }, desk.may);
    const others = hits.filter(({ message }) => message.id !== desk.question_id && !isGrowing(message));
    const given = others.slice(0, limit);
    const found = given.length === 0 ? "no messages" : `${given.length}${has_more || others.length > limit ? " or more" : ""} message${given.length === 1 ? "" : "s"}`;
    if (given.length === 0) return { text: "No message that may be read here matches. Try fewer or other words.", line: found };
    return { text: `Found ${found}.\n\n${hitsWithin(desk, given)}`, line: found };
  },
});

const hitsWithin = (desk: Desk, hits: Hit[]): string => {
  let text = "";
  const most = Math.min(HIT_TOKENS, Math.floor(desk.room / HITS_SHARING));
  for (const [n, { message }] of hits.entries()) {
    const channel = desk.ctx.channels.find(message.channel_id);
    if (!channel) continue;
    const entry = `# ${desk.title(channel)} (channel ${channel.id})\n${entryWithin(desk.ctx, message, most)}`;
    if (estimateTokens(text) + estimateTokens(entry) > desk.room) return `${text}${hits.length - n} more hits are left out for room: narrow the search, or set a smaller limit.`;
    text += entry;
  }
  return `${text}To read around a hit: read_channel with its channel and before_seq.`;
};
