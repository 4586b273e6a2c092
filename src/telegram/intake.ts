import type { Update } from "grammy/types";
import type { Context } from "../context.ts";
import { TELEGRAM_AGAIN, TELEGRAM_CHAT_WAITING, TELEGRAM_UPDATES_WAITING } from "../limits.ts";
import { Unsent } from "./sender.ts";
import { endUpdate, keepUpdate, moveBot, openUpdates, type UpdateRow } from "./store.ts";

/** What deals with updates: `left` are those of a chat that came faster than they are taken. */
export type Handling = { handle: (row: UpdateRow) => Promise<void>; leftOut: (chat_id: number, left: number) => Promise<void>; sleep: (ms: number) => Promise<void> };

type Line = { rows: UpdateRow[]; left: number };

/** The chat that an update belongs to; undefined for kinds that were not asked for. */
const chatOf = ({ message, callback_query, my_chat_member }: Update): number | undefined =>
  (message ?? my_chat_member)?.chat.id ?? callback_query?.message?.chat.id ?? callback_query?.from.id;

/**
 * Updates on their way from Telegram to what they ask for. They are on disk, with how far they were taken, before Telegram is
 * told that they are; those of one chat are dealt with in order, one after the other, and each is gone once it was. What a
 * crash cut off is dealt with again, under the same keys.
 */
export class Intake {
  readonly #lines = new Map<number, Line>();
  readonly #busy = new Set<Promise<void>>();
  #waiting = 0;
  #freed = () => {};

  constructor(
    private readonly ctx: Context,
    private readonly bot_id: number,
    private readonly handling: Handling,
    private readonly signal: AbortSignal,
  ) {}

  /** Takes up what the last run left. */
  start(): void {
    for (const row of openUpdates(this.ctx.db, this.bot_id)) this.#enqueue(row);
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    while (this.#waiting >= TELEGRAM_UPDATES_WAITING && !this.signal.aborted)
      await new Promise<void>((resolve) => {
        this.#freed = resolve;
        this.signal.addEventListener("abort", () => resolve(), { once: true });
      });
  }

  /** Puts away what Telegram gave; resolves when it is on disk. Updates that were taken before are left out. */
  async take(updates: Update[], next: number | null): Promise<number> {
    const news = updates.filter(({ update_id }) => next === null || update_id >= next);
    const through = Math.max(...updates.map(({ update_id }) => update_id + 1), next ?? 0);
    const at = this.ctx.clock().toISOString();
    const rows = news.flatMap((update): UpdateRow[] => {
      const chat_id = chatOf(update);
      return chat_id === undefined ? [] : [{ bot_id: this.bot_id, update_id: update.update_id, chat_id, body: JSON.stringify(update), at }];
    });
    const taken = rows.filter(({ chat_id }, at) => {
      const before = (this.#lines.get(chat_id)?.rows.length ?? 0) + rows.slice(0, at).filter((row) => row.chat_id === chat_id).length;
      return before < TELEGRAM_CHAT_WAITING;
    });
    await this.ctx.write((tx) => {
      for (const row of taken) keepUpdate(tx, row);
      moveBot(tx, this.bot_id, through);
    });
    for (const row of rows) {
      if (taken.includes(row)) this.#enqueue(row);
      else this.#lineOf(row.chat_id).left++;
    }
    return through;
  }

  /** Resolves when nothing is dealt with any more. */
  async stop(): Promise<void> {
    this.#freed();
    await Promise.all(this.#busy);
  }

  #lineOf(chat_id: number): Line {
    const line = this.#lines.get(chat_id) ?? { rows: [], left: 0 };
    this.#lines.set(chat_id, line);
    return line;
  }

  #enqueue(row: UpdateRow): void {
    const line = this.#lineOf(row.chat_id);
    this.#waiting++;
    if (line.rows.push(row) > 1) return;
    const work = this.#work(row.chat_id, line).finally(() => this.#busy.delete(work));
    this.#busy.add(work);
  }

  async #work(chat_id: number, line: Line): Promise<void> {
    for (let tries = 0; ; ) {
      const [row] = line.rows;
      if (!row || this.signal.aborted) break;
      if (!(await this.#done(row))) {
        await this.handling.sleep(TELEGRAM_AGAIN[Math.min(tries++, TELEGRAM_AGAIN.length - 1)] ?? 0).catch(() => {});
        continue;
      }
      tries = 0;
      line.rows.shift();
      this.#waiting--;
      this.#freed();
    }
    if (line.rows.length > 0) return;
    this.#lines.delete(chat_id);
    if (line.left > 0 && !this.signal.aborted) await this.handling.leftOut(chat_id, line.left).catch(() => {});
  }

  /** Deals with one. @returns false where it is to be tried again */
  async #done(row: UpdateRow): Promise<boolean> {
    try {
      await this.handling.handle(row);
    } catch (error) {
      if (error instanceof Unsent && error.why === "later") return false;
      const why = error instanceof Unsent ? `${error.why}: ${error.message}` : error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.ctx.log.warn({ event: "telegram_update_failed", update: row.update_id, error: why }, "What somebody asked for in Telegram was not answered");
    }
    return this.ctx
      .write((tx) => endUpdate(tx, row))
      .then(
        () => true,
        () => false,
      );
  }
}
