import { dlopen, ptr } from "bun:ffi";
import { closeSync, writeSync } from "node:fs";

const O_CLOEXEC = 0o2000000;
const MFD_CLOEXEC = 1;

const open = () =>
  dlopen("libc.so.6", {
    pipe2: { args: ["ptr", "i32"], returns: "i32" },
    memfd_create: { args: ["ptr", "u32"], returns: "i32" },
  }).symbols;

let opened: ReturnType<typeof open> | undefined;
const libc = () => {
  opened ??= open();
  return opened;
};

/**
 * A pipe, for a child's output: what Bun makes itself is a socket, and a program that opens /dev/stderr cannot open that.
 * @returns its ends as descriptors, which the caller closes; no child inherits them unless they are given to it
 * @throws Error where the system gives none
 */
export const pipe = (): { reads: number; writes: number } => {
  const ends = new Int32Array(2);
  if (libc().pipe2(ptr(ends), O_CLOEXEC) !== 0) throw new Error("The system gives no more pipes");
  const [reads = -1, writes = -1] = ends;
  return { reads, writes };
};

/** A file in memory that has no name, for what a child must be told and nobody else may see. @returns its descriptor, which the caller closes */
export const memoryFile = (): number => {
  const fd = libc().memfd_create(ptr(new TextEncoder().encode("colony\0")), MFD_CLOEXEC);
  if (fd < 0) throw new Error("The system gives no more memory files");
  return fd;
};

/** A file in memory that holds some text, read from its beginning by whoever is given it. @returns its descriptor, which the caller closes */
export const textInMemory = (text: string): number => {
  const fd = memoryFile();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, at);
  return fd;
};

/** What comes out of a pipe, in the pace in which it is taken; the descriptor is closed at its end. */
export async function* chunks(fd: number): AsyncGenerator<Uint8Array> {
  try {
    for await (const bytes of Bun.file(fd).stream()) yield bytes;
  } finally {
    closeSync(fd);
  }
}

/** All that comes out of a pipe, up to its end or up to what is looked for; the descriptor is closed then. */
export const textOf = async (fd: number, until?: RegExp): Promise<string> => {
  let text = "";
  for await (const bytes of chunks(fd)) {
    text += Buffer.from(bytes).toString();
    if (until?.test(text)) break;
  }
  return text;
};
