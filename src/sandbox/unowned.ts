import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { SYSTEM_PATH } from "./slirp.ts";

/** A user that no sandbox has: what belongs to it cannot be changed from inside, however it was reached. */
const NOBODY = 65_534;

/** The devices of a run, by the numbers that Linux has for them (https://docs.kernel.org/admin-guide/devices.html). */
const DEVICES = { null: [1, 3], zero: [1, 5], full: [1, 7], random: [1, 8], urandom: [1, 9], tty: [5, 0] } as const;

/** What runs come by that stands outside of their sandbox all the same: the program that is their first process, and devices. */
export type Unowned = {
  bwrap: string;
  /** What a run reads as its standard input. */
  nothing: string;
  /** Arguments of bwrap that put devices over those of its `--dev /dev`. */
  devices: string[];
};

/** What is said where a server that is root can make none of it. */
export class OwnedByRuns extends Error {}

/**
 * Sees to it that runs own nothing of the host's. A run is the server's own user under another number: where the server is root it
 * would own the host's devices, which no mount can make read-only and usable, and by /proc/1/exe the host's bwrap, and could take
 * them from the whole machine with one `chmod`. So it gets ones that belong to nobody there is inside. An ordinary user owns none of them.
 * @param bwrap the host's @param folder the server's folder for sandboxes @param mark what tells this data folder from others
 * @throws OwnedByRuns where they are needed and cannot be made
 */
export const unownedIn = (bwrap: string, folder: string, mark: string): Unowned => {
  if (process.getuid?.() !== 0) return { bwrap, nothing: "/dev/null", devices: [] };
  const problems: string[] = [];
  // A data folder may lie on a disk that is mounted without devices or programs; the folder of devices is not.
  for (const place of [join(folder, "unowned"), `/dev/colony-${mark}`]) {
    try {
      return make(bwrap, place);
    } catch (error) {
      if (existsSync(place) && readdirSync(place).length === 0) rmdirSync(place);
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new OwnedByRuns(problems.join("; "));
};

const make = (bwrap: string, place: string): Unowned => {
  mkdirSync(place, { recursive: true, mode: 0o700 });
  // The root of a container that an ordinary user started may make no devices, and owns none.
  const owned = Object.keys(DEVICES).some((name) => isRoots(`/dev/${name}`));
  const devices = owned ? Object.entries(DEVICES).flatMap(([name, numbers]) => ["--dev-bind", device(join(place, name), numbers), `/dev/${name}`]) : [];
  const nothing = owned ? join(place, "null") : "/dev/null";
  if (!isRoots(bwrap)) return { bwrap, nothing, devices };
  const own = join(place, "bwrap");
  // Anew at each start: the host's may be another by now.
  put(own, (path) => {
    copyFileSync(bwrap, path);
    chownSync(path, NOBODY, NOBODY);
    chmodSync(path, 0o755);
  });
  // Refused to root too where the disk is mounted without programs.
  accessSync(own, constants.X_OK);
  return { bwrap: own, nothing, devices };
};

const isRoots = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.uid === 0;

/** Makes a device where it is not there. @throws Error where that is refused, or where it cannot be opened */
const device = (path: string, [major, minor]: readonly [number, number]): string => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  const isRight = found?.isCharacterDevice() && found.rdev === major * 256 + minor && found.uid === NOBODY && (found.mode & 0o7777) === 0o666;
  if (!isRight) {
    put(path, (making) => {
      said(["mknod", "-m", "666", making, "c", String(major), String(minor)]);
      chownSync(making, NOBODY, NOBODY);
    });
  }
  // A server has no terminal, and without one nobody can open that.
  if (!path.endsWith("/tty")) closeSync(openSync(path, "r"));
  return path;
};

/** Makes a file in one step for all who look: a server and its doctor may be at it together. */
const put = (path: string, make: (path: string) => void): void => {
  const making = `${path}-${process.pid}`;
  try {
    make(making);
    renameSync(making, path);
  } finally {
    rmSync(making, { force: true });
  }
};

/** Runs a program of the system. @throws Error with its words where it fails */
const said = (words: string[]): void => {
  const { success, stderr } = Bun.spawnSync(words, { env: { PATH: SYSTEM_PATH }, cwd: "/" });
  if (!success) throw new Error(stderr.toString().trim() || `${words[0]} failed`);
};
