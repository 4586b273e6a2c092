import type { Channel } from "../api.ts";
import { addressOf } from "../route.ts";
import type { Colony } from "../store.ts";
import { uniqueKey } from "../unique.ts";

/** The conversation with exactly these, of those that are known. `ids`: without me; none for a notebook of my own. */
export const conversationWith = (channels: readonly Channel[], ids: readonly string[], me: string): Channel | undefined => {
  const all = new Set([...ids, me]);
  return channels.find(({ members }) => members !== null && members.length === all.size && members.every(({ id }) => all.has(id)));
};

/** Goes to the conversation with these people, which is made when there is none. @throws Failure */
export const converse = async (colony: Colony, ids: readonly string[], go: (address: string) => void, key = uniqueKey()): Promise<void> => {
  const me = colony.me()?.id ?? "";
  const others = ids.filter((id) => id !== me);
  const known = conversationWith(colony.channels(), others, me);
  go(addressOf(known ?? (await colony.made((api) => api.converse(others.length > 0 ? others : [me], key)))));
};
