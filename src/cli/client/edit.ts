import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { FileFactsWire, FileWire } from "../../workspace/wire.ts";
import { CommandError, EXIT } from "../failure.ts";
import { isPiped } from "./input.ts";
import { type InProject, isMissing, type Workplace, workplace } from "./project.ts";
import { colour, inLine, isTerminal, say } from "./say.ts";
import { ApiError } from "./server.ts";

/** Opens a file of the project in one's editor, and saves it unless somebody else did meanwhile. What was written is never lost: it stays in a file that is named. */
export const edit = async (path: string, options: InProject): Promise<void> => {
  const work = workplace(options);
  const editor = process.env.VISUAL || process.env.EDITOR || (isPiped() ? "" : "vi");
  if (editor === "") throw new CommandError("Which editor? Set EDITOR, or send the file: colony files upload FILE --as PATH", EXIT.usage);
  const before = await today(work, path);
  const text = textOf(before, path);
  const folder = mkdtempSync(join(tmpdir(), "colony-edit-"));
  const file = join(folder, basename(path) || "file");
  writeFileSync(file, text, { mode: 0o600 });
  const ended = await Bun.spawn(["sh", "-c", `${editor} "$1"`, "sh", file], { stdin: "inherit", stdout: "inherit", stderr: "inherit" }).exited;
  const same = readFileSync(file, "utf8") === text;
  if (same) rmSync(folder, { recursive: true, force: true });
  if (ended !== 0) throw new CommandError(`${editor} ended with ${ended}: nothing was saved.${same ? "" : ` What was written is in ${file}`}`);
  if (same) {
    say.note("Nothing was changed.");
    return;
  }
  const saved = await save(work, path, file, before);
  rmSync(folder, { recursive: true, force: true });
  if (options.json) say.json(saved);
  else say.line(isTerminal() ? `${colour.green("✓")} Saved ${inLine(saved.path)} (version ${saved.version})` : String(saved.version));
};

/** The file as it is; null where it is not there yet. */
const today = async ({ at, server }: Workplace, path: string): Promise<FileWire | null> => {
  try {
    return await server.call<FileWire>("GET", `${at}/files`, { query: { path } });
  } catch (error) {
    // Of a project that is not there, nothing can be made either.
    if (!isMissing(error)) throw error;
    await server.call("GET", at);
    return null;
  }
};

const textOf = (file: FileWire | null, path: string): string => {
  if (file === null) return "";
  if (file.content === null || file.encoding !== "utf8")
    throw new CommandError(`${inLine(path)} is ${file.content === null ? "too large" : "no text"} to be edited so: colony files download ${inLine(path)}`, EXIT.refused);
  return file.content;
};

const save = async ({ at, server }: Workplace, path: string, file: string, before: FileWire | null): Promise<FileFactsWire> => {
  const condition: Record<string, string> = before === null ? { "if-none-match": "*" } : before.version === null ? {} : { "if-match": `"${before.version}"` };
  try {
    return await server.upload<FileFactsWire>(`${at}/files`, file, { method: "PUT", query: { path }, headers: condition });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const [mine, theirs] = [file, inLine(path)];
    if (error instanceof ApiError && error.status === 412)
      throw new CommandError(
        `${theirs} was changed by somebody else meanwhile, and is left as it is. Your text is kept in ${mine}: compare (colony files cat ${theirs} | diff - ${mine}), then save it with: colony files upload ${mine} --as ${theirs}`,
        EXIT.refused,
      );
    throw new CommandError(`${error.message} What you wrote is kept in ${mine}`, error.exit);
  }
};
