import type { Actor } from "../accounts/credentials.ts";
import { titleOf } from "../channels/conversations.ts";
import type { Context } from "../context.ts";

/** How a channel that is given by its id is called where a reader needs words. */
export const titleIn = (ctx: Context, actor: Actor, { id }: { id: string }): string => {
  const channel = ctx.channels.find(id);
  return channel ? titleOf(ctx, channel, actor.user.no) : id;
};
