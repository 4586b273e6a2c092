import { link, mkdir, open, readdir, rename, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type BlobStore, contentOf, isBlobName, storageFault } from "./blobs.ts";

/** Where the disk store keeps blobs. */
export const blobsFolder = (data: string): string => join(data, "files");

/** Where uploads are gathered until they are whole: the same file system as the blobs, so that a rename is enough. */
export const uploadsFolder = (data: string): string => join(blobsFolder(data), "tmp");

/** Where a blob lies under the disk store's folder. */
export const pathOn = (folder: string, name: string): string => join(folder, name.slice(0, 2), name.slice(2, 4), name);

/** Blobs as files: `<folder>/ab/cd/<name>`, so that no folder grows beyond what file systems and people bear. */
export const openDisk = (folder: string): BlobStore => {
  const pathOf = (name: string) => pathOn(folder, name);
  const sizeOf = (name: string) =>
    stat(pathOf(name)).then(
      ({ size }) => size,
      () => null,
    );
  return {
    place: folder,
    put: async (name, file) => {
      const path = pathOf(name);
      try {
        await makeFolder(dirname(path), folder);
        await rename(file, path);
        await sync(dirname(path));
      } catch (error) {
        throw storageFault(error);
      }
    },
    read: async (name, stretch) => {
      if ((await sizeOf(name)) === null) return null;
      const file = Bun.file(pathOf(name));
      return stretch ? file.slice(stretch.start, stretch.end) : file;
    },
    size: sizeOf,
    remove: async (name) => {
      await unlink(pathOf(name)).catch((error) => {
        if (error.code !== "ENOENT") throw error;
      });
    },
    list: async function* () {
      for (const outer of await names(folder))
        if (/^[0-9a-f]{2}$/.test(outer))
          for (const inner of await names(join(folder, outer)))
            for (const name of await names(join(folder, outer, inner))) {
              const size = isBlobName(name) ? await sizeOf(name) : null;
              if (size !== null) yield { name, size };
            }
    },
  };
};

/** Makes a blob's folder and sees to it that the new names are on disk too. */
const makeFolder = async (path: string, root: string): Promise<void> => {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  await sync(dirname(path));
  await sync(root);
};

const sync = async (folder: string): Promise<void> => {
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
};

const names = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/**
 * Gives every content on disk a second name in `folder`, which lies in the same file system: until that is removed, its
 * bytes are there, whatever the server does. Where the file system knows no second names, nothing is held.
 */
export const holdContents = async (data: string, folder: string): Promise<void> => {
  const store = blobsFolder(data);
  for await (const { name } of openDisk(store).list()) if (name === contentOf(name)) await link(pathOn(store, name), join(folder, name)).catch(() => {});
};
