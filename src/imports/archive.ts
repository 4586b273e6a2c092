import { lstatSync, readdirSync } from "node:fs";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Entry, ZipFile } from "yauzl";
import { IMPORT_ENTRIES, IMPORT_JSON_BYTES } from "../limits.ts";

/** An export, packed or not, that cannot be read; says why and what to do. */
export class ArchiveError extends Error {}

/**
 * The files of an export by their paths in it, `/` between. Nothing is ever unpacked, so what a path says leads nowhere. Sizes are
 * those of the contents in bytes, and are held to when they are read.
 */
export type Archive = {
  sizes: ReadonlyMap<string, number>;
  /** Entries that were passed over: their names lead out of the archive, came a second time, or are locked. */
  odd: readonly string[];
  stream: (path: string) => Promise<ReadableStream<Uint8Array>>;
  close: () => void;
};

/** Opens an export: a ZIP file (also ZIP64), or the folder it was unpacked to. @throws ArchiveError */
export const openArchive = async (path: string): Promise<Archive> => {
  const found = await lstat(path).catch(() => null);
  if (!found) throw new ArchiveError(`${path} is not there. Name the ZIP file that Slack made, or the folder it was unpacked to.`);
  return found.isDirectory() ? openFolder(path) : openZip(path);
};

/** Reads one file of an export as JSON. @throws ArchiveError when it is too large, broken off, or no JSON */
export const readJson = async (archive: Archive, path: string): Promise<unknown> => {
  const size = archive.sizes.get(path) ?? 0;
  if (size > IMPORT_JSON_BYTES) throw new ArchiveError(`It would be ${size} bytes; up to ${IMPORT_JSON_BYTES} are read.`);
  const stream = await archive.stream(path);
  const text = await new Response(stream).text().catch((error) => {
    throw new ArchiveError(`It cannot be read (${error instanceof Error ? error.message : error}).`);
  });
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw new ArchiveError("It is not whole JSON.");
  }
};

const isSafe = (name: string): boolean => name !== "" && !name.startsWith("/") && !name.includes("\\") && !name.includes("\0") && !name.split("/").includes("..");

const openZip = async (path: string): Promise<Archive> => {
  const yauzl = await import("yauzl");
  const notZip = (error: unknown) =>
    new ArchiveError(`${path} cannot be read as a ZIP file (${error instanceof Error ? error.message : error}). Fetch the export again, or unpack it and name the folder.`);
  // Names are decoded here: one that is hostile costs itself and not the whole archive. A lie about a size ends the reading of that file.
  const zip = await yauzl.openPromise(path, { autoClose: false, decodeStrings: false, validateEntrySizes: true }).catch((error) => {
    throw notZip(error);
  });
  const entries = new Map<string, Entry>();
  const odd: string[] = [];
  try {
    if (zip.entryCount > IMPORT_ENTRIES) throw new Error(`it has ${zip.entryCount} entries; up to ${IMPORT_ENTRIES} are read`);
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileNameRaw.toString("utf8");
      if (name.endsWith("/")) continue;
      if (!isSafe(name) || entries.has(name) || !entry.canDecodeFileData()) odd.push(name);
      else entries.set(name, entry);
    }
  } catch (error) {
    zip.close();
    throw notZip(error);
  }
  return {
    sizes: new Map([...entries].map(([name, { uncompressedSize }]) => [name, uncompressedSize])),
    odd,
    stream: (name) => streamOf(zip, entries.get(name)),
    close: () => zip.close(),
  };
};

const streamOf = async (zip: ZipFile, entry: Entry | undefined): Promise<ReadableStream<Uint8Array>> => {
  if (!entry) throw new ArchiveError("It is not in the export.");
  const stream = await zip.openReadStreamPromise(entry).catch((error) => {
    throw new ArchiveError(`It cannot be read (${error instanceof Error ? error.message : error}).`);
  });
  return Readable.toWeb(stream) as unknown as ReadableStream<Uint8Array>;
};

/** Links are not followed: they lead out of the export. */
const openFolder = (root: string): Archive => {
  const sizes = new Map<string, number>();
  const odd: string[] = [];
  const look = (folder: string, depth: number) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && depth < FOLDERS) look(path, depth + 1);
      else if (entry.isFile()) sizes.set(path, lstatSync(join(root, path)).size);
      else odd.push(path);
      if (sizes.size > IMPORT_ENTRIES) throw new ArchiveError(`${root} has more than ${IMPORT_ENTRIES} files.`);
    }
  };
  look("", 0);
  return { sizes, odd, stream: async (path) => Bun.file(join(root, path)).stream(), close: () => {} };
};

/** Folders within each other that are looked into: an export has two. */
const FOLDERS = 6;
