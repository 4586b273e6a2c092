import { readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { REBUILT } from "../../workspace/paths.ts";
import type { FileFactsWire } from "../../workspace/wire.ts";
import { CommandError, EXIT } from "../failure.ts";
import { type InProject, workplace } from "./project.ts";
import { bytes, colour, inLine, isTerminal, say } from "./say.ts";

export type UploadOptions = InProject & { to?: string; as?: string };
/** A file here, and its path in the workspace. */
type Sent = { file: string; path: string };

/** Sends files, and folders with all in them, into the workspace. */
export const upload = async (locals: string[], { as, to = "", ...options }: UploadOptions): Promise<void> => {
  const work = workplace(options);
  if (as !== undefined && locals.length > 1) throw new CommandError("--as names one file: give its folder with --to instead.", EXIT.usage);
  const folder = to.replace(/^\.?\/+|\/+$/g, "");
  const skipped: string[] = [];
  const files = locals.flatMap((local) => within(local, as ?? (folder === "" ? nameOf(local) : `${folder}/${nameOf(local)}`), skipped));
  if (files.length === 0) throw new CommandError("There is no file to send in that.");
  const sent: FileFactsWire[] = [];
  for (const { file, path } of files) {
    const [facts] = await work.server.upload<FileFactsWire[]>(`${work.at}/files/upload`, file, { query: { path } });
    if (!facts) continue;
    sent.push(facts);
    if (!options.json)
      say.line(isTerminal() ? `${colour.green("✓")} ${inLine(facts.path)} ${colour.dim(`${bytes(facts.size)} · version ${facts.version ?? "–"}`)}` : inLine(facts.path));
  }
  if (options.json) say.json(sent);
  if (skipped.length > 0) say.note(`Not sent: ${skipped.slice(0, 5).join(", ")}${skipped.length > 5 ? ` and ${skipped.length - 5} more` : ""} (links, and what tools rebuild).`);
};

const nameOf = (local: string): string => basename(resolve(local));

/** The files of a path here. Links are not followed, so that nothing is sent that lies elsewhere. */
const within = (local: string, path: string, skipped: string[]): Sent[] => {
  const facts = statSync(local, { throwIfNoEntry: false });
  if (!facts) throw new CommandError(`There is no file ${local}.`);
  if (!facts.isDirectory()) return [{ file: local, path }];
  return readdirSync(local, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inside = join(local, entry.name);
      if (entry.isFile() || (entry.isDirectory() && !REBUILT.has(entry.name))) return within(inside, `${path}/${entry.name}`, skipped);
      skipped.push(inside);
      return [];
    });
};
