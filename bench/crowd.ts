/**
 * The crowd: many live connections in one process, so that "all have it" needs one clock.
 * It is told what to do over Bun's channel between processes, one command at a time, and answers each.
 */
import { connectHttp } from "./http.ts";
import { connectLive, type Door } from "./live.ts";
import { cpu } from "./proc.ts";
import type { Line } from "./wire.ts";

export type Command =
  | { do: "join"; port: number; door: Door; skip: number; count: number }
  | { do: "listen"; pid: number }
  | { do: "settle"; pid: number; posts: number }
  | { do: "single"; port: number; requests: string[]; count: number }
  | { do: "leave" };

export interface Burst {
  deliveries: number;
  /** From the first delivery to the last. */
  seconds: number;
  /** Deliveries per second. */
  rate: number;
  /** Server CPU time per delivery, µs. */
  cost: number;
  /** Share of one core: the server's, this process's. */
  server_busy: number;
  client_busy: number;
}

/** Milliseconds from sending a post until every connection had it, one value a post. */
export interface Single {
  reached: number[];
}

export type Answer = Burst | Single | { joined: number } | { listening: true } | { error: string };

const JOINING_AT_ONCE = 64;
const PATIENCE = 20_000;

/**
 * In a burst this process sleeps so many ms between looks at its sockets. Each look then finds what several turns of the
 * server sent, and reading costs so little that the server, not the reader, sets the pace.
 */
const NAP = 8;

const lines: Line[] = [];
let delivered = 0;
let begun: { at: number; server: number; client: NodeJS.CpuUsage } | null = null;
let first: (() => void) | null = null;
let awaited = Number.POSITIVE_INFINITY;
let arrived: () => void = () => {};
let trouble: (error: Error) => void = () => {};

function message(): void {
  delivered++;
  if (first) {
    first();
    first = null;
  }
  if (delivered === awaited) arrived();
}

async function join(port: number, door: Door, skip: number, count: number): Promise<{ joined: number }> {
  const closed = (code: number | null) => trouble(new Error(`the server closed a live connection (code ${code})`));
  for (let left = count; left > 0; left -= JOINING_AT_ONCE) {
    const batch = Array.from({ length: Math.min(left, JOINING_AT_ONCE) }, () => connectLive(port, door, skip, { message, closed }));
    lines.push(...(await Promise.all(batch)));
  }
  return { joined: lines.length };
}

/** Resolves when `total` messages have come since `delivered` was set to 0; rejects when one more than that comes, or none for long. */
function deliveries(total: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${delivered} of ${total} deliveries came within ${PATIENCE} ms`)), PATIENCE);
    arrived = () => {
      clearTimeout(timer);
      resolve();
    };
    trouble = (error) => {
      clearTimeout(timer);
      reject(error);
    };
    awaited = total;
    if (delivered >= total) arrived();
  });
}

/** Counts from now on, lazily: see NAP. */
function listen(pid: number): { listening: true } {
  delivered = 0;
  awaited = Number.POSITIVE_INFINITY;
  begun = null;
  first = () => {
    begun = { at: performance.now(), server: cpu(pid), client: process.cpuUsage() };
    nap();
  };
  return { listening: true };
}

function nap(): void {
  if (delivered >= awaited) return;
  Bun.sleepSync(NAP);
  setImmediate(nap);
}

/** Waits for the last of `posts` to reach everyone. */
async function settle(posts: number, pid: number): Promise<Burst> {
  await deliveries(posts * lines.length);
  if (!begun) throw new Error("nothing was delivered");
  const seconds = (performance.now() - begun.at) / 1_000;
  const spent = process.cpuUsage(begun.client);
  const cost = cpu(pid) - begun.server;
  await noneTooMany();
  return {
    deliveries: posts * lines.length,
    seconds,
    rate: (posts * lines.length) / seconds,
    cost: cost / (posts * lines.length),
    server_busy: cost / 1e6 / seconds,
    client_busy: (spent.user + spent.system) / 1e6 / seconds,
  };
}

async function single(command: Extract<Command, { do: "single" }>): Promise<Single> {
  const reached: number[] = [];
  let wrong: (error: Error) => void = () => {};
  const line = await connectHttp(
    command.port,
    (status) => status === 201 || wrong(new Error(`expected 201, got ${line.last()}`)),
    (why) => wrong(new Error(why)),
  );
  for (let turn = 0; turn < command.count; turn++) {
    delivered = 0;
    const all = deliveries(lines.length);
    wrong = trouble;
    const begin = performance.now();
    line.send(Buffer.from(command.requests[turn % command.requests.length] as string));
    await all;
    reached.push(performance.now() - begin);
  }
  await noneTooMany();
  line.close();
  return { reached };
}

/** A message delivered twice would flatter the rate. */
async function noneTooMany(): Promise<void> {
  const expected = awaited;
  await Bun.sleep(100);
  if (delivered > expected) throw new Error(`${delivered} deliveries where ${expected} were due`);
  awaited = Number.POSITIVE_INFINITY;
}

async function obey(command: Command): Promise<Answer> {
  if (command.do === "join") return join(command.port, command.door, command.skip, command.count);
  if (command.do === "listen") return listen(command.pid);
  if (command.do === "settle") return settle(command.posts, command.pid);
  if (command.do === "single") return single(command);
  trouble = () => {};
  for (const line of lines) line.close();
  process.exit(0);
}

process.on("message", async (command: Command) => {
  try {
    process.send?.(await obey(command));
  } catch (error) {
    process.send?.({ error: String(error) });
  }
});
