import type { Author, Source, Step } from "../api.ts";
import { dollars, exactly } from "../parts/figures.ts";
import type { Cost } from "./facts.ts";

/** Why an answer ends where it does, and how it goes on. */
export const cutWords = {
  length: "Cut off: it reached its limit. Reply “go on” for the rest.",
  calls: "Ended before all was looked up. Reply “go on” to let it look further.",
} as const;

/** Who stopped an answer. `by`: null where that is not known; `silent`: nothing had come of it. */
export const stoppedWords = (by: string | null, silent: boolean): string =>
  `Stopped${by === null ? "" : ` by ${by}`}${silent ? " before it had said anything" : by === null ? " before its end" : ""}`;

/** What a tool does: while it does it, and once it did. */
const tools: Readonly<Record<string, { doing: string; did: string }>> = {
  search_messages: { doing: "searching messages", did: "Searched messages" },
  read_channel: { doing: "reading a channel", did: "Read a channel" },
  read_attachment: { doing: "reading a file", did: "Read a file" },
  search_knowledge: { doing: "searching the documents", did: "Searched the documents" },
  read_knowledge: { doing: "reading a document", did: "Read a document" },
  create_artifact: { doing: "writing a file", did: "Wrote a file" },
  list_files: { doing: "looking at the files", did: "Looked at the files" },
  read_file: { doing: "reading a file", did: "Read" },
  write_file: { doing: "writing a file", did: "Wrote" },
  run_command: { doing: "running a command", did: "Ran" },
  read_console: { doing: "reading the console", did: "Read the console" },
  make_plan: { doing: "making a plan", did: "Made a plan" },
  tick_step: { doing: "keeping the plan up to date", did: "Ticked the plan" },
  hand_over: { doing: "waiting for a part", did: "Handed over" },
};

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
const named = (tool: string): string => tool.replaceAll("_", " ");

/** What a tool is doing, as in "is searching messages". One that is not known here is called by its name. */
export const doing = (tool: string): string => tools[tool]?.doing ?? `using “${named(tool)}”`;

/** A step as a line begins: what was done, what is being done, or what did not work. */
export const stepWords = ({ tool, state }: Pick<Step, "tool" | "state">): string => (state === "done" ? (tools[tool]?.did ?? capital(named(tool))) : capital(doing(tool)));

/** Whether what came of a step begins with what was asked of it, as the name of a file does. */
export const saysTwice = ({ input, output }: Pick<Step, "input" | "output">): boolean => input !== "" && output?.startsWith(input) === true;

export const stepsWords = (count: number): string => (count === 1 ? "1 step" : `${count} steps`);

/** Milliseconds as one says them: `240 ms`, `3.2 s`, `1 min 5 s`. */
export const spanWords = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

/** What an answer cost, or that nobody knows. */
export const dollarWords = (usd: number | null): string => (usd === null ? "cost unknown" : dollars(usd));

/** What an answer cost, each with its name: tokens, of those the cached, dollars, time. */
export const costRows = ({ model, input, output, read, written, dollars: usd, ms }: Cost): [string, string][] => [
  ["model", model],
  ["tokens in", exactly(input)],
  ...(read > 0 ? [["of them from the cache", exactly(read)] as [string, string]] : []),
  ...(written > 0 ? [["of them into the cache", exactly(written)] as [string, string]] : []),
  ["tokens out", exactly(output)],
  ["cost", usd === null ? "unknown" : dollarWords(usd)],
  ...(ms === null ? [] : [["time", spanWords(ms)] as [string, string]]),
];

/** The same in lines, for a tooltip. */
export const costWords = (cost: Cost): string => {
  const { model, input, output, read, written, dollars: usd, ms } = cost;
  const cached = [read > 0 && `${exactly(read)} from the cache`, written > 0 && `${exactly(written)} into it`].filter(Boolean).join(", ");
  const tokens = `${exactly(input)} tokens in${cached && ` (${cached})`}, ${exactly(output)} out`;
  return [model, tokens, [dollarWords(usd), ms !== null && spanWords(ms)].filter(Boolean).join(" in ")].join("\n");
};

/** Where a source stands: `handbook/leave.md › Parental leave (p. 3)`. */
export const sourceWords = ({ file, heading, page }: Pick<Source, "file" | "heading" | "page">): string => {
  const last = heading.split(" > ").at(-1) ?? "";
  return `${file}${last && ` › ${last}`}${page === null || last === `Page ${page}` ? "" : ` (p. ${page})`}`;
};

type AtWork = { agent: Author; state: "waiting" | "thinking" | "running"; answer_id: string | null; tool: string | null };

/** What one resident is at. */
const workWords = ({ agent, state, tool, answer_id }: AtWork): string => {
  if (state === "running" && tool !== null) return `${agent.display_name} is ${doing(tool)}…`;
  return `${agent.display_name} is ${answer_id === null ? "thinking" : "answering"}…`;
};

/** Agents that are named one by one; more are counted. */
const NAMED = 2;

/** What the residents are at in a channel, and how many questions wait for them; empty when nothing is. */
export const worksWords = (works: readonly AtWork[]): string => {
  const active = works.filter(({ state }) => state !== "waiting");
  const waiting = works.length - active.length;
  const busy = active.length > NAMED ? [`${active.length} agents are answering…`] : active.map(workWords);
  return [...busy, ...(waiting > 0 ? [waiting === 1 ? "1 question waits" : `${waiting} questions wait`] : [])].join(" · ");
};

/** Who is at an answer, as it is read aloud once: not each of its steps. */
export const answerersWords = (works: readonly AtWork[]): string => {
  const names = new Set(works.flatMap(({ state, agent }) => (state === "waiting" ? [] : [agent.display_name])));
  return names.size === 0 ? "" : `${[...names].join(", ")} ${names.size === 1 ? "is" : "are"} answering.`;
};
