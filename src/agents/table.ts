import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** Which users the server itself runs, by the name of their persona. A name that a person had before is not among them. */
export const residents = sqliteTable("residents", { name: text().primaryKey(), user_no: integer().notNull().unique() });

/**
 * Questions put to resident agents, each written in the transaction of the message that asks: none is lost by a restart,
 * and each ends in one answer or one error. `asker_no` is the one by whose right it is answered: who asked, and where one
 * resident asks another, who asked the first. `answer_key` is the message that grows, set in the transaction that posts it.
 * `attempts` counts how often it was begun. `parent_no` is the job that handed this one over as a part of its own: it is
 * answered within that one's turn. `plan_key` is the plan that was made for it.
 */
export const agentJobs = sqliteTable(
  "agent_jobs",
  {
    no: integer().primaryKey(),
    agent_no: integer().notNull(),
    asker_no: integer().notNull(),
    channel_no: integer().notNull(),
    question_key: integer().notNull(),
    answer_key: integer(),
    reason: text({ enum: ["mention", "direct", "reply"] }).notNull(),
    state: text({ enum: ["queued", "running", "answered", "failed", "stopped"] }).notNull(),
    attempts: integer().notNull().default(0),
    created_at: text().notNull(),
    started_at: text(),
    ended_at: text(),
    parent_no: integer(),
    plan_key: integer(),
  },
  (table) => [
    uniqueIndex("agent_jobs_question").on(table.question_key, table.agent_no),
    index("agent_jobs_answer").on(table.answer_key).where(sql`answer_key IS NOT NULL`),
    // Few rows: what waits or is being answered, by conversation.
    index("agent_jobs_open").on(table.channel_no, table.no).where(sql`state IN ('queued', 'running')`),
    index("agent_jobs_parent").on(table.parent_no, table.no).where(sql`parent_no IS NOT NULL`),
    index("agent_jobs_asker").on(table.asker_no, table.no).where(sql`state IN ('queued', 'running')`),
  ],
);
