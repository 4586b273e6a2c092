import type { Config } from "../config.ts";
import { TELEGRAM_DOCTOR_TIME } from "../limits.ts";
import { type Refusal, refusedBecause } from "../telegram/standing.ts";
import type { Finding } from "./doctor.ts";

const what = "telegram";

/** Whether Telegram knows the bot of this server. Without it everything else works: a warning at most. */
export const checkTelegram = async ({ telegram: { token, api } }: Config): Promise<Finding[]> => {
  if (token === null) return [{ level: "ok", what, says: "No bot: COLONY_TELEGRAM_TOKEN is not set" }];
  const answer = await askWho(`${api}/bot${token}/getMe`);
  if (answer?.ok) return [{ level: "ok", what, says: `The bot is @${answer.result.username}` }];
  return [{ level: "warn", what, says: refusedBecause(answer ?? null) }];
};

type Answer = { ok: true; result: { username: string } } | ({ ok: false } & Refusal);

/** Telegram's answer; null for none, or for one that is not of its kind. The address holds the token, so nothing of a failure is told. */
const askWho = async (address: string): Promise<Answer | null> => {
  try {
    const answer = (await (await fetch(address, { signal: AbortSignal.timeout(TELEGRAM_DOCTOR_TIME) })).json()) as Answer;
    return typeof answer.ok === "boolean" ? answer : null;
  } catch {
    return null;
  }
};
