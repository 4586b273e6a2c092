/**
 * The load generator, a process of its own, told its jobs one after another over Bun's channel between processes.
 * Connections stay open; each sends its next request when the answer to the last has come (or, with `every`, when one is due).
 */
import { connectHttp, type HttpLine } from "./http.ts";
import { cpu } from "./proc.ts";
import { mean, percentile, Samples } from "./stats.ts";

export interface Job {
  port: number;
  /** The server's process, for its CPU time. */
  pid: number;
  connections: number;
  /** Whole HTTP requests, sent in turn. */
  requests: string[];
  /** The one status that is right; any other ends the bench. */
  expect: number;
  /** Seconds at the start that are not counted. */
  warm: number;
  /** Stop after so many seconds (not counting `warm`), or … */
  seconds: number | null;
  /** … after so many requests. */
  count: number | null;
  /** Milliseconds between requests, whether or not the last was answered: lateness counts as latency. Null: closed loop. */
  every: number | null;
}

/** Times in ms. */
export interface Times {
  mean: number;
  p50: number;
  p99: number;
  max: number;
}

export interface Load {
  /** Requests answered in the time that was measured. */
  requests: number;
  /** Requests sent in all, the uncounted ones with them. */
  sent: number;
  seconds: number;
  /** Requests per second. */
  rate: number;
  /** Bytes of bodies per second. */
  throughput: number;
  latency: Times;
  /** Until the first byte of the answer. */
  first: Times;
  /** Server CPU time per request, µs. */
  cost: number;
  /** Share of one core: the server's, the generator's. */
  server_busy: number;
  client_busy: number;
}

export type Outcome = { load: Load } | { error: string };

const LAST_ANSWERS = 10_000;

interface Worker {
  line: HttpLine;
  sent: number;
}

async function run(job: Job): Promise<Load> {
  const requests = job.requests.map((text) => Buffer.from(text));
  const latency = new Samples();
  const first = new Samples();
  const { promise: finished, resolve: finish, reject: fail } = Promise.withResolvers<void>();
  const idle: Worker[] = [];
  const due: number[] = [];
  let next = 0;
  let sent = 0;
  let flying = 0;
  let bytes = 0;
  let stopping = false;

  function send(worker: Worker, since: number): void {
    worker.sent = since;
    flying++;
    sent++;
    worker.line.send(requests[next] as Buffer);
    next = (next + 1) % requests.length;
  }

  function go(worker: Worker): void {
    if (stopping || (job.count !== null && sent >= job.count)) {
      stopping = true;
      if (flying === 0) finish();
    } else if (job.every === null) {
      send(worker, performance.now());
    } else {
      const since = due.shift();
      if (since === undefined) idle.push(worker);
      else send(worker, since);
    }
  }

  async function hire(): Promise<Worker> {
    const worker: Worker = {
      sent: 0,
      line: await connectHttp(
        job.port,
        (status, length) => {
          flying--;
          if (status !== job.expect) fail(new Error(`expected ${job.expect}, got ${worker.line.last()}`));
          latency.add(performance.now() - worker.sent);
          bytes += length;
          go(worker);
        },
        (why) => fail(new Error(why)),
        () => first.add(performance.now() - worker.sent),
      ),
    };
    return worker;
  }

  const workers = await Promise.all(Array.from({ length: job.connections }, hire));
  const now = () => ({ at: performance.now(), server: cpu(job.pid), client: process.cpuUsage() });
  let begin = now();
  for (const worker of workers) go(worker);
  const clock =
    job.every === null
      ? null
      : setInterval(() => {
          const worker = idle.pop();
          if (stopping) return;
          if (worker) send(worker, performance.now());
          else due.push(performance.now());
        }, job.every);

  if (job.warm > 0) {
    await Promise.race([Bun.sleep(job.warm * 1_000), finished]);
    latency.clear();
    first.clear();
    bytes = 0;
    begin = now();
  }

  await Promise.race([job.seconds === null ? finished : Bun.sleep(job.seconds * 1_000), finished]);
  const seconds = (performance.now() - begin.at) / 1_000;
  const server = (cpu(job.pid) - begin.server) / 1e6;
  const client = process.cpuUsage(begin.client);
  const measured = latency.all().slice();
  const begun = first.all().slice();
  const received = bytes;

  stopping = true;
  if (clock) clearInterval(clock);
  if (flying > 0) await Promise.race([finished, Bun.sleep(LAST_ANSWERS)]);
  if (flying > 0) throw new Error(`${flying} requests were not answered within ${LAST_ANSWERS} ms`);
  for (const worker of workers) worker.line.close();

  return {
    requests: measured.length,
    sent,
    seconds,
    rate: measured.length / seconds,
    throughput: received / seconds,
    latency: times(measured),
    first: times(begun),
    cost: (server * 1e6) / measured.length,
    server_busy: server / seconds,
    client_busy: (client.user + client.system) / 1e6 / seconds,
  };
}

function times(values: Float64Array): Times {
  return {
    mean: mean(values),
    p50: percentile(values, 0.5),
    p99: percentile(values, 0.99),
    max: percentile(values, 1),
  };
}

process.on("message", async (job: Job) => {
  try {
    process.send?.({ load: await run(job) } satisfies Outcome);
  } catch (error) {
    process.send?.({ error: String(error) } satisfies Outcome);
  }
});
