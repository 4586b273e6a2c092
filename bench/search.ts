import { load } from "./children.ts";
import { type Figure, interleave, type Plan } from "./plan.ts";
import { fill, settled } from "./stored.ts";
import { type Subject, start } from "./subjects.ts";
import { contents } from "./words.ts";

const SMALLEST = 1_000;
/** Messages with a word that nothing else holds: half of them before all others, half after. */
const PLANTS = 20;
const RARE = "zyzzyva";
/** Searches of one kind in one round. */
const SEARCHES = 200;

type Kind = { name: string; colony: string; floor: string; slow?: true };

/** What is asked, in each program's own words. */
const [common = "", other = ""] = frequent();
const kinds: [Kind, ...Kind[]] = [
  { name: "a rare word, 20 hits", colony: RARE, floor: RARE },
  { name: "a rare word and a common one", colony: `${RARE} "the"`, floor: `${RARE} the` },
  { name: "a common word", colony: `"${common}"`, floor: common, slow: true },
  { name: "two common words", colony: `${common} "${other}"`, floor: `${common} ${other}`, slow: true },
];

/** Search as one asks after the other, with 1,000, 100,000 and 1,000,000 messages stored; the floor is SQLite's own FTS5 query on the same messages. */
export async function search(plan: Plan): Promise<Figure[]> {
  const subjects = plan.subjects.filter((name) => name !== "peer");
  const sizes = [...new Set([SMALLEST, plan.history, plan.stored])];
  const figures: Figure[] = [];
  const rare = new Map<number, number[]>();
  for (const size of sizes) {
    const running = await Promise.all(subjects.map((name) => start(name)));
    for (const subject of running) {
      await plant(subject, PLANTS / 2);
      await fill(subject, size);
      await plant(subject, PLANTS / 2);
      await settled(subject);
    }
    // The floor makes its index when it is first asked.
    await Promise.all(running.map((subject) => subject.read(pathFor(subject.name, kinds[0]))));
    for (const kind of kinds) {
      const count = kind.slow ? SEARCHES / 40 : SEARCHES;
      const measured = await interleave(plan.rounds + 1, running, (subject) => ask(subject, kind, count));
      // The first round warms.
      for (const rounds of measured.values()) rounds.shift();
      const at = `${kind.name}, ${size.toLocaleString("en")} stored`;
      const of = (pick: (one: { p50: number; p99: number }) => number) => Object.fromEntries([...measured].map(([name, rounds]) => [name, rounds.map(pick)]));
      figures.push({ name: `${at}, p50`, unit: "ms", ...of(({ p50 }) => p50), promises: [] }, { name: `${at}, p99`, unit: "ms", ...of(({ p99 }) => p99), promises: [] });
      if (kind === kinds[0]) rare.set(size, measured.get("colony")?.map(({ p50 }) => p50) ?? []);
    }
    await Promise.all(running.map((subject) => subject.stop()));
  }
  const [least, most] = [rare.get(SMALLEST) ?? [], rare.get(plan.stored) ?? []];
  const growth = most.map((time, round) => time / (least[round] ?? time));
  if (growth.length > 0)
    figures.push({
      name: `a rare word, p50, ${plan.stored.toLocaleString("en")} stored to ${SMALLEST.toLocaleString("en")} stored`,
      unit: "×",
      colony: growth,
      promises: [{ of: "itself", at: "most", value: 1.5 }],
    });
  return figures;
}

async function plant({ port, pid, post }: Subject, count: number): Promise<void> {
  const requests = Array.from({ length: count }, (_, turn) => post(`the word is ${RARE}, ${turn}`));
  await load({ port, pid, connections: 1, requests, expect: 201, warm: 0, seconds: null, count, every: null });
}

function pathFor(name: Subject["name"], kind: Kind): string {
  return name === "colony" ? `/api/search?q=${encodeURIComponent(kind.colony)}` : `/search?q=${encodeURIComponent(kind.floor)}`;
}

async function ask({ name, port, pid, get }: Subject, kind: Kind, count: number): Promise<{ p50: number; p99: number }> {
  const { latency } = await load({ port, pid, connections: 1, requests: [get(pathFor(name, kind))], expect: 200, warm: 0, seconds: null, count, every: null });
  return latency;
}

/** The two words that most texts of the bench hold. */
function frequent(): string[] {
  const counts = new Map<string, number>();
  for (const text of contents()) for (const word of new Set(text.match(/[a-z]+/g))) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one).map(([word]) => word);
}
