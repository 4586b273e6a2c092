import { mkdir, rm } from "node:fs/promises";
import type { Context } from "../context.ts";
import { SANDBOX_TIMER_MAX } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import { placeOf } from "../projects/place.ts";
import type { Driver, Sandbox } from "../sandbox/driver.ts";
import { makeReady } from "../workspace/service.ts";

export type HolderState = "stopped" | "starting" | "running" | "stopping";

/** A sandbox that is up: since when, and whether it was opened with a network. */
type Up = { sandbox: Sandbox; since: number; network: boolean };

/**
 * The sandbox of one project: opened at its first use, opened again when what holds it died, closed when it was not used for
 * a while. Openings and closings wait for each other.
 */
export class Holder {
  state: HolderState = "stopped";
  /** When it was last used (milliseconds since 1970); looking at it is no use. */
  used = 0;
  #up: Up | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly ctx: Context,
    private readonly project: Project,
    private readonly driver: () => Promise<Driver>,
    /** Whether something runs in it. */
    private readonly busy: () => boolean,
  ) {}

  /** When it was opened (milliseconds since 1970); null while it is not up. */
  get since(): number | null {
    return this.#up?.since ?? null;
  }

  /** Whether it is up with another network than the project has now. */
  get outdated(): boolean {
    return this.#up !== null && this.#up.network !== placeOf(this.ctx, this.project).network;
  }

  /** The sandbox, opened when it is not up. @throws whatever the driver says: nothing can be run then */
  open(): Promise<Sandbox> {
    this.touch();
    return this.#inTurn(async () => {
      const up = this.#up;
      if (up && !this.outdated && (await up.sandbox.alive().catch(() => false))) return up.sandbox;
      if (up) await this.#close(up);
      this.#is("starting");
      try {
        const place = placeOf(this.ctx, this.project);
        await makeReady(this.ctx, this.project);
        for (const folder of [place.workspace, place.home, place.tmp]) await mkdir(folder, { recursive: true, mode: 0o700 });
        const driver = await this.driver();
        const sandbox = await driver.open(place);
        this.#up = { sandbox, since: this.ctx.clock().getTime(), network: place.network };
        this.#is("running");
        this.touch();
        return sandbox;
      } catch (error) {
        this.#is("stopped");
        throw error;
      }
    });
  }

  /** Ends all that runs in it and takes it away; what lies in /tmp is gone. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#up) await this.#close(this.#up);
    });
  }

  /** Whether what holds it still stands; true while it is not up. */
  async sound(): Promise<boolean> {
    return this.#up === null || this.state !== "running" || this.#up.sandbox.alive().catch(() => false);
  }

  /** It is used at this moment: its idle time begins anew. */
  touch(): void {
    this.used = this.ctx.clock().getTime();
    this.#rest();
  }

  /** Milliseconds until it is closed if nothing uses it; null while something does, or while it is not up. */
  get left(): number | null {
    if (this.#up === null || this.busy()) return null;
    return Math.max(0, this.used + this.ctx.config.sandbox.idle * 1000 - this.ctx.clock().getTime());
  }

  #rest(): void {
    clearTimeout(this.#timer);
    const wait = Math.min(this.ctx.config.sandbox.idle * 1000, SANDBOX_TIMER_MAX);
    this.#timer = setTimeout(() => this.#tire(), wait);
    this.#timer.unref();
  }

  #tire(): void {
    if (this.#up === null) return;
    const { left } = this;
    // What ends then touches it, and it rests anew.
    if (left === null) return;
    if (left > 0) this.#rest();
    else this.close().catch((error) => this.ctx.log.error({ event: "sandbox_failed", project: this.project.id, error: String(error) }));
  }

  async #close(up: Up): Promise<void> {
    this.#up = null;
    clearTimeout(this.#timer);
    this.#is("stopping");
    try {
      await up.sandbox.close();
    } finally {
      await rm(placeOf(this.ctx, this.project).tmp, { recursive: true, force: true }).catch((error) =>
        this.ctx.log.warn({ event: "sandbox_tmp_left", project: this.project.id, error: String(error) }, "What a project left in /tmp could not be removed"),
      );
      this.#is("stopped");
    }
  }

  /** Tells those who read the project's channel, now and not for later. */
  #is(state: HolderState): void {
    this.state = state;
    this.ctx.feed.pass("sandbox", this.project.channel, null, { project_id: this.project.id, state });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}
