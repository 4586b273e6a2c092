import type { Limits } from "../projects/directory.ts";

/** How far a limit is held: `hard` by the kernel, `watched` by looks some times a second, `none` at all. */
export type Hold = "hard" | "watched" | "none";

/** What a driver found when it was tried: whether it works, and how far it holds each limit. */
export type Probe =
  | {
      works: true;
      /** Its own version and what it leans on, for people: `bubblewrap 0.8.0, cgroup v1, seccomp`. */
      version: string;
      holds: Record<keyof Limits, Hold>;
      /** What is less than it could be, each with how to mend it. */
      remarks: string[];
    }
  | { works: false; problem: string; hint: string };

/** What all runs of a project share. The folders are on the server's disk and exist; they are seen as /workspace, /home/colony and /tmp. */
export type Place = {
  /** Names it towards the system: letters, digits and dashes. */
  id: string;
  workspace: string;
  home: string;
  tmp: string;
  network: boolean;
  template: string;
};

/** One command: run by `sh -c` in /workspace. `env` comes beside what every run has (PATH, HOME, LANG, TMPDIR …). */
export type Command = { run: string; command: string; env: Record<string, string>; limits: Limits };

/** Takes output as it comes; what it promises is waited for before more is read, so that a flood waits in the program and not in memory. */
export type Hearing = (stream: "stdout" | "stderr", bytes: Uint8Array) => void | Promise<void>;

/** How a process ended. `signal` is a name such as SIGKILL; `limit`: which limit ended it, null where none did. */
export type Ending = { exit_code: number | null; signal: string | null; limit: "memory" | "processes" | null; peak_memory: number | null; cpu_ms: number | null };

/** What a run takes at this moment; null for what cannot be told. */
export type Figures = { memory: number | null; cpu_ms: number | null; processes: number | null };

/** A command under way. */
export type Process = {
  /** Settles once every process of it is gone and all output was heard. */
  ended: Promise<Ending>;
  /** Asks it to end (SIGTERM to all of it), and ends all of it (SIGKILL) after `grace` milliseconds, whatever it does. Settles with `ended`. */
  stop: (grace: number) => Promise<Ending>;
  figures: () => Promise<Figures>;
};

/** A place that is up: its runs share a loopback network and their folders, and see no process of each other. */
export type Sandbox = {
  run: (command: Command, hearing: Hearing) => Promise<Process>;
  /** Whether what holds it still stands. */
  alive: () => Promise<boolean>;
  /** Ends all that runs in it, and takes it away. */
  close: () => Promise<void>;
};

/** A way to run commands apart from the server. No rule of Colony lives in it: limits, folders and command are handed in. */
export type Driver = {
  name: "bubblewrap" | "docker";
  probe: () => Promise<Probe>;
  open: (place: Place) => Promise<Sandbox>;
  /** Takes away whatever an earlier server with this data folder left running; called once, before anything is opened. */
  sweep: () => Promise<void>;
};
