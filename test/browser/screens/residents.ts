import type { Showing } from "../house.ts";
import type { Screen } from "./screen.ts";

const DAY = 24 * 60 * 60 * 1_000;

type Sum = {
  calls: number;
  failed: number;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  cost_usd: number | null;
  unpriced_calls: number;
};

const spent = (calls: number, failed = 0, priced = true): Sum => ({
  calls,
  failed,
  input_tokens: calls * 9_420,
  output_tokens: calls * 612,
  cache_read_tokens: calls * 6_800,
  cache_write_tokens: calls * 40,
  cost_usd: priced ? calls * 0.0217 : null,
  unpriced_calls: priced ? 0 : calls,
});

const total = (rows: Sum[]): Sum =>
  rows.reduce((sum, row) => Object.fromEntries(Object.entries(sum).map(([name, amount]) => [name, (amount ?? 0) + (row[name as keyof Sum] ?? 0)])) as Sum, spent(0));

/** What the server says of the days before the one on which the page is looked at. */
const costs = async ({ page }: Showing, rowsOf: (by: string, days: string[]) => ({ key: string; label: string } & Sum)[], budget: object): Promise<void> => {
  await page.route("**/api/usage?*", (route) => {
    const query = new URL(route.request().url()).searchParams;
    const [from = 0, to = 0] = ["from", "to"].map((name) => Date.parse(query.get(name) ?? ""));
    const days = Array.from({ length: 1 + (to - from) / DAY }, (_, at) => new Date(from + at * DAY).toISOString().slice(0, 10));
    const rows = rowsOf(query.get("by") ?? "", days);
    return route.fulfill({
      json: {
        by: query.get("by"),
        from: query.get("from"),
        to: query.get("to"),
        rows,
        total: total(rows),
        prices_problem: null,
        budget: { daily_usd: 5, spent_today_usd: 1.32, resets_at: "2026-03-30T00:00:00.000Z", ...budget },
      },
    });
  });
};

const named = (rows: Record<string, Sum>) => Object.entries(rows).map(([label, sum]) => ({ key: label, label, ...sum }));

const full = (by: string, days: string[]) => {
  if (by === "day") return days.map((day, at) => ({ key: day, label: day, ...spent(at % 7 > 4 ? 0 : 4 + ((at * 17) % 43), at === 12 ? 3 : 0) }));
  if (by === "agent") return named({ Grimlock: spent(402, 3), Architect: spent(87), "Data Analyst": spent(41), Engineer: spent(12) });
  if (by === "user") return named({ Benji: spent(201, 3), "ليلى حدّاد": spent(180), Neeraj: spent(96) });
  return named({ "anthropic/claude-sonnet-4-6": spent(498, 3), "openai/gpt-5.2": spent(44), "compatible/qwen3-coder-480b": spent(31, 0, false) });
};

/** What the server says of its agents, changed on its way to the page. */
const agents = async ({ page }: Showing, change: (agents: Told) => Told): Promise<void> => {
  await page.route("**/api/agents", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: change(await response.json()) });
  });
};

/** What they are at: Grimlock thinks about a question of the sample, and two wait for it. */
const atWork = async (showing: Showing): Promise<void> => {
  const author = (username: string) => ({ id: username, username, display_name: username, role: "agent" });
  await agents(showing, ({ agents: all, ...more }) => ({
    ...more,
    agents: all.map((agent) => ({
      ...agent,
      ready: true,
      model: agent.username === "engineer" ? "openai/gpt-5.2" : "anthropic/claude-sonnet-4-6",
      fallback_model: agent.username === "engineer" ? null : "openai/gpt-5.2",
    })),
  }));
  await showing.page.route("**/api/agents/status", async (route) => {
    const all = (await (await showing.page.request.get(`${showing.world.colony.url}/api/agents`)).json()) as Told;
    const training = (await (await showing.page.request.get(`${showing.world.colony.url}/api/channels/training`)).json()) as { id: string };
    const statuses = all.agents.map(({ id, username, display_name }) => ({
      agent: { ...author(username), id, display_name },
      state: username === "grimlock" ? "thinking" : "idle",
      waiting: username === "grimlock" ? 2 : 0,
      work:
        username === "grimlock"
          ? [
              {
                state: "thinking",
                channel_id: training.id,
                question_id: showing.id("rise"),
                answer_id: null,
                asker: { ...author("neeraj"), display_name: "Neeraj", role: "ape" },
                tool: null,
                since: "2026-03-29T16:41:30.000Z",
              },
            ]
          : [],
    }));
    await route.fulfill({ json: statuses });
  });
};

type Told = { agents: Record<string, any>[]; problems: { file: string; line: number; message: string }[] };

/** Documents as the folder of a small company has them. */
const documents = async ({ page }: Showing): Promise<void> => {
  const file = (path: string, sections: number, problem: string | null = null) => ({
    path,
    mime: "text/markdown",
    size: 4_096,
    sections,
    updated_at: "2026-03-28T10:00:00.000Z",
    problem,
  });
  await page.route("**/api/knowledge/files", (route) =>
    route.fulfill({
      json: [
        file("handbook/evaluation.md", 24),
        file("handbook/leave.md", 9),
        file("rig/rig-02.txt", 1),
        file("scans/contract.pdf", 0, "It holds no text, only pictures of it. Put a text beside it."),
      ],
    }),
  );
  await page.route("**/api/knowledge?*", (route) =>
    route.fulfill({
      json: {
        hits: [
          {
            file: "handbook/evaluation.md",
            heading: "Evaluation > When a number may be quoted",
            page: null,
            snippet: "A <mark>number</mark> may be <mark>quoted</mark> when the held-out set was not touched before the last step.",
            score: 7.1,
          },
          { file: "handbook/evaluation.md", heading: "Evaluation > Who signs", page: null, snippet: "Whoever ran it signs each <mark>number</mark> with the commit.", score: 3.2 },
        ],
        has_more: false,
      },
    }),
  );
};

/** Agents that the server itself runs, and what they cost. */
export const residents: Screen[] = [
  {
    name: "agents",
    show: async (showing) => {
      await Promise.all([atWork(showing), documents(showing)]);
      await showing.go("/agents");
      await showing.page.getByRole("link", { name: /Loss went up/ }).waitFor();
      await showing.page.getByRole("searchbox", { name: "Search the documents" }).fill("when may a number be quoted");
      await showing.page.getByRole("list", { name: "Sections found" }).waitFor();
    },
  },
  {
    name: "agents-not-ready",
    fresh: true,
    show: async (showing) => {
      await agents(showing, (told) => ({
        ...told,
        problems: [
          {
            file: "release-notes.md",
            line: 3,
            message:
              "`tools` names “search”, which is no tool. The tools are search_messages, read_channel, read_attachment, search_knowledge, read_knowledge and create_artifact.",
          },
          { file: "old.md", line: 1, message: "The file does not begin with ---, so it names no agent." },
        ],
      }));
      await showing.go("/agents");
      await showing.page.getByRole("list", { name: "Problems of agents' files" }).waitFor();
    },
  },
  {
    name: "usage",
    show: async (showing) => {
      await costs(showing, full, {});
      await showing.go("/usage");
      await showing.page.getByRole("heading", { name: "By model" }).waitFor();
    },
  },
  {
    name: "usage-empty",
    fresh: true,
    show: async (showing) => {
      await costs(showing, () => [], { daily_usd: null, spent_today_usd: 0 });
      await showing.go("/usage");
      await showing.page.getByRole("heading", { name: "No model was called" }).waitFor();
    },
  },
];
