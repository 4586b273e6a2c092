import { load } from "./children.ts";
import type { Load } from "./load.ts";
import { type Figure, figure, interleave, type Plan, type Promised } from "./plan.ts";
import { type Subject, start, startAll } from "./subjects.ts";

const PROMISED: Promised[] = [
  { of: "floor", at: "least", value: 0.6 },
  { of: "peer", at: "least", value: 8 },
];

/** Durable posts a second: 64 connections is the promise; 1 and 128 are for information. */
export async function posting(plan: Plan): Promise<Figure[]> {
  const subjects = await startAll(plan.subjects);
  await interleave(1, subjects, (subject) => postFor(subject, 64, plan.seconds));
  const figures: Figure[] = [];
  for (const connections of [64, 1, 128]) {
    const promised = connections === 64;
    const rounds = promised ? plan.rounds : Math.ceil(plan.rounds / 2);
    const measured = await interleave(rounds, subjects, (subject) => postFor(subject, connections, plan.seconds));
    const at = `${connections} connection${connections > 1 ? "s" : ""}`;
    figures.push(
      figure(`posts, ${at}`, "/s", measured, ({ rate }) => rate, ...(promised ? PROMISED : [])),
      figure(`latency p50, ${at}`, "ms", measured, ({ latency }) => latency.p50),
      figure(`latency p99, ${at}`, "ms", measured, ({ latency }) => latency.p99),
    );
    if (!promised) continue;
    figures.push(
      figure(`server CPU a post, ${at}`, "µs", measured, ({ cost }) => cost),
      figure(`generator's share of a core, ${at}`, "%", measured, ({ client_busy }) => client_busy * 100),
    );
  }
  await Promise.all(subjects.map((subject) => subject.stop()));
  return [...figures, ...(await ceiling(plan))];
}

function postFor({ port, pid, posts }: Subject, connections: number, seconds: number): Promise<Load> {
  return load({ port, pid, connections, requests: posts, expect: 201, warm: seconds / 4, seconds, count: null, every: null });
}

/** The generator against a server that stores nothing: above this no program here could be seen to go. */
async function ceiling(plan: Plan): Promise<Figure[]> {
  const floor = await start("floor");
  const posts = floor.posts.map((text) => text.replace("/messages", "/nothing"));
  const measured = await interleave(plan.rounds, [floor], () => postFor({ ...floor, posts }, 64, plan.seconds));
  await floor.stop();
  return [
    figure("posts that store nothing, 64 connections", "/s", measured, ({ rate }) => rate),
    figure("generator's share of a core, nothing stored", "%", measured, ({ client_busy }) => client_busy * 100),
  ];
}
