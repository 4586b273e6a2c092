import type { User } from "../accounts/directory.ts";
import type { Channel } from "../channels/directory.ts";
import { canRead } from "../channels/service.ts";
import type { Context } from "../context.ts";

/** For whom an answer is made: by whose right, and in which channel it will be read. */
export type Audience = { asker_no: number; channel_no: number };

/** The asker and the channel of the question as they are now; undefined once the asker is deactivated or may not read the channel any more. */
export const present = (ctx: Context, { asker_no, channel_no }: Audience): { asker: User; channel: Channel } | undefined => {
  const asker = ctx.users.byNo(asker_no);
  const channel = ctx.channels.byNo(channel_no);
  return asker && channel && asker.deactivated_at === null && canRead(channel, asker_no) ? { asker, channel } : undefined;
};

/**
 * Whether words of a channel may go into the answer, asked anew each time: the asker may read it, and so may everyone who
 * will read the answer. What an asker sees alone is told where the asker and residents are alone.
 */
export const mayTell = (ctx: Context, audience: Audience, channel: Channel): boolean => {
  const now = present(ctx, audience);
  if (!now) return false;
  if (channel.visibility === "public" || channel.no === now.channel.no) return true;
  if (now.channel.visibility === "public" || !canRead(channel, audience.asker_no)) return false;
  for (const reader of now.channel.members) if (!channel.members.has(reader) && !ctx.residents.byNo(reader)) return false;
  return true;
};

/** The channel that a model names by name, `#name` or id; undefined when there is none or it may not be told of: the two must be answered alike. */
export const toldChannel = (ctx: Context, audience: Audience, ref: string): Channel | undefined => {
  const name = ref.trim().replace(/^#/, "");
  const channel = ctx.channels.find(name) ?? ctx.channels.find(name.toLowerCase());
  return channel && mayTell(ctx, audience, channel) ? channel : undefined;
};
