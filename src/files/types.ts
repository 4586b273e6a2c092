import { fileTypeFromBuffer } from "file-type";

const OCTETS = "application/octet-stream";
const TEXT = "text/plain";

/** What a browser shows by itself and runs nothing of: the only types that are ever served for being looked at in place. */
const shown = new Set([
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
  "image/avif",
  "image/bmp",
  "audio/mpeg",
  "audio/aac",
  "audio/flac",
  "audio/ogg",
  "audio/wav",
  "audio/mp4",
  "video/mp4",
  "video/webm",
  "video/ogg",
  "video/quicktime",
  "application/pdf",
]);

/** Types of text whose marks a browser would follow: never for being looked at. */
const active = new Set(["text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml"]);

/** Kinds of text that say what they are when they are fetched; no page takes any of them for a part of itself, as it would a script or a style. */
const told = new Set([TEXT, "text/markdown", "text/csv", "text/tab-separated-values", "text/yaml", "application/json", "application/toml"]);

/** Other names of the same. */
const aliases: Record<string, string> = {
  "audio/x-flac": "audio/flac",
  "audio/x-m4a": "audio/mp4",
  "image/apng": "image/png",
  "audio/vnd.wave": "audio/wav",
  "audio/x-wav": "audio/wav",
};

/**
 * What a file is, by its first bytes. What its sender calls it counts for nothing but the kind of text: there its name's
 * end tells more than its bytes.
 */
export const typeOf = async (head: Uint8Array, name: string): Promise<string> => {
  const sniffed = await sniff(head);
  if (sniffed && sniffed !== "application/xml") return sniffed;
  const text = asText(head);
  return text === null ? (sniffed ?? OCTETS) : textType(text, name);
};

const sniff = async (head: Uint8Array): Promise<string | undefined> => {
  const mime = (await fileTypeFromBuffer(head).catch(() => undefined))?.mime.split(";")[0];
  return mime && (aliases[mime] ?? mime);
};

/** The bytes as text, or null when they are none. The last letter may have been cut. */
const asText = (head: Uint8Array): string | null => {
  if (head.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
  } catch {
    return null;
  }
};

const textType = (text: string, name: string): string => {
  if (/<svg[\s>:]/i.test(text)) return "image/svg+xml";
  if (/<(!doctype\s+html|html|head|body|script|iframe)[\s>]/i.test(text) && !/\.(md|markdown|txt|log)$/i.test(name)) return "text/html";
  const named = Bun.file(name).type.split(";")[0] ?? "";
  return /^text\/|^application\/(json|[\w.+-]+\+json|javascript|xml|xhtml\+xml|yaml|toml|sql|x-sh)$/.test(named) ? named : TEXT;
};

const isText = (mime: string): boolean => !active.has(mime) && /^text\/|^application\/(json|[\w.+-]+\+json|javascript|yaml|toml|sql|x-sh)$/.test(mime);

/** Whether a file is text that can be read as such, whatever a browser would make of it. */
export const isReadable = (mime: string): boolean => isText(mime) || active.has(mime);

/** How a type is served for being looked at in place; null when it never is. */
export const shownAs = (mime: string): string | null => {
  if (shown.has(mime)) return mime;
  return isText(mime) ? `${TEXT}; charset=utf-8` : null;
};

/** How a type is served for being kept: as bytes, where a browser could make more of it. */
export const keptAs = (mime: string): string => {
  if (told.has(mime)) return `${mime}; charset=utf-8`;
  return isText(mime) || active.has(mime) ? OCTETS : mime;
};

/** Pictures that can be made small. */
export const hasThumbnail = (mime: string): boolean => ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"].includes(mime);
