import { load } from "./children.ts";
import { cpu } from "./proc.ts";
import { folder } from "./servers.ts";
import { type Name, type Subject, start } from "./subjects.ts";

const CONNECTIONS = 64;

/** CPU time of a second, µs, under which a server has nothing left to do of its own. */
const QUIET = 50_000;

/** Waits until a server has done what it does beside its answers: Colony puts what was posted into its index. */
export async function settled({ pid }: Subject): Promise<void> {
  for (let before = cpu(pid); ; ) {
    await Bun.sleep(1_000);
    const now = cpu(pid);
    if (now - before < QUIET) return;
    before = now;
  }
}

const folders = new Map<string, string>();

/** Posts `count` messages, 64 at a time. */
export async function fill({ port, pid, posts }: Subject, count: number): Promise<void> {
  await load({
    port,
    pid,
    connections: CONNECTIONS,
    requests: posts,
    expect: 201,
    warm: 0,
    seconds: null,
    count,
    every: null,
  });
}

/**
 * A data folder with `count` messages in it, posted through the program's own API; made once in a run.
 * What a measure adds to it stays, so the measure that posts most (growth) comes last.
 */
export async function stored(name: Name, count: number): Promise<string> {
  const key = `${name} ${count}`;
  const found = folders.get(key);
  if (found) return found;
  const data = folder();
  const subject = await start(name, data);
  await fill(subject, count);
  await settled(subject);
  await subject.stop();
  folders.set(key, data);
  return data;
}
