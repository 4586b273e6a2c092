import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { SANDBOX_PROBE_AGAIN } from "../limits.ts";
import type { Driver, Probe } from "./driver.ts";
import { drivers, drivesNothing, trial } from "./trial.ts";

/** A driver that was tried, and what came of it. */
export type Tried = { name: Driver["name"]; probe: Probe };

/** What came of trying the drivers that the settings allow, in their order, and the first that works. */
type Choice = { driver: Driver | null; tried: Tried[]; at: number };

/**
 * The way this server runs commands apart from itself. Drivers are tried at the first use, or in the background after the
 * start where there are projects; one that works is kept, and where none does they are tried again later, so that an
 * operator who mends it need not restart.
 */
export class Sandboxes {
  #choosing: Promise<Choice> | undefined;
  #choice: Choice | undefined;

  constructor(private readonly ctx: Context) {}

  /** Tries the drivers in the background, and takes away what an earlier server left running. Nothing waits for it. */
  start(): void {
    if (this.ctx.projects.all().length > 0) this.#choose().catch(() => {});
  }

  /** The driver that works here. @throws AppError sandbox_unavailable, with what is wrong and what to do */
  async driver(): Promise<Driver> {
    if (this.ctx.config.sandbox.driver === "off") throw new AppError("sandbox_unavailable", { message: drivesNothing.problem, hint: drivesNothing.hint });
    const { driver, tried } = await this.#choose();
    if (driver) return driver;
    const told = tried.flatMap(({ name, probe }) => (probe.works ? [] : [{ name, ...probe }]));
    throw new AppError("sandbox_unavailable", {
      message: `Nothing can be run: ${told.map(({ problem }) => problem).join("; ")}.`,
      hint: told.map(({ hint }) => hint).join(" Or: "),
    });
  }

  /** What was found when the drivers were tried, in the order of choice; those after one that works are not tried. Empty when the setting is `off`. */
  async probes(): Promise<Tried[]> {
    return this.ctx.config.sandbox.driver === "off" ? [] : (await this.#choose()).tried;
  }

  #choose(): Promise<Choice> {
    const { ctx } = this;
    const known = this.#choice;
    if (known && !known.driver && ctx.clock().getTime() - known.at >= SANDBOX_PROBE_AGAIN) {
      this.#choosing = undefined;
      this.#choice = undefined;
    }
    this.#choosing ??= this.#try().catch((error) => {
      this.#choosing = undefined;
      throw error;
    });
    return this.#choosing;
  }

  async #try(): Promise<Choice> {
    const { ctx } = this;
    const { driver, tried } = await trial(drivers(ctx.config));
    await driver?.sweep();
    this.#choice = { driver, tried, at: ctx.clock().getTime() };
    for (const { name, probe } of tried) {
      if (probe.works) ctx.log.info({ event: "sandbox", driver: name, version: probe.version, holds: probe.holds });
      else ctx.log.warn({ event: "sandbox_unavailable", driver: name, problem: probe.problem, hint: probe.hint });
    }
    return this.#choice;
  }
}

const opened = new WeakMap<Context, Sandboxes>();

/** The sandboxes of a server. */
export const sandboxOf = (ctx: Context): Sandboxes => {
  const found = opened.get(ctx) ?? new Sandboxes(ctx);
  opened.set(ctx, found);
  return found;
};
