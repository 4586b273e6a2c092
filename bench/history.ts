import { load } from "./children.ts";
import { connectHttp } from "./http.ts";
import { type Figure, figure, interleave, type Plan } from "./plan.ts";
import { rss, watchRss } from "./proc.ts";
import { stored } from "./stored.ts";
import { type Subject, start } from "./subjects.ts";

const MIB = 1_048_576;
const READS = 8;
const STALL = 2_000;
const POSTS_EVERY = 2;

/**
 * A history read whole by one reader: how fast, how soon it begins, what it costs in memory (with a reader that stalls
 * too), and how long posts take meanwhile. Servers are started afresh on what is stored, so memory begins at idle.
 */
export async function history(plan: Plan): Promise<Figure[]> {
  const names = plan.subjects.filter((name) => name !== "peer");
  const subjects = await Promise.all(names.map(async (name) => start(name, await stored(name, plan.history))));
  await Bun.sleep(1_000);
  const idle = new Map(subjects.map(({ name, pid }) => [name, rss(pid)]));
  const watches = subjects.map(({ name, pid }) => ({ name, highest: watchRss(pid) }));
  for (const subject of subjects) await checkWhole(subject, plan.history);

  const reads = await interleave(plan.rounds, subjects, (subject) => load(readJob(subject, READS)));
  for (const subject of subjects) await readStalling(subject);
  const grown = new Map(watches.map(({ name, highest }) => [name, [highest() - (idle.get(name) ?? 0)]]));
  const posts = await interleave(plan.rounds, subjects, (subject) => postMeanwhile(subject, plan.seconds));
  await Promise.all(subjects.map((subject) => subject.stop()));

  const messages = `${plan.history.toLocaleString("en")} messages`;
  return [
    figure(`history of ${messages}`, "MiB/s", reads, ({ throughput }) => throughput / MIB, {
      of: "floor",
      at: "least",
      value: 0.5,
    }),
    figure(`server CPU a read of ${messages}`, "ms", reads, ({ cost }) => cost / 1_000),
    figure("its first byte, slowest of a round", "ms", reads, ({ first }) => first.max, { of: "itself", at: "most", value: 50 }),
    figure("memory growth while it is read", "MiB", grown, (bytes) => bytes / MIB, { of: "itself", at: "most", value: 64 }),
    figure("posts meanwhile, p99", "ms", posts, ({ latency }) => latency.p99, { of: "itself", at: "most", value: 10 }),
    figure("posts meanwhile, p50", "ms", posts, ({ latency }) => latency.p50),
  ];
}

function readJob({ port, pid, get, history: path }: Subject, count: number) {
  if (path === null) throw new Error("no history to read");
  return { port, pid, connections: 1, requests: [get(path)], expect: 200, warm: 0, seconds: null, count, every: null };
}

/** Reads one history as JSON: all there, in order. */
async function checkWhole({ name, read, history: path }: Subject, count: number): Promise<void> {
  const messages = (await read<{ seq: number }[]>(path ?? "")) ?? [];
  if (messages.length < count) throw new Error(`${name}: ${messages.length} messages in a history of ${count}`);
  if (messages.some(({ seq }, at) => at > 0 && seq <= (messages[at - 1]?.seq ?? 0))) throw new Error(`${name}: out of order`);
}

/** Takes the first bytes of a history, then nothing for a while: the server must hold its pages back, not pile them up. */
async function readStalling({ port, get, history: path }: Subject): Promise<void> {
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  let stalled = false;
  const line = await connectHttp(
    port,
    () => resolve(),
    (why) => reject(new Error(why)),
    () => {
      if (stalled) return;
      stalled = true;
      line.pause();
      setTimeout(() => line.resume(), STALL);
    },
  );
  line.send(Buffer.from(get(path ?? "")));
  await ended;
  line.close();
}

/** Posts at an even 500 a second while one reader reads the history again and again. */
async function postMeanwhile(subject: Subject, seconds: number) {
  let reading = true;
  const reader = (async () => {
    while (reading) await load(readJob(subject, READS));
  })();
  const { port, pid, posts } = subject;
  const measured = await load({
    port,
    pid,
    connections: 16,
    requests: posts,
    expect: 201,
    warm: seconds / 4,
    seconds,
    count: null,
    every: POSTS_EVERY,
  });
  reading = false;
  await reader;
  return measured;
}
