import type { Run } from "../moments.ts";

const whole = new Intl.NumberFormat(undefined);

/** A time span as one says it: `0.4 s`, `42 s`, `12 min 5 s`, `3 h 20 min`. */
export const spanWords = (ms: number): string => {
  if (ms < 9_950) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

/** Milliseconds that a run has taken; null before it began. */
export const tookOf = ({ started_at, ended_at }: Run, now: number): number | null =>
  started_at === null ? null : Math.max(0, (ended_at === null ? now : Date.parse(ended_at)) - Date.parse(started_at));

const limits: Record<string, string> = {
  memory: "it used more memory than its limit",
  processes: "it had more processes than its limit",
  disk: "the project's files took more disk than its limit",
  files: "the project had more files than its limit",
  server_ended: "the server ended while it ran",
  signal: "by a signal",
  sandbox: "its sandbox could not run it",
};

/** How a run stands or ended, and why, in words. */
export const stateWords = ({ state, exit_code, reason, stopped_by, timeout }: Run): string => {
  switch (state) {
    case "queued":
      return "waits";
    case "running":
      return "runs";
    case "succeeded":
      return "succeeded";
    case "failed":
      return reason === "sandbox" ? "could not be run" : `failed with exit code ${exit_code ?? "?"}`;
    case "stopped":
      if (reason === "rights") return "was not run: who asked may no longer work here";
      return stopped_by ? `stopped by ${stopped_by.display_name}` : "stopped";
    case "timed_out":
      return `ended after ${whole.format(timeout)} s, its limit of time`;
    case "killed":
      return `killed: ${limits[reason ?? "signal"] ?? reason}`;
  }
};

/** Who had it run, and by what. */
export const whoWords = ({ user, trigger, late }: Pick<Run, "user" | "trigger" | "late">): string =>
  trigger === "schedule" ? `by schedule${late ? ", late" : ""}` : user.display_name;
