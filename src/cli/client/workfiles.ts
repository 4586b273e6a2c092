import type { FileFactsWire, FileVersionWire, TreeEntryWire } from "../../workspace/wire.ts";
import { CommandError, EXIT } from "../failure.ts";
import { ago } from "./age.ts";
import { type InProject, type Workplace, workplace } from "./project.ts";
import { bytes, colour, inLine, isTerminal, plain, say } from "./say.ts";

/** A path as the address of its bytes; the workspace itself for none. */
export const downloadOf = ({ at }: Workplace): string => `${at}/files/download`;

export type ListOptions = InProject & { all?: boolean };

/** What lies in a folder of the workspace; with `all`, in the folders within too. */
export const listFiles = async (path: string | undefined, options: ListOptions): Promise<void> => {
  const { at, server } = workplace(options);
  const entries = await server.call<TreeEntryWire[]>("GET", `${at}/files/tree`, { query: { path: path?.replace(/\/+$/, "") || undefined, depth: options.all ? undefined : 1 } });
  if (options.json) say.json(entries);
  else if (entries.length === 0) say.note("Nothing is here yet: colony files upload FILE");
  else
    say.table(
      ["SIZE", "VERSION", "CHANGED", "BY", "PATH"],
      entries.map((one) => [
        sizeOf(one),
        one.version,
        ago(one.changed_at),
        one.changed_by?.username ?? "",
        `${one.path}${one.type === "directory" ? "/" : one.target === null ? "" : ` -> ${one.target}`}`,
      ]),
      [colour.dim, colour.dim, colour.dim, colour.dim, (text) => (text.endsWith("/") ? colour.blue(text) : text)],
    );
};

const sizeOf = ({ size, type }: TreeEntryWire): string => {
  if (type !== "file") return isTerminal() ? "" : type;
  return isTerminal() ? bytes(size) : String(size);
};

/** Writes a file to the standard output: its bytes to a pipe, its words to a terminal. */
export const cat = async (path: string, options: InProject & { version?: number }): Promise<void> => {
  const work = workplace(options);
  if (options.json) {
    say.json(await work.server.call("GET", `${work.at}/files`, { query: { path, version: options.version } }));
    return;
  }
  const response = await work.server.stream("GET", downloadOf(work), { query: { path, version: options.version } });
  if (response.headers.get("content-type")?.includes("tar") && isTerminal()) throw new CommandError(`${path} is a folder: colony files list ${path}`, EXIT.refused);
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) await say.write(isTerminal() ? plain(decoder.decode(chunk, { stream: true })) : chunk);
};

/** The versions of a file, newest first. */
export const versions = async (path: string, options: InProject): Promise<void> => {
  const { at, server } = workplace(options);
  const list = await server.call<FileVersionWire[]>("GET", `${at}/files/versions`, { query: { path } });
  if (options.json) say.json(list);
  else
    say.table(
      ["VERSION", "CHANGE", "SIZE", "WHEN", "BY", "RUN"],
      list.map(({ at: when, change, run_id, size, user, version }) => [version, change, isTerminal() ? bytes(size) : size, ago(when), user.username, run_id]),
      [colour.bold, (text) => (text === "removed" ? colour.red(text) : text), colour.dim, colour.dim, (text) => text, colour.dim],
    );
};

/** Puts an earlier version back, as a new one. */
export const restore = async (path: string, version: number, options: InProject): Promise<void> => {
  const { at, server } = workplace(options);
  const file = await server.call<FileFactsWire>("POST", `${at}/files/restore`, { body: { path, version } });
  if (options.json) say.json(file);
  else say.line(isTerminal() ? `${colour.green("✓")} ${inLine(file.path)} is as it was in version ${version}, and this is version ${file.version}.` : String(file.version));
};

/** Removes a file, or with `recursive` a folder; versions stay. */
export const remove = async (path: string, options: InProject & { recursive?: boolean }): Promise<void> => {
  const { at, server } = workplace(options);
  await server.call("DELETE", `${at}/files`, { query: { path: path.replace(/\/+$/, ""), recursive: options.recursive || undefined } });
  if (!options.json && isTerminal()) say.line(`${colour.green("✓")} Removed ${inLine(path)}. Its versions stay: colony files versions ${inLine(path)}`);
};
