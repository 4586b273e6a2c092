import { index, integer, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * Every call of a model, the failed ones too. `input_tokens` counts all that went in, of which `cache_read_tokens` came
 * from the provider's cache and `cache_write_tokens` were put into it; `cost_usd` is null where the price is not known.
 * Tokens of a call that was stopped or broke off are reckoned from its text where the provider had not told them yet.
 * `outcome`: ok · stopped (by someone) · refused (by the model) · cut (broke off) · timeout · overloaded (429, 529, 5xx) · error.
 */
export const modelCalls = sqliteTable(
  "model_calls",
  {
    no: integer().primaryKey(),
    at: text().notNull(),
    agent_no: integer().notNull(),
    asker_no: integer().notNull(),
    job_no: integer(),
    provider: text().notNull(),
    model: text().notNull(),
    input_tokens: integer().notNull(),
    output_tokens: integer().notNull(),
    cache_read_tokens: integer().notNull(),
    cache_write_tokens: integer().notNull(),
    cost_usd: real(),
    latency_ms: integer().notNull(),
    outcome: text({ enum: ["ok", "stopped", "refused", "cut", "timeout", "overloaded", "error"] }).notNull(),
    /** What the provider said, cut short and without secrets; null when it went well. */
    error: text(),
  },
  (table) => [index("model_calls_at").on(table.at), index("model_calls_asker").on(table.asker_no, table.at)],
);
