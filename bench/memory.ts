import { crowd } from "./children.ts";
import { type Figure, figure, interleave, type Plan } from "./plan.ts";
import { rss } from "./proc.ts";
import { type Name, start } from "./subjects.ts";

const MIB = 1_048_576;
const KIB = 1_024;
const FIRST = 500;
const SETTLE = 2_000;

/** Resident memory of a server that idles on an empty folder, and what each further live connection adds to it. */
export async function memory(plan: Plan): Promise<Figure[]> {
  const programs = plan.subjects.filter((name) => name !== "peer").map((name) => ({ name }));
  const measured = await interleave(Math.ceil(plan.rounds / 3), programs, ({ name }) => weigh(name, plan.sockets));
  return [
    figure("idle memory, empty folder", "MiB", measured, ({ idle }) => idle / MIB, { of: "itself", at: "most", value: 90 }),
    figure(`memory a socket, ${plan.sockets.toLocaleString("en")} sockets`, "KiB", measured, ({ socket }) => socket / KIB, {
      of: "itself",
      at: "most",
      value: 16,
    }),
  ];
}

/** The first sockets pay for code that is warmed and pools that are made; those after them are weighed. In bytes. */
async function weigh(name: Name, sockets: number): Promise<{ idle: number; socket: number }> {
  const subject = await start(name);
  await Bun.sleep(SETTLE);
  const idle = rss(subject.pid);
  const holding = crowd(subject);
  await holding.join(FIRST);
  await Bun.sleep(SETTLE);
  const before = rss(subject.pid);
  await holding.join(sockets);
  await Bun.sleep(SETTLE);
  const socket = (rss(subject.pid) - before) / sockets;
  await holding.leave();
  await subject.stop();
  return { idle, socket };
}
