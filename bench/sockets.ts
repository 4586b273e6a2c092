import { crowd, load } from "./children.ts";
import { connectLive, type Door } from "./live.ts";
import { type Figure, figure, interleave, type Plan } from "./plan.ts";
import { percentile } from "./stats.ts";
import { type Subject, start, startAll } from "./subjects.ts";

const SINGLES = 20;
const LARGE = 200_000;
const LARGE_POSTS = 400;
const PATIENCE = 30_000;
const TOO_SLOW = 4408;
const RESUMES = 20;

/** One channel, 5,000 sockets, one post to all; then a reader that stalls: closed with 4408, it resumes without a gap. */
export async function sockets(plan: Plan): Promise<Figure[]> {
  const subjects = await startAll(plan.subjects.filter((name) => name !== "peer"));
  const rooms = subjects.map((subject) => ({ name: subject.name, subject, crowd: crowd(subject) }));
  for (const room of rooms) await room.crowd.join(plan.sockets);
  const measured = await interleave(Math.ceil(plan.rounds / 2), rooms, (room) => room.crowd.single(SINGLES));
  for (const room of rooms) {
    await room.crowd.leave();
    await room.subject.stop();
  }
  const all = `one message to all ${plan.sockets.toLocaleString("en")} sockets`;
  const by =
    (share: number) =>
    ({ reached }: { reached: number[] }) =>
      percentile(reached, share);
  const figures = [figure(`${all}, p50`, "ms", measured, by(0.5)), figure(`${all}, slowest`, "ms", measured, by(1))];
  return plan.subjects.includes("colony") ? [...figures, ...(await stall())] : figures;
}

/**
 * A reader takes nothing while 80 MB are posted, then reads on: what was sent, the close, and by further connections the rest.
 * Every message must come once and in order.
 */
async function stall(): Promise<Figure[]> {
  const colony = await start("colony");
  const stalled = await listen(colony, colony.door);
  stalled.line.pause();
  const { port, pid } = colony;
  const requests = [colony.post("x".repeat(LARGE))];
  await load({ port, pid, connections: 4, requests, expect: 201, warm: 0, seconds: null, count: LARGE_POSTS, every: null });
  stalled.line.resume();
  const code = await within(stalled.closed, "the stalled reader was not closed");
  if (code !== TOO_SLOW) throw new Error(`the stalled reader was closed with ${code ?? "no code"}, not ${TOO_SLOW}`);

  const posted = ((await colony.read<{ seq: number }[]>(colony.history ?? "")) ?? []).map(({ seq }) => seq);
  const newest = posted.at(-1) ?? 0;
  const got = stalled.seqs;
  let resumed = 0;
  while ((got.at(-1) ?? 0) < newest) {
    if (++resumed > RESUMES) throw new Error(`a reader that resumed ${RESUMES} times had ${got.length} of ${posted.length} messages`);
    const reader = await listen(colony, colony.resume?.(got.at(-1) ?? 0) ?? colony.door, newest);
    await within(Promise.race([reader.reached, reader.closed]), "the resumed reader was neither served nor closed");
    reader.line.close();
    got.push(...reader.seqs);
  }
  await colony.stop();

  const wrong = Math.abs(got.length - posted.length) + posted.filter((seq, at) => got[at] !== seq).length;
  if (wrong > 0) throw new Error(`${wrong} messages missing, double or out of order for a reader that stalled and resumed`);
  return [
    {
      name: "a stalled reader, closed with 4408: messages lost, double or out of order after it resumed",
      unit: "",
      colony: [wrong],
      promises: [{ of: "itself", at: "most", value: 0 }],
    },
    { name: "connections it took to read the rest", unit: "", colony: [resumed], promises: [] },
  ];
}

/** A live connection whose messages' seqs are kept; `reached` when `until` has come, `closed` with the close code. */
async function listen({ port }: Subject, door: Door, until = Number.POSITIVE_INFINITY) {
  const seqs: number[] = [];
  const reached = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<number | null>();
  const line = await connectLive(port, door, Number.POSITIVE_INFINITY, {
    message() {},
    text(payload) {
      const { event, seq } = JSON.parse(payload) as { event: string; seq: number };
      if (event !== "message") return;
      seqs.push(seq);
      if (seq >= until) reached.resolve();
    },
    closed: closed.resolve,
  });
  return { line, seqs, reached: reached.promise, closed: closed.promise };
}

async function within<Value>(promise: Promise<Value>, otherwise: string): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(otherwise)), PATIENCE);
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}
