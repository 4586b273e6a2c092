import { bubblewrap } from "../src/sandbox/bubblewrap.ts";
import { docker } from "../src/sandbox/docker.ts";
import type { Driver } from "../src/sandbox/driver.ts";
import { placeIn } from "./hostilities.ts";

/** A process that has a command running in a sandbox until it is killed: what a server is to its runs. */
const drivers: Record<string, (data: string) => Driver> = {
  bubblewrap: (data) => bubblewrap(data, false),
  docker: (data) => docker(data, { docker: process.env.PODMAN_SOCKET ?? null, image: process.env.PODMAN_IMAGE ?? null }),
};

const [name = "", data = "", command = ""] = process.argv.slice(2);
const driver = drivers[name]?.(data);
if (!driver) throw new Error(`There is no driver ${name}`);
const sandbox = await driver.open(placeIn(data, "left"));
await sandbox.run(
  { run: `left-${process.pid}`, command, env: {}, limits: { memory_mib: 64, processes: 16, cpus: 1, disk_mib: 16, files: 100, seconds: 60, network: false } },
  () => {},
);
await Bun.sleep(60_000);
