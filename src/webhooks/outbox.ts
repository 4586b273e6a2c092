import { createHmac } from "node:crypto";
import { type Doer, record } from "../accounts/audit.ts";
import { isGrowing } from "../agents/entries.ts";
import type { Channel } from "../channels/directory.ts";
import type { Context } from "../context.ts";
import { readStretch } from "../feed/events.ts";
import type { FeedEvent } from "../feed/feed.ts";
import { newId } from "../ids.ts";
import { CATCH_UP_CHARACTERS, WEBHOOK_BATCH, WEBHOOK_CURSOR_LAG, WEBHOOK_LOG, WEBHOOK_RETRIES, WEBHOOKS_SENDING } from "../limits.ts";
import { postIn } from "../messages/service.ts";
import type { Message } from "../messages/wire.ts";
import { version } from "../version.ts";
import { reachOf } from "./access.ts";
import { makeAgent } from "./agent.ts";
import { agentActor } from "./incoming.ts";
import { type Outcome, send } from "./send.ts";
import { type DeliveryRow, type HookRow, hookByNo, insertDelivery, nextDelivery, sendingHooks, trimDeliveries, updateDelivery, updateHook } from "./store.ts";

/** What the server does by itself. */
const itself: Doer = { address: "server" };

/**
 * Sends what happens in channels to the webhooks that go out. The number line is the queue: each webhook has its cursor on
 * it, takes a batch of what stands behind it into `deliveries`, and sends these one after the other, each until it was
 * taken or 15 hours have passed; then it is paused. All of it is on disk, so a restart goes on where it stopped and may at
 * most send again what was being sent.
 */
export class Outbox {
  /** Channel number → the webhooks that send its events. */
  #byChannel = new Map<number, Set<number>>();
  /** Those that have something to look at, in the order they came. */
  readonly #waiting = new Set<number>();
  readonly #running = new Set<number>();
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  /** How far each has read while nothing for it came, beyond what is on disk. */
  readonly #read = new Map<number, number>();
  #stopping = new AbortController();

  constructor(private readonly ctx: Context) {}

  /** Goes on where the last run stopped, and follows the feed. */
  start(): void {
    this.ctx.feed.listen((_, changes) => {
      if (this.#byChannel.size === 0) return;
      for (const { channel_no } of changes) if (channel_no !== null) for (const no of this.#byChannel.get(channel_no) ?? []) this.#wake(no);
    });
    this.refresh();
  }

  /** Ends what is being sent: it is sent again at the next start. */
  stop(): void {
    this.#stopping.abort();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  /** Takes up that webhooks were made, changed or ended. */
  refresh(): void {
    if (this.#stopping.signal.aborted) return;
    this.#byChannel = new Map();
    for (const { no, channel_no } of sendingHooks(this.ctx.db)) {
      this.#byChannel.set(channel_no, (this.#byChannel.get(channel_no) ?? new Set()).add(no));
      this.#wake(no);
    }
  }

  /** Sends one thing now, beside the queue, and keeps what came of it. `event` null: a ping. */
  async sendNow(hook: HookRow, channel: Channel, event: FeedEvent | null): Promise<DeliveryRow> {
    const id = newId();
    const outcome = await this.#try(hook, channel, { id, event: event?.kind ?? "ping" }, event);
    return this.ctx.write((tx) => {
      trimDeliveries(tx, hook.no, WEBHOOK_LOG - 1);
      const { ok, ...came } = outcome;
      const row = { id, hook_no: hook.no, event: event?.kind ?? "ping", seq: event?.seq ?? null, created_at: tx.now };
      return insertDelivery(tx, { ...row, ...came, state: ok ? "delivered" : "failed", attempts: 1, attempted_at: tx.now });
    });
  }

  #wake(no: number): void {
    if (this.#stopping.signal.aborted) return;
    this.#waiting.add(no);
    this.#next();
  }

  /** Gives a turn to those that wait, as many at once as may send. */
  #next(): void {
    for (const no of this.#waiting) {
      if (this.#running.size >= WEBHOOKS_SENDING) return;
      if (this.#running.has(no)) continue;
      this.#waiting.delete(no);
      this.#running.add(no);
      this.#turn(no)
        .catch((error) => {
          this.ctx.log.error({ event: "webhook_failed", error: String(error) });
          this.#later(no, WEBHOOK_RETRIES[1]);
          return false;
        })
        .then((more) => {
          this.#running.delete(no);
          if (more && !this.#stopping.signal.aborted) this.#waiting.add(no);
          this.#next();
        });
    }
  }

  /** One thing done for a webhook: a batch read, or a delivery tried. @returns whether there may be more to do at once */
  async #turn(no: number): Promise<boolean> {
    const { ctx } = this;
    const hook = hookByNo(ctx.db, no);
    if (!hook || hook.paused_at !== null) return false;
    const channel = reachOf(ctx, hook);
    if (!channel) {
      await this.#pause(hook, "Its maker may not read the channel any more.");
      return false;
    }
    const next = this.#first(hook, channel);
    if (!next) return this.#fill(hook, channel);
    const { delivery, event } = next;
    const early = delivery.next_at === null ? 0 : Date.parse(delivery.next_at) - ctx.clock().getTime();
    if (early > 0) {
      this.#later(no, early);
      return false;
    }
    if (!event) {
      await this.#settle(hook, delivery, { state: "gone", next_at: null });
      return true;
    }
    const outcome = await this.#try(hook, channel, delivery, event);
    if (this.#stopping.signal.aborted) return false;
    return this.#keep(hook, delivery, outcome);
  }

  /**
   * The oldest delivery whose turn it is, and its event; undefined when nothing is to be sent now. An answer that grows is
   * sent when it is whole (the change that ends it wakes this), and what is said meanwhile does not wait for it.
   */
  #first(hook: HookRow, channel: Channel): { delivery: DeliveryRow; event: FeedEvent | undefined } | undefined {
    for (let after = 0; ; ) {
      const delivery = nextDelivery(this.ctx.db, hook.no, after);
      if (!delivery) return undefined;
      const event = eventOf(this.ctx, hook, channel, delivery.seq ?? 0);
      if (!event || !isHalf(event)) return { delivery, event };
      after = delivery.no;
    }
  }

  /** Puts the next events that the webhook wants into its queue. @returns whether any came, or more may */
  async #fill(hook: HookRow, channel: Channel): Promise<boolean> {
    const from = Math.max(hook.cursor, this.#read.get(hook.no) ?? 0);
    const { events, next, more } = readStretch(this.ctx, hook.created_by, channel, from, WEBHOOK_BATCH, CATCH_UP_CHARACTERS);
    // The edits by which an answer grows are half answers too; the one that ends it is sent.
    const wanted = events.filter((event) => event.user_no === null && hook.events?.includes(event.kind) && !(event.kind === "edit" && isHalf(event)));
    if (wanted.length === 0 && next - hook.cursor < WEBHOOK_CURSOR_LAG) {
      this.#read.set(hook.no, next);
      return more;
    }
    await this.ctx.write((tx) => {
      for (const { kind, seq } of wanted) insertDelivery(tx, { id: newId(), hook_no: hook.no, event: kind, seq, created_at: tx.now });
      updateHook(tx, hook.no, { cursor: next });
    });
    return more || wanted.length > 0;
  }

  /** Writes down what came of a try. @returns whether the next may be sent at once */
  async #keep(hook: HookRow, delivery: DeliveryRow, { ok, ...came }: Outcome): Promise<boolean> {
    const attempts = delivery.attempts + 1;
    const delay = WEBHOOK_RETRIES[attempts - 1];
    const attempted_at = this.ctx.clock().toISOString();
    if (ok) {
      await this.#settle(hook, delivery, { ...came, state: "delivered", attempts, attempted_at, next_at: null });
      return true;
    }
    const next_at = delay === undefined ? null : new Date(Date.parse(attempted_at) + delay).toISOString();
    await this.ctx.write((tx) => updateDelivery(tx, delivery.no, { ...came, attempts: delay === undefined ? 0 : attempts, attempted_at, next_at }));
    if (delay === undefined) await this.#pause(hook, `It was tried ${attempts} times, the last time in vain: ${came.error ?? `answered ${came.status}`}`);
    else this.#later(hook.no, delay);
    return false;
  }

  #settle(hook: HookRow, delivery: DeliveryRow, change: Partial<DeliveryRow>): Promise<void> {
    return this.ctx.write((tx) => {
      updateDelivery(tx, delivery.no, change);
      trimDeliveries(tx, hook.no, WEBHOOK_LOG);
    });
  }

  #later(no: number, ms: number): void {
    clearTimeout(this.#timers.get(no));
    this.#timers.set(
      no,
      setTimeout(() => this.#wake(no), ms),
    );
  }

  async #try(hook: HookRow, channel: Channel, { id, event: kind }: Pick<DeliveryRow, "id" | "event">, event: FeedEvent | null): Promise<Outcome> {
    const head = JSON.stringify({ delivery: id, webhook: hook.id, channel: { id: channel.id, name: channel.name } });
    const said = event?.text ?? JSON.stringify({ seq: null, event: kind, channel_id: channel.id, data: null });
    const body = `${head.slice(0, -1)},${said.slice(1)}`;
    const t = Math.floor(this.ctx.clock().getTime() / 1000);
    const v1 = createHmac("sha256", this.ctx.keys.secrets.unseal(hook.signing ?? ""))
      .update(`${t}.${body}`)
      .digest("hex");
    const headers = {
      "content-type": "application/json",
      "user-agent": `Colony/${version}`,
      "x-colony-event": kind,
      "x-colony-delivery": id,
      "x-colony-webhook": hook.id,
      "x-colony-signature": `t=${t},v1=${v1}`,
    };
    return send({ url: hook.url ?? "", headers, body, allowPrivate: this.ctx.config.webhookAllowPrivate, signal: this.#stopping.signal });
  }

  /** Stops a webhook until someone lets it go on, and says so in its channel. */
  async #pause(hook: HookRow, why: string): Promise<void> {
    const { ctx } = this;
    const channel = ctx.channels.byNo(hook.channel_no);
    if (!channel) return;
    const agent_no = await ctx.write((tx) => {
      const agent_no = hook.agent_no ?? makeAgent(ctx, tx, itself, channel, hook.name);
      updateHook(tx, hook.no, { paused_at: tx.now, paused_why: why, agent_no });
      record(tx, itself, "webhook_paused", channel.id, { webhook: hook.id, name: hook.name, why });
      return agent_no;
    });
    this.refresh();
    const agent = ctx.users.byNo(agent_no);
    const maker = ctx.users.author(hook.created_by).username;
    const { feedDays } = ctx.config;
    const kept = feedDays > 0 ? `Messages posted here meanwhile are kept for it, what else happens for ${feedDays} days` : "What happens here meanwhile is kept for it";
    const content = `@${maker} The webhook “${hook.name}” is paused. ${why}\n\n${kept}; let it go on in the channel's webhooks.`;
    if (!agent || channel.archived_at !== null) return;
    await postIn(ctx, agentActor(ctx, agent, "server"), channel, { content, type: "error" }, null, () => channel).catch((error) =>
      ctx.log.warn({ event: "webhook_untold", error: String(error) }),
    );
  }
}

/** Whether it is of an answer that is still being said. */
const isHalf = ({ kind, data }: FeedEvent): boolean => (kind === "message" || kind === "edit") && isGrowing(data as Message);

/** The event of a seq as it is today; undefined when its subject is gone. */
export const eventOf = (ctx: Context, hook: HookRow, channel: Channel, seq: number): FeedEvent | undefined => {
  const [event] = readStretch(ctx, hook.created_by, channel, seq - 1, 1, 1).events;
  return event?.seq === seq ? event : undefined;
};

const outboxes = new WeakMap<Context, Outbox>();

/** The one outbox of a server. */
export const outboxOf = (ctx: Context): Outbox => {
  const found = outboxes.get(ctx) ?? new Outbox(ctx);
  outboxes.set(ctx, found);
  return found;
};
