import { isTerminal, say } from "./say.ts";
import { ApiError } from "./server.ts";

/** The exit code of who is ended by a signal is 128 and its number. */
const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

/** What goes on at the server. `left`: what becomes of it, and how to come back to it, once one has left. */
export type Going = { stop: () => Promise<unknown>; left: string };

/** Ctrl-C while something goes on at the server: the first asks it to stop, a second one leaves. */
export class Interrupts {
  /** The exit code of one who was interrupted; null for one who was not. */
  code: number | null = null;
  #going: Going | null = null;
  readonly #heard = Object.entries(SIGNALS).map(([name, number]) => {
    const listener = () => this.#interrupted(128 + number);
    process.on(name, listener);
    return () => process.off(name, listener);
  });

  /** Says what goes on; what came before that counts. */
  of(going: Going): void {
    this.#going = going;
    if (this.code !== null) void this.#stop(going);
  }

  /** Nothing goes on any more: signals end the program again. */
  over(): void {
    for (const deaf of this.#heard) deaf();
  }

  #interrupted(code: number): void {
    const again = this.code !== null;
    this.code = code;
    if (this.#going === null) {
      say.note("colony: left before the server had answered: look there whether it began.");
      process.exit(code);
    }
    if (again) {
      say.note(`colony: left. ${this.#going.left}`);
      process.exit(code);
    }
    say.note(`${isTerminal(process.stderr) ? "\r\x1b[2K" : "colony: "}Stopping it on the server … (Ctrl-C again leaves at once)`);
    void this.#stop(this.#going);
  }

  async #stop({ stop }: Going): Promise<void> {
    try {
      await stop();
    } catch (error) {
      // It ended by itself in the meantime.
      if (error instanceof ApiError && error.code === "run_ended") return;
      say.note(`colony: it could not be stopped: ${error instanceof Error ? error.message : error}`);
    }
  }
}
