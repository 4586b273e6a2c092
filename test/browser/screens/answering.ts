import type { Showing } from "../house.ts";
import { isPhone, row, type Screen } from "./screen.ts";

type Said = Record<string, any>;

const COST = {
  provider: "anthropic",
  model: "claude-sonnet-4-6",
  input_tokens: 12_345,
  output_tokens: 412,
  cache_read_tokens: 10_000,
  cache_write_tokens: 0,
  cost_usd: 0.0189,
  latency_ms: 6_420,
};
const SOURCES = [
  { n: 1, file: "handbook/evaluation.md", heading: "Evaluation > When a number may be quoted", page: null },
  { n: 2, file: "handbook/papers/held-out sets.pdf", heading: "Held-out sets", page: 3 },
];
const done = (tool: string, input: string, output: string, ms: number) => ({ tool, input, state: "done", output, ms });
const STEPS = [
  done("search_messages", "number from:neeraj", "5 messages", 42),
  done("search_knowledge", "when may a number be quoted", "3 sections", 8),
  { tool: "read_channel", input: "#training", state: "failed", output: "You may not read it", ms: 3 },
];
const WORDS = `A number may be quoted **when the held-out set was not touched** before the last step [1], and when the run can be repeated [1, 2]:

1. Name the commit: \`git rev-parse --short HEAD\`
2. Run it once more

\`\`\`sh
bun run evaluate --seed 7
\`\`\`

| run | held out | may be quoted |
|---|---|---|
| 14 | 0.231 | yes |
| 15 | 0.198 | no |`;

/** Puts a question of Benji's and what Grimlock makes of it at the end of #general, as the server would tell them. `work`: what it is at. */
const answering = async (showing: Showing, answers: Said[], work: Said[] = []): Promise<void> => {
  const { page, world } = showing;
  const get = async (path: string) => (await page.request.get(world.colony.url + path)).json();
  const [{ agents }, me, general] = await Promise.all([get("/api/agents"), get("/api/auth/me"), get("/api/channels/general")]);
  const { id, username, display_name } = agents.find((one: Said) => one.username === "grimlock");
  const author = (one: Said) => ({ id: one.id, username: one.username, display_name: one.display_name, role: one.role });
  const grimlock = { id, username, display_name, role: "agent" };
  const idOf = (at: number) => `0195e0c4-0000-7000-8000-${String(at).padStart(12, "0")}`;
  await page.route("**/api/channels/*/messages?*", async (route) => {
    const response = await route.fetch();
    const all: Said[] = await response.json();
    const last = all.at(-1);
    if (!last || last.channel_id !== general.id) return route.fulfill({ response });
    const base = { ...last, metadata: null, attachments: [], reactions: [], mentions: [], ask: null, claim: null, reply_to: null, updated_at: null };
    const more = answers.flatMap((said, at) => [
      { ...base, id: idOf(2 * at), seq: last.seq + 2 * at + 1, user: author(me), via: "web", type: "text", content: `@grimlock ${said.question}`, mentions: ["grimlock"] },
      {
        ...base,
        id: idOf(2 * at + 1),
        seq: last.seq + 2 * at + 2,
        user: grimlock,
        via: "resident",
        type: said.type ?? "text",
        content: said.content,
        metadata: said.metadata,
        reply_to: idOf(2 * at),
      },
    ]);
    await route.fulfill({ response, json: [...all, ...more] });
  });
  await page.route("**/api/agents/status", (route) =>
    route.fulfill({
      json: [
        {
          agent: grimlock,
          state: work.length > 0 ? "thinking" : "idle",
          waiting: 1,
          work: work.map((one) => ({ channel_id: general.id, asker: author(me), tool: null, since: "2026-03-29T16:41:30.000Z", question_id: idOf(0), answer_id: null, ...one })),
        },
      ],
    }),
  );
};

const QUESTION = "when may a number be quoted?";
const whole = (showing: Showing) => answering(showing, [{ question: QUESTION, content: WORDS, metadata: { ...COST, sources: SOURCES, steps: STEPS } }]);
const unfold = async (showing: Showing) => {
  await row(showing, "A number may be quoted").getByText("3 steps").click();
  await showing.page.getByText("You may not read it").scrollIntoViewIfNeeded();
};

/** Answers of resident agents: on their way, whole, failed and stopped. */
export const answers: Screen[] = [
  {
    name: "answer-growing",
    show: async (showing) => {
      const id = "0195e0c4-0000-7000-8000-000000000001";
      const steps = [STEPS[0], STEPS[1], { tool: "read_channel", input: "#training", state: "running", output: null, ms: null }];
      await answering(
        showing,
        [{ question: QUESTION, content: WORDS.slice(0, 74), metadata: { streaming: true, sources: [], steps } }],
        [
          { state: "running", tool: "read_channel", answer_id: id },
          { state: "waiting", question_id: "another" },
        ],
      );
      await showing.go("/c/general");
      await row(showing, "A number may be quoted").getByText("3 steps").click();
      await showing.page.getByText("1 question waits").first().waitFor();
    },
  },
  {
    name: "answer",
    show: async (showing) => {
      await whole(showing);
      await showing.go("/c/general");
      await unfold(showing);
    },
  },
  {
    name: "answer-cost",
    at: (width) => !isPhone(width),
    show: async (showing) => {
      await whole(showing);
      await showing.go("/c/general");
      await row(showing, "A number may be quoted")
        .getByRole("button", { name: /^What it cost/ })
        .hover();
      await showing.page.getByRole("tooltip").waitFor();
    },
  },
  {
    name: "answer-details",
    apart: true,
    show: async (showing) => {
      await whole(showing);
      await showing.go("/c/general");
      await row(showing, "A number may be quoted")
        .getByRole("button", { name: /^What it cost/ })
        .click();
      await showing.page.getByRole("table", { name: "What it cost" }).waitFor();
    },
  },
  {
    name: "answer-source",
    apart: true,
    show: async (showing) => {
      await whole(showing);
      const text = "A number may be quoted when the held-out set was not touched before the last step.\n\nWhoever ran it **signs** each number with the commit.";
      await showing.page.route("**/api/knowledge/section?*", (route) => route.fulfill({ json: { ...SOURCES[0], text } }));
      const headings = ["Evaluation", SOURCES[0]?.heading ?? "", "Evaluation > Who signs", "Figures > Tables"];
      const sections = headings.map((heading) => ({ heading, page: null }));
      await showing.page.route("**/api/knowledge/sections?*", (route) => route.fulfill({ json: { file: SOURCES[0]?.file, sections, has_more: false } }));
      await showing.go("/c/general");
      await row(showing, "A number may be quoted").getByRole("list", { name: "Sources" }).getByRole("button").first().click();
      await showing.page.getByRole("dialog").getByText("Whoever ran it").waitFor();
      await showing.page.getByRole("button", { name: /^Next section/ }).waitFor();
    },
  },
  {
    name: "answers-ended",
    show: async (showing) => {
      const hint = "Retry in a minute. The operator can name a second model in COLONY_LLM_FALLBACK_MODEL.";
      await answering(showing, [
        { question: "what is new?", content: "Since Monday three runs were begun, and", metadata: { ...COST, stopped: true, stopped_by: "benji", sources: [], steps: [STEPS[0]] } },
        { question: "and today?", content: `${"It goes on. ".repeat(12)}`, metadata: { ...COST, finish: "length", sources: [], steps: [] } },
        {
          question: "who is on call?",
          type: "error",
          content: `The model anthropic/claude-sonnet-4-6 is overloaded.\n\n${hint}\n\nWhat had come so far:\n\n> On call this week is`,
          metadata: { error: "overloaded", sources: [], steps: [] },
        },
        {
          question: "are you there?",
          type: "error",
          content: "No model is set up here, so I cannot answer.\n\nThe operator sets ANTHROPIC_API_KEY, OPENAI_API_KEY or COLONY_LLM_BASE_URL.",
          metadata: { error: "no_model", sources: [], steps: [] },
        },
      ]);
      await showing.go("/c/general");
      // What is unread comes first into view: where there is little room, what is said here stands below it.
      const newest = showing.page.getByRole("button", { name: /Jump to newest/ });
      if (isPhone(showing.width)) await newest.click();
      await row(showing, "No model is set up").getByRole("button", { name: "Retry" }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: "resident-conversation",
    fresh: true,
    show: async (showing) => {
      const { body } = await showing.world.colony.post("/api/dms/conversations", { users: ["grimlock"] });
      await showing.go(`/dm/${body.id}`);
      await showing.page.getByRole("heading", { name: "Ask Grimlock" }).waitFor();
    },
  },
];
