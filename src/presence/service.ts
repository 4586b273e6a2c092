import type { Static } from "@sinclair/typebox";
import type { Actor } from "../accounts/credentials.ts";
import { actorNow } from "../accounts/standing.ts";
import type { Context } from "../context.ts";
import { invalid } from "../errors.ts";
import type { NewStatus } from "./model.ts";
import type { Status } from "./roster.ts";
import { putStatus, removeStatus } from "./store.ts";

/** Says what `actor` is at. `until` (ISO time) must lie ahead. @throws AppError `validation_failed` */
export const setStatus = async (ctx: Context, actor: Actor, input: Static<typeof NewStatus>): Promise<Status> => {
  const status: Status = { state: input.state, text: input.text?.toWellFormed() || null, until: input.until === undefined ? null : ahead(ctx, input.until) };
  await ctx.write((tx) => {
    actorNow(ctx, actor);
    putStatus(tx, { user_no: actor.user.no, ...status });
  });
  ctx.roster.put(actor.user.no, status);
  return status;
};

/** Takes back what `actor` said. Doing it again changes nothing. */
export const clearStatus = async (ctx: Context, actor: Actor): Promise<void> => {
  await ctx.write((tx) => {
    actorNow(ctx, actor);
    removeStatus(tx, actor.user.no);
  });
  ctx.roster.put(actor.user.no, null);
};

const ahead = (ctx: Context, written: string): string => {
  const time = Date.parse(written);
  if (Number.isNaN(time)) throw invalid("until", "is not an ISO 8601 time", "Send for example 2026-03-29T16:05:00Z.");
  if (time <= ctx.clock().getTime()) throw invalid("until", "is over already", "Send a time that lies ahead, or leave it out.");
  return new Date(time).toISOString();
};
