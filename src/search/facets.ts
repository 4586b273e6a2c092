import { channelOf } from "../messages/table.ts";
import type { MessageRow } from "../messages/wire.ts";

/**
 * What operators ask of a message, as terms that stand in the index beside its words. They begin with a private-use
 * character, which no word of a text keeps, so nothing that is written can pass for one.
 */
const SIGN = "\ue000";

/** Every message has it: what only excludes, or asks for a time alone, starts from here. */
export const ANY = `${SIGN}a`;
export const HAS_FILE = `${SIGN}f`;
export const inChannel = (channel_no: number): string => `${SIGN}c${channel_no}`;
export const fromUser = (user_no: number): string => `${SIGN}u${user_no}`;
export const ofType = (type: string): string => `${SIGN}t${type}`;
/** A session's id may hold anything: its hash stands for it. */
export const ofSession = (session_id: string): string => `${SIGN}s${Bun.hash(session_id).toString(36)}`;

/** All of a message's facets. */
export const facetsOf = (row: Pick<MessageRow, "key" | "user_no" | "type" | "metadata" | "attachments">): string[] => {
  const facets = [ANY, inChannel(channelOf(row.key)), fromUser(row.user_no), ofType(row.type)];
  if (row.attachments !== null) facets.push(HAS_FILE);
  const session = row.metadata?.includes('"session_id"') ? (JSON.parse(row.metadata) as { session_id?: unknown }).session_id : undefined;
  if (typeof session === "string") facets.push(ofSession(session));
  return facets;
};

/** What of a message can be found by words: its text, and the names of its files. */
export const textOf = ({ content, attachments }: Pick<MessageRow, "content" | "attachments">): string => {
  if (attachments === null) return content;
  const names = (JSON.parse(attachments) as { name: string }[]).map(({ name }) => name);
  return [content, ...names].filter(Boolean).join("\n");
};
