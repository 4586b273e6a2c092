import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  unlinkSync,
} from "node:fs";
import { type FileHandle, open, readdir } from "node:fs/promises";
import { promisify } from "node:util";
import { AppError } from "../errors.ts";
import { partsOf } from "./paths.ts";

/** Linux: opens without asking for a right to read. */
const O_PATH = 0o10000000;
const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** A name as the disk has it: bytes, where they are no UTF-8. */
export type Name = string | Buffer;

const synced = promisify(fsync);

const codeOf = (error: unknown): string => (error as { code?: string } | null)?.code ?? "";

/**
 * A folder of a workspace, held open. A program may put a link in a folder's place at any moment, so nothing here goes by a
 * path twice: each folder is opened from the one above it without following links, and what is in it is reached through
 * the open one, wherever that has gone.
 */
export class Folder {
  readonly #place: string;

  private constructor(private readonly fd: number) {
    // How the system names what is in an open folder: by the process's own handles, or (macOS) by its number on its volume.
    if (process.platform === "linux") this.#place = `/proc/self/fd/${fd}`;
    else {
      const { dev, ino } = fstatSync(fd, { bigint: true });
      this.#place = `/.vol/${dev}/${ino}`;
    }
  }

  /** Opens a workspace itself, which is made when it is not there. */
  static root(path: string): Folder {
    if (mkdirSync(path, { recursive: true })) {
      const folder = new Folder(openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
      fchmodSync(folder.fd, 0o755);
      return folder;
    }
    return new Folder(openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  }

  /** Opens the folder of that name in this one. @throws the system's error; ENOTDIR or ELOOP when it is a link or no folder */
  enter(name: Name): Folder {
    return new Folder(openSync(this.#at(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  }

  /** Makes a folder in this one, and opens it. */
  make(name: Name): Folder {
    mkdirSync(this.#at(name));
    const folder = this.enter(name);
    fchmodSync(folder.fd, 0o755);
    return folder;
  }

  /** As `enter`, of one that is closed to its own owner too: from then on its owner may read and change it. Never by way of a link. */
  seize(name: Name): Folder {
    if (process.platform === "linux") {
      const fd = openSync(this.#at(name), O_PATH | O_DIRECTORY | O_NOFOLLOW);
      try {
        chmodSync(`/proc/self/fd/${fd}`, 0o700);
      } finally {
        closeSync(fd);
      }
    } else if (lstatSync(this.#at(name)).isDirectory()) chmodSync(this.#at(name), 0o700);
    return this.enter(name);
  }

  /** What is said of a name without opening it, of a link itself; null where there is nothing. */
  look(name: Name): BigIntStats | null {
    try {
      return lstatSync(this.#at(name), { bigint: true });
    } catch (error) {
      if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return null;
      throw error;
    }
  }

  /** Opens a regular file for reading; null for all else: what is no file may hold up its reader for ever, or do things when it is opened. */
  async read(name: Name): Promise<FileHandle | null> {
    if (!this.look(name)?.isFile()) return null;
    const handle = await open(this.#at(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error) => {
      if (["ENOENT", "ELOOP", "ENXIO", "ENODEV"].includes(codeOf(error))) return null;
      throw error;
    });
    if (!handle) return null;
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    return null;
  }

  /** Where a link points to, as it says. */
  target(name: Name): string {
    return readlinkSync(this.#at(name));
  }

  /** The names in it, in no order. */
  async names(): Promise<Name[]> {
    const names = await readdir(this.#place);
    // What is no UTF-8 comes with a mark in its letters' place: then all are asked for as bytes.
    if (!names.some((name) => name.includes("\ufffd"))) return names;
    return (await readdir(this.#place, { encoding: "buffer" })).map((bytes) => {
      const name = bytes.toString();
      return Buffer.from(name).equals(bytes) ? name : bytes;
    });
  }

  /** Moves a finished file of the same disk to a name here, in the place of whatever file or link has it. */
  place(file: string, name: Name): void {
    renameSync(file, this.#at(name));
  }

  /** Moves what has a name in another folder of the same disk to one here. */
  take(from: Folder, name: Name, to: Name): void {
    renameSync(from.#at(name), this.#at(to));
  }

  /** Moves what has a name here to a path of the same disk where nothing is. */
  give(name: Name, path: string): void {
    renameSync(this.#at(name), path);
  }

  /** Removes a file or a link. */
  unlink(name: Name): void {
    unlinkSync(this.#at(name));
  }

  /** Removes an empty folder. */
  rmdir(name: Name): void {
    rmdirSync(this.#at(name));
  }

  /** Sees to it that the names in it are on disk. */
  sync(): Promise<void> {
    return synced(this.fd);
  }

  close(): void {
    closeSync(this.fd);
  }

  #at(name: Name): string | Buffer {
    return typeof name === "string" ? `${this.#place}/${name}` : Buffer.concat([Buffer.from(`${this.#place}/`), name]);
  }
}

/** Does something in an open folder, and closes it. */
export const within = async <T>(folder: Folder, work: (folder: Folder) => T | Promise<T>): Promise<T> => {
  try {
    return await work(folder);
  } finally {
    folder.close();
  }
};

/**
 * Opens the folder that a path's last name stands in. `make`: makes those on the way that are missing.
 * @returns the folder, to be closed, the last name, and how many folders were made; null when a folder on the way is not there
 * @throws AppError `bad_path` when a link or a file stands on the way
 */
export const openParent = (root: string, path: string, make = false): { folder: Folder; name: string; made: number } | null => {
  const parts = partsOf(path);
  const name = parts.pop() ?? "";
  let folder = Folder.root(root);
  let made = 0;
  for (const [at, part] of parts.entries()) {
    const above = folder;
    try {
      const there = above.look(part) !== null;
      if (!there && !make) return null;
      folder = there ? above.enter(part) : above.make(part);
      if (!there) made++;
    } catch (error) {
      if (codeOf(error) === "ENOENT") return null;
      if (!["ENOTDIR", "ELOOP", "EEXIST"].includes(codeOf(error))) throw error;
      const on = parts.slice(0, at + 1).join("/");
      throw new AppError("bad_path", { message: `'${on}' is no folder: a file or a link stands there.`, details: [{ path: on }] });
    } finally {
      above.close();
    }
  }
  return { folder, name, made };
};
