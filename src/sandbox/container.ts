import type Docker from "dockerode";
import { ENGINE_ENDS, SANDBOX_LOOK } from "../limits.ts";
import type { Ending, Figures, Hearing, Process } from "./driver.ts";
import { isGone } from "./engine.ts";
import { endedBy } from "./signals.ts";
import { LastWords, WARDENS } from "./warden.ts";

/** What is read of `GET /containers/{id}/stats`; engines leave out what they cannot tell. */
type Stats = {
  memory_stats?: { usage?: number; stats?: { inactive_file?: number; total_inactive_file?: number } };
  cpu_stats?: { cpu_usage?: { total_usage?: number } };
  pids_stats?: { current?: number };
};

/** Starts a container that was made, and hears it from its first byte. @throws Error when it does not start; it is removed then */
export const begin = async (container: Docker.Container, hearing: Hearing): Promise<Process> => {
  try {
    const output = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
    await container.start();
    // The engine may be slow to take up what it was asked to pass on, and loses what is said until then: nothing is, before this comes through.
    output.write("\n");
    return new Run(container, output, hearing);
  } catch (error) {
    await container.remove({ force: true, v: true }).catch(() => {});
    throw error;
  }
};

class Run implements Process {
  readonly ended: Promise<Ending>;
  /** Whether this server ended it by force. */
  #killed: Promise<void> | undefined;
  readonly #words = new LastWords();

  constructor(
    private readonly container: Docker.Container,
    output: AsyncIterable<Uint8Array | string>,
    hearing: Hearing,
  ) {
    this.ended = this.#end(output, hearing);
    // Who started it may ask for its end later.
    this.ended.catch(() => {});
  }

  async stop(grace: number): Promise<Ending> {
    if (grace > 0) await this.container.kill({ signal: "SIGTERM" }).catch(() => {});
    const timer = setTimeout(() => this.#kill(), grace);
    return this.ended.finally(() => clearTimeout(timer));
  }

  async figures(): Promise<Figures> {
    const stats: Stats | null = await this.container.stats({ stream: false, "one-shot": true }).catch(() => null);
    const { usage, stats: more } = stats?.memory_stats ?? {};
    const cpu = stats?.cpu_stats?.cpu_usage?.total_usage;
    return {
      // What the system would give back at once is not taken, as `docker stats` has it.
      memory: usage === undefined ? null : Math.max(0, usage - (more?.inactive_file ?? more?.total_inactive_file ?? 0)),
      cpu_ms: cpu === undefined ? null : Math.round(cpu / 1e6),
      processes: stats?.pids_stats?.current === undefined ? null : Math.max(0, stats.pids_stats.current - WARDENS),
    };
  }

  async #end(output: AsyncIterable<Uint8Array | string>, hearing: Hearing): Promise<Ending> {
    try {
      await this.#hear(output, hearing);
      const state = await this.#state();
      const last = this.#words.end();
      if (!last.account && last.rest.length > 0) await hearing("stderr", last.rest);
      // Without last words the first process was ended from outside: by us, by the engine, or for want of memory.
      const how = last.account && state ? endedBy(state.ExitCode) : { exit_code: null, signal: "SIGKILL" };
      const limit = state?.OOMKilled ? "memory" : (last.account?.limit ?? null);
      return { ...how, limit: how.exit_code === 0 ? null : limit, peak_memory: last.account?.peak_memory ?? null, cpu_ms: last.account?.cpu_ms ?? null };
    } catch (error) {
      // Who hears has failed, or the engine went away: what nobody hears does not go on.
      await this.#kill();
      throw error;
    } finally {
      // Nothing waits for it: what is left is a name, and the place takes that along when it closes.
      this.container.remove({ force: true, v: true }).catch(() => {});
    }
  }

  async #hear(output: AsyncIterable<Uint8Array | string>, hearing: Hearing): Promise<void> {
    for await (const { stream, bytes } of frames(output)) {
      const own = stream === "stderr" ? this.#words.hear(bytes) : bytes;
      if (own.length > 0) await hearing(stream, own);
    }
  }

  /** How the container ended; null when it is gone. Its output ends with its first process, so it has ended, or does so right now. */
  async #state(): Promise<Docker.ContainerInspectInfo["State"] | null> {
    for (const begun = performance.now(); ; await Bun.sleep(SANDBOX_LOOK)) {
      const state = await this.container.inspect().then(
        ({ State }) => State,
        (error) => {
          if (isGone(error)) return null;
          throw error;
        },
      );
      if (!state || (!state.Running && state.Status !== "created")) return state;
      if (performance.now() - begun > ENGINE_ENDS) throw new Error("The engine told nothing more of a run that goes on");
    }
  }

  /** Ends all of it. Asked of the engine until it is so: one that is busy may refuse once. */
  #kill(): Promise<void> {
    this.#killed ??= (async () => {
      for (const begun = performance.now(); performance.now() - begun < ENGINE_ENDS; await Bun.sleep(SANDBOX_LOOK)) {
        const done = await this.container.kill({ signal: "SIGKILL" }).then(
          () => true,
          (error) => isGone(error) || error.statusCode === 409,
        );
        if (done) return;
      }
    })();
    return this.#killed;
  }
}

/** Bytes of the head of a frame: the stream (1 stdout, 2 stderr), three of nothing, and the length (https://docs.docker.com/reference/api/engine/#tag/Container/operation/ContainerAttach). */
const HEAD = 8;

/** Cuts what an attached container says into its two streams; a frame that comes in pieces is passed on in pieces. */
export async function* frames(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<{ stream: "stdout" | "stderr"; bytes: Uint8Array }> {
  const head = Buffer.alloc(HEAD);
  let had = 0;
  let left = 0;
  for await (const some of chunks) {
    const chunk = typeof some === "string" ? Buffer.from(some) : some;
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + (left > 0 ? left : HEAD - had));
      at += part.length;
      if (left > 0) {
        left -= part.length;
        yield { stream: head[0] === 2 ? "stderr" : "stdout", bytes: part };
        continue;
      }
      head.set(part, had);
      had = (had + part.length) % HEAD;
      if (had === 0) left = head.readUInt32BE(4);
    }
  }
}
