import { createWriteStream, existsSync, lstatSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import type { TreeEntryWire } from "../../workspace/wire.ts";
import { CommandError, EXIT } from "../failure.ts";
import { type InProject, workplace } from "./project.ts";
import { bytes, colour, inLine, isTerminal, progress, say } from "./say.ts";
import { downloadOf } from "./workfiles.ts";

export type DownloadOptions = InProject & { output?: string; extract?: boolean; force?: boolean; version?: number };

/** Fetches a file, or a folder as a tar; with `extract`, the folder itself. The whole workspace without a path. */
export const download = async (path: string | undefined, { extract, force, output, version, ...options }: DownloadOptions): Promise<void> => {
  const work = workplace(options);
  const query = { path: path?.replace(/\/+$/, "") || undefined, version };
  if (extract) {
    await unpack(await work.server.stream("GET", downloadOf(work), { query }), output ?? ownName(path ?? work.project), force === true, options.json === true);
    return;
  }
  const folder = path === undefined || path.endsWith("/") || (await isFolder(work, path));
  const file = output ?? (folder ? `${ownName(path ?? work.project)}.tar` : undefined);
  const got = await work.server.download(downloadOf(work), { query, file, force });
  if (got.file === "-") return;
  if (options.json) say.json({ file: got.file, bytes: statSync(got.file).size });
  else say.line(isTerminal() ? `${colour.green("✓")} ${got.file} ${colour.dim(bytes(statSync(got.file).size))}` : got.file);
};

/** What a path is called here: its own name, and nothing that leads elsewhere or is hidden. */
const ownName = (path: string): string => inLine(basename(resolve("/", path))).replace(/^\.+/, "_") || "workspace";

/** Whether a path is a folder of the workspace. */
const isFolder = async ({ at, server }: ReturnType<typeof workplace>, path: string): Promise<boolean> => {
  const parent = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : undefined;
  const entries = await server.call<TreeEntryWire[]>("GET", `${at}/files/tree`, { query: { path: parent, depth: 1 } });
  return entries.some((one) => one.path === path && one.type === "directory");
};

/**
 * Unpacks a folder's tar into `folder`: plain files and folders under it alone, whatever the archive says; links are left
 * out, and nothing is replaced unless that was asked for.
 */
const unpack = async (response: Response, folder: string, force: boolean, json: boolean): Promise<void> => {
  if (!response.headers.get("content-type")?.includes("tar")) throw new CommandError("That is a file: leave --extract out.", EXIT.refused);
  if (existsSync(folder) && readdirSync(folder).length > 0 && !force)
    throw new CommandError(`${folder} is there already, and not empty: choose another with -o, or write into it with --force.`);
  const { extract } = await import("tar-stream");
  const archive = extract();
  const bar = progress(inLine(basename(folder)));
  const left: string[] = [];
  let done = 0;
  let files = 0;
  const reading = pipeline(response.body ?? [], archive);
  const unpacking = async () => {
    for await (const entry of archive) {
      const { mode = 0o644, name, size = 0, type } = entry.header;
      const target = type === "file" || type === "directory" ? placeIn(folder, name, type === "directory") : null;
      if (target === null) left.push(name);
      if (target === null || type === "directory") {
        entry.resume();
        continue;
      }
      await pipeline(entry, createWriteStream(target, { flags: force ? "w" : "wx", mode: mode & 0o111 ? 0o777 : 0o666 }));
      files++;
      done += size;
      bar.at(done);
    }
  };
  try {
    await Promise.all([reading, unpacking()]);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`Not all of it is in ${folder}: ${inLine(error instanceof Error ? error.message : String(error))}. Once more, with --force: colony files download -x`);
  } finally {
    bar.end();
  }
  if (json) say.json({ folder, files, bytes: done, left_out: left });
  else say.line(isTerminal() ? `${colour.green("✓")} ${folder} ${colour.dim(`${files} files, ${bytes(done)}`)}` : folder);
  if (left.length > 0)
    say.note(`Left out, for they are no plain files or lead elsewhere: ${left.slice(0, 5).map(inLine).join(", ")}${left.length > 5 ? ` and ${left.length - 5} more` : ""}`);
};

/** Where an entry goes, its folders made; null for a name that leads out of the folder, by itself or by a link on its way. */
const placeIn = (folder: string, name: string, directory: boolean): string | null => {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (name.startsWith("/") || name.includes("\0") || parts.includes("..") || (parts.length === 0 && !directory)) return null;
  mkdirSync(folder, { recursive: true });
  let place = folder;
  for (const [at, part] of parts.entries()) {
    place = join(place, part);
    const facts = lstatSync(place, { throwIfNoEntry: false });
    if (facts?.isSymbolicLink()) return null;
    if (!facts && (directory || at < parts.length - 1)) mkdirSync(place);
  }
  return place;
};
