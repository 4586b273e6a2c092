import { type Doer, record } from "../accounts/audit.ts";
import type { Context } from "../context.ts";
import type { Connection } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { newId } from "../ids.ts";
import type { Channel } from "./directory.ts";
import { insertNewChannel, joinChannel, numbered } from "./service.ts";
import { findDirect, insertChannel, insertMember, isArchived, lastMessageSeq, updateChannel } from "./store.ts";

/** A place that comes from elsewhere as a whole. `created_at` is ISO; `members` are users' numbers. */
export type Place = {
  name: string;
  description: string;
  topic: string;
  visibility: "public" | "private";
  created_by: number;
  created_at: string | null;
  members: readonly number[];
};

/** Makes a channel with everyone who is in it, inside a transaction; nobody is told of each who is. @returns its number. @throws AppError `channel_exists` */
export const insertPlace = (tx: Tx, doer: Doer, { created_at, members, ...place }: Place): number => {
  const { no, id } = insertNewChannel(tx, place.created_by, place);
  if (created_at !== null) updateChannel(tx, no, { created_at });
  for (const user_no of members) insertMember(tx, no, user_no);
  record(tx, doer, "channel_created", id, place.visibility === "public" ? { name: place.name } : { visibility: place.visibility });
  return no;
};

/** The conversation of some users, made when they have none. @returns null when they have one that somebody has spoken in, or that is not `free` */
export const insertTalk = (tx: Tx, members: readonly number[], created_by: number, created_at: string | null, free: (channel_no: number) => boolean): number | null => {
  const direct_key = [...members].sort((a, b) => a - b).join(",");
  const found = findDirect(tx, direct_key);
  if (found) return free(found.no) && lastMessageSeq(tx, found.no) === 0 ? found.no : null;
  const no = numbered(insertChannel(tx, { id: newId(), name: null, description: "", topic: "", visibility: "direct", created_by, created_at: created_at ?? tx.now, direct_key }));
  for (const user_no of members) insertMember(tx, no, user_no);
  tx.append({ kind: "channel", channel_no: no, subject: no, actor_no: created_by });
  return no;
};

/** Makes users members of a channel that everyone may read, without telling of each. */
export const insertMembers = (tx: Tx, channel_no: number, members: readonly number[]): void => {
  for (const user_no of members) insertMember(tx, channel_no, user_no);
};

/** Lets someone into a channel that others know already. */
export const letIn = (tx: Tx, channel: Pick<Channel, "no" | "visibility">, user_no: number): void => {
  const { no: channel_no, visibility } = channel;
  // To whom it was hidden, the channel itself is news.
  if (joinChannel(tx, channel_no, user_no) && visibility === "private") tx.append({ kind: "channel", channel_no, subject: channel_no, actor_no: null, user_no });
};

/** Whether a channel is open to everyone and nothing was ever said in it, so that what was said elsewhere can stand there alone. */
export const isBlank = (ctx: Context, db: Connection, channel: Channel): boolean =>
  channel.visibility === "public" && !isArchived(db, channel.no) && !ctx.projects.ofChannel(channel.no) && lastMessageSeq(db, channel.no) === 0;

/** Through which seq a channel holds only what was imported: `through`, if nothing else was said in it before `first`. */
export const readByAll = (tx: Tx, channel: Pick<Channel, "no" | "imported_seq">, before: number, through: number): void => {
  if (before === channel.imported_seq) updateChannel(tx, channel.no, { imported_seq: through });
};

/** The seq of a channel's newest message in this very transaction; 0 when it has none. */
export const newestSeq = (tx: Tx, channel_no: number): number => lastMessageSeq(tx, channel_no);

/** Closes a channel as it was closed elsewhere, if it is not. */
export const closeFilled = (tx: Tx, doer: Doer, channel: Pick<Channel, "no" | "id">): void => {
  if (isArchived(tx, channel.no)) return;
  updateChannel(tx, channel.no, { archived_at: tx.now });
  tx.append({ kind: "channel", channel_no: channel.no, subject: channel.no, actor_no: null });
  record(tx, doer, "channel_archived", channel.id);
};
