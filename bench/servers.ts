import { mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { keep, scratch } from "./children.ts";

export const ROOT = join(import.meta.dir, "..");
const STARTS_WITHIN = 60_000;
const STOPS_WITHIN = 20_000;

let folders = 0;

/** A folder for one server's data, empty. */
export function folder(): string {
  const path = join(scratch, String(++folders));
  mkdirSync(path);
  return path;
}

export interface Process {
  child: Subprocess;
  port: number;
  stop(): Promise<void>;
}

/**
 * Starts a server and waits until it prints `listening on http://…` (looked for every millisecond).
 * Its output goes to a file, as under a service manager: a pipe would make the bench read a log line for each request.
 */
export async function spawn(command: string[], environment: Record<string, string> = {}): Promise<Process> {
  const log = join(scratch, `${++folders}.log`);
  const output = openSync(log, "w");
  const child = keep(
    Bun.spawn(command, {
      cwd: ROOT,
      env: { PATH: process.env.PATH, HOME: scratch, TMPDIR: scratch, ...environment },
      stdin: "ignore",
      stdout: output,
      stderr: output,
    }),
  );
  const deadline = performance.now() + STARTS_WITHIN;
  for (;;) {
    const said = readFileSync(log, "utf8");
    const port = /listening on http:\/\/[^\s"]*:(\d+)/.exec(said)?.[1];
    if (port) return { child, port: Number(port), stop: () => stop(child) };
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`${command.join(" ")} did not start:\n${said.slice(-2_000)}`);
    }
    await Bun.sleep(1);
  }
}

/** SIGTERM, and time to end well; a server that does not is killed and the bench fails. */
async function stop(child: Subprocess): Promise<void> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, STOPS_WITHIN);
  child.kill("SIGTERM");
  await child.exited;
  clearTimeout(timer);
  if (late) throw new Error(`a server did not stop within ${STOPS_WITHIN} ms of SIGTERM`);
}
