import type { Context } from "../context.ts";
import { RUN_LOOK, RUN_LOOK_PAUSE, RUN_SCAN, USAGE_COUNTED } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import { scan, usageOf } from "../workspace/service.ts";
import { forgetUsage } from "../workspace/usage.ts";
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
  /** Whether something runs again after nothing did. */
  #anew = false;

  constructor(
    private readonly ctx: Context,
    private readonly project: Project,
    private readonly going: () => Running[],
  ) {}

  /** Begins to look, unless it does. It ends by itself once nothing runs, with a last look. */
  begin(): void {
    if (this.going().length === 1) this.#anew = true;
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
    let before: Usage = { bytes: 0, files: 0 };
    let scanned = performance.now();
    let pause = RUN_LOOK;
    for (;;) {
      if (this.#anew) {
        this.#anew = false;
        before = await this.#before();
        scanned = performance.now();
      }
      if (this.going().length > 0) await this.#rest(pause);
      const began = performance.now();
      const usage = await usageOf(this.ctx, this.project);
      this.usage = usage;
      const running = this.going();
      if (running.length === 0) return;
      if (this.#anew) continue;
      this.#hold(usage, before);
      if (performance.now() - scanned >= RUN_SCAN) {
        await this.#scan(running);
        scanned = performance.now();
      }
      pause = Math.max(RUN_LOOK, (performance.now() - began) * RUN_LOOK_PAUSE);
    }
  }

  /** How full it was before. Where it is over its limits that is counted anew: whatever makes room would be held to less than there was. */
  async #before(): Promise<Usage> {
    if (this.usage && !over(this.usage, this.project)) return this.usage;
    forgetUsage(this.ctx, this.project);
    this.usage = await usageOf(this.ctx, this.project);
    return this.usage;
  }

  #hold(usage: Usage, before: Usage): void {
    const { disk_mib, files } = this.project.limits;
    const reason = grew(usage.bytes, before.bytes, disk_mib * 1024 ** 2) ? "disk" : grew(usage.files, before.files, files) ? "files" : null;
    if (reason) for (const run of this.going()) run.stop({ state: "killed", reason, grace: 0 });
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

const over = ({ bytes, files }: Usage, { limits }: Project): boolean => bytes > limits.disk_mib * 1024 ** 2 || files > limits.files;

/** Whether something is over its limit, and over what it was before; or so far over that it is not counted whole. */
const grew = (now: number, before: number, limit: number): boolean => now > Math.max(limit, before) || now > limit * USAGE_COUNTED;
