import { existsSync, linkSync, renameSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { parse } from "content-disposition";
import { cleanName } from "../../files/names.ts";
import { CLIENT_RETRIES } from "../../limits.ts";
import { CommandError } from "../failure.ts";
import { inLine, progress, say } from "./say.ts";
import { type Asked, ConnectionError, type Server } from "./server.ts";
import { sha256 } from "./signing.ts";

export type Uploading = Pick<Asked, "query" | "headers" | "key" | "signal"> & { method?: "POST" | "PUT" };

/** `file`: the path it shall have; without it the server's name for it, in `folder` (the current one). `force`: a file that is there already is replaced. `mode`: its permissions. */
export type Downloading = Pick<Asked, "query" | "headers" | "signal"> & { file?: string; folder?: string; force?: boolean; mode?: number };
export type Downloaded = { file: string; bytes: number };

/** Sends a file as a body, with a bar on a terminal. The file is read as it is sent, and anew when the connection broke. */
export const upload = async <T>(server: Server, path: string, file: string, { method = "POST", ...asked }: Uploading): Promise<T> => {
  const { size } = regular(file);
  const bar = progress(inLine(basename(file)));
  try {
    return await server.call<T>(method, path, {
      ...asked,
      raw: {
        size,
        digest: async () => {
          const hasher = new Bun.CryptoHasher("sha256");
          for await (const chunk of Bun.file(file).stream()) hasher.update(chunk);
          return hasher.digest("hex");
        },
        stream: () => counted(Bun.file(file).stream(), (done) => bar.at(done, size)),
      },
    });
  } finally {
    bar.end();
  }
};

/** @throws CommandError for what is no file that can be read */
const regular = (file: string): { size: number } => {
  const facts = statSync(file, { throwIfNoEntry: false });
  if (!facts) throw new CommandError(`There is no file ${file}.`);
  if (!facts.isFile()) throw new CommandError(`${file} is ${facts.isDirectory() ? "a folder: send its files, or an archive of it" : "no file"}.`);
  return facts;
};

const counted = (bytes: ReadableStream<Uint8Array>, told: (done: number) => void): ReadableStream<Uint8Array> => {
  let done = 0;
  return bytes.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        done += chunk.byteLength;
        told(done);
        controller.enqueue(chunk);
      },
    }),
  );
};

/**
 * Fetches bytes beside the place they shall have, and gives them their name when all are there. What an earlier try has
 * fetched of the same content (its ETag says so) is gone on from. `file`: "-" is the standard output.
 * @throws CommandError when a file of that name is there already
 */
export const download = async (server: Server, path: string, { file, folder = ".", force = false, mode = 0o666, ...asked }: Downloading): Promise<Downloaded> => {
  const headers = await facts(server, path, asked);
  const size = Number(headers.get("content-length") ?? 0);
  const etag = headers.get("etag");
  const target = file ?? join(folder, ownName(headers));
  const bar = progress(inLine(basename(target)));
  try {
    if (target === "-") return { file: "-", bytes: await pour(server, path, asked, (done) => bar.at(done, size)) };
    holdFree(target, force);
    const part = join(dirname(target), `.${basename(target)}.${sha256(etag ?? path).slice(0, 12)}.part`);
    if (etag === null) rmSync(part, { force: true });
    for (let attempt = 0; ; attempt++) {
      try {
        await fill(server, path, part, { etag, size, mode }, asked, (done) => bar.at(done, size));
        break;
      } catch (error) {
        const pause = CLIENT_RETRIES[attempt];
        if (!(error instanceof ConnectionError || lost(error)) || pause === undefined) throw kept(error, part);
        await Bun.sleep(pause);
      }
    }
    settle(part, target, force);
    return { file: target, bytes: size };
  } finally {
    bar.end();
  }
};

/** What there is to fetch. An answer to HEAD says nothing of why it failed, so that is asked once more. */
const facts = async (server: Server, path: string, asked: Pick<Asked, "query" | "headers" | "signal">): Promise<Headers> => {
  try {
    return (await server.stream("HEAD", path, asked)).headers;
  } catch (error) {
    if (error instanceof CommandError && !(error instanceof ConnectionError)) await (await server.stream("GET", path, asked)).body?.cancel();
    throw error;
  }
};

/** Whether a body broke off: Bun's fetch says it by a code of the system's. */
const lost = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ECONNRESET";

const kept = (error: unknown, part: string): unknown => {
  if (!(error instanceof ConnectionError || lost(error)) || !existsSync(part)) return error;
  return new CommandError("The connection was lost, and what came is kept: the same command goes on from there.");
};

/** The server's name for it, as a name in one's own folder: no path, and nothing that is hidden or read as settings. */
const ownName = (headers: Headers): string => cleanName(nameIn(headers.get("content-disposition") ?? "")).replace(/^\.+/, "_");

const nameIn = (disposition: string): string => {
  try {
    return parse(disposition).parameters.filename ?? "";
  } catch {
    return "";
  }
};

const holdFree = (target: string, force: boolean): void => {
  const facts = statSync(target, { throwIfNoEntry: false });
  if (facts?.isDirectory()) throw new CommandError(`${target} is a folder: name the file in it (-o ${join(target, "NAME")}).`);
  if (facts && !force) throw new CommandError(`${target} is there already: choose another name with -o, or replace it with --force.`);
};

/** Writes what is missing of `part`. */
const fill = async (
  server: Server,
  path: string,
  part: string,
  { etag, size, mode }: { etag: string | null; size: number; mode: number },
  asked: Pick<Asked, "query" | "headers" | "signal">,
  told: (done: number) => void,
) => {
  const have = statSync(part, { throwIfNoEntry: false })?.size ?? 0;
  if (have === size && etag !== null && have > 0) return;
  const onward = have > 0 && have < size && etag !== null;
  const response = await server.stream("GET", path, { ...asked, headers: { ...asked.headers, ...(onward && { range: `bytes=${have}-`, "if-range": etag }) } });
  const goesOn = response.status === 206;
  const handle = await open(part, goesOn ? "a" : "w", mode);
  let done = goesOn ? have : 0;
  try {
    for await (const chunk of response.body ?? []) {
      await handle.write(chunk);
      done += chunk.byteLength;
      told(done);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (done !== size && response.headers.has("content-length")) throw new ConnectionError(`${done} of ${size} bytes came: try again.`, true);
};

/** Gives the whole file its name: never over another's, also when that came in the meantime. */
const settle = (part: string, target: string, force: boolean): void => {
  if (force) {
    renameSync(part, target);
    return;
  }
  try {
    linkSync(part, target);
  } catch (error) {
    // Not every disk has links (exFAT): looked at once more, then.
    if (error instanceof Error && "code" in error && error.code !== "EEXIST" && !existsSync(target)) renameSync(part, target);
    else holdFree(target, false);
  }
  rmSync(part, { force: true });
};

const pour = async (server: Server, path: string, asked: Pick<Asked, "query" | "headers" | "signal">, told: (done: number) => void): Promise<number> => {
  const response = await server.stream("GET", path, asked);
  let done = 0;
  for await (const chunk of response.body ?? []) {
    await say.write(chunk);
    done += chunk.byteLength;
    told(done);
  }
  return done;
};
