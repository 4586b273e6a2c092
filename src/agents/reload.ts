import { type FSWatcher, mkdirSync, statSync, watch } from "node:fs";
import type { Context } from "../context.ts";
import { AGENT_FILES_LOOK, AGENT_FILES_SETTLE } from "../limits.ts";
import { modelTrouble } from "../models/names.ts";
import { describeAll, markOf } from "./described.ts";
import type { Written } from "./files.ts";
import { agentsFolder, listFolder } from "./folder.ts";
import { isOthers, keepUsers } from "./users.ts";

/** Times that files which go on changing are waited for; then they are read as they are. */
const SETTLING_TRIES = 20;

/** Keeps the server's agents as the files in `<data>/agents` say, while it runs: the folder may come, change and go. */
export class AgentFiles {
  readonly #folder: string;
  #good: ReadonlyMap<string, Written> = new Map();
  /** What of the folder was taken up; null when nothing was, or it could not be. */
  #mark: string | null = null;
  #told: ReadonlySet<string> = new Set();
  #watching: { watcher: FSWatcher; inode: number } | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #working: Promise<void> | null = null;
  /** Whether something changed while the files were being read. */
  #again = false;
  #stopped = false;

  constructor(private readonly ctx: Context) {
    this.#folder = agentsFolder(ctx.config.data);
  }

  /** Makes the folder, so that it is seen where agents' files go, and takes up what they say now; before the server listens. */
  load(): Promise<void> {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    } catch {
      // A link to what is not there yet, a disk that is only read: the agents that are built in need no folder.
    }
    const trouble = modelTrouble(this.ctx.config.models);
    if (trouble) this.ctx.log.warn({ event: "models" }, trouble);
    return this.#once(() => this.#take());
  }

  /** Follows the files from now on. */
  start(): void {
    this.#timer = setInterval(() => this.#look(), AGENT_FILES_LOOK);
    this.#watch();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#watching?.watcher.close();
    await this.#working;
  }

  #look(): void {
    if (this.#stopped) return;
    this.#again = this.#working !== null;
    if (this.#again) return;
    this.#watch();
    void this.#once(async () => {
      if (markOf(await listFolder(this.#folder)) === this.#mark) return;
      await this.#settled();
      if (!this.#stopped) await this.#take();
    });
  }

  /** Does one piece of work, and looks again when it missed something. */
  #once(work: () => Promise<void>): Promise<void> {
    this.#working = work()
      .catch((error) => {
        this.#mark = null;
        this.ctx.log.error({ event: "agents_failed", error: String(error) }, "The agents' files could not be taken up; they are looked at again");
      })
      .finally(() => {
        this.#working = null;
        if (this.#again) this.#look();
      });
    return this.#working;
  }

  /** Waits until nothing in the folder changes: nobody's half-written file is read. */
  async #settled(): Promise<void> {
    let before = "";
    for (let tries = 0; tries < SETTLING_TRIES && !this.#stopped; tries++) {
      const now = markOf(await listFolder(this.#folder));
      if (now === before) return;
      before = now;
      await Bun.sleep(AGENT_FILES_SETTLE);
    }
  }

  async #take(): Promise<void> {
    const { personas, problems, good, mark } = await describeAll(this.#folder, (username) => isOthers(this.ctx.db, username), this.#good);
    const { residents, problems: taken } = await keepUsers(this.ctx, personas);
    this.#good = good;
    this.#mark = mark;
    this.ctx.residents.put(residents, [...problems, ...taken]);
    this.#tell();
  }

  /** Says in the log what is wrong, once for as long as it is. */
  #tell(): void {
    const { problems } = this.ctx.residents;
    const now = problems.map((problem) => JSON.stringify(problem));
    for (const [at, problem] of problems.entries()) if (!this.#told.has(now[at] ?? "")) this.ctx.log.warn({ event: "agent_file", ...problem }, "An agent's file cannot be used");
    this.#told = new Set(now);
  }

  /** Has the system tell of changes, where the folder is there; a folder that was put in its place is another one. */
  #watch(): void {
    const inode = statSync(this.#folder, { throwIfNoEntry: false })?.ino;
    if (inode === this.#watching?.inode) return;
    this.#watching?.watcher.close();
    this.#watching = null;
    if (inode === undefined) return;
    try {
      const watcher = watch(this.#folder, { persistent: false }, () => this.#look());
      watcher.on("error", () => watcher.close());
      this.#watching = { watcher, inode };
    } catch {
      // Where the system cannot tell, the looks from time to time find everything.
    }
  }
}
