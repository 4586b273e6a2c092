import { settingsAtStart } from "../audit/service.ts";
import type { Config, SettingName } from "../config.ts";
import type { Connection } from "../db/open.ts";
import { budgetIn, dollars } from "../models/budget.ts";
import type { Finding } from "./doctor.ts";

/** The settings by which a doctor tells of models, documents and files. */
const looked: readonly SettingName[] = [
  "COLONY_KNOWLEDGE",
  "COLONY_LLM_MODEL",
  "COLONY_LLM_FALLBACK_MODEL",
  "COLONY_LLM_BASE_URL",
  "COLONY_LLM_API_KEY",
  "COLONY_LLM_DAILY_BUDGET_USD",
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_BASE_URL",
  "OPENAI_API_KEY",
  "OPENAI_BASE_URL",
  "COLONY_FILES",
  "COLONY_S3_ENDPOINT",
  "COLONY_TELEGRAM_TOKEN",
  "COLONY_TELEGRAM_API",
];

/** What is in force of the settings that are no secret: the running server's own, else those given here. `others` names those that differ. */
export type Force = { knowledge: string | null; dailyBudget: number | null; others: string[] };

/** Asks the database for the settings that the server was started with. Of a secret one it knows whether it is set, and so is that alone compared. */
export const inForce = (config: Config, db: Connection, running: boolean): Force => {
  const started = running ? settingsAtStart(db) : null;
  const own = { knowledge: config.knowledge, dailyBudget: config.models.dailyBudget, others: [] };
  if (!started) return own;
  const there = <T>(name: SettingName, here: T): T => (started[name] === undefined ? here : JSON.parse(started[name]));
  return {
    knowledge: there("COLONY_KNOWLEDGE", own.knowledge),
    dailyBudget: there("COLONY_LLM_DAILY_BUDGET_USD", own.dailyBudget),
    others: looked.flatMap((name) => {
      const [here, at] = [config.shown[name], started[name]];
      if (at === undefined || at === here) return [];
      return [`${name} (${here === UNSET ? "set there, not here" : at === UNSET ? "set here, not there" : "another there"})`];
    }),
  };
};

/** How a setting is written down that is not set. */
const UNSET = "null";

/** Says where what follows is not told of the server that runs, and how it would be. */
export const otherwise = ({ others }: Force): Finding[] => {
  if (others.length === 0) return [];
  const says = `The running server has other settings than were given here: ${others.join(", ")}. Models and files are told of by those given here: give its own, by --env-file or as it has them`;
  return [{ level: "warn", what: "settings", says }];
};

/** What of the day's budget is spent: the first thing to look at when agents stop answering. */
export const budget = (db: Connection, { dailyBudget }: Force): Finding[] => {
  const what = "budget";
  const spent = budgetIn(db, new Date(), dailyBudget);
  if (!spent) return [];
  const { daily_usd, spent_today_usd, resets_at } = spent;
  const today = `${dollars(spent_today_usd)} was spent on models today (UTC)`;
  if (daily_usd === null) return [{ level: "ok", what, says: `${today}, without a bound: COLONY_LLM_DAILY_BUDGET_USD sets one` }];
  if (spent_today_usd < daily_usd) return [{ level: "ok", what, says: `${today}, of ${dollars(daily_usd)}` }];
  const says = `${today}, which is the whole budget of ${dollars(daily_usd)}: agents answer nothing before ${resets_at.slice(0, 10)} 00:00 UTC. To have them answer, raise COLONY_LLM_DAILY_BUDGET_USD and restart`;
  return [{ level: "warn", what, says }];
};
