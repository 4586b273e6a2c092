import type { Config } from "../config.ts";
import type { Driver } from "./driver.ts";
import type { Tried } from "./sandboxes.ts";

/** What is said where the setting is `off`. */
export const drivesNothing = {
  problem: "Nothing can be run: the operator has turned projects' sandboxes off",
  hint: "The operator can set COLONY_SANDBOX=auto. Files, schedules and the conversation work without.",
};

/** The drivers that the settings allow, in the order in which they are tried; each is loaded when its turn comes. */
export const drivers = ({ data, sandbox }: Config): (() => Promise<Driver>)[] => {
  const bubblewrap = async () => (await import("./bubblewrap.ts")).bubblewrap(data, sandbox.network);
  const docker = async () => (await import("./docker.ts")).docker(data, sandbox);
  return { auto: [bubblewrap, docker], bubblewrap: [bubblewrap], docker: [docker], off: [] }[sandbox.driver];
};

/** Tries drivers one after the other up to the first that works. */
export const trial = async (candidates: (() => Promise<Driver>)[]): Promise<{ driver: Driver | null; tried: Tried[] }> => {
  const tried: Tried[] = [];
  for (const candidate of candidates) {
    const driver = await candidate();
    const probe = await driver.probe();
    tried.push({ name: driver.name, probe });
    if (probe.works) return { driver, tried };
  }
  return { driver: null, tried };
};
