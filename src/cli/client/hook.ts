import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HOOK_SECONDS } from "../../limits.ts";
import { CommandError, EXIT } from "../failure.ts";
import type { Shared } from "./command.ts";
import { claudeFolder, repositoryOf, said } from "./folders.ts";
import { replaceFile } from "./replace.ts";
import { isTerminal, say } from "./say.ts";
import { openServer } from "./server.ts";
import { bare, channelName } from "./talk.ts";

export type HookOptions = Shared & { channel?: string; mention?: string; install?: boolean; global?: boolean };

/** Hooks as Claude Code's settings have them: https://code.claude.com/docs/en/hooks. */
type Group = { matcher?: string; hooks: { type: string; command?: string; timeout?: number }[] };

/**
 * Which of Claude Code's events are told of, and of what kind: a session's start unless it only made room for itself, its
 * end, its wishes for a permission or an answer, and the questions that it puts by its own tool for that.
 */
const events: [event: string, matcher: string | undefined][] = [
  ["SessionStart", "startup|resume|clear|fork"],
  ["SessionEnd", undefined],
  ["Notification", "permission_prompt|elicitation_dialog|agent_needs_input"],
  ["PreToolUse", "AskUserQuestion"],
];

/** Prints the settings, or merges them into a file of settings. @throws CommandError when that is none */
export const claudeCode = async ({ channel, global, install = false, json, mention, server }: HookOptions): Promise<void> => {
  if (global && !install) throw new CommandError("--global goes with --install.", EXIT.usage);
  const options = Object.entries({ server, channel, mention }).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  const groups = Object.fromEntries(events.map(([event, matcher]) => [event, group(event, matcher, options)]));
  if (!install) {
    say.line(JSON.stringify({ hooks: Object.fromEntries(Object.entries(groups).map(([event, one]) => [event, [one]])) }, null, 2));
    if (isTerminal()) say.note("For ~/.claude/settings.json, or .claude/settings.json of a repository: --install puts them there.");
    return;
  }
  await holdThere({ channel, mention, server });
  const file = join(global ? claudeFolder() : join(repositoryOf(process.cwd()), ".claude"), "settings.json");
  const changed = await merge(file, groups);
  if (json) say.json({ file, changed });
  else
    say.line(
      changed ? `Put into ${said(file)}: sessions that begin from now on post to ${channel ?? process.env.COLONY_CHANNEL ?? "general"}.` : `${said(file)} has them already.`,
    );
};

/**
 * A hook never fails its session, so nobody would learn that it posts to a channel, or calls for a user, that is not there.
 * @throws CommandError for one that the server does not have; nothing where nobody is signed in, or no server answers now
 */
const holdThere = async ({ channel, mention, server }: HookOptions): Promise<void> => {
  try {
    const there = openServer({ server }).signedIn();
    if (channel !== undefined) await there.call("GET", `/api/channels/${encodeURIComponent(channelName(channel))}`, { once: true });
    if (mention !== undefined) await there.call("GET", `/api/users/${encodeURIComponent(bare(mention))}`, { once: true });
  } catch (error) {
    if (!(error instanceof CommandError) || error.exit === EXIT.notFound) throw error;
  }
};

const group = (event: string, matcher: string | undefined, options: string[]): Group => ({
  ...(matcher !== undefined && { matcher }),
  hooks: [{ type: "command", command: [...ownProgram(), "hook", "run", event, ...options].map(quoted).join(" "), timeout: HOOK_SECONDS + 5 }],
});

/** How a shell calls this program: by name where that finds it. */
const ownProgram = (): string[] => {
  if (!Bun.isStandaloneExecutable) return [process.execPath, join(import.meta.dir, "../../main.ts")];
  return Bun.which("colony") === process.execPath ? ["colony"] : [process.execPath];
};

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** Whether a command is one that this program once wrote. */
const isOurs = (command: string | undefined): boolean => command !== undefined && / hook run (SessionStart|SessionEnd|Notification|PreToolUse)\b/.test(command);

/** Puts our hooks into a file in place of those that are there from earlier; all else in it stays. @returns whether that changed it */
const merge = async (file: string, groups: Record<string, Group>): Promise<boolean> => {
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const unusable = (what: string) => new CommandError(`${said(file)} ${what}: mend it first; it was left as it is.`, EXIT.refused);
  let settings: { hooks?: Record<string, Group[]> } & Record<string, unknown>;
  try {
    settings = before.trim() === "" ? {} : JSON.parse(before);
  } catch {
    throw unusable("is not JSON");
  }
  const { hooks = {} } = settings ?? {};
  const whole = isObject(settings) && isObject(hooks) && Object.values(hooks).every((list) => Array.isArray(list) && list.every((one) => Array.isArray(one?.hooks)));
  if (!whole) throw unusable("has hooks of a form that Claude Code does not know");
  const merged: Record<string, Group[]> = {};
  for (const event of new Set([...Object.keys(hooks), ...Object.keys(groups)])) {
    const others = (hooks[event] ?? []).flatMap((one) => {
      const kept = one.hooks.filter(({ command }) => !isOurs(command));
      return kept.length > 0 || one.hooks.length === 0 ? [{ ...one, hooks: kept }] : [];
    });
    merged[event] = [...others, ...(groups[event] ? [groups[event]] : [])];
  }
  const indent = /^([ \t]+)"/m.exec(before)?.[1] ?? "  ";
  if (Bun.deepEquals(merged, hooks, true)) return false;
  await replaceFile(file, `${JSON.stringify({ ...settings, hooks: merged }, null, indent)}\n`);
  return true;
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
