import { messageTypes } from "../route.ts";
import type { Colony } from "../store.ts";
import { match } from "../switcher/match.ts";
import type { Unfinished } from "./words.ts";

/** What an operator's value may be: as it is written, and what that is. */
export type Completion = { value: string; words: string };

/** Values offered at most. */
const OFFERED = 8;
const DAY = 24 * 60 * 60 * 1000;

const days: readonly [ago: number, words: string][] = [
  [0, "today"],
  [1, "yesterday"],
  [7, "a week ago"],
  [30, "a month ago"],
  [365, "a year ago"],
];

const all = ({ operator }: Unfinished, colony: Colony, now: number): Completion[] => {
  const me = colony.me();
  const people = colony.people().map(({ username, display_name }) => ({ value: username, words: display_name }));
  if (operator === "from") return [{ value: "me", words: "yourself" }, ...people];
  if (operator === "type") return messageTypes.map((type) => ({ value: type, words: "" }));
  if (operator === "has") return [{ value: "file", words: "" }];
  // The server's days are those of UTC.
  if (operator !== "in") return days.map(([ago, words]) => ({ value: new Date(now - ago * DAY).toISOString().slice(0, 10), words }));
  const channels = colony.channels().flatMap(({ name, topic, description }) => (name === null ? [] : [{ value: name, words: topic || description }]));
  const talks = colony.channels().flatMap(({ members }) => {
    const other = members?.length === 2 ? members.find(({ id }) => id !== me?.id) : undefined;
    return other ? [{ value: `@${other.username}`, words: `your conversation with ${other.display_name}` }] : [];
  });
  return [...channels, ...talks];
};

/** The values that fit what is written of one, the best first; none when it is whole. */
export const completionsOf = (unfinished: Unfinished, colony: Colony, now: number): Completion[] => {
  const value = unfinished.value.replace(unfinished.operator === "from" ? /^@/ : /^#/, "");
  const found = all(unfinished, colony, now).flatMap((one) => {
    const hit = match(value, one.value) ?? match(value, one.words);
    return hit ? [{ one, score: hit.score }] : [];
  });
  if (found.some(({ one }) => one.value === value)) return [];
  return found
    .sort((a, b) => (value === "" ? 0 : a.score - b.score))
    .slice(0, OFFERED)
    .map(({ one }) => one);
};
