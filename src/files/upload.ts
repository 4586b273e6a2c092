import { mkdirSync, rmSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { parse as parseDisposition } from "content-disposition";
import { type MultipartError, make as makeParser, type PartInfo } from "multipasta";
import type { Context } from "../context.ts";
import { AppError, invalid } from "../errors.ts";
import { newId } from "../ids.ts";
import { FILE_HEAD_BYTES, UPLOAD_FORM_BYTES } from "../limits.ts";
import { storageFault } from "./blobs.ts";
import { uploadsFolder } from "./disk.ts";

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
  const incoming = await Incoming.open(ctx);
  try {
    const form = /^multipart\/form-data\s*;/i.test(headers.get("content-type") ?? "");
    const name = await (form ? readForm(incoming, body, headers) : readWhole(incoming, body));
    return await work({ ...(await incoming.finish()), name });
  } finally {
    await incoming.discard();
  }
};

/** A file on its way to disk, hashed as it goes. */
class Incoming {
  readonly #hash = new Bun.CryptoHasher("sha256");
  readonly #head: Uint8Array[] = [];
  #size = 0;
  #open = true;

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    private readonly limit: number,
  ) {}

  static async open({ config }: Context): Promise<Incoming> {
    const path = join(uploadsFolder(config.data), newId());
    const handle = await open(path, "wx", 0o600).catch((error) => {
      throw storageFault(error);
    });
    return new Incoming(path, handle, config.maxUpload);
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#size < FILE_HEAD_BYTES) this.#head.push(chunk.slice(0, FILE_HEAD_BYTES - this.#size));
    this.#size += chunk.length;
    if (this.#size > this.limit) throw tooLarge(this.limit);
    this.#hash.update(chunk);
    try {
      for (let written = 0; written < chunk.length; ) written += (await this.handle.write(chunk, written)).bytesWritten;
    } catch (error) {
      throw storageFault(error);
    }
  }

  /** Puts what was written on disk for good. */
  async finish(): Promise<Omit<Received, "name">> {
    try {
      await this.handle.sync();
      await this.#close();
    } catch (error) {
      throw storageFault(error);
    }
    return { path: this.path, size: this.#size, sha256: this.#hash.digest("hex"), head: Buffer.concat(this.#head) };
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

const readWhole = async (incoming: Incoming, body: ReadableStream<Uint8Array> | null): Promise<null> => {
  for await (const chunk of chunksOf(body)) await incoming.write(chunk);
  return null;
};

/** Takes the part `file` out of a form (RFC 7578). @returns the name it was sent with */
const readForm = async (incoming: Incoming, body: ReadableStream<Uint8Array> | null, headers: Headers): Promise<string | null> => {
  const pieces: Uint8Array[] = [];
  let name: string | null = null;
  let found = false;
  let fault: AppError | undefined;
  let beside = 0;
  const refuse = (error: AppError) => {
    fault ??= error;
  };
  const parser = makeParser({
    headers: { "content-type": headers.get("content-type") ?? "" },
    maxFieldSize: UPLOAD_FORM_BYTES,
    isFile: (part) => parametersOf(part).name === "file",
    onField: (part) => refuse(invalid(parametersOf(part).name?.slice(0, 80) || "form", "there is no such field here", "Send one part, 'file': curl -F file=@report.pdf")),
    onFile: (part) => {
      if (found) refuse(invalid("file", "stands twice in the form", "Send one file a request, and name them all in one post's attachments."));
      found = true;
      name = parametersOf(part).filename ?? null;
      return (piece) => piece && pieces.push(piece);
    },
    onError: (error) => refuse(formFault(error)),
    onDone: () => {},
  });
  const parse = (work: () => void) => {
    try {
      work();
    } catch {
      refuse(formFault());
    }
    if (fault) throw fault;
  };
  for await (const chunk of chunksOf(body)) {
    parse(() => parser.write(chunk));
    beside += chunk.length;
    for (const piece of pieces.splice(0)) {
      beside -= piece.length;
      await incoming.write(piece);
    }
    if (beside > UPLOAD_FORM_BYTES) throw tooLarge(UPLOAD_FORM_BYTES, "The form around the file is larger than is taken here.");
  }
  parse(() => parser.end());
  for (const piece of pieces) await incoming.write(piece);
  if (!found) throw invalid("file", "is missing", "Send the file as the form's part 'file': curl -F file=@report.pdf");
  return name;
};

/** What a part says of itself, as browsers write it: the form's own parser knows no name beyond Latin letters. */
const parametersOf = ({ headers }: PartInfo): Record<string, string> => parseDisposition(String(headers["content-disposition"] ?? ""), { multipart: true }).parameters;

const formFault = (error?: MultipartError): AppError =>
  error?._tag === "ReachedLimit"
    ? tooLarge(UPLOAD_FORM_BYTES, "A field of the form is larger than is taken here.")
    : invalid("body", error?._tag === "EndNotReached" ? "ends before its form does" : "is no multipart form", "Let curl write it: curl -F file=@report.pdf");

/** What a file that is too large is answered: how large one may be, and who may change that. `message` where it is not the file. */
export const tooLarge = (limit: number, message?: string): AppError =>
  new AppError("payload_too_large", {
    message: message ?? `The file is larger than ${limit} bytes, the most that is taken here.`,
    hint: message ? undefined : "Make it smaller, or ask the operator to raise COLONY_MAX_UPLOAD.",
    details: [{ limit }],
  });

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
