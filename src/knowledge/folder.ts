import type { Stats } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { KNOWLEDGE_DEPTH, KNOWLEDGE_FILES, KNOWLEDGE_PATH_CHARACTERS } from "../limits.ts";

/**
 * A document as the disk tells of it, unread. `path` is under the folder, with slashes; `real` is where it is opened.
 * `stamp` changes whenever the file may have. `problem` says why it is not read.
 */
export type Document = { path: string; real: string; mime: string; size: number; stamp: string; changed: Date; problem: string | null };

export const PDF = "application/pdf";
const types: Record<string, string> = { ".md": "text/markdown", ".markdown": "text/markdown", ".txt": "text/plain", ".text": "text/plain", ".pdf": PDF };
export const FOLDER = "inode/directory";

/** Characters of a name that cannot be seen, or turn what stands around them. */
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\ufffd\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** What went wrong with a file, in a sentence; null when it is gone, which is no problem. */
export const problemOf = (error: unknown): string | null => {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "ENOENT" || code === "ENOTDIR") return null;
  if (code === "EACCES" || code === "EPERM") return "The server may not read it: give its user the right to";
  if (code === "ELOOP") return "It is a link that leads nowhere";
  return `It cannot be read (${code || "unknown error"})`;
};

const documentOf = (path: string, real: string, mime: string, facts: Stats | null, problem: string | null): Document => ({
  path: path.replace(unseen, "\ufffd").normalize("NFC").slice(0, KNOWLEDGE_PATH_CHARACTERS),
  real,
  mime,
  size: facts?.size ?? 0,
  stamp: facts ? [facts.size, facts.mtimeMs, facts.ctimeMs, facts.ino].join(" ") : "",
  changed: facts?.mtime ?? new Date(0),
  problem,
});

/**
 * Walks the folder and gives its documents, name by name; what is hidden (`.name`) or of another kind is passed over.
 * Links to files that are in the folder are followed, such as those of a mounted ConfigMap; others are listed as problems.
 * @throws the system's error when the folder itself cannot be read
 */
export async function* documentsIn(folder: string): AsyncGenerator<Document> {
  const root = await realpath(folder);
  let count = 0;
  for await (const document of walk(root, root, 0)) {
    yield document;
    if (++count < KNOWLEDGE_FILES) continue;
    yield { ...documentOf(".", root, FOLDER, null, `It holds more than ${KNOWLEDGE_FILES} documents; those after ${JSON.stringify(document.path)} are not read`) };
    return;
  }
}

async function* walk(root: string, folder: string, depth: number): AsyncGenerator<Document> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const real = join(folder, entry.name);
    const path = relative(root, real).split(sep).join("/");
    if (entry.isDirectory()) {
      if (depth === KNOWLEDGE_DEPTH) yield documentOf(path, real, FOLDER, null, `It is deeper than ${KNOWLEDGE_DEPTH} folders: move it up`);
      else yield* within(root, path, real, depth + 1);
      continue;
    }
    const mime = types[extname(entry.name).toLowerCase()];
    if (entry.isSymbolicLink()) {
      const document = await linked(root, path, real, mime);
      if (document) yield document;
    } else if (mime && entry.isFile()) yield await regular(path, real, mime);
  }
}

/** A folder inside: that it cannot be read is a problem of its own. */
async function* within(root: string, path: string, real: string, depth: number): AsyncGenerator<Document> {
  try {
    yield* walk(root, real, depth);
  } catch (error) {
    const problem = problemOf(error);
    if (problem !== null) yield documentOf(path, real, FOLDER, null, problem);
  }
}

const regular = async (path: string, real: string, mime: string): Promise<Document> => {
  try {
    const facts = await lstat(real);
    return documentOf(path, real, mime, facts, nameProblem(path));
  } catch (error) {
    return documentOf(path, real, mime, null, problemOf(error) ?? "It went away while it was looked at");
  }
};

const linked = async (root: string, path: string, link: string, mime: string | undefined): Promise<Document | null> => {
  try {
    const real = await realpath(link);
    const facts = await stat(real);
    if (facts.isDirectory()) return documentOf(path, link, FOLDER, null, "It is a link to a folder, which is not followed: put the folder itself here");
    if (!mime || !facts.isFile()) return null;
    const inside = real.startsWith(root + sep) ? relative(root, real).split(sep) : null;
    if (!inside) return documentOf(path, link, mime, null, "It is a link that leads out of the folder, which is not followed: put the file itself here");
    // What stands in the folder openly is read where it stands.
    if (!inside.some((name) => name.startsWith(".")) && types[extname(real).toLowerCase()]) return null;
    return documentOf(path, real, mime, facts, nameProblem(path));
  } catch (error) {
    return mime ? documentOf(path, link, mime, null, problemOf(error) ?? "It is a link that leads nowhere") : null;
  }
};

const nameProblem = (path: string): string | null => {
  if (path.search(unseen) >= 0) return "Its name holds characters that cannot be seen or read: rename it";
  return path.length > KNOWLEDGE_PATH_CHARACTERS ? `Its path is longer than ${KNOWLEDGE_PATH_CHARACTERS} characters: move it up` : null;
};
