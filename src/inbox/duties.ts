import type { Actor } from "../accounts/credentials.ts";
import type { Context } from "../context.ts";
import { CATCHUP_EXCERPT_CHARACTERS } from "../limits.ts";
import { type ChannelRef, listClaims } from "../messages/claims.ts";
import { listQuestions } from "../messages/questions.ts";
import { estimateTokens, transcriptEntry } from "../messages/transcript.ts";
import type { Message } from "../messages/wire.ts";
import { titleIn } from "./titles.ts";

/** A message with where it stands. */
export type Placed = { message: Message; channel: ChannelRef };
/** What of a list fitted; `omitted`: the list is longer. */
export type Part = { items: Placed[]; omitted: boolean };
/** What others wait for: questions put to me, work I hold, and what I asked that nobody answered yet. */
export type Duties = { questions: Part; claims: Part; asked: Part };

const lists = ["questions", "claims", "asked"] as const;

const heads: Record<keyof Duties, string> = {
  questions: '# Questions for you\nAnswer: POST /api/channels/CHANNEL/messages/SEQ/answer {"option":"…"}\n',
  claims: "# You hold\n",
  asked: "# You asked, nobody answered yet\n",
};
const tails: Record<keyof Duties, string> = {
  questions: "More questions are left out: GET /api/questions\n",
  claims: "More that you hold is left out.\n",
  asked: "More that you asked is left out.\n",
};

/** Parts of the room that each list may take. */
const shares: Record<keyof Duties, number> = { questions: 1 / 4, claims: 1 / 8, asked: 1 / 8 };

/** What `actor` owes and is owed, the oldest first, within `tokens` of its md form. @returns it with the tokens that takes */
export const readDuties = (ctx: Context, actor: Actor, tokens: number): { duties: Duties; spent: number } => {
  const { mine, asked } = listQuestions(ctx, actor);
  const all: Record<keyof Duties, Placed[]> = { questions: mine, claims: listClaims(ctx, actor), asked };
  const duties: Duties = { questions: { items: [], omitted: false }, claims: { items: [], omitted: false }, asked: { items: [], omitted: false } };
  let spent = 0;
  for (const list of lists) {
    const part = duties[list];
    // The line that says what was left out always has its room.
    let left = Math.floor(tokens * shares[list]) - estimateTokens(heads[list]) - estimateTokens(tails[list]);
    for (const placed of all[list]) {
      const cost = estimateTokens(lineOf[list](ctx, actor, placed));
      if (cost > left) break;
      left -= cost;
      part.items.push(placed);
    }
    part.omitted = part.items.length < all[list].length;
    spent += partText(ctx, actor, list, part).reduce((sum, text) => sum + estimateTokens(text), 0);
  }
  return { duties, spent };
};

/** The md form of it, in pieces; none when there is nothing. */
export const dutiesText = (ctx: Context, actor: Actor, duties: Duties): string[] => lists.flatMap((list) => partText(ctx, actor, list, duties[list]));

const partText = (ctx: Context, actor: Actor, list: keyof Duties, { items, omitted }: Part): string[] => {
  const lines = items.map((placed) => lineOf[list](ctx, actor, placed));
  return [...(lines.length > 0 ? [heads[list], ...lines] : []), ...(omitted ? [tails[list]] : []), ...(lines.length > 0 || omitted ? ["\n"] : [])];
};

type Line = (ctx: Context, actor: Actor, placed: Placed) => string;

const lineOf: Record<keyof Duties, Line> = {
  questions: (ctx, actor, { message, channel }) => `In ${titleIn(ctx, actor, channel)} (${channel.id}):\n${transcriptEntry(ctx, message)}`,
  claims: (ctx, actor, { message, channel }) => `- ${message.seq} in ${titleIn(ctx, actor, channel)} until ${message.claim?.expires_at}: ${excerpt(message)}\n`,
  asked: (ctx, actor, { message, channel }) =>
    `- ${message.seq} in ${titleIn(ctx, actor, channel)}${message.ask?.expires_at ? ` until ${message.ask.expires_at}` : ""}: ${excerpt(message)}\n`,
};

/** A message's first words on one line, in backticks that nothing of them can close. */
const excerpt = ({ content }: Message): string => `\`${content.slice(0, CATCHUP_EXCERPT_CHARACTERS).replace(/\s+/g, " ").replaceAll("`", "'")}\``;
