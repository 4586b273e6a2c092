import { createInterface } from "node:readline/promises";
import type { Static } from "@sinclair/typebox";
import type { DirectMade } from "../../agents/model.ts";
import { CLIENT_POLL_SECONDS, MESSAGE_CONTENT_BYTES } from "../../limits.ts";
import type { Message } from "../../messages/wire.ts";
import { CommandError, EXIT } from "../failure.ts";
import { isPiped, readInput } from "./input.ts";
import { Interrupts } from "./interrupting.ts";
import { type InProject, type Workplace, workplace } from "./project.ts";
import { colour, inLine, isTerminal, say } from "./say.ts";
import { Telling } from "./telling.ts";
import { askOn } from "./watching.ts";

export type ChatOptions = InProject & { agent?: string };
type Asked = Static<typeof DirectMade>;
/** What is asked of an agent: where, with which body. `agent`: whose answer it is. */
type Question = { path: string; body: unknown; agent: string };

/** Gives the project's crew something to do, or asks one of the agents; without words, on a terminal, a conversation. */
export const chat = async (words: string[], options: ChatOptions): Promise<void> => {
  const work = workplace(options);
  const { agent } = options;
  const path = agent === undefined ? `${work.at}/chat` : `${work.at}/agents/${encodeURIComponent(agent)}/direct`;
  const asking = (message: string): Question => ({ path, body: { message }, agent: agent ?? "dev-manager" });
  const said = words.join(" ");
  if (said === "" && !isPiped() && isTerminal()) {
    await conversation(work, asking, options);
    return;
  }
  const message = said === "" || said === "-" ? await readInput(MESSAGE_CONTENT_BYTES, "What is piped in is too long for one message: upload it, and name the file.") : said;
  if (message.trim() === "") throw new CommandError('What is to be done? colony chat "The tests fail: find out why and mend it."', EXIT.usage);
  process.exitCode = await ask(work, asking(message), options);
};

/** Has one of the errors that were recognised looked into. */
export const analyze = async (work: Workplace, error: string, options: InProject): Promise<void> => {
  process.exitCode = await ask(work, { path: `${work.at}/console/analyze`, body: { error }, agent: "engineer" }, options);
};

/** One question after the other, until an empty line's end of input, or "exit". */
const conversation = async (work: Workplace, asking: (message: string) => Question, options: ChatOptions): Promise<void> => {
  say.note(colour.dim(`${work.project} · @${asking("").agent} · Ctrl-D ends`));
  for (;;) {
    const message = await prompted();
    if (message === null || message === "exit") return;
    if (message !== "") await ask(work, asking(message), options);
  }
};

/** A line that is typed; null when there is an end of it. Nothing reads the terminal between two of them, so that Ctrl-C is heard. */
const prompted = async (): Promise<string | null> => {
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  const ended = new Promise<null>((resolve) => {
    reader.on("close", () => resolve(null));
    reader.on("SIGINT", () => reader.close());
  });
  const line = await Promise.race([reader.question(`\n${colour.bold("›")} `).catch(() => null), ended]);
  reader.close();
  if (line === null) say.line();
  return line?.trim() ?? null;
};

/**
 * Asks, and tells on a terminal what is planned, done and answered as it comes; to a pipe goes the answer alone.
 * @returns the exit code
 */
const ask = async (work: Workplace, { agent, body, path }: Question, { json }: InProject): Promise<number> => {
  const { server } = work;
  const key = crypto.randomUUID();
  const interrupts = new Interrupts();
  const done = new AbortController();
  try {
    const { question } = await server.call<Asked>("POST", path, { body, key });
    const left = `The answer comes all the same: colony read ${work.project}`;
    interrupts.of({ left, stop: () => server.call("POST", `/api/agents/${encodeURIComponent(agent)}/stop`, { body: { message_id: question.id } }) });
    const telling = isTerminal() && !json ? new Telling(question.id) : null;
    const live = telling && follow(work, question, telling, done.signal);
    const asked = { query: { wait: CLIENT_POLL_SECONDS }, body, key };
    let answered: Asked;
    do answered = await askOn<Asked>(work, path, { method: "POST", ...asked }, left);
    while (answered.state === "waiting" || answered.state === "answering");
    done.abort();
    await live;
    const { answer, state } = answered;
    if (json) say.json(answered);
    else if (telling) {
      // Whatever the line did not bring by now.
      for (const message of await server.call<Message[]>("GET", `/api/channels/${question.channel_id}/messages`, { query: { after_seq: question.seq } })) telling.hear(message);
      telling.end();
    } else if (answer) await say.write(`${answer.content}\n`);
    if (state === "answered") return EXIT.ok;
    if (!telling || !answer) say.note(`colony: @${inLine(agent)} ${state === "stopped" ? "was stopped" : "could not answer"}${answer ? "" : ", and said nothing"}.`);
    return interrupts.code ?? EXIT.error;
  } finally {
    done.abort();
    interrupts.over();
  }
};

/** Hears the project's channel from a question on. That a connection breaks costs nothing: what is missed is read at the end. */
const follow = async ({ server }: Workplace, { channel_id, seq }: Message, telling: Telling, signal: AbortSignal): Promise<void> => {
  try {
    for await (const { data, event } of server.follow(`/api/channels/${channel_id}/events`, { after_seq: seq }, signal)) {
      if (event === "message" || event === "edit") telling.hear(data as Message);
    }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
};
