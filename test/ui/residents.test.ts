import { describe, expect, test } from "bun:test";
import { linesOf } from "../../ui/src/agents/contents.ts";
import type { Agent, AgentStatus, Agents, Author } from "../../ui/src/api.ts";
import { answerWords, commonOf, commonWords, needed, ownOf, stateWords, toolWords } from "../../ui/src/residents/words.ts";
import { createResidents } from "../../ui/src/team/residents.ts";
import { until } from "../colony.ts";

const agent = (username: string, more: Partial<Agent> = {}): Agent => ({
  id: `id of ${username}`,
  username,
  display_name: username.toUpperCase(),
  description: "",
  model: "anthropic/claude-sonnet-4-6",
  fallback_model: null,
  tools: [],
  answers: "all",
  max_tokens: 1_000,
  file: null,
  ready: true,
  ...more,
});
const author = ({ id, username, display_name }: Agent): Author => ({ id, username, display_name, role: "agent" });
const status = (of: Agent, more: Partial<AgentStatus> = {}): AgentStatus => ({ agent: author(of), state: "idle", waiting: 0, work: [], ...more });
const told = (of: Agent, state: "thinking" | "idle") => ({
  event: "agent_status" as const,
  channel_id: "room",
  data: { agent: author(of), state, question_id: "q", answer_id: null, asker: "benji", tool: null },
});

/** A server that answers with what it is given, and counts how often it is asked. */
const server = () => {
  const grimlock = agent("grimlock");
  const now = { agents: { agents: [grimlock], problems: [] } as Agents, status: [status(grimlock)], asked: 0, looked: 0, down: false };
  const answer = <T>(what: T): Promise<T> => (now.down ? Promise.reject(new Error("The server cannot be reached.")) : Promise.resolve(what));
  const api = {
    agents: () => {
      now.asked++;
      return answer(now.agents);
    },
    agentStatus: () => {
      now.looked++;
      return answer(now.status);
    },
  };
  return { now, grimlock, residents: createResidents({ api, ask: (work) => work }) };
};

describe("Residents", () => {
  test("are known by their users once they were asked for, and stay known while the server cannot be reached", async () => {
    const { now, grimlock, residents } = server();
    expect([residents.agents(), residents.of(grimlock.id)]).toEqual([null, undefined]);
    residents.refresh();
    await until(() => residents.of(grimlock.id));
    now.down = true;
    residents.refresh();
    await until(() => residents.failure() ?? undefined);
    expect(residents.agents()).toEqual([grimlock]);
    residents.leave();
  });

  test("are looked at only while somebody watches, and then whenever something is heard of one", async () => {
    const { now, grimlock, residents } = server();
    residents.hear(told(grimlock, "thinking"));
    residents.refresh();
    await until(() => residents.of(grimlock.id));
    expect(now.looked).toBe(0);
    const stop = residents.watch();
    await until(() => residents.status(grimlock.id));
    now.status = [status(grimlock, { state: "thinking", waiting: 2 })];
    residents.hear(told(grimlock, "thinking"));
    residents.hear(told(grimlock, "thinking"));
    await until(() => (residents.status(grimlock.id)?.state === "thinking" ? true : undefined));
    expect(now.looked).toBe(2);
    stop();
    residents.leave();
  });

  test("that ended answers are told of once for all that ended together", async () => {
    const { grimlock, residents } = server();
    for (const state of ["idle", "thinking", "idle"] as const) residents.hear(told(grimlock, state));
    await until(() => residents.ended() || undefined);
    expect(residents.ended()).toBe(1);
    residents.leave();
  });
});

test("What an agent can do is told in words, looking up documents once however many tools do it", () => {
  expect(toolWords(["search_messages", "read_channel", "read_attachment", "search_knowledge", "read_knowledge", "create_artifact"])).toBe(
    "Can search messages; read channels, files and documents; write files",
  );
  expect([toolWords(["search_knowledge"]), toolWords(["create_artifact"]), toolWords([])]).toEqual(["Can read documents", "Can write files", "Has no tools"]);
});

test("Where an agent answers, and what it is at, are told in words; without a model it is at nothing", () => {
  expect((["all", "mentions", "direct"] as const).map((answers) => answerWords({ username: "ops", answers }))).toEqual([
    "Answers to @ops and in direct messages",
    "Answers to @ops",
    "Answers in direct messages",
  ]);
  const one = agent("ops");
  expect([stateWords(one, undefined), stateWords(one, status(one, { state: "running", waiting: 3 })), stateWords({ ...one, ready: false }, status(one))]).toEqual([
    "idle",
    "running, 3 waiting",
    "no model",
  ]);
});

test("An operator is told the setting that a model wants, and all that would do where none is named", () => {
  expect([needed("openai/gpt-5.2"), needed("anthropic/claude"), needed("compatible/llama")]).toEqual([["OPENAI_API_KEY"], ["ANTHROPIC_API_KEY"], ["COLONY_LLM_BASE_URL"]]);
  expect(needed(null)).toEqual(["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "COLONY_LLM_BASE_URL"]);
});

test("A document's contents stand under their headings, also those that have no words of their own", () => {
  const lines = (...headings: string[]) =>
    linesOf(headings.map((heading) => ({ heading, page: null }))).map(({ label, depth, heading }) => `${"  ".repeat(depth)}${label}${heading === null ? ":" : ""}`);
  expect(lines("", "Ops > Site > Deploying", "Ops > Site > Deploying > Back", "Ops > On call", "Leave")).toEqual([
    "Beginning",
    "Ops:",
    "  Site:",
    "    Deploying",
    "      Back",
    "  On call",
    "Leave",
  ]);
  expect(lines("Leave", "Leave > Holidays")).toEqual(["Leave", "  Holidays"]);
  expect(lines("Page 1", "Page 2")).toEqual(["Page 1", "Page 2"]);
});

test("What most agents have alike is said once, and of each only what sets it apart", () => {
  const crew = [agent("grimlock", { tools: ["search_messages", "create_artifact"] }), agent("ops", { tools: ["create_artifact", "search_messages"] })];
  const odd = agent("odd", { tools: [], answers: "direct", fallback_model: "openai/gpt-5" });
  const common = commonOf([...crew, odd]);
  expect(commonWords(common)).toEqual(["answers to its @name and in direct messages", "can search messages; write files"]);
  expect(common.models).toEqual(["anthropic/claude-sonnet-4-6"]);
  for (const one of crew) expect(ownOf(one, common)).toEqual({ answers: null, tools: null, models: null });
  expect(ownOf(odd, common)).toEqual({ answers: "Answers in direct messages", tools: "Has no tools", models: ["anthropic/claude-sonnet-4-6", "openai/gpt-5"] });
  expect(commonOf([odd])).toEqual({ answers: null, tools: null, models: null });
});
