import type { Attachment } from "../api.ts";
import { languageOf } from "../timeline/languages.ts";

export type Kind = "image" | "audio" | "video" | "pdf" | "text" | "other";

/** Images that browsers draw from their pixels alone; SVG is a program, and is a text here. */
const drawn = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif"];
const texts = /^text\/|^application\/(?:json|xml|yaml|toml|sql|javascript|typescript|x-(?:sh|ndjson|yaml|toml|httpd-php|sql))\b|^image\/svg\+xml$|\+(?:json|xml)$/;
const textual = ["txt", "log", "csv", "tsv", "env", "lock", "tex", "rst", "vue", "svelte"];

const endingOf = (name: string): string => /\.(\w{1,12})$/.exec(name)?.[1]?.toLowerCase() ?? "";

/** How a file is shown: by its type, and of texts whose type says nothing by the ending of its name. */
export const kindOf = ({ mime, name }: Pick<Attachment, "mime" | "name">): Kind => {
  if (drawn.includes(mime)) return "image";
  if (mime.startsWith("audio/")) return "audio";
  if (mime.startsWith("video/")) return "video";
  if (mime === "application/pdf") return "pdf";
  const ending = endingOf(name);
  return texts.test(mime) || (mime === "application/octet-stream" && (languageOf(ending) !== undefined || textual.includes(ending))) ? "text" : "other";
};

/** The language a text is coloured in; "" when that is not known. */
export const languageBy = ({ name }: Attachment): string => {
  const called = /^(?:dockerfile|makefile)$/i.test(name) ? name : endingOf(name);
  return languageOf(called) ?? "";
};

/** Whether a text is written to be read as markdown. */
export const isMarkdown = ({ mime, name }: Pick<Attachment, "mime" | "name">): boolean => /^text\/(?:x-)?markdown\b/.test(mime) || ["md", "markdown"].includes(endingOf(name));

/** What a file is, in a word for people. */
export const typeWords = (file: Attachment): string => {
  const ending = endingOf(file.name);
  return ending === "" ? file.mime : ending.toUpperCase();
};

const units = ["bytes", "KB", "MB", "GB", "TB"];

/** Bytes as one says them: 1.2 MB. */
export const sizeWords = (bytes: number): string => {
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const count = bytes / 1024 ** step;
  return step === 0 ? `${bytes} ${bytes === 1 ? "byte" : "bytes"}` : `${count < 10 ? count.toFixed(1) : Math.round(count)} ${units[step]}`;
};
