import type { Static } from "@sinclair/typebox";
import type { Actor } from "../accounts/credentials.ts";
import type { Channel } from "../channels/directory.ts";
import { canRead } from "../channels/service.ts";
import type { Context } from "../context.ts";
import type { Connection } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { AppError } from "../errors.ts";
import type { Attachment } from "../messages/model.ts";
import { channelOf } from "../messages/table.ts";
import { carriersOf, type FileRow, findFile, insertAttachment, removeAttachments } from "./store.ts";

/** Whether a user may see a file: its uploader, and whoever sees a message that carries it. */
export const isVisible = (ctx: Context, db: Connection, actor: Pick<Actor, "user">, row: FileRow): boolean =>
  row.user_no === actor.user.no || carriersOf(db, row.no).some((key) => sees(ctx, actor, key));

const sees = (ctx: Context, actor: Pick<Actor, "user">, message_key: number): boolean => {
  const channel = ctx.channels.byNo(channelOf(message_key));
  return channel !== undefined && canRead(channel, actor.user.no);
};

/** A file that a message of a channel carries which `may` lets through; undefined when there is none such. That one uploaded it oneself counts for nothing here. */
export const carriedFile = (ctx: Context, id: string, may: (channel: Channel) => boolean): FileRow | undefined => {
  const row = findFile(ctx.db, id);
  const carried =
    row &&
    carriersOf(ctx.db, row.no).some((key) => {
      const channel = ctx.channels.byNo(channelOf(key));
      return channel !== undefined && may(channel);
    });
  return carried ? row : undefined;
};

/** A file as messages carry it. */
export const attachmentWire = ({ id, name, mime, size, sha256, width, height }: FileRow): Static<typeof Attachment> => ({ id, name, mime, size, sha256, width, height });

/**
 * Lets a message carry files, which from then on are seen by whoever sees the message; in the transaction that posts it.
 * @returns them as JSON for the message's row
 * @throws AppError `file_not_found` for one that `actor` cannot see
 */
export const attachFiles = (ctx: Context, tx: Tx, actor: Pick<Actor, "user">, message_key: number, ids: readonly string[]): string => {
  const carried = [...new Set(ids)].map((id) => {
    const row = findFile(tx, id);
    if (!row || !isVisible(ctx, tx, actor, row))
      throw new AppError("file_not_found", { details: [{ path: "attachments", message: `'${id.slice(0, 80)}' is no file that you can see` }] });
    insertAttachment(tx, message_key, row.no);
    return attachmentWire(row);
  });
  return JSON.stringify(carried);
};

/** Takes all files off a message that is deleted; those that no other carries are removed a day later. */
export const detachFiles = removeAttachments;
