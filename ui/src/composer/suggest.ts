import type { Author, MessageType } from "../api.ts";
import { messageTypes } from "../route.ts";
import { typeWords } from "./looks.ts";
import { type Box, isInCode } from "./typing.ts";

/** Suggestions that stand above the box at once; the others are scrolled to. */
export const IN_SIGHT = 8;
/** Suggestions at most: whom one does not see among these one begins to write. */
const MOST = 50;
/** Speakers who stand before the main agent, so that a newcomer sees it among the first. */
const BEFORE_MAIN = 3;

export type Suggestion =
  | { kind: "person"; person: Author; insert: string }
  | { kind: "all"; name: string; words: string; insert: string }
  | { kind: "type"; type: MessageType; words: string; insert: string };

/** A name that is being written: what of it stands there, and from where to where. */
export type Token = { mark: "@" | "/"; query: string; from: number; to: number };

/** As the server reads mentions: not within a word, an address or a path. */
const name = /(?<![\w@./-])@([a-z0-9._-]{0,40})$/i;

/** What the cursor stands in, if it can be completed. */
export const tokenAt = (box: Box, type: MessageType): Token | null => {
  const { text, start, end } = box;
  if (start !== end) return null;
  const before = text.slice(Math.max(0, start - 60), start);
  const [word, query] = /^\/([a-z]*)$/.exec(text.slice(0, start)) ?? [];
  if (word !== undefined) return text.length === start ? { mark: "/", query: query ?? "", from: 0, to: start } : null;
  const [mention, called] = name.exec(before) ?? [];
  if (mention === undefined || type === "code" || isInCode(box)) return null;
  const rest = /^[a-z0-9._-]*/i.exec(text.slice(start, start + 40))?.[0] ?? "";
  return { mark: "@", query: (called ?? "").toLowerCase(), from: start - mention.length, to: start + rest.length };
};

const everyone = [
  { name: "here", words: "members who are here now" },
  { name: "channel", words: "all members" },
];

/** How well a name answers: 0 best, undefined not at all. */
const answers = (query: string, whole: string, parts: string): number | undefined => {
  if (whole.startsWith(query)) return 0;
  const words = `${whole} ${parts}`.toLowerCase();
  if (words.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(query))) return 1;
  return query.length > 1 && words.includes(query) ? 2 : undefined;
};

/** What is known where a name is written, by usernames. `lately`: the last speaker first. `residents`: the server's own agents, in its order. `main`: the one of them that newcomers should see. `isOutside`: who cannot read here. */
export type Around = { lately: readonly string[]; residents: readonly string[]; main: string | undefined; isOutside: (person: Author) => boolean };

/**
 * What could be meant, best first: names that begin so, then names with a word that does; among equals those who spoke here lately.
 * Before anything is written: those who spoke here, the main agent among the first, then who is here, the other agents of the
 * server, which are the same everywhere, and who would not read it.
 */
export const suggest = ({ mark, query }: Token, people: readonly Author[], { lately, residents, main, isOutside }: Around): Suggestion[] => {
  if (mark === "/") {
    return messageTypes.filter((type) => type.startsWith(query)).map((type) => ({ kind: "type", type, words: typeWords[type], insert: `/${type} ` }));
  }
  const isOpen = query === "";
  const placeOf = (person: Author): { rank: number; order: number } | undefined => {
    const { username } = person;
    const spoke = lately.includes(username) ? lately.indexOf(username) : lately.length;
    const resident = residents.indexOf(username);
    if (!isOpen) {
      const rank = answers(query, username, person.display_name);
      return rank === undefined ? undefined : { rank, order: spoke };
    }
    if (username === main) return { rank: 0, order: Math.min(spoke, BEFORE_MAIN - 0.5) };
    if (spoke < lately.length) return { rank: 0, order: spoke };
    if (resident >= 0) return { rank: 2, order: resident };
    return { rank: isOutside(person) ? 3 : 1, order: 0 };
  };
  const persons = people.flatMap((person) => {
    const place = placeOf(person);
    return place ? [{ ...place, name: person.username, found: { kind: "person", person, insert: `@${person.username}` } as Suggestion }] : [];
  });
  const all = everyone.flatMap(({ name, words }, at) => {
    const rank = isOpen ? 4 : answers(query, name, "");
    // Calling everyone is never the first thing offered.
    return rank === undefined ? [] : [{ rank, order: lately.length + at, name, found: { kind: "all", name, words, insert: `@${name}` } as Suggestion }];
  });
  const byFit = (a: (typeof all)[number], b: (typeof all)[number]): number => a.rank - b.rank || a.order - b.order || a.name.localeCompare(b.name);
  const fit = persons.sort(byFit);
  // Before anything is written everyone can be called without scrolling, however many names there are.
  const room = IN_SIGHT - all.length;
  const found = isOpen ? [...fit.slice(0, room), ...all, ...fit.slice(room)] : [...fit, ...all].sort(byFit);
  return found.slice(0, MOST).map(({ found }) => found);
};

/** Whether what stands there is whole already, so that Enter has nothing to complete. */
export const isWhole = ({ mark, query }: Token, found: readonly Suggestion[]): boolean => found.some(({ insert }) => insert.trim() === mark + query);
