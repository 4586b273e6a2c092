import type { Actor } from "../accounts/credentials.ts";
import type { Channel } from "../channels/directory.ts";
import type { Context } from "../context.ts";
import { invalid } from "../errors.ts";
import { SEARCH_CHARACTERS, SEARCH_ITEMS, SEARCH_PREFIX_LETTERS } from "../limits.ts";
import { messageTypes } from "../messages/model.ts";
import { utcTime } from "../messages/time.ts";
import { ANY, fromUser, HAS_FILE, inChannel, ofSession, ofType } from "./facets.ts";
import { type Phrase, phraseOf } from "./phrases.ts";

/** What is searched for, understood: all of `phrases` and of `every` (one facet of each list), none of `without` and `none`. */
export type Query = {
  phrases: Phrase[];
  without: Phrase[];
  every: string[][];
  none: string[];
  /** ISO times: posted at or after, posted before. */
  after: string | null;
  before: string | null;
};

const item = /(-?)(?:(from|in|type|has|before|after|session):(?:"([^"]*)"?|(\S*))|"([^"]*)"?|(\S+))/giy;
const space = /\s*/y;

type Item = { minus: boolean; operator: string | null; text: string; quoted: boolean };

/** Cuts a search into its items. Whatever is no operator and no phrase is a word, so that nothing written is an error of form. */
const itemsOf = (written: string): Item[] => {
  const q = written.replace(/[“”„‟]/g, '"');
  const items: Item[] = [];
  let at = 0;
  for (;;) {
    space.lastIndex = at;
    space.exec(q);
    item.lastIndex = space.lastIndex;
    const found = item.exec(q);
    if (!found) return items;
    at = item.lastIndex;
    const [, minus, operator, quotedValue, value, phrase, word] = found;
    items.push({ minus: minus === "-", operator: operator?.toLowerCase() ?? null, text: quotedValue ?? value ?? phrase ?? word ?? "", quoted: phrase !== undefined });
  }
};

/**
 * Reads what someone searches for, as far as they may look: a channel that `may` keeps from them is as one that is not there.
 * @throws AppError `validation_failed`, naming the operator whose value is wrong, or `q` when nothing can be searched for
 */
export const readQuery = (ctx: Context, actor: Pick<Actor, "user">, q: string, may: (channel: Channel) => boolean): Query => {
  if (q.length > SEARCH_CHARACTERS) throw invalid("q", `has ${q.length} characters; ${SEARCH_CHARACTERS} are allowed`, "Search for fewer words.");
  const items = itemsOf(q);
  if (items.length > SEARCH_ITEMS) throw invalid("q", `has ${items.length} words, phrases and operators; ${SEARCH_ITEMS} are allowed`, "Search for fewer.");
  const query: Query = { phrases: [], without: [], every: [], none: [], after: null, before: null };
  const groups = new Map<string, string[]>();
  const last = items.findLast(({ operator, minus }) => operator === null && !minus);
  for (const one of items) {
    const { operator, minus, text } = one;
    if (operator === null) {
      const phrase = phraseFrom(one, one === last);
      if (phrase) (minus ? query.without : query.phrases).push(phrase);
    } else if (operator === "before" || operator === "after") {
      const time = timeFrom(operator, text);
      // What is not before a moment is at or after it.
      if ((operator === "before") !== minus) query.before = query.before === null || time < query.before ? time : query.before;
      else query.after = query.after === null || time > query.after ? time : query.after;
    } else {
      const facets = facetsFrom(ctx, actor, operator, text, may);
      if (minus) query.none.push(...facets);
      else groups.set(operator, [...(groups.get(operator) ?? []), ...facets]);
    }
  }
  query.every = [...groups.values()];
  const empty = query.phrases.length + query.without.length + query.every.length + query.none.length === 0 && query.after === null && query.before === null;
  if (empty) throw invalid("q", "holds nothing that can be searched for", "Send a word, a number, an emoji, or an operator such as from:benji.");
  if (query.phrases.length === 0 && query.every.length === 0) query.every.push([ANY]);
  return query;
};

const phraseFrom = ({ text, quoted }: Item, last: boolean): Phrase | null => {
  const starred = !quoted && text.endsWith("*");
  const phrase = phraseOf(text, starred || (last && !quoted));
  if (starred && phrase && !phrase.prefix && (phrase.terms.at(-1)?.length ?? 0) < SEARCH_PREFIX_LETTERS)
    throw invalid("q", `'${text.slice(0, 40)}' needs at least ${SEARCH_PREFIX_LETTERS} letters before its *`, "Write more of the word.");
  return phrase;
};

const timeFrom = (operator: string, text: string): string => {
  const time = utcTime(text);
  if (time === null)
    throw invalid(operator, `'${text.slice(0, 40)}' is not a date or an ISO 8601 time`, `Write for example ${operator}:2026-03-29 or ${operator}:2026-03-29T16:05Z.`);
  return time;
};

/** The facets that one of an operator's values stands for: any of them will do. */
const facetsFrom = (ctx: Context, actor: Pick<Actor, "user">, operator: string, text: string, may: (channel: Channel) => boolean): string[] => {
  if (text === "") throw invalid(operator, "has no value", `Write it without a space after the colon, e.g. ${examples[operator]}.`);
  if (operator === "from") return [fromUser(userFrom(ctx, actor, operator, text).no)];
  if (operator === "in") return channelsFrom(ctx, actor, text, may).map(inChannel);
  if (operator === "session") return [ofSession(text)];
  const values = text.toLowerCase().split(",");
  const known: readonly string[] = operator === "type" ? messageTypes : ["file"];
  const wrong = values.find((value) => !known.includes(value));
  if (wrong !== undefined) throw invalid(operator, `'${wrong.slice(0, 40)}' is not one of ${known.join(", ")}`, `Write for example ${examples[operator]}.`);
  return operator === "type" ? values.map(ofType) : [HAS_FILE];
};

const examples: Record<string, string> = { from: "from:benji", in: "in:general", type: "type:error", has: "has:file", session: "session:cc_abc123" };

const userFrom = (ctx: Context, actor: Pick<Actor, "user">, operator: string, text: string) => {
  const name = text.replace(/^@/, "");
  const user = ctx.users.find(name) ?? ctx.users.find(name.toLowerCase()) ?? (name.toLowerCase() === "me" ? actor.user : undefined);
  if (!user) throw invalid(operator, `there is no user '${name.slice(0, 80)}'`, "GET /api/users lists them.");
  return user;
};

/** `in:general`, by name or id, or `in:@benji` for the conversation of the two of us: none when there is no such talk yet. */
const channelsFrom = (ctx: Context, actor: Pick<Actor, "user">, text: string, may: (channel: Channel) => boolean): number[] => {
  if (text.startsWith("@")) {
    const both = new Set([actor.user.no, userFrom(ctx, actor, "in", text).no]);
    return [...ctx.channels.hiddenOf(actor.user.no)]
      .filter((channel) => channel.visibility === "direct" && channel.members.size === both.size && both.isSubsetOf(channel.members) && may(channel))
      .map(({ no }) => no);
  }
  const name = text.replace(/^#/, "");
  const channel = ctx.channels.find(name) ?? ctx.channels.find(name.toLowerCase());
  if (!channel || !may(channel)) throw invalid("in", `there is no channel '${name.slice(0, 80)}' that you can see`, "GET /api/channels lists them.");
  return [channel.no];
};
