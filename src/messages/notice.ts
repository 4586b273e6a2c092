import type { User } from "../accounts/directory.ts";
import type { Channel } from "../channels/directory.ts";
import { takesPosts } from "../channels/service.ts";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { attachFiles } from "../files/attach.ts";
import { newId } from "../ids.ts";
import { insertMessage } from "./store.ts";
import { messageKey } from "./table.ts";
import { type MessageRow, messageWire } from "./wire.ts";

/** What the server tells of something that a user brought about. `metadata` and `content` are to fit; `attachments`: ids of files that the user may see. */
export type Notice = { user: User; via: string; type: "text" | "result" | "error"; content: string; metadata: Record<string, unknown>; attachments: readonly string[] };

/**
 * Posts in a user's name what came of something, in the transaction in which it came. Whatever stands in it was not said to
 * anybody: it calls nobody, enters no inbox, asks no resident, and brings no user into the channel.
 * @returns the message's key; null where the channel takes no posts any more
 */
export const postNotice = (ctx: Context, tx: Tx, channel: Channel, { user, via, type, content, metadata, attachments }: Notice): number | null => {
  if (!takesPosts(tx, channel)) return null;
  const seq = tx.nextSeq();
  const key = messageKey(channel.no, seq);
  const row: MessageRow = {
    key,
    id: newId(),
    user_no: user.no,
    type,
    content: content.toWellFormed(),
    metadata: JSON.stringify(metadata),
    mentions: null,
    reply_to: null,
    via,
    created_at: tx.now,
    updated_at: null,
    deleted_at: null,
    changed_at: tx.now,
    attachments: attachments.length === 0 ? null : attachFiles(ctx, tx, { user }, key, attachments),
    reactions: null,
    ask: null,
    answer: null,
    claimed_by: null,
    claimed_until: null,
    caused_by: null,
    hops: user.role === "ape" ? 0 : 1,
  };
  insertMessage(tx, row);
  // Nobody did it at this moment: who follows agents' chains must not take it for a person's word.
  tx.append({ kind: "message", channel_no: channel.no, subject: seq, actor_no: null, data: messageWire(ctx, row, channel.id) });
  return key;
};
