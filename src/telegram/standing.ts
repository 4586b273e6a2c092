import type { Context } from "../context.ts";

/** How the bot of this server stands: its username once Telegram told it, and what keeps it from working, in a sentence. */
export type Standing = { username: string | null; problem: string | null };

const standings = new WeakMap<Context, Standing>();

/** The one standing of a server's bot. */
export const standingOf = (ctx: Context): Standing => {
  const found = standings.get(ctx) ?? { username: null, problem: ctx.config.telegram.token === null ? null : "Telegram has not answered yet." };
  standings.set(ctx, found);
  return found;
};
