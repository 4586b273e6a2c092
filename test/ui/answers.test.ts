import { expect, test } from "bun:test";
import { calmed } from "../../ui/src/agents/calm.ts";
import { factsOf } from "../../ui/src/agents/facts.ts";
import { answerersWords, costRows, costWords, dollarWords, saysTwice, sourceWords, spanWords, stepWords, worksWords } from "../../ui/src/agents/words.ts";
import { afterMoment, createWorking, type Work, worksOf } from "../../ui/src/agents/working.ts";
import type { AgentStatus, Api, Author } from "../../ui/src/api.ts";
import type { AgentMoment } from "../../ui/src/team/residents.ts";

const author = (username: string): Author => ({ id: `id of ${username}`, username, display_name: username.charAt(0).toUpperCase() + username.slice(1), role: "agent" });
const grimlock = author("grimlock");
const architect = author("architect");

const moment = (state: AgentMoment["data"]["state"], more: Partial<AgentMoment["data"]> = {}): AgentMoment => ({
  event: "agent_status",
  channel_id: "general",
  data: { agent: grimlock, state, question_id: "q1", answer_id: null, asker: "benji", tool: null, ...more },
});
const after = (...moments: AgentMoment[]): readonly Work[] => moments.reduce(afterMoment, []);

test("What a resident is at follows what is told of it, question by question, and ends with it", () => {
  const works = after(moment("thinking"), moment("waiting", { question_id: "q2" }), moment("running", { tool: "search_messages", answer_id: "a1" }));
  expect(works.map(({ question_id, state, tool, answer_id }) => [question_id, state, tool, answer_id])).toEqual([
    ["q1", "running", "search_messages", "a1"],
    ["q2", "waiting", null, null],
  ]);
  expect(after(moment("thinking"), moment("thinking", { agent: architect }), moment("idle")).map(({ agent }) => agent.username)).toEqual(["architect"]);
  expect(after(moment("idle"))).toEqual([]);
});

test("What the server says of its agents is taken with what was told since it was asked", () => {
  const status: AgentStatus = {
    agent: grimlock,
    state: "thinking",
    waiting: 1,
    work: [
      { state: "thinking", channel_id: "general", question_id: "q1", answer_id: "a1", asker: author("benji"), tool: null, since: "2026-03-29T16:05:00.000Z" },
      { state: "waiting", channel_id: "general", question_id: "q2", answer_id: null, asker: author("neeraj"), tool: null, since: "2026-03-29T16:05:00.000Z" },
    ],
  };
  expect(worksOf([status], []).map(({ agent, asker, answer_id }) => [agent.username, asker, answer_id])).toEqual([
    ["grimlock", "benji", "a1"],
    ["grimlock", "neeraj", null],
  ]);
  expect(worksOf([status], [moment("idle"), moment("thinking", { question_id: "q2", asker: "neeraj" })]).map(({ question_id, state }) => [question_id, state])).toEqual([
    ["q2", "thinking"],
  ]);
});

test("With a new line to the server only what it says now goes on, and an answer that was overtaken by another is not taken", async () => {
  const asked: PromiseWithResolvers<AgentStatus[]>[] = [];
  const api = {
    agentStatus: () => {
      const one = Promise.withResolvers<AgentStatus[]>();
      asked.push(one);
      return one.promise;
    },
  } as Pick<Api, "agentStatus">;
  const working = createWorking(api, (work) => work);
  const questions = () => working.inChannel("general").map(({ question_id }) => question_id);
  working.hear(moment("thinking", { question_id: "gone" }));
  expect(questions()).toEqual(["gone"]);
  const [first, second] = [working.refresh(), working.refresh()];
  working.hear(moment("thinking", { question_id: "new" }));
  asked[1]?.resolve([]);
  await second;
  expect(questions()).toEqual(["new"]);
  asked[0]?.resolve([{ agent: grimlock, state: "idle", waiting: 0, work: [] }]);
  await first;
  expect(questions()).toEqual(["new"]);
  const third = working.refresh();
  asked[2]?.reject(new Error("The server cannot be reached."));
  await third;
  expect(questions()).toEqual([]);
});

test("What residents are at is said in words, and how many questions wait", () => {
  expect(worksWords([])).toBe("");
  expect(worksWords(after(moment("thinking")))).toBe("Grimlock is thinking…");
  expect(worksWords(after(moment("running", { tool: "search_messages" })))).toBe("Grimlock is searching messages…");
  expect(worksWords(after(moment("running", { tool: "ask_the_moon" })))).toBe("Grimlock is using “ask the moon”…");
  expect(worksWords(after(moment("thinking", { answer_id: "a1" }), moment("waiting", { question_id: "q2" })))).toBe("Grimlock is answering… · 1 question waits");
  expect(worksWords(after(moment("waiting", { question_id: "q2" }), moment("waiting", { question_id: "q3" })))).toBe("2 questions wait");
  const three = after(moment("thinking"), moment("thinking", { agent: architect }), moment("thinking", { agent: author("engineer") }));
  expect(worksWords(three)).toBe("3 agents are answering…");
  expect([[], after(moment("waiting")), after(moment("running", { tool: "read_channel" })), three].map(answerersWords)).toEqual([
    "",
    "",
    "Grimlock is answering.",
    "Grimlock, Architect, Engineer are answering.",
  ]);
});

test("A step is said by what was done, is being done, or did not work", () => {
  expect(stepWords({ tool: "search_messages", state: "done" })).toBe("Searched messages");
  expect(stepWords({ tool: "search_messages", state: "running" })).toBe("Searching messages");
  expect(stepWords({ tool: "create_artifact", state: "failed" })).toBe("Writing a file");
  expect(stepWords({ tool: "ask_the_moon", state: "done" })).toBe("Ask the moon");
  expect([240, 3_249, 59_960, 65_000].map(spanWords)).toEqual(["240 ms", "3.2 s", "1 min", "1 min 5 s"]);
});

test("Dollars have as many digits as say something, and what is not known is not guessed", () => {
  expect([0.0042, 0.00415, 0.042, 0.5, 0.999, 1.25, 1_234.5, 0, 0.00002, null].map(dollarWords)).toEqual([
    "$0.0042",
    "$0.0042",
    "$0.042",
    "$0.50",
    "$1.00",
    "$1.25",
    "$1,234.50",
    "$0.00",
    "< $0.0001",
    "cost unknown",
  ]);
});

const METADATA = {
  provider: "anthropic",
  model: "claude-sonnet-4-6",
  input_tokens: 12_345,
  output_tokens: 210,
  cache_read_tokens: 10_000,
  cache_write_tokens: 0,
  cost_usd: 0.0042,
  latency_ms: 3_249,
};

test("What an answer cost is told whole: model, tokens in, out and cached, dollars, time", () => {
  const { cost } = factsOf(METADATA);
  if (!cost) throw new Error("The cost was not read.");
  expect(costWords(cost)).toBe("anthropic/claude-sonnet-4-6\n12,345 tokens in (10,000 from the cache), 210 out\n$0.0042 in 3.2 s");
  expect(Object.fromEntries(costRows({ ...cost, dollars: null, written: 7 }))).toEqual({
    model: "anthropic/claude-sonnet-4-6",
    "tokens in": "12,345",
    "of them from the cache": "10,000",
    "of them into the cache": "7",
    "tokens out": "210",
    cost: "unknown",
    time: "3.2 s",
  });
});

test("Metadata that are not what they should be are nothing, and break nothing", () => {
  for (const metadata of [null, {}, { steps: "x", sources: [null, 3, { n: "1" }], cost_usd: "free", model: 7, stopped: "yes", finish: "stop", error: {} }])
    expect(factsOf(metadata)).toEqual({ steps: [], sources: [], stopped: false, stoppedBy: null, cut: null, error: null, cost: null });
  const step = { tool: "read_channel", input: "#ops", state: "done", output: null, ms: 12 };
  expect(factsOf({ steps: [step, { ...step, state: "asleep" }], sources: [{ n: 1, file: "a.md", heading: "", page: null }] })).toMatchObject({
    steps: [step],
    sources: [{ n: 1, file: "a.md" }],
  });
});

test("A source is named by its file, the heading that it stands under, and its page", () => {
  expect(sourceWords({ file: "handbook/leave.md", heading: "Leave > Parental leave", page: 3 })).toBe("handbook/leave.md › Parental leave (p. 3)");
  expect(sourceWords({ file: "guide.pdf", heading: "Page 3", page: 3 })).toBe("guide.pdf › Page 3");
  expect(sourceWords({ file: "notes.txt", heading: "", page: null })).toBe("notes.txt");
});

const halves: [string, string][] = [
  ["Hello **wor", "Hello **wor**"],
  ["Hello **wor*", "Hello **wor**"],
  ["Hello **", "Hello "],
  ["A `code", "A `code`"],
  ["See [the handbook](https://exa", "See the handbook"],
  ["See [the hand", "See the hand"],
  ["As said [1", "As said "],
  ["As said [1]", "As said [1]"],
  ["Text\n-", "Text"],
  ["- one\n- **tw", "- one\n- **tw**"],
  ["First:\n```p", "First:"],
  ["```py\nx = 1\n``", "```py\nx = 1"],
  ["```py\nx = '**'\n\ny = `1\n```\nThen **this", "```py\nx = '**'\n\ny = `1\n```\nThen **this**"],
  ["Costs:\n\n| a | b |\n|--", "Costs:\n"],
  ["| a | b |\n|---|---|\n| 1 |", "| a | b |\n|---|---|\n| 1 |"],
  ["2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"],
];

test("Markdown that is half written looks as it will when the rest has come", () => {
  for (const [written, calm] of halves) expect([written, calmed(written)]).toEqual([written, calm]);
});

test("What was written whole stays as it is", () => {
  for (const whole of ["**bold** and *not*", "a [link](https://example.org) and `code`", "# Head\n\n1. one\n2. two\n\n> said", "```sh\nls\n```\n"])
    expect(calmed(whole)).toBe(whole);
});

test("A step that made a file names it once", () => {
  expect(saysTwice({ input: "deploy.csv", output: "deploy.csv, 56 bytes" })).toBe(true);
  expect([saysTwice({ input: "deploy", output: "2 sections" }), saysTwice({ input: "", output: "deploy.csv" }), saysTwice({ input: "deploy", output: null })]).toEqual([
    false,
    false,
    false,
  ]);
});
