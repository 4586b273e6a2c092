import type { Connection } from "../db/open.ts";
import { type BlobStore, contentOf } from "./blobs.ts";
import { everyContent, hasFiles } from "./store.ts";

/** How a file's bytes are not as they should be. */
export type Flaw = { id: string; name: string; sha256: string };

/** What a look at all stored bytes found. `bytes` of the contents together; `strays`: blobs that no file has. */
export type Checked = { files: number; contents: number; bytes: number; missing: Flaw[]; wrong: Flaw[]; strays: number };

/** Whether the database knows files: one of an older version does not. */
export const knowsFiles = hasFiles;

/** Compares what files there are with what the store holds, by name and size. @throws AppError `storage_failed` where the store cannot be asked */
export const checkBlobs = async (db: Connection, blobs: BlobStore): Promise<Checked> => {
  const sizes = new Map<string, number>();
  for await (const { name, size } of blobs.list()) sizes.set(name, size);
  const found: Checked = { files: 0, contents: 0, bytes: 0, missing: [], wrong: [], strays: 0 };
  const held = new Set<string>();
  for (const { id, name, sha256, size, files } of everyContent(db)) {
    held.add(sha256);
    found.files += files;
    found.contents++;
    found.bytes += size;
    if (!sizes.has(sha256)) found.missing.push({ id, name, sha256 });
    else if (sizes.get(sha256) !== size) found.wrong.push({ id, name, sha256 });
  }
  for (const name of sizes.keys()) if (!held.has(contentOf(name))) found.strays++;
  return found;
};

/** The SHA-256 of every content that files have; none in a database from before there were any. */
export const contentsIn = (db: Connection): string[] => (knowsFiles(db) ? [...everyContent(db)].map(({ sha256 }) => sha256) : []);
