import { closeSync, openSync } from "node:fs";
import type { Subprocess } from "bun";
import { SANDBOX_LOOK, SANDBOX_OPEN_FILES, SANDBOX_WATCH } from "../limits.ts";
import type { Group } from "./cgroups.ts";
import type { Command, Ending, Figures, Hearing, Process } from "./driver.ts";
import { chunks, pipe, textInMemory, textOf } from "./libc.ts";
import { figuresOf, membersOf, namespaceOf, signal } from "./members.ts";
import { endedBy } from "./signals.ts";
import { SYSTEM_PATH } from "./slirp.ts";

/** What starts a run: in which network, with which arguments of bwrap, in which control groups. */
export type Start = {
  command: Command;
  /** On which processors it begins, where no control group keeps it on them: a list for `taskset`; it may leave them if it means to. */
  processors: string;
  /** Comes before bwrap: how the place's network is entered. */
  enter: string[];
  bwrap: string;
  /** The device that is its standard input. */
  nothing: string;
  /** Options of bwrap, which only bwrap reads: the environment is among them. */
  options: string[];
  /** A descriptor of the filter of system calls. */
  filter: number | null;
  /** Without one, what the run takes is looked at some times a second. */
  group: Group | null;
  /** Whether the system counts the processes of a run for themselves, and so can hold it to a number without a control group. */
  counts: boolean;
  /** Told in the environment of bwrap itself: which server's it is. */
  mark: string;
};

/**
 * Becomes the run: joins its control groups, takes on what one process may have, and lets the system end it first when the
 * machine is out of memory. Nothing of the run's own has a word before bwrap has begun.
 */
const BECOME = `
fsize=$1 files=$2 processors=$3 groups=$4; shift 4
while [ "$groups" -gt 0 ]; do echo 0 > "$1/cgroup.procs" || exit 1; shift; groups=$((groups - 1)); done
ulimit -c 0 && ulimit -f "$fsize" || exit 1
ulimit -n "$files" 2> /dev/null
echo 500 > /proc/self/oom_score_adj
[ "$processors" ] && taskset -cp "$processors" $$ > /dev/null 2>&1
exec "$@"`;

/** Blocks of a MiB as `ulimit -f` counts them. */
const FSIZE_BLOCKS = 2048;

/** Begins the command inside, where the system counts the run's processes alone. Shells differ in the letter. */
const COUNTED = `ulimit -u "$0" 2> /dev/null || ulimit -p "$0" || exit 1; exec /bin/sh -c "$1"`;

/** Starts a command. @throws Error when the sandbox itself could not be made; nothing of the command ran then */
export const start = async (from: Start, hearing: Hearing): Promise<Process> => {
  const opened: number[] = [];
  const kept = (fd: number) => {
    opened.push(fd);
    return fd;
  };
  try {
    const [out, err, told] = [pipe(), pipe(), pipe()];
    for (const { reads, writes } of [out, err, told]) opened.push(reads, writes);
    const options = kept(textInMemory(`${from.options.join("\0")}\0`));
    const filter = from.filter === null ? [] : [kept(openSync(`/proc/self/fd/${from.filter}`, "r"))];
    const child = Bun.spawn(wordsOf(from), {
      env: { PATH: SYSTEM_PATH, COLONY_SANDBOX_MARK: from.mark },
      cwd: "/",
      stdio: [kept(openSync(from.nothing, "r")), out.writes, err.writes, options, told.writes, ...filter],
    });
    // From here on those who read them close them.
    for (const fd of [out.reads, err.reads, told.reads]) opened.splice(opened.indexOf(fd), 1);
    return begun(child, { out: out.reads, err: err.reads, told: told.reads }, from, hearing);
  } catch (error) {
    from.group?.remove();
    throw error;
  } finally {
    for (const fd of opened) closeSync(fd);
  }
};

const wordsOf = ({ command, group, processors, enter, bwrap, filter, counts }: Start): string[] => {
  const folders = group?.folders ?? [];
  return [
    ...["/bin/sh", "-c", BECOME, "sh", String(command.limits.disk_mib * FSIZE_BLOCKS), String(SANDBOX_OPEN_FILES), processors, String(folders.length), ...folders],
    ...[...enter, bwrap, "--args", "3", "--json-status-fd", "4", ...(filter === null ? [] : ["--seccomp", "5"])],
    ...["/bin/sh", "-c", ...(!group && counts ? [COUNTED, String(command.limits.processes + 1)] : []), command.command],
  ];
};

type Ends = { out: number; err: number; told: number };

/** Waits until bwrap has said which process is the sandbox's first. */
const begun = async (child: Subprocess, ends: Ends, from: Start, hearing: Hearing): Promise<Process> => {
  const told = new Told(ends.told);
  const first = await told.first;
  // A short run may have ended by now; its output waits in the pipes.
  if (first !== null) return new Run(child, namespaceOf(first), ends, told, from, hearing);
  const [why] = await Promise.all([textOf(ends.err), textOf(ends.out), child.exited]);
  from.group?.remove();
  throw new Error(`The sandbox could not be made: ${why.trim() || "bubblewrap ended without a word"}`);
};

/** What bwrap says of a run, as lines of JSON: the id of its first process, and at the end the exit code, which is missing when the command was never begun. */
class Told {
  readonly first: Promise<number | null>;
  readonly exit_code: Promise<number | null>;

  constructor(fd: number) {
    const { promise, resolve } = Promise.withResolvers<number | null>();
    this.first = promise;
    this.exit_code = this.#read(fd, resolve).finally(() => resolve(null));
  }

  async #read(fd: number, begun: (pid: number) => void): Promise<number | null> {
    let text = "";
    for await (const bytes of chunks(fd)) {
      text += Buffer.from(bytes).toString();
      const pid = /"child-pid": (\d+)/.exec(text)?.[1];
      if (pid !== undefined) begun(Number(pid));
    }
    const code = /"exit-code": (\d+)/.exec(text)?.[1];
    return code === undefined ? null : Number(code);
  }
}

class Run implements Process {
  readonly ended: Promise<Ending>;
  /** Whether this server ended it by force. */
  #killed = false;
  #broken: Ending["limit"] = null;
  /** Whether it was seen with as many processes as it may have. */
  #full = false;
  #peak: number | null = null;
  #cpu: number | null = null;

  constructor(
    private readonly child: Subprocess,
    private readonly namespace: string | null,
    ends: Ends,
    private readonly told: Told,
    private readonly from: Start,
    hearing: Hearing,
  ) {
    const heard = Promise.all([this.#hear("stdout", ends.out, hearing), this.#hear("stderr", ends.err, hearing)]);
    // A failure of who hears is told with the end.
    heard.catch(() => this.#kill());
    this.ended = this.#end(heard);
    // Who started it may ask for its end later.
    this.ended.catch(() => {});
  }

  async stop(grace: number): Promise<Ending> {
    // The first process inside does not hear it.
    for (const pid of this.#members()) signal(pid, "SIGTERM");
    const timer = setTimeout(() => this.#kill(), grace);
    return this.ended.finally(() => clearTimeout(timer));
  }

  async figures(): Promise<Figures> {
    return this.from.group?.figures() ?? figuresOf(this.#members());
  }

  /** Its processes inside. */
  #members(): number[] {
    const { group } = this.from;
    if (!group) return this.namespace === null ? [] : membersOf(this.namespace);
    return group.pids().filter((pid) => pid !== this.child.pid);
  }

  async #hear(stream: "stdout" | "stderr", fd: number, hearing: Hearing): Promise<void> {
    for await (const bytes of chunks(fd)) await hearing(stream, bytes);
  }

  #kill(): void {
    this.#killed = true;
    this.child.kill("SIGKILL");
    for (const pid of this.#members()) signal(pid, "SIGKILL");
  }

  async #end(heard: Promise<unknown>): Promise<Ending> {
    const { group, command } = this.from;
    const watching = group ? undefined : setInterval(() => this.#look(), SANDBOX_WATCH);
    await this.child.exited;
    clearInterval(watching);
    // The first process of the sandbox goes with bwrap, and with it all others; that is made sure of here.
    for (;;) {
      const left = this.#members();
      if (left.length === 0) break;
      for (const pid of left) signal(pid, "SIGKILL");
      await Bun.sleep(SANDBOX_LOOK);
    }
    const account = group?.account();
    while (group && !group.remove()) await Bun.sleep(SANDBOX_LOOK);
    const code = await this.told.exit_code;
    await heard;
    const { child } = this;
    if (code === null && !this.#killed && !account?.memory_hit && child.signalCode === null) throw new Error(`The sandbox of run ${command.run} could not be made`);
    const how = code === null ? { exit_code: null, signal: String(child.signalCode ?? "SIGKILL") } : endedBy(code);
    const limit = account?.memory_hit ? "memory" : account?.processes_hit || this.#full ? "processes" : null;
    return { ...how, limit: this.#broken ?? (code === 0 ? null : limit), peak_memory: account?.peak_memory ?? this.#peak, cpu_ms: account?.cpu_ms ?? this.#cpu };
  }

  /** Where no control group holds a run, looks at what it takes and ends it when that is too much. */
  #look(): void {
    const { memory_mib, processes } = this.from.command.limits;
    const now = figuresOf(this.#members());
    this.#peak = Math.max(this.#peak ?? 0, now.memory ?? 0);
    this.#cpu = Math.max(this.#cpu ?? 0, now.cpu_ms ?? 0);
    if ((now.memory ?? 0) > memory_mib * 1024 * 1024) this.#broken = "memory";
    else if ((now.processes ?? 0) > processes) this.#broken = "processes";
    if (this.#broken) this.#kill();
    else this.#full ||= now.processes === processes;
  }
}
