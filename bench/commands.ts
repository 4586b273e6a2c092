import { join } from "node:path";
import { keep, scratch } from "./children.ts";
import type { Figure, Plan } from "./plan.ts";
import { ROOT } from "./servers.ts";
import { median } from "./stats.ts";
import { colonyCommand } from "./subjects.ts";

/** Runs of one command in a round; the round's value is their median, for a start is a lottery of page faults. */
const STARTS = 20;

/** What a client's command does before it could ask anything, where nothing is to be had: no server, no settings. */
const asked: [name: string, args: string[], code: number][] = [
  ["colony help", ["help"], 0],
  ["colony completion bash", ["completion", "bash"], 0],
  ["colony whoami, where no server answers", ["whoami"], 1],
];

/** From spawning a client's command to its end, beside a compiled program of nothing. */
export async function commands(plan: Plan): Promise<Figure[]> {
  if (!plan.subjects.includes("colony")) return [];
  const empty = await compileNothing();
  const bare: number[] = [];
  const taken = asked.map(() => [] as number[]);
  for (let round = 0; round < plan.rounds; round++) {
    const times: number[][] = [[], ...asked.map(() => [])];
    // In turn, so that a drift of the machine meets all alike.
    for (let start = 0; start < STARTS; start++) {
      times[0]?.push(await timed([empty], 0));
      for (const [at, [, args, code]] of asked.entries()) times[at + 1]?.push(await timed([...colonyCommand(), ...args], code));
    }
    bare.push(median(times[0] ?? []));
    for (const at of asked.keys()) taken[at]?.push(median(times[at + 1] ?? []));
  }
  return asked.flatMap(([name], at) => {
    const colony = taken[at] ?? [];
    return [
      { name, unit: "ms", floor: bare, colony, promises: [] },
      { name: `${name}: over an empty program`, unit: "ms", colony: colony.map((took, round) => took - (bare[round] ?? 0)), promises: [{ of: "itself", at: "most", value: 60 }] },
    ] satisfies Figure[];
  });
}

/** Milliseconds from spawning to the end. */
async function timed(command: string[], code: number): Promise<number> {
  const begin = performance.now();
  const child = keep(
    Bun.spawn(command, {
      cwd: ROOT,
      env: { PATH: process.env.PATH, HOME: scratch, COLONY_CONFIG: join(scratch, "none.json"), COLONY_URL: "http://127.0.0.1:1", COLONY_TOKEN: "none" },
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
    }),
  );
  const ended = await child.exited;
  if (ended !== code) throw new Error(`${command.join(" ")} ended with ${ended}, not ${code}`);
  return performance.now() - begin;
}

async function compileNothing(): Promise<string> {
  const source = join(scratch, "nothing.ts");
  const binary = join(scratch, "nothing");
  await Bun.write(source, "export {};\n");
  const built = await Bun.build({ entrypoints: [source], compile: { outfile: binary }, bytecode: true, format: "esm" });
  if (!built.success) throw new Error(`the empty program did not compile: ${built.logs.join("\n")}`);
  return binary;
}
