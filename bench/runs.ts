import { existsSync } from "node:fs";
import { Podman } from "../test/podman.ts";
import { postFor } from "./agents.ts";
import { type Figure, figure, type Plan } from "./plan.ts";
import { percentile } from "./stats.ts";
import { make, type Name, type Subject, start, startColony } from "./subjects.ts";

/** Runs timed in one round, a bare process beside each. */
const RUNS = 100;
const COMMAND = "node -v";

/** What each project runs over and over while posts are measured; whatever ends it, it begins again. */
const HOSTILE = {
  "fork bomb": "bomb() { bomb | bomb & }; bomb; sleep 60",
  "memory hog": `python3 -c "x = [bytearray(1 << 20) for _ in iter(int, 1)]"`,
  "output flood": "yes",
  "disk filler": "rm -f ~/full*; i=0; while :; do i=$((i + 1)); head -c 100000000 /dev/zero > ~/full$i; done",
};

type Running = Awaited<ReturnType<typeof startColony>>;
/** Milliseconds from asking to the answer with the end, and of a bare process that does the same. */
type Round = { p50: number; p95: number; bare50: number; bare95: number };
/** p99 of posts, ms. */
type Posts = { idle: number; hostile: number; ended: number };

/**
 * A command in a project's sandbox, asked for and waited for over the API, beside the bare process; and what ordinary posts
 * take while hostile programs run in several projects at once, beside what they take right before and after: Colony's, and
 * the floor program's on the same machine, which has nothing to do with what runs.
 */
export async function runs(plan: Plan): Promise<Figure[]> {
  if (!plan.subjects.includes("colony")) return [];
  const boxed = await withColony({ COLONY_SANDBOX: "bubblewrap" }, async (subject) => {
    const commands = await rounds(subject, plan.rounds);
    const projects = await Promise.all(Object.keys(HOSTILE).map((name) => project(subject, name)));
    const floor = await start("floor");
    try {
      const posts = await besideHostile(subject, floor, plan, projects.slice(0, -1));
      return { commands, posts, withDisk: await besideHostile(subject, floor, plan, projects) };
    } finally {
      await floor.stop();
    }
  });
  const docker = await inDocker(plan);
  const bubblewrap = both(boxed.commands);
  const { posts, withDisk } = boxed;
  return [
    figure(`${COMMAND} to finished, bubblewrap, p50`, "ms", bubblewrap, ([p50]) => p50),
    figure(`${COMMAND} to finished, bubblewrap, p95`, "ms", bubblewrap, ([, p95]) => p95),
    figure("its p50 over the bare process", "ms", own(boxed.commands), ({ p50, bare50 }) => p50 - bare50, { of: "itself", at: "most", value: 60 }),
    figure(`${COMMAND} to finished, docker (Podman), p50`, "ms", both(docker), ([p50]) => p50),
    figure(`${COMMAND} to finished, docker (Podman), p95`, "ms", both(docker), ([, p95]) => p95),
    figure("ordinary posts, p99, nothing runs", "ms", posts, ({ idle }) => idle),
    figure("ordinary posts, p99, beside a fork bomb, a memory hog and a flood of output", "ms", posts, ({ hostile }) => hostile),
    figure("that, to idle", "×", posts, ({ hostile, idle }) => hostile / idle, { of: "itself", at: "most", value: 2 }),
    figure("ordinary posts, p99, beside those and a disk filler", "ms", withDisk, ({ hostile }) => hostile),
    figure("that, to idle", "×", withDisk, ({ hostile, idle }) => hostile / idle, { of: "itself", at: "most", value: 2 }),
    figure("hostile programs ended and begun again meanwhile", "", own(withDisk.get("colony") ?? []), ({ ended }) => ended),
  ];
}

const own = <Measured>(measured: Measured[]) => new Map([["colony" as const, measured]]);

const both = (commands: Round[]) =>
  new Map([
    ["floor" as const, commands.map(({ bare50, bare95 }): [number, number] => [bare50, bare95])],
    ["colony" as const, commands.map(({ p50, p95 }): [number, number] => [p50, p95])],
  ]);

async function withColony<T>(settings: Record<string, string>, work: (subject: Running) => Promise<T>): Promise<T> {
  const subject = await startColony(undefined, settings);
  try {
    return await work(subject);
  } finally {
    await subject.stop();
  }
}

async function inDocker({ rounds: count }: Plan): Promise<Round[]> {
  if (!existsSync("/usr/bin/podman")) {
    console.log("no docker sandbox: podman is not installed");
    return [];
  }
  const podman = await Podman.start();
  try {
    return await withColony({ COLONY_SANDBOX: "docker", COLONY_SANDBOX_DOCKER: podman.socket, COLONY_SANDBOX_IMAGE: podman.image }, (subject) =>
      rounds(subject, Math.min(2, count)),
    );
  } finally {
    await podman.stop();
  }
}

async function rounds(subject: Running, count: number): Promise<Round[]> {
  const at = await project(subject, "timed");
  // The first opens the sandbox.
  await execute(subject, at, COMMAND);
  const all: Round[] = [];
  for (let round = 0; round < count; round++) {
    const [times, bare]: [number[], number[]] = [[], []];
    for (let run = 0; run < RUNS; run++) {
      bare.push(await timed(async () => void (await Bun.spawn(["/bin/sh", "-c", COMMAND], { stdout: "ignore" }).exited)));
      times.push(await timed(() => execute(subject, at, COMMAND)));
    }
    all.push({ p50: percentile(times, 0.5), p95: percentile(times, 0.95), bare50: percentile(bare, 0.5), bare95: percentile(bare, 0.95) });
  }
  return all;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** @returns the project's address */
async function project({ port, authorization }: Running, name: string): Promise<string> {
  const { made } = await make<{ slug: string }>(port, "/api/projects", authorization, { name });
  return `/api/projects/${made.slug}`;
}

/** @throws Error when it did not succeed */
async function execute({ port, authorization }: Running, at: string, command: string): Promise<void> {
  const { made } = await make<{ state: string; reason: string | null }>(port, `${at}/container/execute?wait=55`, authorization, { command });
  if (made.state !== "succeeded") throw new Error(`${command}: ${made.state} ${made.reason}`);
}

/** Posts at an even pace, to one program and then to the other, in turn while nothing runs and while what is hostile runs, one in each project. */
async function besideHostile(subject: Running, floor: Subject, plan: Plan, projects: string[]): Promise<Map<Name, Posts[]>> {
  const seconds = 3 * plan.seconds;
  const both = [subject, floor];
  const all = new Map<Name, Posts[]>(both.map(({ name }) => [name, []]));
  const postToBoth = async () => {
    const p99s: number[] = [];
    for (const one of both) p99s.push(await postFor(one, seconds));
    return p99s;
  };
  // The first runs meet cold code, as the first posts do.
  const first = await begin(subject, projects);
  await postToBoth();
  await first.end();
  let before = await postToBoth();
  for (let round = 0; round < plan.rounds; round++) {
    const hostile = await begin(subject, projects);
    const p99s = await postToBoth();
    const ended = await hostile.end();
    const after = await postToBoth();
    for (const [at, { name }] of both.entries()) {
      const [first = Number.NaN, second = Number.NaN, meanwhile = Number.NaN] = [before[at], after[at], p99s[at]];
      all.get(name)?.push({ idle: (first + second) / 2, hostile: meanwhile, ended });
    }
    before = after;
  }
  return all;
}

/** Lets every hostile program run in its project, again and again until the end. */
async function begin({ port, authorization }: Running, projects: string[]) {
  let over = false;
  let ended = 0;
  const stop = (at: string) => make(port, `${at}/container/stop`, authorization, {});
  const commands = Object.values(HOSTILE);
  const running = projects.map(async (at, which) => {
    while (!over) {
      const command = commands[which];
      const { made } = await make<{ state: string }>(port, `${at}/container/execute?wait=55`, authorization, { command });
      if (made.state !== "running") ended++;
    }
  });
  // Their first moments, in which they do the most, are measured too; but not their being asked for.
  await Bun.sleep(100);
  return {
    async end(): Promise<number> {
      over = true;
      const before = ended;
      await Promise.all(projects.map(stop));
      await Promise.all(running);
      return before;
    },
  };
}
