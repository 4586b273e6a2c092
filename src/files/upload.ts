import { mkdirSync, rmSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import { FILE_HEAD_BYTES, UPLOAD_PARTS } from "../limits.ts";
import { storageFault } from "./blobs.ts";
import { uploadsFolder } from "./disk.ts";
import { isForm, readForm, tooLarge } from "./form.ts";

/** A file that came in whole and is on disk, nobody's yet. `name` as it was sent, `head` its first bytes. */
export type Received = { path: string; name: string | null; size: number; sha256: string; head: Uint8Array };

/** Makes the folder that uploads are gathered in, and removes what a server that was killed left there. */
export const clearUploads = (data: string): void => {
  rmSync(uploadsFolder(data), { recursive: true, force: true });
  mkdirSync(uploadsFolder(data), { recursive: true, mode: 0o700 });
};

/**
 * Writes the body of a request to disk as it comes in, a chunk in memory at a time, and hands the file to `work`. Whatever
 * happens, nothing of it is left in the uploads' folder.
 * @param body a form with one part `file`, or the file itself, as `headers` say
 * @throws AppError `payload_too_large`, `validation_failed`, `client_closed`, `storage_failed`
 */
export const receive = async <T>(ctx: Context, body: ReadableStream<Uint8Array> | null, headers: Headers, work: (received: Received) => Promise<T>): Promise<T> => {
  const incoming = await Incoming.open(ctx, ctx.config.maxUpload);
  try {
    let name: string | null = null;
    const begin = async (sent: string | null) => {
      name = sent;
    };
    if (isForm(headers)) await readForm(chunksOf(body), headers, 1, { begin, write: (bytes) => incoming.write(bytes) });
    else for await (const chunk of chunksOf(body)) await incoming.write(chunk);
    return await work({ ...(await incoming.finish()), name });
  } finally {
    await incoming.discard();
  }
};

/**
 * As `receive`, for a form with several parts `file`, which together are no larger than one file may be.
 * @throws AppError as `receive`
 */
export const receiveSeveral = async <T>(ctx: Context, body: ReadableStream<Uint8Array> | null, headers: Headers, work: (received: Received[]) => Promise<T>): Promise<T> => {
  const { maxUpload } = ctx.config;
  const parts: { incoming: Incoming; name: string | null }[] = [];
  const room = () => parts.reduce((left, { incoming }) => left - incoming.size, maxUpload);
  try {
    await readForm(chunksOf(body), headers, UPLOAD_PARTS, {
      begin: async (name) => {
        await parts.at(-1)?.incoming.rest();
        parts.push({ incoming: await Incoming.open(ctx, room()), name });
      },
      write: async (bytes) => parts.at(-1)?.incoming.write(bytes),
    });
    const received: Received[] = [];
    for (const { incoming, name } of parts) received.push({ ...(await incoming.finish()), name });
    return await work(received);
  } finally {
    for (const { incoming } of parts) await incoming.discard();
  }
};

/** A file on its way to disk, hashed as it goes. */
class Incoming {
  readonly #hash = new Bun.CryptoHasher("sha256");
  readonly #head: Uint8Array[] = [];
  size = 0;
  #open = true;

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    private readonly limit: number,
    private readonly most: number,
  ) {}

  static async open({ config }: Context, limit: number): Promise<Incoming> {
    const path = join(uploadsFolder(config.data), newId());
    const handle = await open(path, "wx", 0o600).catch((error) => {
      throw storageFault(error);
    });
    return new Incoming(path, handle, limit, config.maxUpload);
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.size < FILE_HEAD_BYTES) this.#head.push(chunk.slice(0, FILE_HEAD_BYTES - this.size));
    this.size += chunk.length;
    if (this.size > this.limit) throw tooLarge(this.most);
    this.#hash.update(chunk);
    try {
      for (let written = 0; written < chunk.length; ) written += (await this.handle.write(chunk, written)).bytesWritten;
    } catch (error) {
      throw storageFault(error);
    }
  }

  /** Puts what was written on disk for good, and lets go of the file. */
  async rest(): Promise<void> {
    try {
      if (this.#open) await this.handle.sync();
      await this.#close();
    } catch (error) {
      throw storageFault(error);
    }
  }

  /** What came in, on disk for good. */
  async finish(): Promise<Omit<Received, "name">> {
    await this.rest();
    return { path: this.path, size: this.size, sha256: this.#hash.digest("hex"), head: Buffer.concat(this.#head) };
  }

  /** Removes what is left of it. */
  async discard(): Promise<void> {
    await this.#close().catch(() => {});
    await rm(this.path, { force: true });
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.handle.close();
  }
}

/**
 * The chunks of a body, each good until the one after it has been dealt with: then its memory is given back at once. Left
 * to the garbage collector, which a busy server runs late, an upload would hold some hundred MiB of them.
 * @throws AppError `client_closed` when its sender goes away, `bad_signature` when it is not what was signed
 */
async function* chunksOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  let before: Uint8Array | undefined;
  try {
    for (;;) {
      const next = await reader.read().catch((error) => {
        throw error instanceof AppError ? error : new AppError("client_closed");
      });
      if (next.done) return;
      yield next.value;
      if (before) giveBack(before);
      before = next.value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

const giveBack = ({ buffer, byteLength }: Uint8Array): void => {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
};
