import type { Context } from "../context.ts";

/** How the bot of this server stands: its username once Telegram told it, and what keeps it from working, in a sentence. */
export type Standing = { username: string | null; problem: string | null };

/** A failure as Telegram answers it (https://core.telegram.org/bots/api#making-requests). */
export type Refusal = { error_code: number; description: string; parameters?: { retry_after?: number } };

/** Whether Telegram does not know the token. */
export const isUnknown = ({ error_code }: Refusal): boolean => error_code === 401 || error_code === 404;

/** What keeps a bot from working, in a sentence. `refusal`: null where Telegram did not answer. */
export const refusedBecause = (refusal: Refusal | null): string => {
  if (!refusal) return "Telegram does not answer: see that this machine reaches it (COLONY_TELEGRAM_API).";
  if (isUnknown(refusal)) return "Telegram does not know the bot's token: set COLONY_TELEGRAM_TOKEN to the one that @BotFather gave.";
  if (refusal.error_code === 409) return "Another program asks Telegram for this bot's updates: stop it, or give this server a bot of its own.";
  return `Telegram answers ${refusal.error_code}: ${refusal.description}`;
};

const standings = new WeakMap<Context, Standing>();

/** The one standing of a server's bot. */
export const standingOf = (ctx: Context): Standing => {
  const found = standings.get(ctx) ?? { username: null, problem: ctx.config.telegram.token === null ? null : "Telegram has not answered yet." };
  standings.set(ctx, found);
  return found;
};
