/**
 * Measures Colony beside floor programs, in the same run and in turn. See bench/README.md.
 *
 *   bun run bench [posting history …] [--quick] [--rounds N] [--colony "bun src/main.ts"] [--without colony,peer] [--profile FILE]
 */
import { parseArgs } from "node:util";
import { agents } from "./agents.ts";
import { endAll } from "./children.ts";
import { commands } from "./commands.ts";
import { fanout } from "./fanout.ts";
import { files } from "./files.ts";
import { growth } from "./growth.ts";
import { history } from "./history.ts";
import { imports } from "./import.ts";
import { memory } from "./memory.ts";
import { type Figure, FULL, type Plan, QUICK } from "./plan.ts";
import { posting } from "./posting.ts";
import { runs } from "./runs.ts";
import { search } from "./search.ts";
import { sockets } from "./sockets.ts";
import { start } from "./start.ts";
import { chooseColony, installPeer, type Name } from "./subjects.ts";
import { machine, publish, table } from "./table.ts";
import { viewer } from "./viewer.ts";

// Growth is last: it posts into what start and history read.
const measures = { posting, fanout, memory, sockets, history, start, commands, search, viewer, files, agents, runs, import: imports, growth };

const { values: options, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string" },
    only: { type: "string" },
    without: { type: "string" },
    colony: { type: "string" },
    profile: { type: "string" },
    quick: { type: "boolean", default: false },
  },
});

const known = Object.keys(measures) as (keyof typeof measures)[];
const wanted = [...named, options.only].filter(Boolean).join(",");
const chosen = wanted ? pick(wanted, known) : known;
const without = pick(options.without ?? "", ["colony", "peer"]);
const rounds = options.rounds === undefined ? null : Number(options.rounds);
if (rounds !== null && !(Number.isInteger(rounds) && rounds >= 1 && rounds <= 50)) fail("--rounds takes 1 to 50");

const subjects: Name[] = ["floor"];
if (!without.includes("colony")) {
  if (!chooseColony(options.colony ?? null)) fail('there is no such Colony: `bun run build` first, or --colony "bun src/main.ts"');
  subjects.push("colony");
}
const peerIsWanted = !without.includes("peer") && chosen.some((name) => name === "posting" || name === "fanout");
if (peerIsWanted) {
  const missing = await installPeer();
  if (missing) console.log(`no peer: ${missing}`);
  else subjects.push("peer");
}

const scale = options.quick ? QUICK : FULL;
const plan: Plan = { ...scale, rounds: rounds ?? scale.rounds, subjects, profile: options.profile ?? null };

const figures: Figure[] = [];
let broken = 0;
console.log(`${machine()}\n`);
for (const name of chosen) {
  const begin = performance.now();
  try {
    const measured = await measures[name](plan);
    figures.push(...measured);
    console.log(`## ${name} (${((performance.now() - begin) / 1_000).toFixed(0)} s)\n\n${table(measured)}\n`);
  } catch (error) {
    broken++;
    await endAll();
    console.log(`## ${name}\n\nfailed: ${error instanceof Error ? error.message : error}\n`);
  }
}

const whole = !options.quick && !wanted && !options.without && !options.colony;
if (whole && broken === 0) await publish(`${machine()} · ${plan.rounds} rounds\n\n${table(figures)}`);
process.exit(broken === 0 ? 0 : 1);

function pick<Known extends string>(list: string, all: Known[]): Known[] {
  const names = list.split(",").filter(Boolean);
  const unknown = names.find((name) => !all.includes(name as Known));
  if (unknown) fail(`${unknown}: not one of ${all.join(", ")}`);
  return all.filter((name) => names.includes(name));
}

function fail(why: string): never {
  console.error(why);
  process.exit(2);
}
