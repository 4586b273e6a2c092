import type { Static } from "@sinclair/typebox";
import { record } from "../accounts/audit.ts";
import { type Actor, secretHash } from "../accounts/credentials.ts";
import { randomText } from "../accounts/passwords.ts";
import { retireUser } from "../accounts/service.ts";
import type { Channel } from "../channels/directory.ts";
import { ownedChannel, readableChannel, stillWritable, writableChannel } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { AppError, invalid } from "../errors.ts";
import { type Once, type Retry, writeOnce } from "../idempotency/once.ts";
import { newId } from "../ids.ts";
import { WEBHOOKS_PER_CHANNEL } from "../limits.ts";
import { addressesOf, RefusedAddress, resolveHost } from "./addresses.ts";
import { makeAgent } from "./agent.ts";
import type { Delivery, NewWebhook, WebhookChange, WebhookMade, Webhook as WebhookModel } from "./model.ts";
import { eventOf, outboxOf } from "./outbox.ts";
import {
  type DeliveryRow,
  findDelivery,
  findHook,
  type HookRow,
  hooksOf,
  insertHook,
  listDeliveries,
  nextDelivery,
  removeDeliveries,
  updateDelivery,
  updateHook,
} from "./store.ts";

const SECRET_LETTERS = 40;

type WebhookWire = Static<typeof WebhookModel>;
type DeliveryWire = Static<typeof Delivery>;

/** The webhooks of a channel, for who made it or an admin who can read it. @throws AppError `not_found`, `forbidden`, `conversation_fixed` */
export const listWebhooks = (ctx: Context, actor: Actor, ref: string): WebhookWire[] => {
  const channel = ownedChannel(actor, readableChannel(ctx, actor, ref));
  return hooksOf(ctx.db, channel.no).map((hook) => webhookWire(ctx, channel, hook));
};

/**
 * Makes a webhook; its secrets are in the answer and nowhere else. `address`: this server's, for the one that comes in.
 * @throws AppError `not_found`, `forbidden`, `conversation_fixed`, `channel_archived`, `validation_failed`
 */
export const createWebhook = async (
  ctx: Context,
  actor: Actor,
  ref: string,
  input: Static<typeof NewWebhook>,
  address: string,
  retry: Retry,
): Promise<Once<Static<typeof WebhookMade>>> => {
  const channel = ownedChannel(actor, writableChannel(ctx, actor, ref));
  const { kind, name, url, events } = input;
  if (kind === "in" && (url ?? events) !== undefined)
    throw invalid(url === undefined ? "events" : "url", "goes with kind out", "Leave it out: the answer's post_url is where to post.");
  if (kind === "out" && url === undefined) throw invalid("url", "is missing", "Send the address that events are to be posted to.");
  const target = url === undefined ? null : await checkUrl(ctx, url);
  const secret = randomText(SECRET_LETTERS);
  const made = await writeOnce(ctx, actor, retry, (tx) => {
    stillWritable(tx, channel, actor.user.no);
    if (hooksOf(tx, channel.no).length >= WEBHOOKS_PER_CHANNEL) throw invalid("kind", `a channel has at most ${WEBHOOKS_PER_CHANNEL} webhooks`, "End one that is no longer used.");
    const common = { id: newId(), kind, channel_no: channel.no, name, created_by: actor.user.no, created_at: tx.now };
    const hook =
      kind === "in"
        ? insertHook(tx, { ...common, agent_no: makeAgent(ctx, tx, actor, channel, name), secret_hash: secretHash(secret) })
        : insertHook(tx, { ...common, url: target, events: events ?? ["message"], signing: ctx.keys.secrets.seal(secret), cursor: tx.nextSeq() - 1 });
    record(tx, actor, "webhook_created", channel.id, { webhook: hook.id, name, kind, ...(target && { host: new URL(target).host }) });
    return {
      answer: {
        ...webhookWire(ctx, channel, { ...hook, agent_no: null }),
        post_url: kind === "in" ? `${address}/hooks/${secret}` : null,
        secret: kind === "out" ? secret : null,
      },
    };
  });
  outboxOf(ctx).refresh();
  // The agent is known once the transaction that made it is.
  const hook = findHook(ctx.db, made.answer.id);
  return hook ? { ...made, answer: { ...made.answer, ...webhookWire(ctx, channel, hook) } } : made;
};

/** Changes a webhook; one that was paused goes on where it stopped. @throws AppError `not_found`, `forbidden`, `validation_failed` */
export const changeWebhook = async (ctx: Context, actor: Actor, ref: string, id: string, change: Static<typeof WebhookChange>): Promise<WebhookWire> => {
  const { channel, hook } = hookIn(ctx, actor, ref, id);
  const { paused, name, url, events } = change;
  if (hook.kind === "in" && (url ?? events) !== undefined) throw invalid(url === undefined ? "events" : "url", "goes with kind out", "Leave it out.");
  const target = url === undefined ? undefined : await checkUrl(ctx, url);
  await ctx.write((tx) => {
    const pausing =
      paused === undefined ? {} : { paused_at: paused ? (hook.paused_at ?? tx.now) : null, paused_why: paused ? (hook.paused_why ?? `By @${actor.user.username}.`) : null };
    updateHook(tx, hook.no, { ...(name !== undefined && { name }), ...(target !== undefined && { url: target }), ...(events && { events }), ...pausing });
    const next = paused === false ? nextDelivery(tx, hook.no, 0) : undefined;
    if (next) updateDelivery(tx, next.no, { attempts: 0, next_at: null });
    record(tx, actor, "webhook_changed", channel.id, { webhook: hook.id, name: hook.name, fields: Object.keys(change) });
  });
  outboxOf(ctx).refresh();
  return webhookWire(ctx, channel, hookIn(ctx, actor, ref, id).hook);
};

/** Ends a webhook at once, and its agent with it. @throws AppError `not_found`, `forbidden` */
export const endWebhook = async (ctx: Context, actor: Actor, ref: string, id: string): Promise<void> => {
  const { channel, hook } = hookIn(ctx, actor, ref, id);
  const agent = hook.agent_no === null ? undefined : ctx.users.byNo(hook.agent_no);
  await ctx.write((tx) => {
    updateHook(tx, hook.no, { ended_at: tx.now, secret_hash: null, signing: null });
    removeDeliveries(tx, hook.no);
    if (agent && agent.deactivated_at === null) retireUser(tx, actor, agent);
    record(tx, actor, "webhook_ended", channel.id, { webhook: hook.id, name: hook.name });
  });
  outboxOf(ctx).refresh();
};

/** What was sent and is to be sent, newest first. @throws AppError `not_found`, `forbidden` */
export const deliveriesOf = (ctx: Context, actor: Actor, ref: string, id: string, limit: number): DeliveryWire[] => {
  const { hook } = hookIn(ctx, actor, ref, id, "out");
  return listDeliveries(ctx.db, hook.no, limit).map(deliveryWire);
};

/** Sends a ping, now and once, and tells what came of it. @throws AppError `not_found`, `forbidden` */
export const pingWebhook = async (ctx: Context, actor: Actor, ref: string, id: string): Promise<DeliveryWire> => {
  const { channel, hook } = hookIn(ctx, actor, ref, id, "out");
  return deliveryWire(await outboxOf(ctx).sendNow(hook, channel, null));
};

/** Sends an event again, as it is today, now and once. @throws AppError `not_found` also when what it told of is gone, `forbidden` */
export const redeliver = async (ctx: Context, actor: Actor, ref: string, id: string, delivery_id: string): Promise<DeliveryWire> => {
  const { channel, hook } = hookIn(ctx, actor, ref, id, "out");
  const delivery = findDelivery(ctx.db, hook.no, delivery_id);
  const event = delivery && delivery.seq !== null ? eventOf(ctx, hook, channel, delivery.seq) : null;
  if (!delivery || event === undefined)
    throw new AppError("not_found", { message: "There is no such delivery, or what it told of is gone.", hint: "GET …/deliveries lists the newest." });
  return deliveryWire(await outboxOf(ctx).sendNow(hook, channel, event));
};

const hookIn = (ctx: Context, actor: Actor, ref: string, id: string, kind?: HookRow["kind"]): { channel: Channel; hook: HookRow } => {
  const channel = ownedChannel(actor, readableChannel(ctx, actor, ref));
  const hook = findHook(ctx.db, id);
  if (!hook || hook.channel_no !== channel.no || (kind !== undefined && hook.kind !== kind))
    throw new AppError("not_found", { message: `This channel has no such webhook${kind ? ` that goes ${kind}` : ""}.`, hint: "GET /api/channels/{id}/webhooks lists them." });
  return { channel, hook };
};

/** A URL that may be sent to, as far as is known before: each time it is sent to it is held to the same again. @throws AppError `validation_failed` */
const checkUrl = async (ctx: Context, written: string): Promise<string> => {
  const url = URL.canParse(written) ? new URL(written) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw invalid("url", "must be an http or https address", "For example https://ci.example.com/colony");
  if (url.username || url.password) throw invalid("url", "must not hold a name or password", "Put a token into its path or query.");
  url.hash = "";
  try {
    await addressesOf(url, ctx.config.webhookAllowPrivate, resolveHost);
  } catch (error) {
    // A name that is not known now may be later.
    if (error instanceof RefusedAddress)
      throw invalid("url", "leads to a private address", "Use an address of the internet. An operator allows private ones with COLONY_WEBHOOK_ALLOW_PRIVATE=true.");
  }
  return url.href;
};

const webhookWire = (ctx: Context, channel: Channel, hook: HookRow): WebhookWire => ({
  id: hook.id,
  kind: hook.kind,
  name: hook.name,
  channel_id: channel.id,
  agent: hook.agent_no === null ? null : ctx.users.author(hook.agent_no),
  url: hook.url,
  events: hook.events,
  created_by: ctx.users.author(hook.created_by),
  created_at: hook.created_at,
  paused_at: hook.paused_at,
  paused_why: hook.paused_why,
});

const deliveryWire = ({ no: _no, hook_no: _hook, ...shown }: DeliveryRow): DeliveryWire => shown;
