import { realpathSync } from "node:fs";
import { join } from "node:path";
import { SANDBOX_LOOK } from "../limits.ts";
import type { Kit } from "./bubblewrap.ts";
import { processes, signal, told } from "./members.ts";

/** Ends what an earlier server with this data folder left running, whatever it made of itself, and takes its control groups away. */
export const sweepProcesses = async (data: string, { cgroups, mark }: Kit): Promise<void> => {
  const groups = (await cgroups?.left()) ?? [];
  const left = () => [...new Set([...groups.flatMap((group) => group.pids()), ...seeing(data, mark)])];
  for (let pids = left(); pids.length > 0; pids = left()) {
    for (const pid of pids) signal(pid, "SIGKILL");
    await Bun.sleep(SANDBOX_LOOK);
  }
  for (const group of groups) while (!group.remove()) await Bun.sleep(SANDBOX_LOOK);
};

/** Processes that see a project's workspace as /workspace, or were started to hold one. Neither can be changed from inside. */
const seeing = (data: string, mark: string): number[] => {
  const ours = mountRoot(data);
  return processes().filter((pid) => {
    if (pid === process.pid) return false;
    return environmentOf(pid).includes(`COLONY_SANDBOX_MARK=${mark}\0`) || mountsOf(pid).some(({ point, root }) => point === "/workspace" && root.startsWith(`${ours}/`));
  });
};

type Mount = { root: string; point: string };

/** The mounts that a process sees: what of its disk each shows, and where. */
const mountsOf = (pid: number | "self"): Mount[] =>
  told(`/proc/${pid}/mountinfo`)
    .split("\n")
    .map((line) => line.split(" "))
    .map(([, , , root = "", point = ""]) => ({ root, point }));

const environmentOf = (pid: number): string => told(`/proc/${pid}/environ`);

/** Where a folder's projects lie on their disk, as a mount of them says it. */
const mountRoot = (data: string): string => {
  const path = join(realpathSync(data), "projects");
  const holding = mountsOf("self")
    .filter(({ point }) => point === "/" || path === point || path.startsWith(`${point}/`))
    .reduce((best, one) => (one.point.length >= best.point.length ? one : best), { root: "/", point: "/" });
  const inside = path.slice(holding.point === "/" ? 0 : holding.point.length);
  return holding.root === "/" ? inside : `${holding.root}${inside}`;
};
