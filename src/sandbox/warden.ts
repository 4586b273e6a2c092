import type { Ending } from "./driver.ts";

/** Marks the beginning of a warden's last words: the character that separates records, which no text has. */
const MARK = "\u001ecolony ";

/** Bytes that last words can have: some dozen names with their numbers. */
const LAST_WORDS_BYTES = 4 * 1024;

/** What a control group tells of a run: peak and memory's events, time of processors, and how often no process could be made. First cgroup v2, then v1. */
const ACCOUNTS = [
  "memory.peak",
  "memory.events",
  "cpu.stat",
  "pids.events",
  "memory/memory.max_usage_in_bytes",
  "memory/memory.oom_control",
  "cpuacct/cpuacct.usage",
  "pids/pids.events",
];

/** Variables by which engines hand their own proxies to containers, with the passwords in them, unless they are given: the warden takes away those that are empty. */
export const PROXIES = ["http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"].flatMap((name) => [name, name.toUpperCase()]);

/**
 * The first process of a run's container, in any `sh`: the command is its child, begun once a line came on standard input,
 * which says that somebody hears; without one it never is. It passes SIGTERM on to all, which the
 * engine could not; takes in processes whose parents have ended; ends what the command left behind; and then, the last that
 * can still speak, tells on stderr what the control group counted, which nobody can read any more once the container has ended.
 * SIGTERM cuts its waiting short, so it waits again, until there is nothing left to wait for (127).
 * Nothing of it makes a process but the command itself, since there may be none left to make.
 */
export const WARDEN = `
${PROXIES.map((name) => `[ "$${name}" ] || unset ${name}`).join("\n")}
code=
trap 'exit 143' TERM
read -r _ || exit 1
trap 'told=1; kill -TERM -1' TERM
/bin/sh -c "$1" < /dev/null & run=$!
while :; do
  told=; wait $run; now=$?
  [ $now = 127 ] && [ "$code" ] && break
  code=$now; [ "$told" ] || break
done 2> /dev/null
trap '' TERM
kill -KILL -1 2> /dev/null
printf '\\036colony' >&2
for file in ${ACCOUNTS.join(" ")}; do
  [ -r "/sys/fs/cgroup/$file" ] || continue
  while read -r name value; do printf ' %s:%s:%s' "\${file##*/}" "$name" "$value"; done < "/sys/fs/cgroup/$file"
done >&2
printf '\\n' >&2
exit $code`;

/** Processes of a container that are not the run's own. */
export const WARDENS = 1;

export type Account = Pick<Ending, "limit" | "peak_memory" | "cpu_ms">;

/** Takes the warden's last words out of what a run said on stderr. A run that imitates them deceives nobody but its own reader. */
export class LastWords {
  #held = Buffer.alloc(0);

  /** @returns what of `bytes`, and of what was held before, is the run's own for certain */
  hear(bytes: Uint8Array): Uint8Array {
    const all = this.#held.length === 0 ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.concat([this.#held, bytes]);
    const at = all.lastIndexOf(MARK.charCodeAt(0));
    const possible = at >= 0 && all.length - at <= LAST_WORDS_BYTES && begins(all.toString("latin1", at));
    this.#held = possible ? Buffer.from(all.subarray(at)) : Buffer.alloc(0);
    return possible ? all.subarray(0, at) : all;
  }

  /** Called when nothing more comes. @returns what the control group counted, null when it was not told; else what was held was the run's own, and is given back */
  end(): { account: Account } | { account: null; rest: Uint8Array } {
    const text = this.#held.toString("latin1");
    return text.endsWith("\n") ? { account: accountOf(text.trim()) } : { account: null, rest: this.#held };
  }
}

/** Whether last words may begin so: nothing follows their end. */
const begins = (text: string): boolean => (text.length <= MARK.length ? MARK.startsWith(text) : text.startsWith(MARK) && !text.slice(0, -1).includes("\n"));

const accountOf = (text: string): Account => {
  const counted = new Map(text.split(" ").map((one): [string, string] => [one.slice(0, one.lastIndexOf(":")), one.slice(one.lastIndexOf(":") + 1)]));
  /** A file of one number has no name for it: it stands where names do. */
  const alone = (file: string): number | null => {
    const found = [...counted.keys()].find((key) => key.startsWith(`${file}:`));
    return found === undefined ? null : Number(found.slice(file.length + 1));
  };
  const count = (key: string): number => Number(counted.get(key) ?? 0);
  const nanoseconds = alone("cpuacct.usage");
  const microseconds = counted.get("cpu.stat:usage_usec");
  const out_of_memory = count("memory.events:oom_kill") + count("memory.oom_control:oom_kill") > 0;
  return {
    limit: out_of_memory ? "memory" : count("pids.events:max") > 0 ? "processes" : null,
    peak_memory: alone("memory.peak") ?? alone("memory.max_usage_in_bytes"),
    cpu_ms: nanoseconds !== null ? Math.round(nanoseconds / 1e6) : microseconds !== undefined ? Math.round(Number(microseconds) / 1e3) : null,
  };
};
