import { Type } from "@sinclair/typebox";
import { PLAN_CHARACTERS, PLAN_STEPS } from "../../limits.ts";
import { numbered } from "../crew/plan.ts";
import { ability, Refusal } from "./desk.ts";

/** A text as one line without what cannot be seen. */
const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim()
    .toWellFormed();

const Line = (most: number, description: string) => Type.String({ minLength: 1, maxLength: most, pattern: "\\S", description });

/** Posts the plan of a request, once. */
export const makePlan = ability({
  name: "make_plan",
  description: "Posts the plan for this request as a checklist that everyone in the channel sees. Once for a request; tick_step keeps it up to date.",
  within: "request",
  acts: true,
  input: Type.Object(
    {
      goal: Line(PLAN_CHARACTERS.goal, "What is there when it is done, as something one could check"),
      steps: Type.Array(
        Type.Object(
          {
            text: Line(PLAN_CHARACTERS.step, "What is done, and how it is seen"),
            who: Type.Optional(Type.String({ maxLength: 40, pattern: "^@?[a-z0-9._-]*$", description: "Username of who does it; left out: you" })),
          },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: PLAN_STEPS, description: "In the order of the work" },
      ),
    },
    { additionalProperties: false },
  ),
  shown: ({ goal }) => goal,
  run: async (desk, { goal, steps }) => {
    const asked = { goal: oneLine(goal), steps: steps.map(({ text, who }) => ({ text: oneLine(text), who: who?.replace(/^@/, "") || null, done: false, note: null })) };
    const { plan, made } = await desk.leading.makePlan(asked);
    if (!made) return { text: `There is a plan for this request already; it stays. Its steps:\n${numbered(plan)}`, line: "the plan that stands" };
    return { text: `Posted. Its steps are numbered from 1 to ${plan.steps.length} for tick_step.`, line: `${plan.steps.length} step${plan.steps.length === 1 ? "" : "s"}` };
  },
});

/** Ticks a step of the plan. */
export const tickStep = ability({
  name: "tick_step",
  description: "Ticks a step of your plan when you have seen that it is done, or opens it again; with a note of what came of it.",
  within: "request",
  acts: true,
  input: Type.Object(
    {
      step: Type.Integer({ minimum: 1, maximum: PLAN_STEPS, description: "Its number, from 1" }),
      done: Type.Boolean(),
      note: Type.Optional(Line(PLAN_CHARACTERS.note, "What came of it, in a line")),
    },
    { additionalProperties: false },
  ),
  shown: ({ step, done }) => `step ${step} ${done ? "done" : "open"}`,
  run: async (desk, { step, done, note }) => {
    const plan = await desk.leading.tick(step, done, note === undefined ? null : oneLine(note));
    const open = plan.steps.filter((one) => !one.done).length;
    return { text: open === 0 ? "Ticked. All steps are done: end with the result." : `Noted. Open: ${open}.`, line: `${plan.steps.length - open} of ${plan.steps.length} done` };
  },
});

/** Lets another agent do a part, and waits for it. */
export const handOver = ability({
  name: "hand_over",
  description:
    "Hands a part of this request to another agent of the crew and waits for its answer, which everyone in the channel sees. It has the tools of its own file and sees the channel; it hands over no further.",
  within: "request",
  acts: true,
  input: Type.Object(
    {
      to: Type.String({ minLength: 1, maxLength: 41, description: "Username, such as engineer" }),
      task: Type.String({
        minLength: 1,
        maxLength: PLAN_CHARACTERS.task,
        pattern: "\\S",
        description: "All it needs: the goal, what is known (files, errors), what you want back and how it is seen",
      }),
    },
    { additionalProperties: false },
  ),
  shown: ({ to, task }) => `${to.replace(/^@/, "")}: ${task}`,
  run: async (desk, { to, task }) => {
    const others = desk.ctx.residents.all().filter(({ user_no }) => user_no !== desk.agent_no);
    const name = to.replace(/^@/, "");
    const agent = others.find(({ username }) => username === name);
    if (!agent) throw new Refusal(`There is no agent '${name}' to hand it to. There are ${others.map(({ username }) => username).join(", ")}.`);
    const part = await desk.leading.handOver(agent, task.trim());
    return { text: desk.leading.partText(part, desk.room), line: part.state };
  },
});
