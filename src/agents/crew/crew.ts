import type { Context } from "../../context.ts";
import type { Tx } from "../../db/write.ts";
import { PARTS_PER_REQUEST } from "../../limits.ts";
import { findByRef } from "../../messages/find.ts";
import { growMessage, type Words } from "../../messages/growing.ts";
import { seqOf } from "../../messages/table.ts";
import { fenced } from "../../messages/transcript.ts";
import { type MessageRow, messageWire } from "../../messages/wire.ts";
import type { JobRow } from "../answer.ts";
import { cutText } from "../entries.ts";
import type { Resident } from "../residents.ts";
import { insertJob, jobByNo, partsOf, updateJob } from "../store.ts";
import { Refusal } from "../tools/desk.ts";
import { hindrance, type Turn } from "../turns.ts";
import { numbered, type Plan, planOf, planWords } from "./plan.ts";

/** Tokens of a line that says whose words follow. */
const LINE_TOKENS = 60;

/**
 * What one who leads a request does beside answering it: the plan, one message that is edited as its steps are done, and
 * the parts that others answer within its turn. All of it is rows: a turn that begins anew finds what the one before it did.
 */
export class Crew {
  /** `turn`: how the leader's own turn stands; `begin` lets a part be answered, and resolves when its end is on disk. */
  constructor(
    private readonly ctx: Context,
    private readonly turn: () => Turn,
    private readonly begin: (part_no: number) => Promise<void>,
  ) {}

  /** Posts the plan, unless there is one. @throws Refusal */
  makePlan(plan: Plan): Promise<{ plan: Plan; made: boolean }> {
    return this.ctx.write((tx) => {
      const job = this.#standing(tx);
      if (job.plan_key !== null) return { plan: planFrom(this.#message(tx, job.plan_key)), made: false };
      const { key } = this.#say(tx, planWords(plan));
      updateJob(tx, job.no, { plan_key: key });
      return { plan, made: true };
    });
  }

  /** Ticks a step of the plan, from 1, or takes its tick back. @returns the plan as it is now. @throws Refusal */
  tick(step: number, done: boolean, note: string | null): Promise<Plan> {
    return this.ctx.write((tx) => {
      const { plan_key } = this.#standing(tx);
      if (plan_key === null) throw new Refusal("There is no plan yet: make_plan first.");
      const row = this.#message(tx, plan_key);
      const plan = planFrom(row);
      const one = plan.steps[step - 1];
      if (!one) throw new Refusal(`The plan has no step ${step}: it has ${plan.steps.length}.`);
      Object.assign(one, { done, note: note ?? one.note });
      growMessage(this.ctx, tx, { ...this.turn().growing, posted: row, edit_seq: null }, planWords(plan));
      return plan;
    });
  }

  /**
   * Lets another answer a part, by a message of the leader's that asks for it and one that answers. The same part, asked once
   * more, is not done twice where it was answered. @returns the part when it is over. @throws Refusal
   */
  async handOver(to: Resident, task: string): Promise<JobRow> {
    const { ctx } = this;
    const content = `@${to.username} ${task}`;
    const no = await ctx.write((tx) => {
      const { no: parent_no, asker_no, channel_no } = this.#standing(tx);
      const parts = partsOf(tx, parent_no);
      const before = parts.find(({ agent_no, state, question_key }) => agent_no === to.user_no && state === "answered" && this.#message(tx, question_key).content === content);
      if (before) return before.no;
      if (parts.length >= PARTS_PER_REQUEST)
        throw new Refusal(`${PARTS_PER_REQUEST} parts of this request were handed over, and no more can be. End it yourself, and say what is left.`);
      const row = this.#say(tx, { type: "text", content, metadata: { part_for: to.username }, attachments: [], whole: false });
      if (messageWire(ctx, row).braked) throw new Refusal("Agents have asked each other as often in a row as they may here. End this yourself, and say what is left.");
      const made = insertJob(tx, { agent_no: to.user_no, asker_no, channel_no, question_key: row.key, reason: "mention", parent_no });
      if (made === null) throw new Refusal("That part was handed over already.");
      return made;
    });
    await this.begin(no);
    return jobByNo(ctx.db, no) as JobRow;
  }

  /** Lets the parts be answered that an earlier turn left open: nothing is asked anew meanwhile. */
  async resume(): Promise<void> {
    for (const { no, state } of partsOf(this.ctx.db, this.turn().job.no)) if (state === "queued") await this.begin(no);
  }

  /** How a part stands and what came of it, its words as data within so many tokens. */
  partText(part: JobRow, tokens: number): string {
    const { username } = this.ctx.users.author(part.agent_no);
    const answer = part.answer_key === null ? null : this.#message(this.ctx.db, part.answer_key);
    const said = answer && answer.deleted_at === null ? `\n${fenced(cutText(answer.content, Math.max(0, tokens - LINE_TOKENS)))}` : "";
    switch (part.state) {
      case "answered":
        return `${username} answered${answer ? ` (message ${seqOf(answer.key)})` : ""}:${said}`;
      case "stopped":
        return `This part was stopped before its end. Do not hand it over again unless you are asked to. ${username} had said:${said}`;
      case "failed":
        return `${username} did not finish:${said}`;
      default:
        return `${username} has not begun.`;
    }
  }

  /** What an earlier turn with the same request did, as a model is told of it; empty when there is nothing. */
  told(tokens: number): string {
    const job = jobByNo(this.ctx.db, this.turn().job.no);
    if (!job) return "";
    const plan = job.plan_key === null ? null : planOf(this.#message(this.ctx.db, job.plan_key));
    const parts = partsOf(this.ctx.db, job.no);
    if (!plan && parts.length === 0) return "";
    const each = Math.floor(tokens / (2 * parts.length + 1));
    const done = parts.map((part) => {
      const { content } = this.#message(this.ctx.db, part.question_key);
      return `You handed over:\n${fenced(cutText(content, each))}\n${this.partText(part, each)}`;
    });
    const list = plan ? [`The plan is posted; tick its steps by these numbers:\n${fenced(cutText(`${plan.goal}\n${numbered(plan)}`, each))}`] : [];
    return ["You began this before, and were interrupted. Go on from here; do nothing twice.", ...list, ...done].join("\n\n");
  }

  /** The leader's own job, as long as its turn lasts and nothing stands against it. */
  #standing(tx: Tx): JobRow {
    const { job, growing } = this.turn();
    const now = jobByNo(tx, job.no);
    if (now?.state !== "running" || hindrance(this.ctx, tx, job, growing)) throw new Refusal("This request is over. Stop here.");
    return now;
  }

  /** Says something in the leader's name beside its answer, to the one who asked; it calls nobody. */
  #say(tx: Tx, words: Words): MessageRow {
    const grown = growMessage(this.ctx, tx, { ...this.turn().growing, posted: null, edit_seq: null }, words);
    return this.#message(tx, grown?.posted?.key ?? 0);
  }

  #message(db: Parameters<typeof findByRef>[0], key: number): MessageRow {
    return findByRef(db, this.turn().growing.channel, String(seqOf(key))) as MessageRow;
  }
}

const planFrom = (row: MessageRow): Plan => {
  const plan = planOf(row);
  if (!plan) throw new Refusal("The plan's message was deleted. Go on without a plan.");
  return plan;
};
