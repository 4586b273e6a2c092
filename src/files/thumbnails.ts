import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import { THUMBNAIL_SOURCE_BYTES } from "../limits.ts";
import { storageFault, thumbnailOf } from "./blobs.ts";
import { uploadsFolder } from "./disk.ts";
import { inert, matches, type Sent } from "./download.ts";
import { shrink } from "./images.ts";
import { type FileRow, isHeld } from "./store.ts";
import { hasThumbnail } from "./types.ts";

/**
 * The small picture of a file, made when it is first asked for and kept beside its bytes.
 * @throws AppError `not_found` for what is no picture, or one that cannot be made small; `rate_limited`, `storage_failed`
 */
export const sendThumbnail = async (ctx: Context, file: FileRow, ifNoneMatch: string | null): Promise<Sent> => {
  if (!hasThumbnail(file.mime) || file.size > THUMBNAIL_SOURCE_BYTES) throw none();
  const etag = `"${thumbnailOf(file.sha256)}"`;
  const headers = { ...inert, etag, "content-type": "image/webp", "content-disposition": "inline" };
  if (matches(ifNoneMatch, etag)) return { status: 304, headers, body: null };
  const kept = await ctx.blobs.read(thumbnailOf(file.sha256));
  const body = kept ?? (await ctx.turns.take(file.sha256, () => make(ctx, file.sha256)));
  if (body === null) throw none();
  return { status: 200, headers, body };
};

const none = () => new AppError("not_found", { message: "This file has no thumbnail.", hint: "Only pictures have one (PNG, JPEG, GIF, WebP, BMP); GET …/download is the file." });

/** Makes the small picture in its content's turn, so that it is made once, and never after the content is gone. */
const make = async (ctx: Context, sha256: string) => {
  const name = thumbnailOf(sha256);
  const made = await ctx.blobs.read(name);
  if (made !== null) return made;
  const source = isHeld(ctx.db, sha256) ? await ctx.blobs.read(sha256) : null;
  const small = source && (await shrink(await new Response(source).bytes()));
  if (!small) return null;
  const path = join(uploadsFolder(ctx.config.data), newId());
  try {
    await Bun.write(path, small, { mode: 0o600 });
    await ctx.blobs.put(name, path);
  } catch (error) {
    throw storageFault(error);
  } finally {
    await rm(path, { force: true });
  }
  return ctx.blobs.read(name);
};
