import type { Context } from "../context.ts";
import { PLACE_CHARACTERS } from "../limits.ts";
import { estimateTokens, fenced } from "../messages/transcript.ts";
import type { Limits, Project } from "../projects/directory.ts";
import { treeOf } from "../workspace/service.ts";
import type { TreeEntryWire } from "../workspace/wire.ts";

/** Part of what a prompt says of a project that its files may take. */
const FILES_PART = 0.6;

/** What a model is told of a project before it asks: what it is, what its runs may take, what lies in it, the newest first; within so many tokens. */
export const projectText = async (ctx: Context, project: Project, tokens: number): Promise<string> => {
  const { name, description, template, limits } = project;
  const words = `${name}${description === "" ? "" : `\n${description.slice(0, PLACE_CHARACTERS)}`}`;
  const about = `What it is, in its members' words:\n${fenced(words)}\nMade from the template "${template}". ${limitsInWords(limits)}`;
  const entries = (await treeOf(ctx, project)).filter(({ type }) => type !== "directory");
  // Whole seconds would put what one run wrote in no order that helps; the newest is what the question is about.
  entries.sort((one, other) => (one.changed_at < other.changed_at ? 1 : one.changed_at > other.changed_at ? -1 : one.path < other.path ? -1 : 1));
  const { text, left } = treeLines(entries, (tokens - estimateTokens(about)) * FILES_PART);
  const more = left > 0 ? `\n${left} more are left out for room: list_files.` : "";
  const files = entries.length === 0 ? "Its workspace is empty." : `Its files, what changed last first:\n${fenced(text)}${more}`;
  return `${about}\n\n${files}`;
};

const limitsInWords = ({ memory_mib, processes, cpus, disk_mib, files, seconds, network }: Limits): string =>
  `A run may take ${memory_mib} MiB of memory, ${processes} processes, ${cpus} processor core${cpus === 1 ? "" : "s"} and ${seconds} seconds, and ${network ? "has a network" : "has no network"}; all files together ${disk_mib} MiB and ${files} files.`;

/** Entries of a tree a line each, in the order given, as many as fit into so many tokens. `left`: how many do not. */
export const treeLines = (entries: TreeEntryWire[], tokens: number): { text: string; left: number } => {
  const lines: string[] = [];
  let room = tokens;
  for (const { path, type, size, version, changed_by, changed_at } of entries) {
    const by = changed_by ? ` by ${changed_by.username}` : "";
    const line =
      type === "directory" ? `${path}/` : type === "file" ? `${path} · ${size} bytes${version === null ? "" : ` · version ${version}`}${by} · ${changed_at}` : `${path} · ${type}`;
    // What a name holds of line breaks would pass for another file.
    const shown = line.replace(/[\p{Cc}\u2028\u2029]/gu, "\uFFFD");
    room -= estimateTokens(`${shown}\n`);
    if (room < 0) return { text: lines.join("\n"), left: entries.length - lines.length };
    lines.push(shown);
  }
  return { text: lines.join("\n"), left: 0 };
};
