import { join } from "node:path";
import { numberOf } from "./answer.ts";
import { load } from "./children.ts";
import { type Figure, figure, type Plan } from "./plan.ts";
import { spawn } from "./servers.ts";
import { make, type Subject, startColony } from "./subjects.ts";

const CHANNELS = 10;
const QUESTIONS = 50;
/** Milliseconds between ordinary posts: 500 a second, a large company at its busiest. */
const POSTS_EVERY = 2;
/** Milliseconds in which all must be answered. */
const PATIENCE = 120_000;

interface Message {
  id: string;
  seq: number;
  content: string;
  type: string;
  reply_to: string | null;
  via: string;
  metadata: { streaming?: boolean; error?: string } | null;
}

type Asking = Awaited<ReturnType<typeof startColony>>;

/** What one round saw: latencies in ms (`idle`: the mean of the stretches before and after), the time until all are answered in s, and how often an answer was edited within a second at most. */
interface Round {
  idle: number;
  busy: number;
  asked: number;
  answered: number;
  edits: number;
}

/**
 * Fifty questions at once to a resident agent, five in each of ten channels, whose model speaks slowly: each must have one whole
 * answer, in the order of the questions of its channel; and what ordinary posts take meanwhile, beside what they take when
 * nobody asks.
 */
export async function agents(plan: Plan): Promise<Figure[]> {
  if (!plan.subjects.includes("colony")) return [];
  // Posts are measured for a while, and a channel's five answers, one after the other, take longer than that.
  const seconds = 3 * plan.seconds;
  const slowness = (1.2 * 1_000 * (seconds + warm(seconds))) / (QUESTIONS / CHANNELS);
  const model = await spawn([process.execPath, join(import.meta.dir, "model.ts"), String(slowness)]);
  const subject = await startColony(undefined, { ANTHROPIC_API_KEY: "sk-ant-test-key", ANTHROPIC_BASE_URL: `http://127.0.0.1:${model.port}` });
  const channels = await Promise.all(
    Array.from({ length: CHANNELS }, async (_, n) => (await make<{ id: string }>(subject.port, "/api/channels", subject.authorization, { name: `questions-${n}` })).made.id),
  );
  // The first question loads what speaks to models, and the first posts meet cold code.
  await ask(subject, channels.slice(0, 1), 1);
  await postFor(subject, seconds);
  const rounds: Round[] = [];
  // A p99 of some seconds differs from stretch to stretch: twice as many rounds, each held against what came right before and right after it.
  let before = await postFor(subject, seconds);
  for (let round = 0; round < 2 * plan.rounds; round++) {
    const [busy, asked] = await Promise.all([postFor(subject, seconds), ask(subject, channels, QUESTIONS)]);
    const after = await postFor(subject, seconds);
    rounds.push({ idle: (before + after) / 2, busy, ...asked });
    before = after;
  }
  await subject.stop();
  model.child.kill();
  const measured = new Map([["colony" as const, rounds]]);
  return [
    figure(`${QUESTIONS} questions over ${CHANNELS} channels: until all are answered`, "s", measured, ({ answered }) => answered),
    figure("the slowest POST of a question", "ms", measured, ({ asked }) => asked),
    figure("edits of one answer, the most within a second", "", measured, ({ edits }) => edits, { of: "itself", at: "most", value: 4 }),
    figure("ordinary posts, p99, nobody asks", "ms", measured, ({ idle }) => idle),
    figure("ordinary posts, p99, while they are answered", "ms", measured, ({ busy }) => busy),
    figure("ordinary posts, p99, answered to idle", "×", measured, ({ busy, idle }) => busy / idle, { of: "itself", at: "most", value: 1.5 }),
  ];
}

const warm = (seconds: number): number => seconds / 8;

/** Posts at an even 500 a second into another channel. @returns the p99 of their latency, ms */
export async function postFor({ port, pid, posts }: Subject, seconds: number): Promise<number> {
  const { latency } = await load({ port, pid, connections: 16, requests: posts, expect: 201, warm: warm(seconds), seconds, count: null, every: POSTS_EVERY });
  return latency.p99;
}

/** Asks so many questions at once, evenly over the channels, and waits for the last answer. @throws Error when one is missing, not whole, or out of order */
async function ask(subject: Asking, channels: string[], count: number): Promise<Pick<Round, "asked" | "answered" | "edits">> {
  const { port, authorization } = subject;
  const followed = await Promise.all(channels.map((id) => follow(port, id, authorization)));
  const begin = performance.now();
  const asked = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const channel = n % channels.length;
      const since = performance.now();
      const { made } = await make<Message>(port, `/api/channels/${channels[channel]}/messages`, authorization, { content: `@grimlock question ${n}` });
      return { channel, question: made, ms: performance.now() - since };
    }),
  );
  const all = Promise.all(followed.map(({ answers }, channel) => answers(asked.filter((one) => one.channel === channel).map(({ question }) => question))));
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => deadline.reject(new Error(`not all of ${count} questions were answered within ${PATIENCE / 1_000} s`)), PATIENCE);
  const rates = (await Promise.race([all, deadline.promise]).finally(() => clearTimeout(timer))).flat();
  const answered = (performance.now() - begin) / 1_000;
  for (const { socket } of followed) socket.close();
  return { asked: Math.max(...asked.map(({ ms }) => ms)), answered, edits: Math.max(...rates) };
}

/** Listens to a channel from now on. `answers` waits until each question has its one answer, and gives how often each of them was edited within a second at most. */
async function follow(port: number, channel: string, authorization: string) {
  /** By the id of an answer: as it is now, and when it was edited. */
  const seen = new Map<string, { message: Message; edited: number[] }>();
  const opened = Promise.withResolvers<void>();
  const heard = { wake: () => {} };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/${channel}`);
  socket.onopen = () => socket.send(JSON.stringify({ type: "auth", token: authorization.replace("Bearer ", "") }));
  socket.onclose = ({ code }) => opened.reject(new Error(`a socket was closed with ${code}`));
  socket.onmessage = ({ data }) => {
    const { event, data: message } = JSON.parse(String(data)) as { event: string; data: Message };
    if (event === "ready") opened.resolve();
    if ((event !== "message" && event !== "edit") || message.via !== "resident") return;
    const edited = seen.get(message.id)?.edited ?? [];
    if (event === "edit") edited.push(performance.now());
    seen.set(message.id, { message, edited });
    heard.wake();
  };
  await opened.promise;
  return {
    socket,
    async answers(questions: Message[]): Promise<number[]> {
      const over = () => [...seen.values()].filter(({ message }) => !message.metadata?.streaming);
      while (over().length < questions.length) await new Promise<void>((resolve) => Object.assign(heard, { wake: resolve }));
      const inOrder = over().toSorted((a, b) => a.message.seq - b.message.seq);
      const expected = questions.toSorted((a, b) => a.seq - b.seq).map(({ id }) => id);
      if (inOrder.map(({ message }) => message.reply_to).join() !== expected.join()) throw new Error("answers are missing, double or out of order");
      const broken = inOrder.find(({ message }) => message.type !== "text" || numberOf(message.content) === null);
      if (broken) throw new Error(`an answer is not whole: ${broken.message.type} ${broken.message.content.slice(0, 200)}`);
      return inOrder.map(({ edited }) => most(edited));
    },
  };
}

/** The most edits that came within one second. */
const most = (times: number[]): number => Math.max(0, ...times.map((begin) => times.filter((time) => time >= begin && time < begin + 1_000).length));
