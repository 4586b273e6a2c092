import type { Context } from "../context.ts";
import { IMPORT_PROBLEMS } from "../limits.ts";
import type { Archive } from "./archive.ts";
import type { Problem } from "./format.ts";
import type { External, Kind } from "./store.ts";

/**
 * How an import is to be done. `dry`: only looked at. `activate`: people who are not deleted in Slack may sign in, once they have a password. `apart`: nobody
 * is taken for a user that there is already. `as`: usernames here by names or ids there. `files`: what the export only links to is fetched.
 */
export type Wishes = { dry: boolean; activate: boolean; apart: boolean; as: ReadonlyMap<string, string>; files: boolean; allowPrivate: boolean };

/** What came of an import. `left`: how often something was left out, by what it was. */
export type Summary = {
  source: "slack";
  team: string;
  dry_run: boolean;
  users: { made: number; known: number; activated: number; mapped: { slack: string; username: string }[]; renamed: { slack: string; username: string }[] };
  channels: { made: number; known: number; filled: string[]; renamed: { slack: string; name: string }[]; conversations: number };
  messages: { made: number; known: number; changed: number; replies: number; reactions: number };
  files: { taken: number; linked: number };
  left_out: Record<string, number>;
  problems: Problem[];
  more_problems: number;
};

/** One import under way. */
export type Run = { ctx: Context; team: string; archive: Archive; wishes: Wishes; summary: Summary; tell: (line: string) => void };

export const SOURCE = "slack";

export const newSummary = (team: string, dry_run: boolean): Summary => ({
  source: SOURCE,
  team,
  dry_run,
  users: { made: 0, known: 0, activated: 0, mapped: [], renamed: [] },
  channels: { made: 0, known: 0, filled: [], renamed: [], conversations: 0 },
  messages: { made: 0, known: 0, changed: 0, replies: 0, reactions: 0 },
  files: { taken: 0, linked: 0 },
  left_out: {},
  problems: [],
  more_problems: 0,
});

export const called = ({ team }: Run, kind: Kind, external: string): External => ({ source: SOURCE, team, kind, external });

export const leaveOut = ({ summary }: Run, what: string, count = 1): void => {
  if (count > 0) summary.left_out[what] = (summary.left_out[what] ?? 0) + count;
};

export const complain = ({ summary }: Run, what: string, why: string): void => {
  if (summary.problems.length < IMPORT_PROBLEMS) summary.problems.push({ what, why });
  else summary.more_problems++;
};

/** Letters that no form of Unicode takes apart. */
const plain: Record<string, string> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };

/** A name of elsewhere in the letters that names have here, `letters` being what they have not, `most` characters of it. Empty when nothing of it is left. */
export const asName = (written: string, letters: RegExp, most: number): string =>
  written
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => plain[letter] ?? letter)
    .replace(letters, "-")
    .replace(/-{2,}/g, "-")
    .replace(/^[^a-z0-9]+|-+$/g, "")
    .slice(0, most)
    .replace(/-+$/, "");

/** The first of NAME, NAME-slack, NAME-slack-2 … that is free, within `most` characters. */
export const freeName = (name: string, most: number, isFree: (name: string) => boolean): string => {
  for (let at = 0; ; at++) {
    const end = at === 0 ? "" : at === 1 ? "-slack" : `-slack-${at}`;
    const full = name.slice(0, most - end.length) + end;
    if (isFree(full)) return full;
  }
};
