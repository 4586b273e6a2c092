import type { Actor } from "../accounts/credentials.ts";
import { askResidents } from "../agents/jobs.ts";
import type { Channel } from "../channels/directory.ts";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { attachFiles, detachFiles } from "../files/attach.ts";
import { newId } from "../ids.ts";
import { forgetMessage, notify } from "../inbox/service.ts";
import { reindexMessage } from "../search/indexing.ts";
import { chainOf } from "./hops.ts";
import { findMentions } from "./mentions.ts";
import { findMessageByKey, growRow, insertMessage } from "./store.ts";
import { messageKey, seqOf } from "./table.ts";
import { type MessageRow, messageWire } from "./wire.ts";

/**
 * A message that grows: who says it, in answer to what, and by whose right. `posted` is null until it is. `edit_seq` is
 * the seq of its last edit since it began to grow, null for none: the next takes its place on the line, which else would
 * fill with moments that nobody can read any more. `apart`: it asks no resident, whomever it names: whoever wanted it does.
 */
export type Growing = {
  actor: Actor;
  asker_no: number;
  channel: Channel;
  question: MessageRow;
  posted: { key: number; id: string } | null;
  edit_seq: number | null;
  apart?: boolean;
};

/** What it says now. `metadata` is to fit; `attachments`: ids of files that the author may see. `whole`: all that was to be said, so that those it names are called. */
export type Words = { type: "text" | "error" | "plan" | "result"; content: string; metadata: Record<string, unknown>; attachments: readonly string[]; whole: boolean };

/** Where it stands after a change; null when it was deleted meanwhile. */
export type Grown = Pick<Growing, "posted" | "edit_seq"> | null;

/**
 * Posts what has come of a message, or lets it grow. It calls nobody and enters no inbox: whoever waits for it is not to be
 * woken by half of it. One that had ended before is begun anew.
 */
export const growMessage = (ctx: Context, tx: Tx, growing: Growing, words: Words): Grown => {
  const row = rowOf(ctx, tx, growing, words);
  if (!row) return null;
  const anew = growing.posted !== null && growing.edit_seq === null;
  if (anew) forgetMessage(tx, row.key);
  return put(ctx, tx, growing, row, { reindex: anew });
};

/** Ends a message that grows, or posts it at once: from now on it is like any other, and told to whom it answers. */
export const finishMessage = (ctx: Context, tx: Tx, growing: Growing, words: Words): Grown => {
  const { channel, question, asker_no } = growing;
  const row = rowOf(ctx, tx, growing, words);
  if (!row) return null;
  forgetMessage(tx, row.key);
  if (words.attachments.length > 0) row.attachments = attachFiles(ctx, tx, growing.actor, row.key, words.attachments);
  const mentions = words.whole ? findMentions(ctx, channel, words.type, row.content) : { names: [], users: [] };
  if (mentions.names.length > 0) row.mentions = JSON.stringify(mentions.names);
  const { braked } = messageWire(ctx, row, channel.id);
  const direct = channel.visibility === "direct" ? channel.members : undefined;
  const told = braked ? [] : notify(ctx, tx, row, tx.nextSeq(), { mentions: mentions.users, reply: question.user_no, direct });
  const asked = braked || growing.apart ? [] : askResidents(ctx, tx, { row, channel, names: mentions.names, parent: null, asker_no });
  return put(ctx, tx, growing, row, { notify: told, asked, reindex: true });
};

/** The row as it is to be; undefined when the message was deleted. */
const rowOf = (ctx: Context, tx: Tx, { actor, channel, question, posted }: Growing, { type, content, metadata }: Words): MessageRow | undefined => {
  const said = { type, content: content.toWellFormed(), metadata: JSON.stringify(metadata), mentions: null, attachments: null, changed_at: tx.now };
  if (posted) {
    const before = findMessageByKey(tx, posted.key);
    if (!before || before.deleted_at !== null) return undefined;
    if (before.attachments !== null) detachFiles(tx, posted.key);
    return { ...before, ...said };
  }
  return {
    ...said,
    key: messageKey(channel.no, tx.nextSeq()),
    id: newId(),
    user_no: actor.user.no,
    reply_to: question.id,
    via: actor.via,
    created_at: tx.now,
    updated_at: null,
    deleted_at: null,
    reactions: null,
    ask: null,
    answer: null,
    claimed_by: null,
    claimed_until: null,
    ...chainOf(ctx, tx, actor, channel, null, question),
  };
};

type Told = { notify?: number[]; asked?: number[]; reindex: boolean };

const put = (ctx: Context, tx: Tx, { actor, channel, posted, edit_seq }: Growing, row: MessageRow, { reindex, ...told }: Told): Grown => {
  const change = { channel_no: channel.no, subject: seqOf(row.key), actor_no: actor.user.no, data: messageWire(ctx, row, channel.id), ...told };
  if (!posted) {
    insertMessage(tx, row);
    tx.append({ kind: "message", ...change });
    return { posted: { key: row.key, id: row.id }, edit_seq: null };
  }
  growRow(tx, row);
  // The index may hold what it said before: half of it, or what it said when it had ended once.
  if (reindex) reindexMessage(tx, row);
  return { posted, edit_seq: tx.append({ kind: "edit", ...change, replaces: edit_seq ?? false }) };
};
