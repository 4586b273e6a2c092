import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../context.ts";
import { storageFault } from "../files/blobs.ts";
import { uploadsFolder } from "../files/disk.ts";
import { takeContent } from "../files/sweep.ts";
import { newId } from "../ids.ts";
import { VERSIONED_FILE_BYTES } from "../limits.ts";
import { isExecutable, type Seen, stampOf } from "./changes.ts";
import type { Folder, Name } from "./folder.ts";
import type { Current } from "./store.ts";

/** A file whose bytes are taken in and held until `end` is called. */
export type Taken = { seen: Seen; end: () => Promise<void> };

const CHUNK = 256 * 1024;

const nothing = async () => {};

/**
 * Takes in a file's bytes as they are now, as a version of them needs. What is small is in memory for it, and goes to disk
 * only when nobody has the same bytes.
 * @returns null when it is gone, no file any more, or being written: the next look finds it
 * @throws AppError `storage_failed`
 */
export const takeIn = async (ctx: Context, folder: Folder, name: Name, path: string, row: Current | undefined): Promise<Taken | null> => {
  const handle = await folder.read(name);
  if (!handle) return null;
  const temporary = join(uploadsFolder(ctx.config.data), newId());
  try {
    const before = await handle.stat({ bigint: true });
    const small = before.size < CHUNK ? await readSmall(handle) : null;
    const sha256 = small ? new Bun.CryptoHasher("sha256").update(small).digest("hex") : await write(temporary, chunksOf(handle));
    const after = await handle.stat({ bigint: true });
    if (sha256 === null || after.mtimeNs !== before.mtimeNs || after.ctimeNs !== before.ctimeNs || after.size !== before.size) return null;
    const seen: Seen = { ...stampOf(after), path, known: row?.no ?? null, sha256, executable: isExecutable(after) };
    const file = async () => {
      if (small) await write(temporary, [small]);
      return temporary;
    };
    const end = row?.sha256 === sha256 ? nothing : await takeContent(ctx, { size: seen.size, sha256, file });
    return { seen, end };
  } finally {
    await rm(temporary, { force: true });
    await handle.close();
  }
};

const readSmall = async (handle: FileHandle): Promise<Buffer> => {
  const buffer = Buffer.allocUnsafe(CHUNK);
  const { bytesRead } = await handle.read(buffer, 0, CHUNK, 0);
  return buffer.subarray(0, bytesRead);
};

async function* chunksOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, CHUNK, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Writes a new file, on disk for good. @returns the SHA-256 of what was written; null when it is more than versions are kept of */
const write = async (path: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string | null> => {
  const hash = new Bun.CryptoHasher("sha256");
  const to = await open(path, "wx", 0o600).catch((error) => {
    throw storageFault(error);
  });
  try {
    let size = 0;
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > VERSIONED_FILE_BYTES) return null;
      hash.update(chunk);
      for (let written = 0; written < chunk.length; ) written += (await to.write(chunk, written)).bytesWritten;
    }
    await to.sync();
  } catch (error) {
    throw storageFault(error);
  } finally {
    await to.close();
  }
  return hash.digest("hex");
};
