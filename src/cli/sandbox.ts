import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../config.ts";
import type { Hold, Probe } from "../sandbox/driver.ts";
import type { Tried } from "../sandbox/sandboxes.ts";
import { drivers, trial } from "../sandbox/trial.ts";
import type { Finding } from "./doctor.ts";

const what = "sandbox";
/** Limits as people call them. */
const LIMITS: Record<keyof Extract<Probe, { works: true }>["holds"], string> = {
  memory_mib: "memory",
  processes: "processes",
  cpus: "processors",
  disk_mib: "disk",
  files: "number of files",
  seconds: "time",
  network: "network",
};
const HOLDS: Record<Hold, string> = { hard: "held by the system", watched: "watched", none: "not held" };

/** Whether projects can run their commands, in what, and how far each limit is held. Where they cannot, everything else of a server works: a warning at most. */
export const checkSandbox = async (config: Config): Promise<Finding[]> => {
  if (config.sandbox.driver === "off") return [{ level: "ok", what, says: "COLONY_SANDBOX=off: projects run no commands" }];
  // What is tried here must not meet what a running server does: it has a folder, and so a mark, of its own.
  const folder = mkdtempSync(join(tmpdir(), "colony-doctor-"));
  try {
    const { tried } = await trial(drivers({ ...config, data: folder }));
    return tried.flatMap((one) => told(one, tried.at(-1)?.probe.works ?? false));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const told = ({ name, probe }: Tried, another: boolean): Finding[] => {
  if (!probe.works) {
    if (another) return [{ level: "ok", what, says: `Not ${name}: ${probe.problem}. ${probe.hint}` }];
    return [{ level: "warn", what, says: `Projects can run nothing in ${name}: ${probe.problem}. ${probe.hint}` }];
  }
  const held = (["hard", "watched", "none"] as const).flatMap((hold) => {
    const limits = Object.entries(LIMITS).flatMap(([limit, word]) => (probe.holds[limit as keyof typeof LIMITS] === hold ? [word] : []));
    return limits.length > 0 ? [`${HOLDS[hold]}: ${limits.join(", ")}`] : [];
  });
  return [
    { level: "ok", what, says: `Projects run their commands in ${probe.version}; ${held.join("; ")}` },
    ...probe.remarks.map((remark): Finding => ({ level: "warn", what, says: remark })),
  ];
};
