import type { Static } from "@sinclair/typebox";
import { record } from "../accounts/audit.ts";
import type { Actor } from "../accounts/credentials.ts";
import { actorNow } from "../accounts/standing.ts";
import { readableChannel } from "../channels/service.ts";
import type { Context } from "../context.ts";
import type { Connection } from "../db/open.ts";
import { AppError, invalid } from "../errors.ts";
import { type Once, type Retry, writeOnce } from "../idempotency/once.ts";
import { newId } from "../ids.ts";
import { takeOff } from "../messages/removal.ts";
import { attachmentWire, isVisible } from "./attach.ts";
import { measure } from "./images.ts";
import type { File as FileModel } from "./model.ts";
import { cleanName } from "./names.ts";
import { carriersOf, type FileRow, filesOfChannel, filesOfUser, findFile, insertFile, removeFile } from "./store.ts";
import { dropUnheld } from "./sweep.ts";
import { hasThumbnail, typeOf } from "./types.ts";
import { type Received, receive } from "./upload.ts";

export type FileWire = Static<typeof FileModel>;

/** What is uploaded: its body as it comes in, with the headers that say how to read it, and a name that goes before the form's. */
export type Upload = { body: ReadableStream<Uint8Array> | null; headers: Headers; name: string | undefined };

/** A file as whoever may see it does. */
const fileWire = (ctx: Context, row: FileRow): FileWire => ({ ...attachmentWire(row), created_at: row.created_at, user: ctx.users.author(row.user_no) });

/**
 * Takes a file in: its bytes and its row are on disk when the promise resolves. `retryFor` makes the Idempotency-Key's
 * fingerprint of what the file turned out to be.
 * @throws AppError `payload_too_large`, `validation_failed`, `client_closed`, `storage_failed`, `idempotency_key_reused`, `unauthorized` when the credential ended meanwhile
 */
export const uploadFile = (ctx: Context, actor: Actor, { body, headers, name }: Upload, retryFor: (facts: unknown) => Retry): Promise<Once<FileWire>> =>
  receive(ctx, body, headers, async (received) => {
    const sent = name ?? received.name;
    if (sent === null || sent === "") throw invalid("name", "is missing", "Say the file's name: ?name=report.pdf, or upload with curl -F file=@report.pdf");
    // The body has come in since the credential was looked at, perhaps for hours.
    return keep(ctx, actorNow(ctx, actor), received, cleanName(sent), retryFor);
  });

/**
 * As `uploadFile`, for what the server itself wrote in a user's name: `text` as UTF-8.
 * @throws AppError `payload_too_large`, `storage_failed`
 */
export const keepText = (ctx: Context, user: Actor["user"], name: string, text: string): Promise<FileWire> => keepStream(ctx, user, name, new Blob([text]).stream());

/** As `keepText`, for bytes as they come. @throws AppError `payload_too_large`, `storage_failed` */
export const keepStream = (ctx: Context, user: Actor["user"], name: string, body: ReadableStream<Uint8Array>): Promise<FileWire> =>
  receive(ctx, body, new Headers(), async (received) => (await keep(ctx, { user }, received, cleanName(name), () => null)).answer);

const keep = async (
  ctx: Context,
  actor: Pick<Actor, "user">,
  { path, size, sha256, head }: Received,
  name: string,
  retryFor: (facts: unknown) => Retry,
): Promise<Once<FileWire>> => {
  const mime = await typeOf(head, name);
  const measures = hasThumbnail(mime) ? await measure(head) : null;
  const retry = retryFor([name, size, sha256]);
  return ctx.turns.take(sha256, async () => {
    try {
      if ((await ctx.blobs.size(sha256)) !== size) await ctx.blobs.put(sha256, path);
      return await writeOnce(ctx, actor, retry, (tx) => {
        const { width, height } = measures ?? { width: null, height: null };
        const row = insertFile(tx, { id: newId(), user_no: actor.user.no, name, mime, size, sha256, width, height, created_at: tx.now });
        return { answer: fileWire(ctx, row) };
      });
    } finally {
      await dropUnheld(ctx, sha256);
    }
  });
};

/** What `actor` uploaded, or what the messages of a channel carry; newest first. @throws AppError `not_found` */
export const listFiles = (ctx: Context, actor: Actor, channel: string | undefined, limit: number): FileWire[] => {
  const rows = channel === undefined ? filesOfUser(ctx.db, actor.user.no, limit) : filesOfChannel(ctx.db, readableChannel(ctx, actor, channel).no, limit);
  return rows.map((row) => fileWire(ctx, row));
};

/** One file. @throws AppError `not_found` */
export const readFile = (ctx: Context, actor: Actor, id: string): FileWire => fileWire(ctx, visibleFile(ctx, ctx.db, actor, id));

/**
 * The door to a file: its uploader's, and of whoever sees a message that carries it.
 * @throws AppError `not_found` when it is missing or hidden: the answers are the same
 */
export const visibleFile = (ctx: Context, db: Connection, actor: Pick<Actor, "user">, id: string): FileRow => {
  const row = findFile(db, id);
  if (!row || !isVisible(ctx, db, actor, row))
    throw new AppError("not_found", { message: "There is no such file that you can see.", hint: "GET /api/files lists yours; a message's attachments name those it carries." });
  return row;
};

/**
 * Removes a file of one's own: it leaves every message that carries it, and its bytes go with the last file that has them.
 * @throws AppError `not_found`, `forbidden`
 */
export const deleteFile = async (ctx: Context, actor: Actor, id: string): Promise<void> => {
  const { user_no, sha256 } = visibleFile(ctx, ctx.db, actor, id);
  if (user_no !== actor.user.no)
    throw new AppError("forbidden", { message: "Only who uploaded a file may delete it.", hint: "Ask its uploader, or delete the message that carries it if that is yours." });
  await ctx.write((tx) => {
    const row = findFile(tx, id);
    if (!row) return;
    for (const key of carriersOf(tx, row.no)) takeOff(ctx, tx, key, id, actor.user.no);
    removeFile(tx, row.no);
    record(tx, actor, "file_deleted", id);
  });
  await ctx.turns.take(sha256, () => dropUnheld(ctx, sha256));
};
