import { closeSync, createReadStream, createWriteStream, fsyncSync, mkdirSync, openSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdCompress, createZstdDecompress } from "node:zlib";
import { extract, pack } from "tar-stream";
import { CommandError } from "./failure.ts";

/**
 * What a backup holds: a tar archive (POSIX ustar) compressed with zstd, so `tar --zstd -tf` lists it. The bytes of files
 * stand under their SHA-256.
 */
export const DATABASE = "colony.db";
export const KEY = "secret.key";
export const PRICES = "prices.json";
export const AGENTS = "agents";
const FILES = "files/";
/** What the operator wrote beside the database: prices, and agents' files. A backup from before there were any holds none. */
const WRITTEN = /^(?:prices\.json|agents\/[^./\\][^/\\]*\.md)$/;
export const entryOf = (sha256: string): string => FILES + sha256;

/** Streams files, by their name in the archive, into one compressed file that only its owner reads. */
export const writeArchive = async (target: string, files: Iterable<[name: string, path: string]>): Promise<void> => {
  const archive = pack();
  const writing = pipeline(archive, createZstdCompress(), createWriteStream(target, { mode: 0o600 }));
  for (const [name, path] of files) await pipeline(createReadStream(path), archive.entry({ name, size: statSync(path).size, mode: 0o600 }));
  archive.finalize();
  await writing;
};

/**
 * Unpacks the files of a backup, and no others, into `folder`, each under its name without folders but for agents' files.
 * @returns the SHA-256 of each content it held
 * @throws CommandError when it is no backup, or damaged
 */
export const readArchive = async (source: string, folder: string): Promise<string[]> => {
  const archive = extract();
  const reading = pipeline(createReadStream(source), createZstdDecompress(), archive);
  const missing = new Set([DATABASE, KEY]);
  const contents: string[] = [];
  const unpacking = async () => {
    for await (const entry of archive) {
      const { name } = entry.header;
      const content = /^files\/([0-9a-f]{64})$/.exec(name)?.[1];
      const written = WRITTEN.test(name);
      if (content === undefined && !written && !missing.delete(name)) {
        entry.resume();
        continue;
      }
      const target = join(folder, written ? name : basename(name));
      mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
      const hash = new Bun.CryptoHasher("sha256");
      await pipeline(entry, hashed(hash), createWriteStream(target, { mode: 0o600 }));
      sync(target);
      if (content === undefined) continue;
      if (hash.digest("hex") !== content) throw new Error(`${name} is not what it was`);
      contents.push(content);
    }
  };
  await Promise.all([reading, unpacking()]).catch(() => {
    throw new CommandError(`${source} is not a backup of Colony, or it is damaged: it cannot be read as an archive.`);
  });
  if (missing.size > 0) throw new CommandError(`${source} is not a backup of Colony: it holds no ${[...missing].join(" and no ")}.`);
  return contents;
};

/** Passes bytes on and hashes them on the way. */
const hashed = (hash: Bun.CryptoHasher): Transform =>
  new Transform({
    transform: (chunk: Uint8Array, _, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });

/** Puts what was written to a file, or the names in a folder, on disk for good. */
export const sync = (path: string): void => {
  const handle = openSync(path, "r");
  fsyncSync(handle);
  closeSync(handle);
};
