import { Type } from "@sinclair/typebox";
import { TOOL_FILE_BYTES, WORKSPACE_PATH_BYTES } from "../../limits.ts";
import { estimateTokens, fenced } from "../../messages/transcript.ts";
import { readFileIn, treeOf, writeFileIn } from "../../workspace/service.ts";
import { cutText } from "../entries.ts";
import { treeLines } from "../workbench.ts";
import { ability, Refusal } from "./desk.ts";

const Path = (description: string) => Type.String({ minLength: 1, maxLength: WORKSPACE_PATH_BYTES, description });

/** Tokens of the line above a file and of its fence. */
const FRAME_TOKENS = 60;

/** Lists what lies in the workspace. */
export const listFiles = ability({
  name: "list_files",
  description: "Lists the files of the project, or of one folder of it, with size, version and who changed them last.",
  within: "project",
  input: Type.Object({ path: Type.Optional(Path("A folder, such as src; the whole workspace when left out")) }, { additionalProperties: false }),
  shown: ({ path = "" }) => path,
  run: async (desk, { path = "" }) => {
    const entries = await treeOf(desk.ctx, desk.project, { path: path.replace(/^\.?\/+|\/+$/g, "").replace(/^\.$/, "") });
    // Looking took its time: who lost the right meanwhile gets nothing.
    void desk.project;
    const files = entries.filter(({ type }) => type !== "directory").length;
    const line = `${files} file${files === 1 ? "" : "s"}`;
    if (entries.length === 0) return { text: "There is nothing in it.", line };
    const { text, left } = treeLines(entries, desk.room - FRAME_TOKENS);
    return { text: `${fenced(text)}${left > 0 ? `\n${left} more are left out for room: list a folder.` : ""}`, line };
  },
});

/** Reads a text file, or some lines of it. */
export const readFile = ability({
  name: "read_file",
  description: "Reads a file of the project as it is now, with its version; or some lines of it.",
  within: "project",
  input: Type.Object(
    {
      path: Path("Relative to the workspace: src/main.py"),
      from_line: Type.Optional(Type.Integer({ minimum: 1, description: "From 1" })),
      lines: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, description: "How many; as many as there is room for when left out" })),
    },
    { additionalProperties: false },
  ),
  shown: ({ path, from_line, lines }) => `${path}${from_line === undefined && lines === undefined ? "" : ` from line ${from_line ?? 1}`}`,
  run: async (desk, { path, from_line = 1, lines }) => {
    const file = await readFileIn(desk.ctx, desk.project, path);
    void desk.project;
    const about = `${file.version === null ? "without versions" : `version ${file.version}`}, ${file.size} bytes`;
    if (file.content === null) throw new Refusal(`The file is too large to be read here (${about}). Look at a part of it by run_command, with head or grep.`);
    if (file.encoding !== "utf8") return { text: `This file is no text (${about}), so it cannot be read here.`, line: `no text, ${about}` };
    const all = file.content.split("\n");
    if (all.at(-1) === "") all.pop();
    if (all.length === 0) return { text: `The file is empty (${about}).`, line: `empty, ${about}` };
    if (from_line > all.length) throw new Refusal(`The file has ${all.length} lines: there is no line ${from_line}.`);
    const wanted = all.slice(from_line - 1, lines === undefined ? undefined : from_line - 1 + lines);
    const fit = fitting(wanted, desk.room - FRAME_TOKENS);
    const last = from_line - 1 + fit;
    const text = fit === 0 ? cutText(wanted[0] ?? "", desk.room - FRAME_TOKENS) : wanted.slice(0, fit).join("\n");
    const through = fit === 0 ? from_line : last;
    const on = through < all.length ? `\nRead on: read_file with from_line ${through + 1}.` : "";
    return {
      text: `${about}, lines ${from_line} to ${through} of ${all.length}:\n${fenced(text)}${on}`,
      line: `${through - from_line + 1} of ${all.length} lines, ${file.version === null ? "no version" : `version ${file.version}`}`,
    };
  },
});

/** How many whole lines fit into so many tokens. */
const fitting = (lines: string[], tokens: number): number => {
  let left = tokens;
  for (const [at, line] of lines.entries()) {
    left -= estimateTokens(`${line}\n`);
    if (left < 0) return at;
  }
  return lines.length;
};

/** Writes a whole file, as a new version that bears the agent's name. */
export const writeFile = ability({
  name: "write_file",
  description: "Writes a text file of the project whole, as a new version in your name; folders on the way are made. With if_version only if it still is that version.",
  within: "project",
  acts: true,
  input: Type.Object(
    {
      path: Path("Relative to the workspace: src/main.py"),
      content: Type.String({ description: "All of the file" }),
      if_version: Type.Optional(Type.Integer({ minimum: 1, description: "The version that you read: it is refused where somebody changed the file since" })),
    },
    { additionalProperties: false },
  ),
  shown: ({ path }) => path,
  run: async (desk, { path, content, if_version }) => {
    const bytes = Buffer.byteLength(content);
    if (bytes > TOOL_FILE_BYTES) throw new Refusal(`The file has ${bytes} bytes; ${TOOL_FILE_BYTES} are allowed. Let a program write what is that long.`);
    const { file, made } = await writeFileIn(desk.ctx, desk.project, desk.doer, path, content.toWellFormed(), if_version === undefined ? {} : { if_match: if_version });
    const version = file.version === null ? "no versions are kept there" : `version ${file.version}`;
    return { text: `${made ? "Made" : "Written"}: ${version}, ${file.size} bytes.`, line: `${version}, ${file.size} bytes` };
  },
});
