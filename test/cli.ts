import { join } from "node:path";
import { type Colony, environment, newFolder, program, until } from "./colony.ts";

/** How a command is called. `token`: null for none; `home`: a folder with settings of its own (see `homeOf`), instead of COLONY_URL and COLONY_TOKEN. */
export type Called = { stdin?: string | Uint8Array; env?: Record<string, string>; token?: string | null; home?: string; cwd?: string };
export type Ended = { code: number; out: string; err: string };

/** A folder that a command keeps its sign-ins in. */
export const homeOf = newFolder;

/** The environment of a client: as one who calls it, with no settings but those of `home`. */
export const clientEnvironment = (colony: Colony | null, { env = {}, home, token }: Called): Record<string, string> => ({
  ...environment(),
  COLONY_CONFIG: join(home ?? newFolder(), "config.json"),
  XDG_CACHE_HOME: home ?? newFolder(),
  CLAUDE_CODE_SESSION_ID: "",
  NO_COLOR: "",
  ...(home === undefined && colony && { COLONY_URL: colony.url }),
  ...(home === undefined && colony && token !== null && { COLONY_TOKEN: token ?? colony.admin }),
  ...env,
});

/** Runs a client's command to its end, as a script does: nothing of it is a terminal. */
export const colonyCli = async (colony: Colony | null, args: string[], called: Called = {}): Promise<Ended> => {
  const child = startCli(colony, args, called);
  const code = await child.exited;
  return { code, out: child.out(), err: child.err() };
};

/** Starts a client's command that goes on: what it said so far, and its end. */
export const startCli = (colony: Colony | null, args: string[], called: Called = {}) => {
  const { cwd = newFolder(), stdin } = called;
  const child = Bun.spawn([...program, ...args], {
    env: clientEnvironment(colony, called),
    cwd,
    stdin: stdin === undefined ? "ignore" : new Blob([stdin as BlobPart]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const said = { out: "", err: "" };
  const gather = async (stream: ReadableStream<Uint8Array>, into: "out" | "err") => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) said[into] += decoder.decode(chunk, { stream: true });
  };
  const all = Promise.all([gather(child.stdout, "out"), gather(child.stderr, "err"), child.exited]);
  return {
    out: () => said.out,
    err: () => said.err,
    /** Waits until it said something on one of its streams. */
    says: (what: string, on: "out" | "err" = "out") => until(() => (said[on].includes(what) ? true : undefined)),
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    exited: all.then(([, , code]) => code),
  };
};

/** Starts a client's command on a terminal of its own, 100 × 40: what it shows, and what is typed. */
export const terminal = (colony: Colony | null, args: string[], called: Called = {}) => {
  let shown = "";
  const decoder = new TextDecoder();
  const { NO_COLOR, ...env } = clientEnvironment(colony, called);
  const child = Bun.spawn([...program, ...args], {
    env: { ...env, ...(NO_COLOR && { NO_COLOR }), TERM: "xterm-256color" },
    cwd: called.cwd ?? newFolder(),
    terminal: {
      cols: 100,
      rows: 40,
      data: (_, data) => {
        shown += decoder.decode(data, { stream: true });
      },
    },
  });
  return {
    shown: () => shown,
    shows: (what: string) => until(() => (shown.includes(what) ? true : undefined)),
    type: (text: string) => void child.terminal?.write(text),
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Its exit code, and all it showed until its end. */
    ended: async (): Promise<{ code: number; shown: string }> => {
      const code = await child.exited;
      // What it wrote last may still be on its way through the terminal.
      await Bun.sleep(0);
      child.terminal?.close();
      return { code, shown };
    },
  };
};
