import type { Author, MessageType } from "../api.ts";
import { messageTypes } from "../route.ts";
import { typeWords } from "./looks.ts";
import { type Box, isInCode } from "./typing.ts";

/** Suggestions at most: what fits above the box. */
const MOST = 8;

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

/**
 * What could be meant, best first: names that begin so, then names with a word that does. Among equals those who spoke here lately.
 * @param lately usernames, the last speaker first
 * @param isResident whether it is an agent that the server itself runs: before anything is written they stand behind everyone else, being the same everywhere
 */
export const suggest = ({ mark, query }: Token, people: readonly Author[], lately: readonly string[], isResident: (person: Author) => boolean = () => false): Suggestion[] => {
  if (mark === "/") {
    return messageTypes.filter((type) => type.startsWith(query)).map((type) => ({ kind: "type", type, words: typeWords[type], insert: `/${type} ` }));
  }
  const spoke = ({ username }: Author): number => (lately.includes(username) ? lately.indexOf(username) : lately.length);
  const persons = people.flatMap((person) => {
    const rank = answers(query, person.username, person.display_name);
    const last = query === "" && isResident(person) && !lately.includes(person.username);
    return rank === undefined
      ? []
      : [{ rank: last ? 1 : rank, order: spoke(person), name: person.username, found: { kind: "person", person, insert: `@${person.username}` } as Suggestion }];
  });
  const all = everyone.flatMap(({ name, words }, at) => {
    const rank = answers(query, name, "");
    // Calling everyone is never the first thing offered.
    return rank === undefined ? [] : [{ rank: query === "" ? 3 : rank, order: lately.length + at, name, found: { kind: "all", name, words, insert: `@${name}` } as Suggestion }];
  });
  const byFit = (a: (typeof all)[number], b: (typeof all)[number]): number => a.rank - b.rank || a.order - b.order || a.name.localeCompare(b.name);
  // Before anything is written everyone can be called, however many names there are.
  const room = query === "" ? MOST - all.length : MOST;
  return [...persons.sort(byFit).slice(0, room), ...all]
    .sort(byFit)
    .slice(0, MOST)
    .map(({ found }) => found);
};

/** Whether what stands there is whole already, so that Enter has nothing to complete. */
export const isWhole = ({ mark, query }: Token, found: readonly Suggestion[]): boolean => found.some(({ insert }) => insert.trim() === mark + query);
