import { constants } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { KNOWLEDGE_PDF_BYTES, KNOWLEDGE_TEXT_BYTES } from "../limits.ts";
import { type Document, PDF, problemOf } from "./folder.ts";
import { readPdf } from "./pdf.ts";
import { markdownPieces, type Piece, plainPieces } from "./sections.ts";

/** A document that was read. `pieces` are cut while one takes them. `problem`: what of it could not be read, though the rest was. */
export type Reading = { hash: string; pieces: Iterable<Piece>; problem: string | null };
/** Why a document cannot be read. `passing`: it is tried again in the next round. */
export type Unreadable = { unreadable: string; passing: boolean };

const MiB = 1024 * 1024;

/**
 * Reads a document that is a plain file, never what a link put in its place leads to. `known`: the hash it had; when it
 * has it still, nothing more is done and `pieces` is empty.
 */
export const readDocument = async (document: Document, known: string, signal: AbortSignal): Promise<Reading | Unreadable> => {
  const most = document.mime === PDF ? KNOWLEDGE_PDF_BYTES : KNOWLEDGE_TEXT_BYTES;
  let file: FileHandle | null = null;
  try {
    file = await open(document.real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const facts = await file.stat();
    if (!facts.isFile() || (await realpath(document.real)) !== document.real) return { unreadable: "It is no plain file", passing: true };
    if (facts.size > most) return { unreadable: `It has ${Math.ceil(facts.size / MiB)} MiB; ${most / MiB} are read. Split it`, passing: false };
    return await (document.mime === PDF ? readPages(file, known, signal) : readText(document.mime, file, facts.size, known));
  } catch (error) {
    return { unreadable: problemOf(error) ?? "It went away while it was read", passing: true };
  } finally {
    await file?.close();
  }
};

const readPages = async (file: FileHandle, known: string, signal: AbortSignal): Promise<Reading> => {
  const hash = await hashOf(file);
  if (hash === known) return { hash, pieces: [], problem: null };
  const { pages, problem } = await readPdf(file.fd, signal);
  return { hash, pieces: piecesOfPages(pages), problem };
};

function* piecesOfPages(pages: { page: number; text: string }[]): Generator<Piece> {
  // A word that is parted at a line's end is one word.
  for (const { page, text } of pages) yield* plainPieces(text.replaceAll("\0", "").replace(/(?<=\p{L})-\n(?=\p{Ll})/gu, ""), page);
}

const readText = async (mime: string, file: FileHandle, size: number, known: string): Promise<Reading | Unreadable> => {
  const bytes = await readWhole(file, size);
  const hash = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
  if (hash === known) return { hash, pieces: [], problem: null };
  const text = decode(bytes);
  const lost = text.match(/\ufffd/g)?.length ?? 0;
  if (text.includes("\0") || lost > text.length / 10) return { unreadable: "It is no text, whatever its name says", passing: false };
  const problem = lost > 0 ? `It is not UTF-8 throughout: ${lost} characters could not be read. Save it as UTF-8` : null;
  return { hash, pieces: mime === "text/markdown" ? markdownPieces(text) : plainPieces(text), problem };
};

/** SHA-256 of a file's bytes, read a little at a time; the place from which others read stays where it is. */
const hashOf = async (file: FileHandle): Promise<string> => {
  const hasher = new Bun.CryptoHasher("sha256");
  const buffer = Buffer.alloc(MiB);
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, MiB, at);
    if (bytesRead === 0) return hasher.digest("hex");
    hasher.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
};

/** Up to `size` bytes: a file that grows meanwhile is read again in the next round. */
const readWhole = async (file: FileHandle, size: number): Promise<Buffer> => {
  const bytes = Buffer.alloc(size);
  let at = 0;
  while (at < size) {
    const { bytesRead } = await file.read(bytes, at, size - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
};

/** UTF-8, or UTF-16 that says so by its first bytes, with lines ended by \n; what is neither is replaced. */
const decode = (bytes: Buffer): string => {
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes).replace(/\r\n?/g, "\n");
};
