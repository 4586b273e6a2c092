import type { Agent, Channel } from "../api.ts";
import type { Colony } from "../store.ts";
import { othersOf } from "../titles.ts";

/** The resident agent whom a conversation is with, when it is with one and nobody else. */
export const residentOf = (colony: Colony, { members }: Channel): Agent | undefined => {
  const [other, ...more] = othersOf(members ?? [], colony.me()?.id ?? "");
  return other && more.length === 0 ? colony.team()?.residents.of(other.id) : undefined;
};
