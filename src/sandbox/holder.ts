import { closeSync } from "node:fs";
import type { Subprocess } from "bun";
import type { Place } from "./driver.ts";
import { systemArguments } from "./jail.ts";
import { pipe, textOf } from "./libc.ts";
import { type Attached, attachNetwork, SYSTEM_PATH } from "./slirp.ts";

/** What keeps a place's network: a process in its namespace that does nothing, and ends with the server. */
export class Holder {
  #internet: Attached | undefined;

  private constructor(
    private readonly child: Subprocess<"pipe", number, number>,
    private readonly pid: number,
  ) {}

  /** Makes a network with a loopback of its own, and the internet behind it where the place has a network. @throws Error with what is wrong, as a sentence */
  static async open(bwrap: string, place: Place, mark: string): Promise<Holder> {
    const out = pipe();
    const told = pipe();
    const child = Bun.spawn(
      [
        bwrap,
        ...["--unshare-user", "--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent", "--new-session", "--as-pid-1"],
        ...["--cap-drop", "ALL", "--uid", "0", "--gid", "0"],
        ...systemArguments(),
        ...["--ro-bind", place.workspace, "/workspace", "--remount-ro", "/", "--chdir", "/", "--info-fd", "3"],
        // It ends with its standard input, so with the server, whatever becomes of it.
        ...["/bin/sh", "-c", "echo up; read -r nothing"],
      ],
      { env: { PATH: SYSTEM_PATH, COLONY_SANDBOX_MARK: mark }, cwd: "/", stdio: ["pipe", out.writes, out.writes, told.writes] },
    );
    closeSync(out.writes);
    closeSync(told.writes);
    // Once the program in it speaks, the loopback is up.
    const [said, info] = await Promise.all([textOf(out.reads, /\n/), textOf(told.reads)]);
    const pid = Number(/"child-pid": (\d+)/.exec(info)?.[1]);
    const holder = new Holder(child, pid);
    if (said !== "up\n" || !pid) {
      await holder.close();
      throw new Error(`The sandbox's network could not be made: ${said.trim() || "bubblewrap ended without a word"}`);
    }
    if (!place.network) return holder;
    try {
      holder.#internet = await attachNetwork(pid, holder.enter);
      return holder;
    } catch (error) {
      await holder.close();
      throw error;
    }
  }

  /** What comes before a command that shall run in this network. Where the server is not root, it first enters the user namespace to which the network belongs. */
  get enter(): string[] {
    const of = `/proc/${this.pid}/ns`;
    return ["nsenter", ...(process.getuid?.() === 0 ? [] : [`--user=${of}/user`, "--preserve-credentials"]), `--net=${of}/net`];
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null && (this.#internet?.alive() ?? true);
  }

  async close(): Promise<void> {
    this.#internet?.detach();
    this.child.kill("SIGKILL");
    await this.child.exited;
  }
}
