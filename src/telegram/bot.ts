import type { Update } from "grammy/types";
import type { Api } from "grammy/web";
import type { Context } from "../context.ts";
import { waitFor } from "../feed/poll.ts";
import { HOUSEKEEPING, TELEGRAM_AGAIN, TELEGRAM_CALL_TIME, TELEGRAM_DRAIN_TIME, TELEGRAM_NOTE_LIFE, TELEGRAM_POLL_SECONDS, TELEGRAM_TOKEN_AGAIN } from "../limits.ts";
import { commands } from "./commands.ts";
import { Intake } from "./intake.ts";
import { Notices } from "./notices.ts";
import { isNetwork, refusalIn, Sender } from "./sender.ts";
import { isUnknown, refusedBecause, standingOf } from "./standing.ts";
import { botRow, removeOldNotes } from "./store.ts";
import { Updates } from "./updates.ts";
import { Watches } from "./watches.ts";

const WANTED = ["message", "callback_query", "my_chat_member"] as const;
/** Milliseconds without an update after which Telegram may count them anew: it says a week (https://core.telegram.org/bots/api#update). */
const COUNTED_ANEW = 6 * 24 * 60 * 60 * 1_000;

/** The server's Telegram bot: asks Telegram for updates, and answers them. */
export class Bot {
  readonly #stopping = new AbortController();
  /** Cuts off what is still on its way some time later. */
  readonly #cutting = new AbortController();
  readonly #bot_id: number;
  #going: Promise<void> = Promise.resolve();

  constructor(
    private readonly ctx: Context,
    private readonly token: string,
  ) {
    this.#bot_id = Number(token.split(":")[0]);
  }

  /** Begins; that Telegram does not answer holds nothing else up. */
  start(): void {
    this.#going = this.#run().catch((error) => {
      if (!this.#stopping.signal.aborted) this.ctx.log.error({ event: "telegram_failed", error: this.#plain(error) });
    });
  }

  /** Ends what is under way; what was not done is done at the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const timer = setTimeout(() => this.#cutting.abort(), TELEGRAM_DRAIN_TIME);
    await this.#going;
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    const { ctx } = this;
    const { signal } = this.#stopping;
    const { Api, InputFile } = await import("grammy/web");
    const api = new Api(this.token, { apiRoot: ctx.config.telegram.api, timeoutSeconds: TELEGRAM_CALL_TIME / 1_000 });
    api.config.use((call, method, payload, given) => call(method, payload, given ?? (this.#cutting.signal as never)));
    const sender = new Sender(ctx, api, (bytes, name) => new InputFile(bytes, name), this.#cutting.signal);
    const watches = new Watches(ctx, sender, signal);
    const notices = new Notices(ctx, sender, signal);
    const updates = new Updates(ctx, sender, watches, notices, `${ctx.config.telegram.api}/file/bot${this.token}`, this.#cutting.signal);
    const intake = new Intake(
      ctx,
      this.#bot_id,
      {
        handle: (row) => updates.handle(row),
        leftOut: async (chat_id, left) => void (await sender.say(chat_id, `${left} of your messages came faster than I take them and were left out. Send them again.`)),
        sleep: (ms) => this.#pause(ms),
      },
      signal,
    );
    await this.#introduce(api);
    if (signal.aborted) return;
    intake.start();
    watches.start();
    notices.start();
    const keeping = setInterval(() => this.#keepHouse(), HOUSEKEEPING);
    await this.#poll(api, intake);
    clearInterval(keeping);
    await Promise.all([intake.stop(), watches.stop(), notices.stop()]);
  }

  /** Learns who the bot is and says what it takes, as often as it needs. */
  async #introduce(api: Api): Promise<void> {
    await this.#untilDone(async () => {
      const { username } = await api.getMe(this.#stopping.signal as never);
      // Updates are not given to who asks for them while a webhook is set.
      await api.deleteWebhook({ drop_pending_updates: false });
      await api.setMyCommands(commands.map(({ name, says }) => ({ command: name, description: says })));
      standingOf(this.ctx).username = username;
    });
  }

  async #poll(api: Api, intake: Intake): Promise<void> {
    const { signal } = this.#stopping;
    const row = botRow(this.ctx.db, this.#bot_id);
    const old = row?.at != null && Date.parse(row.at) < this.ctx.clock().getTime() - COUNTED_ANEW;
    let next = old ? null : (row?.next_update ?? null);
    let last = this.ctx.clock().getTime();
    while (!signal.aborted) {
      await intake.room();
      if (this.ctx.clock().getTime() - last > COUNTED_ANEW) next = null;
      await this.#untilDone(async () => {
        const asked = { timeout: TELEGRAM_POLL_SECONDS, allowed_updates: WANTED, ...(next !== null && { offset: next }) };
        const updates: Update[] = await api.getUpdates(asked, signal as never);
        if (updates.length === 0) return;
        last = this.ctx.clock().getTime();
        next = await intake.take(updates, next);
      });
    }
  }

  /** Tries again, slower each time, until it goes well or the bot stops. What keeps it from working is said once. */
  async #untilDone(work: () => Promise<void>): Promise<void> {
    for (let tries = 0; !this.#stopping.signal.aborted; tries++) {
      try {
        await work();
        this.#problem(null);
        return;
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        const refusal = refusalIn(error);
        this.#problem(problemOf(error));
        const unknown = refusal && isUnknown(refusal);
        const held = (refusal?.parameters?.retry_after ?? 0) * 1_000;
        await this.#pause(unknown ? TELEGRAM_TOKEN_AGAIN : Math.max(held, TELEGRAM_AGAIN[Math.min(tries, TELEGRAM_AGAIN.length - 1)] ?? 0));
      }
    }
  }

  /** Waits, no longer than until the bot stops. */
  async #pause(ms: number): Promise<void> {
    await waitFor(this.ctx, [], performance.now() + ms, this.#stopping.signal);
  }

  #problem(problem: string | null): void {
    const standing = standingOf(this.ctx);
    if (standing.problem === problem) return;
    standing.problem = problem;
    if (problem === null) this.ctx.log.info({ event: "telegram_works", bot: standing.username });
    else this.ctx.log.warn({ event: "telegram_problem", problem: this.#plain(problem) });
  }

  /** An error without the bot's token. */
  #plain(error: unknown): string {
    return String(error).replaceAll(this.token, "…");
  }

  #keepHouse(): void {
    const before = new Date(this.ctx.clock().getTime() - TELEGRAM_NOTE_LIFE).toISOString();
    this.ctx.write((tx) => removeOldNotes(tx, before)).catch((error) => this.ctx.log.error({ event: "housekeeping_failed", error: String(error) }));
  }
}

/** What keeps the bot from working, in a sentence. */
const problemOf = (error: unknown): string => {
  const refusal = refusalIn(error);
  if (refusal || isNetwork(error)) return refusedBecause(refusal ?? null);
  return `What comes from Telegram cannot be kept: ${error instanceof Error ? error.message : error}`;
};
