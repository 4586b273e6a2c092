import { join } from "node:path";
import { scratch } from "./children.ts";
import { status } from "./http.ts";
import type { Figure, Plan } from "./plan.ts";
import { rss } from "./proc.ts";
import { folder, type Process, spawn } from "./servers.ts";
import { stored } from "./stored.ts";
import { spawnColony } from "./subjects.ts";

const MIB = 1_048_576;
const IDLE = 2_000;

/** From spawning the program to its first 200 on /healthz, with a million messages stored; and what it then holds in memory. */
export async function start(plan: Plan): Promise<Figure[]> {
  if (!plan.subjects.includes("colony")) return [];
  const data = await stored("colony", plan.stored);
  const empty = await compileEmpty();
  const full: number[] = [];
  const fresh: number[] = [];
  const bare: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    bare.push((await timeStart(() => spawn([empty]))).took);
    fresh.push((await timeStart(() => spawnColony(folder()))).took);
    const { took, held } = await timeStart(() => spawnColony(data), IDLE);
    full.push(took);
    memory.push(held / MIB);
  }
  const messages = `${plan.stored.toLocaleString("en")} messages stored`;
  return [
    { name: `start to first answer, ${messages}`, unit: "ms", colony: full, promises: [{ of: "itself", at: "most", value: 150 }] },
    { name: "first start ever, empty folder", unit: "ms", colony: fresh, promises: [] },
    { name: "start of an empty Bun.serve, compiled", unit: "ms", floor: bare, promises: [] },
    { name: `idle memory after start, ${messages}`, unit: "MiB", colony: memory, promises: [{ of: "itself", at: "most", value: 90 }] },
  ];
}

/** Milliseconds to the first answer; resident bytes after `idle` ms more. */
async function timeStart(spawned: () => Promise<Process>, idle = 0): Promise<{ took: number; held: number }> {
  const begin = performance.now();
  const process = await spawned();
  const answer = await status(process.port, "/healthz");
  const took = performance.now() - begin;
  if (answer !== 200) throw new Error(`/healthz answered ${answer}`);
  await Bun.sleep(idle);
  const held = rss(process.child.pid);
  await process.stop();
  return { took, held };
}

async function compileEmpty(): Promise<string> {
  const source = join(scratch, "empty.ts");
  const binary = join(scratch, "empty");
  await Bun.write(
    source,
    `const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("ok") });
     console.log("listening on " + server.url.origin);`,
  );
  const built = await Bun.build({ entrypoints: [source], compile: { outfile: binary }, bytecode: true, format: "esm" });
  if (!built.success) throw new Error(`the empty server did not compile: ${built.logs.join("\n")}`);
  return binary;
}
