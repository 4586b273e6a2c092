import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AUTH, answers, describe } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { Wait } from "../http/query.ts";
import { created } from "../http/reply.ts";
import { CHAT_MESSAGES, SEQ_MAX, WORK_SHOWN } from "../limits.ts";
import { Message } from "../messages/model.ts";
import { askInProject, chatHistory, LEADER, projectCrew } from "./chat.ts";
import { askDirectly, residentNamed, waitForAnswer } from "./direct.ts";
import { Agent, AgentStatus, Agents, DirectMade, NewDirect, Which } from "./model.ts";
import { retryAnswer, stopAnswer } from "./orders.ts";
import { agentWire, listAgents } from "./service.ts";
import { agentStatus } from "./status.ts";

const AGENTS = "Resident agents";
const PROJECTS = "Projects";
const Waiting = t.Object({ wait: t.Optional(Wait) });

export const agentRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/agents" })
    .use(guard)
    .get("", ({ actor }) => listAgents(ctx, actor), {
      response: answers(200, Agents),
      detail: describe(
        AGENTS,
        "The agents that this server itself runs",
        `curl ${AUTH} $URL/api/agents`,
        "Mention one in a channel (`@grimlock …`) or write to it directly, and it answers. `ready` says whether a model is set up for it. `problems` are what keeps agents' files from being used, for admins.",
      ),
    })
    .get("/:name", ({ params }) => agentWire(ctx, residentNamed(ctx, params.name)), {
      response: answers(200, Agent),
      detail: describe(AGENTS, "One of the agents that this server itself runs", `curl ${AUTH} $URL/api/agents/grimlock`),
    })
    .get("/status", ({ actor }) => agentStatus(ctx, actor), {
      response: answers(200, t.Array(AgentStatus)),
      detail: describe(
        AGENTS,
        "What the agents are at, and what waits for them",
        `curl ${AUTH} $URL/api/agents/status`,
        `\`work\` is shown where you may read it, up to ${WORK_SHOWN} questions of each agent; \`waiting\` counts everybody's. Changes are told live as \`agent_status\` to readers of the channel.`,
      ),
    })
    .post(
      "/:name/direct",
      async ({ actor, params, body, query, request }) => {
        const agent = residentNamed(ctx, params.name);
        const { answer: question, replayed } = await askDirectly(ctx, actor, agent, body.message, retryOf(request, body, "wait"));
        return created({ answer: await waitForAnswer(ctx, actor, agent, question, query.wait, request.signal), replayed });
      },
      {
        body: NewDirect,
        query: Waiting,
        response: answers(201, DirectMade),
        detail: describe(
          AGENTS,
          "Say something to an agent, and wait for its answer if you like",
          `curl ${AUTH} -H "Idempotency-Key: $(uuidgen)" -d '{"message":"How do we deploy the site?"}' "$URL/api/agents/grimlock/direct?wait=55"`,
          "It stands in your conversation with it. Without `wait` the answer to this is at once, and the agent's comes as a message there; where no model is set up, it says so in this answer. When `state` is still `waiting` or `answering` after `wait` seconds, send the same again under the same Idempotency-Key: nothing is asked twice, and the wait goes on.",
        ),
      },
    )
    .post("/:name/stop", ({ actor, params, body }) => stopAnswer(ctx, actor, residentNamed(ctx, params.name), body.message_id), {
      body: Which,
      response: answers(200, DirectMade),
      detail: describe(
        AGENTS,
        "Stop an answer: who asked may, or an admin",
        `curl ${AUTH} -d '{"message_id":"ID"}' $URL/api/agents/grimlock/stop`,
        "Of the question or of its answer. What it had said by then stays, marked as stopped. An answer that is over is left as it is: `state` says how it ended.",
      ),
    })
    .post(
      "/:name/retry",
      async ({ actor, params, body, query, request }) => {
        const agent = residentNamed(ctx, params.name);
        const { answer: question, replayed } = await retryAnswer(ctx, actor, agent, body.message_id, retryOf(request, body, "wait"));
        return created({ answer: await waitForAnswer(ctx, actor, agent, question, query.wait, request.signal), replayed }, {}, 202);
      },
      {
        body: Which,
        query: Waiting,
        response: answers(202, DirectMade),
        detail: describe(
          AGENTS,
          "Try an answer again that failed or was stopped: who asked may, or an admin",
          `curl ${AUTH} -d '{"message_id":"ID"}' $URL/api/agents/grimlock/retry`,
          "The same message is written anew. With `wait` the answer to this is how it stands when it is whole, or when the time is over, as with `direct`.",
        ),
      },
    );

/** What is asked of agents in projects, in their own channels. */
export const projectAgentRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/projects/:id" })
    .use(guard)
    .post(
      "/chat",
      async ({ actor, params, body, query, request }) => {
        const agent = residentNamed(ctx, LEADER);
        const { answer: question, replayed } = await askInProject(ctx, actor, params.id, agent, body.message, retryOf(request, body, "wait"));
        return created({ answer: await waitForAnswer(ctx, actor, agent, question, query.wait, request.signal), replayed });
      },
      {
        body: NewDirect,
        query: Waiting,
        response: answers(201, DirectMade),
        detail: describe(
          PROJECTS,
          "Give the project's crew something to do",
          `curl ${AUTH} -H "Idempotency-Key: $(uuidgen)" -d '{"message":"The tests fail: find out why and mend it."}' "$URL/api/projects/loss-plots/chat?wait=55"`,
          `@${LEADER} takes it in the project's channel: it posts a plan, hands parts to others, ticks what is done and ends with a result. Waits and repeats as POST /api/agents/{name}/direct does.`,
        ),
      },
    )
    .get("/chat/history", ({ actor, params, query }) => chatHistory(ctx, actor, params.id, query), {
      query: t.Object({
        limit: t.Optional(t.Integer({ minimum: 1, maximum: CHAT_MESSAGES.max, description: `The newest N; ${CHAT_MESSAGES.default} when left out` })),
        before_seq: t.Optional(t.Integer({ minimum: 0, maximum: SEQ_MAX })),
      }),
      response: answers(200, t.Array(Message)),
      detail: describe(
        PROJECTS,
        "What was asked of agents in a project, and what they said",
        `curl ${AUTH} "$URL/api/projects/loss-plots/chat/history?limit=20"`,
        "Oldest first: questions, plans (`metadata.plan` has their steps), parts that one agent handed to another (`metadata.part_for`), and answers. Older ones: before_seq with the seq of the first.",
      ),
    })
    .get("/agents", ({ actor, params }) => projectCrew(ctx, actor, params.id), {
      response: answers(200, t.Array(AgentStatus)),
      detail: describe(PROJECTS, "The agents that work in projects, and what each is at in this one", `curl ${AUTH} $URL/api/projects/loss-plots/agents`),
    })
    .post(
      "/agents/:agent/direct",
      async ({ actor, params, body, query, request }) => {
        const agent = residentNamed(ctx, params.agent);
        const { answer: question, replayed } = await askInProject(ctx, actor, params.id, agent, body.message, retryOf(request, body, "wait"));
        return created({ answer: await waitForAnswer(ctx, actor, agent, question, query.wait, request.signal), replayed });
      },
      {
        body: NewDirect,
        query: Waiting,
        response: answers(201, DirectMade),
        detail: describe(
          PROJECTS,
          "Ask one of the agents in a project",
          `curl ${AUTH} -d '{"message":"Why does main.py fail?"}' "$URL/api/projects/loss-plots/agents/engineer/direct?wait=55"`,
          "It stands in the project's channel, where the agent has the project's files and runs. Waits and repeats as POST /api/agents/{name}/direct does.",
        ),
      },
    );
