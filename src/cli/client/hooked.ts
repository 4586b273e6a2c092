import { homedir, hostname } from "node:os";
import { HOOK_INPUT_BYTES, HOOK_SECONDS, HOOK_WORDS } from "../../limits.ts";
import { CommandError, EXIT } from "../failure.ts";
import { readInput } from "./input.ts";
import { inLine, say } from "./say.ts";
import { openServer } from "./server.ts";

/**
 * What Claude Code tells a hook on standard input: https://code.claude.com/docs/en/hooks. It also names the transcript of the
 * session; nothing is ever read from that.
 */
type Told = {
  session_id?: unknown;
  cwd?: unknown;
  hook_event_name?: unknown;
  /** SessionStart: startup, resume, clear, compact, fork. */
  source?: unknown;
  model?: unknown;
  /** SessionEnd: clear, logout, prompt_input_exit, other. */
  reason?: unknown;
  /** Notification. */
  message?: unknown;
  notification_type?: unknown;
  /** PreToolUse. */
  tool_name?: unknown;
  tool_input?: unknown;
};

/**
 * Posts what a hook says, in bounded time. It never fails and says nothing on standard output, for the agent would be
 * stopped, or take it for words of its own: where it cannot post, there is one line on stderr and exit code 0.
 */
export const runHook = async (event: string | undefined, options: Record<string, string | true | undefined>): Promise<void> => {
  const late = new AbortController();
  const clock = setTimeout(() => late.abort(), HOOK_SECONDS * 1000);
  const ended = new Promise<never>((_, reject) => {
    late.signal.addEventListener("abort", () => reject(new CommandError(`Nothing was posted within ${HOOK_SECONDS} seconds.`)));
  });
  try {
    await Promise.race([tell(event, options, late.signal), ended]);
  } catch (error) {
    say.note(`colony: ${inLine(error instanceof Error ? error.message : String(error))} The session goes on without it.`);
  }
  clearTimeout(clock);
  // What is still on its way is not waited for.
  process.exit(EXIT.ok);
};

const tell = async (event: string | undefined, options: Record<string, string | true | undefined>, signal: AbortSignal): Promise<void> => {
  const named = (option: string): string | undefined => (typeof options[option] === "string" ? options[option] : undefined);
  const told = readTold(await readInput(HOOK_INPUT_BYTES, "What the hook was told is longer than a hook's words are."));
  const words = wordsOf(told, event, named("mention"));
  if (words === undefined) return;
  const server = openServer({ server: named("server") }).signedIn();
  const channel = (named("channel") ?? process.env.COLONY_CHANNEL ?? "general").replace(/^#/, "");
  const labels = { session_id: told.session_id, model: told.model ?? process.env.ANTHROPIC_MODEL, hostname: hostname(), cwd: place(told) };
  const metadata = Object.fromEntries(Object.entries(labels).flatMap(([name, value]) => (typeof value === "string" && value !== "" ? [[name, bounded(value)]] : [])));
  await server.call("POST", `/api/channels/${encodeURIComponent(channel)}/messages`, { body: { content: words, metadata }, signal });
};

const readTold = (text: string): Told => {
  try {
    const told: unknown = JSON.parse(text);
    if (typeof told === "object" && told !== null && !Array.isArray(told)) return told;
  } catch {}
  throw new CommandError("Standard input has no JSON of Claude Code's hooks.");
};

/** What is posted of an event; undefined where it is nothing to tell. `mention`: who is called when something is asked. */
const wordsOf = (told: Told, event: string | undefined, mention: string | undefined): string | undefined => {
  const where = place(told);
  const at = where === "" ? "" : ` in \`${where.replaceAll("`", "'")}\``;
  const call = mention === undefined ? "" : `@${mention.replace(/^@/, "")} `;
  switch (told.hook_event_name ?? event) {
    case "SessionStart": {
      // A session that only made room in its memory goes on.
      if (told.source === "compact") return undefined;
      return `Session ${told.source === "resume" ? "resumed" : "started"}${at}`;
    }
    case "SessionEnd":
      return `Session ended${at}`;
    case "Notification":
      return isQuestion(told) ? `${call}${bounded(inLine(text(told.message)) || "A session waits for an answer")}${at}` : undefined;
    case "PreToolUse": {
      const asked = told.tool_name === "AskUserQuestion" ? questionsOf(told.tool_input) : "";
      return asked === "" ? undefined : `${call}A session asks${at}:\n\n${asked}`;
    }
    default:
      return undefined;
  }
};

/** Older versions do not say of which kind a notification is. What `AskUserQuestion` asks is told in its own words. */
const isQuestion = ({ message, notification_type }: Told): boolean => {
  if (text(message).includes("AskUserQuestion")) return false;
  if (notification_type === undefined) return !/waiting for your input/i.test(text(message));
  return ["permission_prompt", "elicitation_dialog", "agent_needs_input"].includes(text(notification_type));
};

/** The questions of Claude Code's own tool for asking, with their options, as a list. */
const questionsOf = (input: unknown): string => {
  const { questions } = (input ?? {}) as { questions?: unknown };
  if (!Array.isArray(questions)) return "";
  const lines = questions.flatMap((one: { question?: unknown; options?: unknown } | null) => {
    const options = Array.isArray(one?.options) ? one.options : [];
    const labels = options.map((option: { label?: unknown } | null) => inLine(text(option?.label))).filter((label) => label !== "");
    const question = inLine(text(one?.question));
    return question === "" ? [] : [[question, ...labels.map((label) => `- ${label}`)].join("\n")];
  });
  return bounded(lines.join("\n\n"));
};

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const bounded = (words: string): string => (words.length > HOOK_WORDS ? `${words.slice(0, HOOK_WORDS - 1)}…` : words);

/** Where the session is, from home: a home folder's name is nobody's business. */
const place = ({ cwd }: Told): string => {
  const home = homedir();
  const here = inLine(text(cwd));
  return bounded(here === home || here.startsWith(`${home}/`) ? `~${here.slice(home.length)}` : here);
};
