import { CLIENT_POLL_SECONDS } from "../../limits.ts";
import type { Message } from "../../messages/wire.ts";
import { CommandError, EXIT } from "../failure.ts";
import type { Shared } from "./command.ts";
import { seconds, untilTime } from "./given.ts";
import { colour, inLine, isTerminal, say } from "./say.ts";
import { openServer, type Server } from "./server.ts";
import { bare, channelName, contentOf, placeOf, session } from "./talk.ts";
import { askOn } from "./watching.ts";

type State = { state: "open" | "answered" | "expired"; answer: null | { option: string; note: string | null; user: { username: string } } };
export type AskOptions = Shared & { option?: string[]; to?: string; wait?: string; expires?: string; key?: string };

/** Asks, waits, and gives the option that was chosen, alone on standard output. */
export const ask = async (channel: string, words: string[], options: AskOptions): Promise<void> => {
  const server = openServer(options).signedIn();
  const labels = session();
  const content = await contentOf(words);
  const message = await server.call<Message>("POST", `${await placeOf(server, channel)}/messages`, {
    body: {
      content,
      ask: { options: options.option ?? ["yes", "no"], assignee: options.to && bare(options.to), expires_at: options.expires && untilTime(options.expires) },
      ...(Object.keys(labels).length > 0 && { metadata: labels }),
    },
    key: options.key,
  });
  const { seq } = message;
  if (options.wait === "0") {
    if (options.json) say.json(message);
    else say.line(String(seq));
    return;
  }
  if (isTerminal(process.stderr))
    say.note(colour.dim(`Asked as ${seq}. Waiting for an answer; Ctrl-C leaves the question open (colony answer ${channelName(channel)} ${seq} looks again).`));
  tell(await waited(server, channel, String(seq), options.wait), options);
};

export type AnswerOptions = Shared & { note?: string; wait?: string };

/** Answers a question; without an option says how it stands, and waits for its answer where that is asked. */
export const answer = async (channel: string, message: string, option: string | undefined, options: AnswerOptions): Promise<void> => {
  const server = openServer(options).signedIn();
  if (option === undefined) {
    tell(await waited(server, channel, message, options.wait ?? "0"), options);
    return;
  }
  const state = await server.call<State>("POST", await pathOf(server, channel, message), { body: { option, note: options.note } });
  if (options.json) say.json(state);
  else if (isTerminal()) say.line(`${colour.green("✓")} Answered: ${colour.bold(inLine(option))}`);
};

const pathOf = async (server: Server, place: string, message: string): Promise<string> => `${await placeOf(server, place)}/messages/${encodeURIComponent(message)}/answer`;

/** How a question stands, once that is no longer open. `wait`: for so long; as long as it takes when left out. @throws CommandError 124 when the time is over */
const waited = async (server: Server, channel: string, message: string, wait: string | undefined): Promise<State> => {
  const until = wait === undefined ? Number.POSITIVE_INFINITY : Date.now() + seconds(wait) * 1000;
  const path = await pathOf(server, channel, message);
  for (;;) {
    const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    const query = { wait: Math.min(CLIENT_POLL_SECONDS, left) };
    const state = await askOn<State>({ server }, path, { query }, "The question stands meanwhile.", until - Date.now());
    if (state.state !== "open") return state;
    if (Date.now() >= until)
      throw new CommandError(`Nobody has answered yet; the question stays open. Look again: colony answer ${channelName(channel)} ${message} --wait 10m`, EXIT.timedOut);
  }
};

const tell = (state: State, { json }: Shared): void => {
  if (json) say.json(state);
  if (state.state === "expired") throw new CommandError("The question expired before anybody answered: ask anew.", EXIT.refused);
  if (json || !state.answer) return;
  const { note, option, user } = state.answer;
  say.line(inLine(option));
  if (note) say.note(`${inLine(user.username)}: ${inLine(note)}`);
};
