import type { SandboxStatus } from "../moments.ts";

const MIB = 2 ** 20;
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });

/** Bytes as one says them: `12 MiB`. */
export const mebibytes = (bytes: number): string => (bytes < MIB ? `${whole.format(Math.ceil(bytes / 1024))} KiB` : `${whole.format(bytes / MIB)} MiB`);

/** How a sandbox stands, in words; of one that idles, when it stops. */
export const sandboxWords = ({ state, stops_in_seconds }: Pick<SandboxStatus, "state" | "stops_in_seconds">): string => {
  if (state === "unavailable") return "nothing can be run";
  if (state !== "running") return state;
  if (stops_in_seconds === null) return "running";
  return stops_in_seconds < 90 ? `idle, stops in ${Math.max(1, Math.round(stops_in_seconds))} s` : `idle, stops in ${Math.round(stops_in_seconds / 60)} min`;
};

/** What a sandbox takes, in words. */
export const figureWords = ({ driver, memory, cpu_percent, processes, disk_bytes, files }: SandboxStatus): string =>
  [
    driver,
    memory !== null && `${mebibytes(memory)} of memory`,
    cpu_percent !== null && `${whole.format(cpu_percent)} % of a core`,
    processes !== null && `${whole.format(processes)} ${processes === 1 ? "process" : "processes"}`,
    `${mebibytes(disk_bytes)} of disk in ${whole.format(files)} files`,
  ]
    .filter(Boolean)
    .join(", ");
