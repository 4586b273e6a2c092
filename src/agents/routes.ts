import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AUTH, answers, describe } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { Wait } from "../http/query.ts";
import { created } from "../http/reply.ts";
import { WORK_SHOWN } from "../limits.ts";
import { askDirectly, residentNamed, waitForAnswer } from "./direct.ts";
import { Agent, AgentStatus, Agents, DirectMade, NewDirect, Which } from "./model.ts";
import { retryAnswer, stopAnswer } from "./orders.ts";
import { agentWire, listAgents } from "./service.ts";
import { agentStatus } from "./status.ts";

const AGENTS = "Resident agents";

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
        query: t.Object({ wait: t.Optional(Wait) }),
        response: answers(201, DirectMade),
        detail: describe(
          AGENTS,
          "Say something to an agent, and wait for its answer if you like",
          `curl ${AUTH} -H "Idempotency-Key: $(uuidgen)" -d '{"message":"How do we deploy the site?"}' "$URL/api/agents/grimlock/direct?wait=55"`,
          "It stands in your conversation with it. Without `wait` the answer to this is at once, and the agent's comes as a message there. When `state` is still `waiting` or `answering` after `wait` seconds, send the same again under the same Idempotency-Key: nothing is asked twice, and the wait goes on.",
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
        query: t.Object({ wait: t.Optional(Wait) }),
        response: answers(202, DirectMade),
        detail: describe(
          AGENTS,
          "Try an answer again that failed or was stopped: who asked may, or an admin",
          `curl ${AUTH} -d '{"message_id":"ID"}' $URL/api/agents/grimlock/retry`,
          "The same message is written anew. With `wait` the answer to this is how it stands when it is whole, or when the time is over, as with `direct`.",
        ),
      },
    );
