import type { Context } from "../context.ts";
import { RUN_LOOK, RUN_LOOK_PAUSE, RUN_SCAN } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import { scan, usageOf } from "../workspace/service.ts";
import type { Running } from "./running.ts";
import { runByNo } from "./store.ts";

type Usage = { bytes: number; files: number };

/**
 * Looks at a project's folders while something runs in it: what grows beyond its limits of disk and files ends all that runs,
 * since nobody can tell whose it is; and files that changed become versions. A project that is full already may run what does
 * not make it fuller: that is how room is made.
 */
export class Watch {
  /** As it was when last looked at; null before. */
  usage: Usage | null = null;
  #looking: Promise<void> | null = null;
  #wake = () => {};

  constructor(
    private readonly ctx: Context,
    private readonly project: Project,
    private readonly going: () => Running[],
  ) {}

  /** Begins to look, unless it does. It ends by itself once nothing runs, with a last look. */
  begin(): void {
    this.#looking ??= this.#look()
      .catch((error) => this.ctx.log.error({ event: "watch_failed", project: this.project.id, error: error instanceof Error ? error.stack : String(error) }))
      .finally(() => {
        this.#looking = null;
        if (this.going().length > 0) this.begin();
      });
  }

  /** Lets it see that nothing runs any more. */
  end(): void {
    this.#wake();
  }

  async #look(): Promise<void> {
    const before = this.usage;
    let scanned = performance.now();
    let pause = RUN_LOOK;
    for (;;) {
      if (this.going().length > 0) await this.#rest(pause);
      const began = performance.now();
      const usage = await usageOf(this.ctx, this.project);
      this.usage = usage;
      const running = this.going();
      if (running.length === 0) return;
      this.#hold(usage, before ?? usage);
      if (performance.now() - scanned >= RUN_SCAN) {
        await this.#scan(running);
        scanned = performance.now();
      }
      pause = Math.max(RUN_LOOK, (performance.now() - began) * RUN_LOOK_PAUSE);
    }
  }

  #hold(usage: Usage, before: Usage): void {
    const { disk_mib, files } = this.project.limits;
    const over = usage.bytes > Math.max(disk_mib * 1024 ** 2, before.bytes) ? "disk" : usage.files > Math.max(files, before.files) ? "files" : null;
    if (over) for (const run of this.going()) run.stop({ state: "killed", reason: over, grace: 0 });
  }

  /** Whose the changes are: of what others wait for, or of what began last. */
  async #scan(running: Running[]): Promise<void> {
    const one = running.find(({ background }) => !background) ?? running.at(-1);
    const run = one && runByNo(this.ctx.db, one.no);
    if (run) await scan(this.ctx, this.project, run, run.no);
  }

  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#wake = end;
    });
  }
}
