import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import type { Stretch } from "./blobs.ts";
import { disposition } from "./names.ts";
import type { FileRow } from "./store.ts";
import { keptAs, shownAs } from "./types.ts";

/** What a caller said of the bytes it wants: the headers Range, If-Range and If-None-Match. */
export type Wanted = { range: string | null; ifRange: string | null; ifNoneMatch: string | null };

/** An answer, before it is HTTP's. */
export type Sent = { status: number; headers: Record<string, string>; body: Blob | ReadableStream<Uint8Array> | null };

/** Whatever is uploaded is somebody's: shown or kept, it runs nothing, and no other site's page may take it for a part of itself. */
export const inert = {
  "content-security-policy": "sandbox; default-src 'none'",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "private, no-cache",
};
/** A browser's own PDF viewer does not open in a sandbox; it runs apart from every page. */
const PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";

/**
 * The bytes of a file, or the one range asked for (RFC 9110): to be kept, or `inline` to be looked at where its type allows.
 * @throws AppError `range_not_satisfiable`; `not_found` where the store has lost the bytes
 */
export const sendFile = (ctx: Context, file: FileRow, inline: boolean, wanted: Wanted): Promise<Sent> =>
  sendBytes({ ...file, etag: `"${file.sha256}"` }, inline, wanted, (stretch) => readBlob(ctx, file.sha256, stretch, { file: file.id }));

/** The bytes of a content that the database knows of. @throws AppError `not_found` where the store has lost them */
export const readBlob = async (ctx: Context, sha256: string, stretch: Stretch | undefined, of: Record<string, unknown>): Promise<Blob | ReadableStream<Uint8Array>> => {
  const body = await ctx.blobs.read(sha256, stretch);
  if (body !== null) return body;
  ctx.log.error({ event: "blob_missing", ...of, sha256 }, "The bytes of a file are gone from the store: colony doctor lists what is missing");
  throw new AppError("not_found", { message: "The bytes of this file are missing from the server's store.", hint: "Tell the operator: colony doctor lists what is missing." });
};

/** As `sendFile`, of whatever has bytes: `read` gives all of them, or a stretch. */
export const sendBytes = async (
  file: { name: string; mime: string; size: number; etag: string },
  inline: boolean,
  wanted: Wanted,
  read: (stretch: Stretch | undefined) => Promise<Blob | ReadableStream<Uint8Array>>,
): Promise<Sent> => {
  const shown = inline ? shownAs(file.mime) : null;
  const { etag } = file;
  const headers: Record<string, string> = {
    ...inert,
    etag,
    "accept-ranges": "bytes",
    "content-type": shown ?? keptAs(file.mime),
    "content-disposition": disposition(file.name, shown !== null),
    ...(shown === "application/pdf" && { "content-security-policy": PDF_POLICY }),
  };
  if (matches(wanted.ifNoneMatch, etag)) return { status: 304, headers, body: null };
  const stretch = wanted.ifRange === null || wanted.ifRange === etag ? rangeOf(wanted.range, file.size) : undefined;
  const body = await read(stretch);
  if (!stretch) return { status: 200, headers: { ...headers, "content-length": String(file.size) }, body };
  const { start, end } = stretch;
  return { status: 206, headers: { ...headers, "content-length": String(end - start), "content-range": `bytes ${start}-${end - 1}/${file.size}` }, body };
};

/** Whether If-None-Match names the tag, weakly compared. */
export const matches = (header: string | null, etag: string): boolean => (header ?? "").split(",").some((one) => ["*", etag, `W/${etag}`].includes(one.trim()));

/** The one range of a Range header; undefined for all of it, which several ranges and what is not understood get too. @throws AppError `range_not_satisfiable` */
const rangeOf = (header: string | null, size: number): Stretch | undefined => {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return undefined;
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (start >= end) throw new AppError("range_not_satisfiable", { headers: { "content-range": `bytes */${size}` } });
  return { start, end };
};
