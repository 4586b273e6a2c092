import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { detachFiles } from "../files/attach.ts";
import { forgetMessage } from "../inbox/service.ts";
import { reindexMessage, unindexMessage } from "../search/indexing.ts";
import { clearMessage, findMessageByKey, removePin, setAttachments } from "./store.ts";
import { channelOf, seqOf } from "./table.ts";
import { type Message, type MessageRow, messageWire } from "./wire.ts";

/** Takes away all that a message says and carries, and tells so; its place stays. */
export const eraseMessage = (tx: Tx, row: MessageRow, actor_no: number): void => {
  clearMessage(tx, row.key);
  forgetMessage(tx, row.key);
  unindexMessage(tx, row.key);
  removePin(tx, row.key);
  detachFiles(tx, row.key);
  tx.append({ kind: "delete", channel_no: channelOf(row.key), subject: seqOf(row.key), actor_no });
};

/** Takes a file that its uploader deletes off a message that carries it. A message that was nothing else goes with it. */
export const takeOff = (ctx: Context, tx: Tx, message_key: number, file_id: string, actor_no: number): void => {
  const row = findMessageByKey(tx, message_key);
  if (!row || row.attachments === null) return;
  const left = (JSON.parse(row.attachments) as Message["attachments"]).filter(({ id }) => id !== file_id);
  if (left.length === 0 && row.content === "" && row.ask === null) {
    eraseMessage(tx, row, actor_no);
    return;
  }
  const after = { ...row, attachments: left.length > 0 ? JSON.stringify(left) : null };
  setAttachments(tx, row.key, after.attachments);
  reindexMessage(tx, after);
  tx.append({ kind: "edit", channel_no: channelOf(row.key), subject: seqOf(row.key), actor_no, data: messageWire(ctx, after) });
};
