import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import type { Answer, Burst, Command, Single } from "./crowd.ts";
import type { Job, Load, Outcome } from "./load.ts";
import type { Subject } from "./subjects.ts";

const PATIENCE = 120_000;

/** Payload bytes. A post here has 200 bytes of content; a message frame is over 500, presence and the like well under. */
const LEAST_MESSAGE = 450;

/** The run's one temporary folder; gone when the run ends, however it ends. */
export const scratch = mkdtempSync(join(tmpdir(), "colony-bench-"));

const children = new Set<Subprocess>();

process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(scratch, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));

/** Keeps a child so that it cannot outlive the run. */
export function keep<Child extends Subprocess>(child: Child): Child {
  children.add(child);
  child.exited.then(() => children.delete(child));
  return child;
}

/** Ends what a failed measure left running. */
export async function endAll(): Promise<void> {
  generators.length = 0;
  for (const child of children) child.kill("SIGKILL");
  await Promise.all([...children].map(({ exited }) => exited));
}

/** A child that is told one thing at a time and answers each; `patience` in ms. */
function companion<Told, Answer>(program: string): { child: Subprocess; ask(told: Told, patience: number): Promise<Answer> } {
  let waiting = Promise.withResolvers<Answer>();
  waiting.promise.catch(() => {});
  const child = keep(
    Bun.spawn([process.execPath, join(import.meta.dir, program)], {
      ipc: (answer: Answer) => waiting.resolve(answer),
      stdout: "ignore",
      stderr: "inherit",
      onExit: () => waiting.reject(new Error(`${program} ended`)),
    }),
  );
  return {
    child,
    async ask(told, patience) {
      waiting = Promise.withResolvers<Answer>();
      const timer = setTimeout(() => waiting.reject(new Error(`${program} did not answer`)), patience);
      child.send(told);
      return waiting.promise.finally(() => clearTimeout(timer));
    },
  };
}

const generators: ReturnType<typeof companion<Job, Outcome>>[] = [];

/**
 * Runs one job in a load generator that is free; they are kept, so that only the first job meets cold code.
 * Throws when any answer had another status than the expected one.
 */
export async function load(job: Job): Promise<Load> {
  const generator = generators.pop() ?? companion<Job, Outcome>("load.ts");
  const patience = PATIENCE + ((job.seconds ?? 0) + job.warm) * 1_000 + (job.count ?? 0);
  const outcome = await generator.ask(job, patience);
  if ("error" in outcome) throw new Error(outcome.error);
  generators.push(generator);
  return outcome.load;
}

/** A process that holds live connections to one server; see crowd.ts for what each call gives. */
export interface Crowd {
  join(count: number): Promise<void>;
  burst(writers: number, seconds: number): Promise<Burst>;
  single(count: number): Promise<Single>;
  leave(): Promise<void>;
}

/** Starts a crowd for `subject`. A frame shorter than a message is not counted as one. */
export function crowd(subject: Subject): Crowd {
  const { port, pid } = subject;
  const requests = subject.posts.slice(0, 64);
  const { child, ask } = companion<Command, Answer>("crowd.ts");

  async function order<Reply>(command: Command): Promise<Reply> {
    const answer = await ask(command, PATIENCE);
    if ("error" in answer) throw new Error(`${subject.name}: ${answer.error}`);
    return answer as Reply;
  }

  return {
    join: (count) => order({ do: "join", port, door: subject.door, skip: LEAST_MESSAGE, count }),
    async burst(writers, seconds) {
      await order({ do: "listen", pid });
      const { sent } = await load({ port, pid, connections: writers, requests, expect: 201, warm: 0, seconds, count: null, every: null });
      return order({ do: "settle", pid, posts: sent });
    },
    single: (count) => order({ do: "single", port, requests, count }),
    async leave() {
      child.send({ do: "leave" } satisfies Command);
      await child.exited;
    },
  };
}
