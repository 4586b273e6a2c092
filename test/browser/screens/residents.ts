import type { Showing } from "../house.ts";
import type { Screen } from "./screen.ts";

/** The costs of the sample, with what the server's own clock and settings say put as the story has it. */
const costs = async ({ page }: Showing, told: object): Promise<void> => {
  await page.route("**/api/usage?*", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), ...told } });
  });
};

const budget = (daily_usd: number | null, spent_today_usd: number | null) => ({ budget: { daily_usd, spent_today_usd, resets_at: "2026-03-30T00:00:00.000Z" } });

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
            line: 5,
            message:
              "tools: 'search' cannot be used. Did you mean search_messages? Tools: search_messages, read_channel, read_attachment, search_knowledge, read_knowledge, create_artifact.",
          },
          { file: "old.md", line: 1, message: "An agent's file begins with a line ---, then its fields such as 'username: ops', then a line --- again." },
        ],
      }));
      await showing.go("/agents");
      await showing.page.getByRole("list", { name: "Problems of agents' files" }).waitFor();
    },
  },
  {
    name: "usage",
    show: async (showing) => {
      await costs(showing, budget(2, 0.3));
      await showing.go("/usage");
      await showing.page.getByRole("heading", { name: "By model" }).waitFor();
    },
  },
  {
    name: "usage-own",
    show: async (showing) => {
      const { page } = showing;
      await costs(showing, budget(2, 2.0041));
      await page.route("**/api/auth/me", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: { ...(await response.json()), admin: false } });
      });
      await showing.go("/usage/7");
      await page.getByText("As a table").click();
    },
  },
  {
    name: "usage-empty",
    fresh: true,
    show: async (showing) => {
      await showing.go("/usage");
      await showing.page.getByRole("heading", { name: "No model was called" }).waitFor();
    },
  },
];
