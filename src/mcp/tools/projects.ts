import { type Static, Type } from "@sinclair/typebox";
import { faultLines, runEnd, treeLines } from "../../agents/workbench.ts";
import { withoutColours } from "../../console/controls.ts";
import type { Fault as FaultModel, Line as LineModel } from "../../console/model.ts";
import { invalid } from "../../errors.ts";
import {
  COMMAND_CHARACTERS,
  CONSOLE_SEARCH_CHARACTERS,
  FILE_CONTENT_BYTES,
  MCP_ENTRIES,
  MCP_LINES,
  MCP_TOKENS,
  RUN_LIMITS_RANGE,
  SEQ_MAX,
  WORKSPACE_DEPTH,
  WORKSPACE_PATH_BYTES,
} from "../../limits.ts";
import { estimateTokens } from "../../messages/transcript.ts";
import type { Project as ProjectModel } from "../../projects/model.ts";
import type { RunWithOutput as RunModel } from "../../runs/model.ts";
import type { FileFacts as FactsModel, WorkspaceFile as FileModel, TreeEntry } from "../../workspace/model.ts";
import { type Api, at } from "../api.ts";
import { type Content, fields, fitting, Key, maybe, oneOf, Tokens, tool, Wait, whole, words } from "../tool.ts";
import { inLine, Offset, page } from "./reading.ts";

const Project = words("Slug or id");
const Path = Type.String({ minLength: 1, maxLength: WORKSPACE_PATH_BYTES, description: "In the workspace: src/main.py" });

/** The projects that the caller sees, a line each. */
export const projects = tool({
  name: "projects",
  description: "The projects you can see: places with files and a sandbox to run commands in.",
  reads: true,
  input: fields({ offset: Offset }),
  run: async (api, { offset = 0 }) => {
    const all = await api.json<Static<typeof ProjectModel>[]>("GET", "/api/projects");
    const lines = all.map(({ slug, name, template, visibility, description }) => {
      const about = inLine(description);
      return `${slug} · ${inLine(name)} · ${template}${visibility === "private" ? " · private" : ""}${about && ` · ${about}`}`;
    });
    return page(lines, offset, "projects");
  },
});

type Run = Static<typeof RunModel>;

/** Runs a command in a project's sandbox and waits for its end; goes on waiting; stops it. */
export const run = tool({
  name: "run",
  description:
    "Runs a command (sh -c, in /workspace) in a project's sandbox and waits for its end. When it goes on longer, call again with project and run (its id) to go on waiting; stop ends it. background for servers.",
  input: fields({
    project: Project,
    command: maybe(Type.String({ minLength: 1, maxLength: COMMAND_CHARACTERS })),
    timeout: maybe(whole(RUN_LIMITS_RANGE.seconds.min, RUN_LIMITS_RANGE.seconds.max, "Seconds it may take")),
    background: maybe(Type.Boolean()),
    run: maybe(words("Of a run already begun: only waits")),
    stop: maybe(Type.Literal(true)),
    wait: Wait(50),
    max_tokens: Tokens,
    idempotency_key: Key,
  }),
  run: async (api, { project, command, timeout, background, run: id, stop, wait = 50, max_tokens = MCP_TOKENS.default, idempotency_key }) => {
    if (id !== undefined && command !== undefined) throw invalid("run", "stands beside command", "Leave command out to go on waiting for that run, or run to begin another.");
    if (id === undefined && stop) throw invalid("stop", "names no run", "Send run, the id of the one to stop.");
    const path = at`/api/projects/${project}`;
    const ended = await (id === undefined
      ? api.json<Run>("POST", `${path}/container/execute`, { query: { wait: background ? 0 : wait }, body: { command, timeout, background }, key: idempotency_key })
      : stop
        ? api.json<Run>("POST", `${path}${at`/runs/${id}/stop`}`)
        : api.json<Run>("GET", `${path}${at`/runs/${id}`}`, { query: { wait } }));
    return runText(ended, max_tokens);
  },
});

/** How a run stands and the end of what it wrote. */
const runText = ({ output, output_cut, ...run }: Run, max_tokens: number): Content[] => {
  const lines = withoutColours(output).trimEnd().split("\n");
  const kept = fitting(lines.toReversed(), max_tokens);
  const shown = lines.slice(-kept).join("\n");
  const over = estimateTokens(shown) > max_tokens;
  const text = over ? shown.slice(-max_tokens * 3) : shown;
  const cut = output_cut || kept < lines.length || over;
  const open = run.state === "queued" || run.state === "running";
  const facts = {
    run: run.id,
    state: run.state,
    exit_code: run.exit_code,
    ended: open ? undefined : runEnd(run),
    first_seq: run.first_seq ?? undefined,
    last_seq: run.last_seq ?? undefined,
    output: output === "" ? "none" : cut ? "its end; all of it: console with run" : undefined,
    next: open ? "Call run with this project and run to go on waiting." : run.state === "failed" ? "console with errors has what was recognised." : undefined,
  };
  return [{ type: "text", text: JSON.stringify(facts) }, ...(text === "" ? [] : [{ type: "text" as const, text }])];
};

type Line = Static<typeof LineModel>;

/** What runs wrote, or the errors that were recognised in it. */
export const console = tool({
  name: "console",
  description: "What a project's runs wrote: the newest lines, or those after_seq; of one run, or that hold q. errors: what was recognised in it, with file and line.",
  reads: true,
  input: fields({
    project: Project,
    run: maybe(words("Id")),
    errors: maybe(Type.Literal(true)),
    after_seq: maybe(whole(0, SEQ_MAX)),
    before_seq: maybe(whole(0, SEQ_MAX)),
    limit: maybe(whole(1, MCP_LINES.max, `Lines; ${MCP_LINES.default}`)),
    stream: maybe(oneOf(["stdout", "stderr", "system"])),
    q: maybe(Type.String({ minLength: 1, maxLength: CONSOLE_SEARCH_CHARACTERS })),
    max_tokens: Tokens,
  }),
  run: (api, { project, errors, max_tokens = MCP_TOKENS.default, limit = MCP_LINES.default, ...narrowed }) =>
    errors ? errorsText(api, project, narrowed.run, max_tokens) : linesText(api, project, { ...narrowed, limit }, max_tokens),
});

const errorsText = async (api: Api, project: string, run: string | undefined, max_tokens: number): Promise<string> => {
  const faults = await api.json<Static<typeof FaultModel>[]>("GET", at`/api/projects/${project}/console/errors`, { query: { run } });
  if (faults.length === 0) return "No error was recognised.";
  const texts = faults.map((fault) => `${faultLines([fault])} · run ${fault.run_id}, seq ${fault.seq}\n${fault.excerpt}\n`);
  const kept = fitting(texts, max_tokens);
  const left = texts.length - kept;
  return `${texts.slice(0, kept).join("\n")}${left > 0 ? `\n${left} older are left out: name a run, or raise max_tokens.` : ""}`;
};

const linesText = async (
  api: Api,
  project: string,
  query: { after_seq?: number; limit: number } & Record<string, string | number | undefined>,
  max_tokens: number,
): Promise<string> => {
  const lines = await api.json<Line[]>("GET", at`/api/projects/${project}/console/history`, { query });
  if (lines.length === 0) return "No lines.";
  const forward = query.after_seq !== undefined;
  const texts = lines.map(({ content, stream }) => `${stream === "stdout" ? "" : `[${stream}] `}${withoutColours(content)}`);
  const kept = fitting(forward ? texts : texts.toReversed(), max_tokens);
  const from = forward ? 0 : texts.length - kept;
  const [first, last] = [lines[from]?.seq ?? 0, lines[from + kept - 1]?.seq ?? 0];
  return `${texts.slice(from, from + kept).join("\n")}\n-- lines ${first} to ${last}. Before them: before_seq=${first}. After them: after_seq=${last}`;
};

/** What lies in the workspace. */
export const listFiles = tool({
  name: "list_files",
  description: "What lies in a project's workspace, with size and version.",
  reads: true,
  input: fields({ project: Project, path: maybe(Path), depth: maybe(whole(1, WORKSPACE_DEPTH, "Levels of folders; 2")), offset: Offset }),
  run: async (api, { project, path, depth = 2, offset = 0 }) => {
    const entries = await api.json<Static<typeof TreeEntry>[]>("GET", at`/api/projects/${project}/files/tree`, { query: { path, depth } });
    if (entries.length === 0) return "There is nothing in it.";
    const shown = entries.slice(offset, offset + MCP_ENTRIES);
    const left = entries.length - offset - shown.length;
    const deeper = entries.some(({ listed, type }) => type === "directory" && !listed) ? "\nSome folders are not gone into: list them by path." : "";
    return `${treeLines(shown, Number.POSITIVE_INFINITY).text}${left > 0 ? `\n${left} more: offset=${offset + shown.length}` : ""}${deeper}`;
  },
});

/** A file of the workspace, lines of it as many as fit. */
export const readFile = tool({
  name: "read_file",
  description: "A file of a project with its version, or some lines of it.",
  reads: true,
  input: fields({
    project: Project,
    path: Path,
    from_line: maybe(whole(1, SEQ_MAX)),
    lines: maybe(whole(1, SEQ_MAX)),
    version: maybe(whole(1, SEQ_MAX, "As it was then")),
    max_tokens: Tokens,
  }),
  run: async (api, { project, path, from_line = 1, lines, version, max_tokens = MCP_TOKENS.default }): Promise<Content[]> => {
    const file = await api.json<Static<typeof FileModel>>("GET", at`/api/projects/${project}/files`, { query: { path, version } });
    const about = { path, version: file.version, size: file.size, mime: file.mime };
    const only = (note: string): Content[] => [{ type: "text", text: JSON.stringify({ ...about, note }) }];
    if (file.content === null) return only("Too large to be read here: look at parts of it by run, with head, sed or grep.");
    if (file.encoding !== "utf8") return only("No text: look at it by run.");
    const all = file.content.split(/(?<=\n)/);
    if (from_line > all.length) return only(`It ends before line ${from_line}: it has ${all.length}.`);
    const wanted = all.slice(from_line - 1, lines === undefined ? undefined : from_line - 1 + lines);
    const kept = fitting(wanted, max_tokens);
    const last = from_line - 1 + kept;
    const text = wanted.slice(0, kept).join("");
    if (estimateTokens(text) > max_tokens + 1)
      return only(`Line ${from_line} alone takes about ${estimateTokens(text)} tokens: raise max_tokens to that, or look at it by run, with cut.`);
    const note = last < all.length ? `Lines ${from_line} to ${last} of ${all.length}; read on with from_line=${last + 1}.` : undefined;
    return [{ type: "text", text: JSON.stringify({ ...about, note }) }, ...(text === "" ? [] : [{ type: "text" as const, text }])];
  },
});

/** Writes a file; what another wrote since is not overwritten. */
export const writeFile = tool({
  name: "write_file",
  description:
    "Writes a whole file of a project. With version (as you read it) only if nobody changed it since; without, only if there is none; overwrite writes whatever is there.",
  input: fields({
    project: Project,
    path: Path,
    content: Type.String({ maxLength: FILE_CONTENT_BYTES }),
    version: maybe(whole(1, SEQ_MAX)),
    overwrite: maybe(Type.Literal(true)),
    encoding: maybe(oneOf(["utf8", "base64"])),
    executable: maybe(Type.Boolean()),
  }),
  run: async (api, { project, path, version, overwrite, ...file }) => {
    const headers: Record<string, string> = version !== undefined ? { "if-match": `"${version}"` } : overwrite ? {} : { "if-none-match": "*" };
    const { version: now, size } = await api.json<Static<typeof FactsModel>>("PUT", at`/api/projects/${project}/files`, { query: { path }, body: file, headers });
    return { path, version: now, size };
  },
});
