import { load } from "./children.ts";
import type { Figure, Plan } from "./plan.ts";
import { fill, settled, stored } from "./stored.ts";
import { type Subject, start } from "./subjects.ts";

const SMALLEST = 1_000;
const CONNECTIONS = 64;
const PLANTED = "zyzzyva";
const PLANTS = 20;
const INDEXED_WITHIN = 60_000;

interface Cost {
  /** Wall time of one, µs. */
  wall: number;
  /** Server CPU time of one, µs. */
  cpu: number;
}

/**
 * What one post, one read of the newest and one search cost with 1,000, 100,000 and 1,000,000 messages stored.
 * All three servers run at once and are asked in turn; a few thousand posts are added to each, the smallest too.
 */
export async function growth(plan: Plan): Promise<Figure[]> {
  if (!plan.subjects.includes("colony")) return [];
  const sizes = [...new Set([SMALLEST, plan.history, plan.stored])];
  const servers: Subject[] = [];
  for (const size of sizes) {
    const subject = await start("colony", size === SMALLEST ? undefined : await stored("colony", size));
    if (size === SMALLEST) await fill(subject, SMALLEST);
    servers.push(subject);
  }
  const jobs = new Map<string, (subject: Subject) => string[] | Promise<string[]>>([
    ["one post", ({ posts }) => posts],
    ["the newest 50", ({ get, history }) => [get(`${history}?limit=50`)]],
    ["50 by after_seq", async (subject) => [subject.get(`${subject.history}?after_seq=${(await head(subject)) - 50}`)]],
  ]);
  if (await plantAll(servers)) jobs.set("one search", ({ get }) => [get(`/api/search?q=${PLANTED}`)]);

  const figures: Figure[] = [];
  for (const [what, requests] of jobs) {
    const costs = servers.map((): Cost[] => []);
    if (what === "one search") await Promise.all(servers.map(settled));
    // One round more than is counted: the first warms each server's code.
    for (let round = 0; round <= plan.rounds; round++) {
      for (const [at, subject] of servers.entries()) {
        const cost = await measure(subject, await requests(subject), what === "one post" ? 201 : 200, plan.slice);
        if (round > 0) costs[at]?.push(cost);
      }
    }
    figures.push(...compare(what, sizes, costs));
  }
  await Promise.all(servers.map((subject) => subject.stop()));
  return figures;
}

async function measure({ port, pid }: Subject, requests: string[], expect: number, count: number): Promise<Cost> {
  const { rate, cost } = await load({
    port,
    pid,
    connections: CONNECTIONS,
    requests,
    expect,
    warm: 0,
    seconds: null,
    count,
    every: null,
  });
  return { wall: 1e6 / rate, cpu: cost };
}

function compare(what: string, sizes: number[], costs: Cost[][]): Figure[] {
  const label = (size: number) => `${size.toLocaleString("en")} stored`;
  const each = sizes.map((size, at): Figure => {
    return { name: `${what}, ${label(size)}`, unit: "µs", colony: costs[at]?.map(({ wall }) => wall), promises: [] };
  });
  const [smallest, largest] = [costs.at(0) ?? [], costs.at(-1) ?? []];
  const ratio = (pick: (cost: Cost) => number) => largest.map((cost, at) => pick(cost) / pick(smallest[at] ?? cost));
  const promises = [{ of: "itself", at: "most", value: 1.5 } as const];
  const span = `${label(sizes.at(-1) ?? 0)} to ${label(sizes[0] ?? 0)}`;
  return [
    ...each,
    { name: `${what}, time, ${span}`, unit: "×", colony: ratio(({ wall }) => wall), promises },
    { name: `${what}, server CPU, ${span}`, unit: "×", colony: ratio(({ cpu }) => cpu), promises },
  ];
}

async function head(subject: Subject): Promise<number> {
  const newest = await subject.read<{ seq: number }[]>(`${subject.history}?limit=1`);
  return newest?.at(-1)?.seq ?? 0;
}

/** Posts a word that nothing else holds, as often in each server → whether all can search and have found it that often. */
async function plantAll(servers: Subject[]): Promise<boolean> {
  for (const subject of servers) {
    const { port, pid, post } = subject;
    const requests = Array.from({ length: PLANTS }, (_, turn) => post(`the word is ${PLANTED}, ${turn}`));
    await load({ port, pid, connections: 1, requests, expect: 201, warm: 0, seconds: null, count: PLANTS, every: null });
    const deadline = performance.now() + INDEXED_WITHIN;
    for (;;) {
      const found = await subject.read<{ hits: unknown[] }>(`/api/search?q=${PLANTED}`);
      if (!found) return false;
      if (found.hits.length === PLANTS) break;
      if (performance.now() > deadline) throw new Error(`search found ${found.hits.length} of ${PLANTS} messages`);
      await Bun.sleep(100);
    }
  }
  return true;
}
