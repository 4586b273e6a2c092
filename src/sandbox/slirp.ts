import { closeSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { SANDBOX_NETWORK_TIME } from "../limits.ts";
import { pipe, textOf } from "./libc.ts";

/** Where the system's own programs lie; what stands in the server's PATH is not asked. */
export const SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

/** The DNS server that slirp4netns answers as. */
export const SLIRP_DNS = "10.0.2.3";

/** What no run reaches though it has a network: what clouds tell a machine about itself stands there. */
const CLOSED = ["169.254.0.0/16"];

/** The internet behind a network namespace. */
export type Attached = { alive: () => boolean; detach: () => void };

/** Packages without which no run can have a network. */
export const missingForNetwork = (): string[] =>
  Object.entries({ slirp4netns: "slirp4netns", ip: "iproute2" }).flatMap(([program, name]) => (Bun.which(program, { PATH: SYSTEM_PATH }) ? [] : [name]));

/**
 * Puts the internet behind a network namespace by slirp4netns, which needs no right of the server: neither the host's
 * loopback nor any address of the host itself, and so not Colony, is reached through it.
 * @param pid a process in the namespace @param enter what runs a command in it
 * @returns whether it still stands, and what takes it away; it ends with the server too
 * @throws Error with what is missing, as a sentence
 */
export const attachNetwork = async (pid: number, enter: string[]): Promise<Attached> => {
  const missing = missingForNetwork();
  if (missing.length > 0) {
    throw new Error(`A run with a network needs ${missing.join(" and ")} on the server's machine, which the operator can install: apt install ${missing.join(" ")}`);
  }
  const namespace = `/proc/${pid}/ns`;
  const ready = pipe();
  // It ends when nobody holds the other end of this any more, so with the server, whatever becomes of it.
  const exit = pipe();
  const end = () => closeSync(exit.writes);
  const child = Bun.spawn(
    [
      "slirp4netns",
      ...["--configure", "--mtu=65520", "--disable-host-loopback", "--ready-fd=3", "--exit-fd=4"],
      ...(process.getuid?.() === 0 ? [] : [`--userns-path=${namespace}/user`]),
      ...["--netns-type=path", `${namespace}/net`, "tap0"],
    ],
    { env: { PATH: SYSTEM_PATH }, cwd: "/", stdio: ["ignore", "ignore", "pipe", ready.writes, exit.reads] },
  );
  closeSync(ready.writes);
  closeSync(exit.reads);
  const timer = setTimeout(() => child.kill("SIGKILL"), SANDBOX_NETWORK_TIME);
  const up = await textOf(ready.reads, /1/);
  clearTimeout(timer);
  if (up !== "1") {
    end();
    throw new Error(`The sandbox's network could not be made: ${(await new Response(child.stderr).text()).trim().split("\n").at(-1) || "slirp4netns ended without a word"}`);
  }
  for (const address of [...CLOSED, ...ownAddresses()]) {
    const closing = Bun.spawn([...enter, "ip", "route", "add", "unreachable", address], { env: { PATH: SYSTEM_PATH }, cwd: "/", stdio: ["ignore", "ignore", "pipe"] });
    const [why, code] = await Promise.all([new Response(closing.stderr).text(), closing.exited]);
    if (code === 0) continue;
    end();
    throw new Error(`The sandbox's network could not be closed towards ${address}: ${why.trim()}`);
  }
  return { alive: () => child.exitCode === null && child.signalCode === null, detach: end };
};

/** The host's own addresses beyond its loopback, of the kind that slirp4netns reaches. */
const ownAddresses = (): string[] => [
  ...new Set(
    Object.values(networkInterfaces())
      .flat()
      .flatMap((one) => (one && one.family === "IPv4" && !one.internal ? [one.address] : [])),
  ),
];
