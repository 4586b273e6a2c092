import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { SKILL_BYTES } from "../../limits.ts";
import { CommandError, EXIT } from "../failure.ts";
import { pointAgents } from "./agentsmd.ts";
import type { Shared } from "./command.ts";
import { claudeFolder, repositoryOf, said } from "./folders.ts";
import { replaceFile } from "./replace.ts";
import { say } from "./say.ts";
import { openServer, type Server } from "./server.ts";
import { sha256 } from "./signing.ts";

export type SkillOptions = Shared & { dir?: string; global?: boolean; agentsMd?: boolean; force?: boolean };

/** What became of a file. */
type Outcome = { path: string; state: "written" | "unchanged" | "removed" };

/** Beside the pages: which server they are of, and a hash of each as it was written, by which a change by hand is seen. */
type Note = { server: string; sha256: Record<string, string> };
const NOTE = ".installed.json";

/** Line ends are Git's business, and no change by hand. */
const hash = (text: string): string => sha256(text.replaceAll("\r\n", "\n"));

/**
 * Writes the server's skill into a folder of skills, or brings an older one up to date, and says which files it wrote.
 * @throws CommandError when somebody changed a page by hand, unless `force`; then nothing was written
 */
export const installSkill = async ({ agentsMd, dir, force = false, global, json, server: name }: SkillOptions): Promise<void> => {
  const server = openServer({ server: name });
  const repository = repositoryOf(process.cwd());
  const skills = dir === undefined ? join(global ? claudeFolder() : join(repository, ".claude"), "skills") : resolve(dir);
  const folder = join(skills, "colony");
  const outcomes = await writePages(folder, server.access.url, await fetchPages(server), force);
  if (agentsMd) outcomes.push(await pointAgents(repository, server.access.url, relative(repository, join(folder, "SKILL.md"))));
  if (json) say.json({ folder, server: server.access.url, files: outcomes });
  else
    say.table(
      ["", "page"],
      outcomes.map(({ path, state }) => [state, said(path)]),
    );
};

/** The skill's pages by their paths in its folder. @throws CommandError where what came is no skill */
const fetchPages = async (server: Server): Promise<Map<string, string>> => {
  const response = await server.stream("GET", "/skill.tar");
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > SKILL_BYTES) break;
    chunks.push(chunk);
  }
  const pages = new Map<string, string>();
  if (size <= SKILL_BYTES) {
    const files = await new Bun.Archive(Buffer.concat(chunks)).files().catch(() => new Map<string, File>());
    for (const [path, file] of files) {
      // Nothing that a server calls its pages leads out of the folder.
      const [, page] = /^colony\/(SKILL\.md|skill\/[\w-]+\.md)$/.exec(path) ?? [];
      if (page !== undefined) pages.set(page, await file.text());
    }
  }
  if (!pages.has("SKILL.md")) throw new CommandError(`${server.access.url} gives no skill: it may be of another version, or no Colony.`);
  return pages;
};

const writePages = async (folder: string, server: string, pages: Map<string, string>, force: boolean): Promise<Outcome[]> => {
  const written = readNote(folder);
  const look = (page: string): string | undefined => {
    const file = join(folder, page);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  const untouched = (page: string, text: string): boolean => hash(text) === written[page] || text === pages.get(page);
  const known = [...new Set([...pages.keys(), ...Object.keys(written)])];
  const edited = known.filter((page) => {
    const text = look(page);
    return text !== undefined && !untouched(page, text);
  });
  if (edited.length > 0 && !force)
    throw new CommandError(
      `Somebody changed ${edited.map((page) => said(join(folder, page))).join(", ")} by hand, so nothing was written: move it away, or write over it with --force.`,
      EXIT.refused,
    );
  const outcomes: Outcome[] = [];
  for (const page of known) {
    const path = join(folder, page);
    const text = pages.get(page);
    if (text === undefined) {
      if (!existsSync(path)) continue;
      await rm(path);
      outcomes.push({ path, state: "removed" });
    } else if (look(page) === text) outcomes.push({ path, state: "unchanged" });
    else {
      await write(path, text);
      outcomes.push({ path, state: "written" });
    }
  }
  const note: Note = { server, sha256: Object.fromEntries([...pages].map(([page, text]) => [page, hash(text)])) };
  const noted = `${JSON.stringify(note, null, 2)}\n`;
  if (look(NOTE) !== noted) await write(join(folder, NOTE), noted);
  return outcomes;
};

/** What was written last by this command; nothing where there is no note that can be read. */
const readNote = (folder: string): Record<string, string> => {
  try {
    const { sha256 } = JSON.parse(readFileSync(join(folder, NOTE), "utf8")) as Partial<Note>;
    return Object.fromEntries(Object.entries(sha256 ?? {}).filter(([page]) => /^(SKILL\.md|skill\/[\w-]+\.md)$/.test(page)));
  } catch {
    return {};
  }
};

const write = async (path: string, text: string): Promise<void> => {
  try {
    await replaceFile(path, text);
  } catch (error) {
    throw new CommandError(`${said(path)} cannot be written: ${error instanceof Error ? error.message : error}`);
  }
};
