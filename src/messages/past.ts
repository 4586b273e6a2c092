import type { User } from "../accounts/directory.ts";
import type { Context } from "../context.ts";
import type { Connection } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { attachFiles } from "../files/attach.ts";
import { newId } from "../ids.ts";
import { reindexMessage } from "../search/indexing.ts";
import { editMessage, findMessageByKey, insertPast, setReactions } from "./store.ts";
import { channelOf, messageKey, seqOf } from "./table.ts";
import { messageWire } from "./wire.ts";

/** Emoji → numbers of users, in the order first given. */
export type Reactions = Record<string, number[]>;

/** What was said elsewhere, as it is to stand here. Times are ISO; `metadata` is to fit; `attachments`: ids of files of its author's; `reply_to`: an id. */
export type Past = {
  user: Pick<User, "no" | "role">;
  content: string;
  metadata: Record<string, unknown>;
  reply_to: string | null;
  created_at: string;
  updated_at: string | null;
  reactions: Reactions;
  attachments: readonly string[];
};

const stored = (reactions: Reactions): string | null => (Object.keys(reactions).length === 0 ? null : JSON.stringify(reactions));

/**
 * Puts in what was said elsewhere, with a number and no event of its own: whoever puts in many tells of them all at once, by an `import` behind
 * the last. It was said to nobody here: it calls nobody, enters no inbox and asks no resident.
 */
export const putPast = (ctx: Context, tx: Tx, channel_no: number, past: Past): { key: number; id: string } => {
  const { user, content, metadata, reply_to, created_at, updated_at, reactions, attachments } = past;
  const key = messageKey(channel_no, tx.take());
  const id = newId();
  const carried = attachments.length === 0 ? null : attachFiles(ctx, tx, { user: user as User }, key, attachments);
  const hops = user.role === "ape" ? 0 : 1;
  insertPast(tx, {
    key,
    id,
    user_no: user.no,
    content: content.toWellFormed(),
    metadata: JSON.stringify(metadata),
    reply_to,
    via: "import",
    created_at,
    updated_at,
    attachments: carried,
    reactions: stored(reactions),
    hops,
  });
  return { key, id };
};

/** The id of what was put in under a key; null when nothing stands there. */
export const pastId = (tx: Tx, key: number): string | null => findMessageByKey(tx, key)?.id ?? null;

/** The names of the files that what was put in under a key carries. */
export const pastFiles = (db: Connection, key: number): string[] => {
  const carried = findMessageByKey(db, key)?.attachments;
  return carried ? (JSON.parse(carried) as { name: string }[]).map(({ name }) => name) : [];
};

/**
 * Brings what was put in up to how it was changed elsewhere at `at` (ISO): reactions are added to those it has; words give way only to later ones.
 * @returns whether anything changed; what was deleted here stays so
 */
export const changePast = (ctx: Context, tx: Tx, key: number, { content, reactions, updated_at: at }: Pick<Past, "content" | "reactions" | "updated_at">): boolean => {
  const row = findMessageByKey(tx, key);
  if (!row || row.deleted_at !== null) return false;
  const change = { channel_no: channelOf(key), subject: seqOf(key), actor_no: null };
  const said = content.toWellFormed();
  const edited = at !== null && said !== row.content && at > (row.updated_at ?? row.created_at);
  if (edited) {
    const now = { ...row, content: said, updated_at: tx.now };
    editMessage(tx, now);
    reindexMessage(tx, now);
    tx.append({ kind: "edit", ...change, data: messageWire(ctx, now) });
  }
  const known = JSON.parse(row.reactions ?? "{}") as Reactions;
  const together = { ...known };
  for (const [emoji, users] of Object.entries(reactions)) together[emoji] = [...new Set([...(known[emoji] ?? []), ...users])];
  const reacted = stored(together) !== stored(known);
  if (reacted) {
    setReactions(tx, key, stored(together));
    tx.append({ kind: "reaction", ...change });
  }
  return edited || reacted;
};
