import type { Line, Room } from "./lines.ts";

const [grimlock, analyst, architect] = [{ resident: "grimlock" }, { resident: "data-analyst" }, { resident: "architect" }];

/** What an answer of a resident carries: the model, what it took and cost, what it did and what it rests on. */
const cost = (input_tokens: number, output_tokens: number, latency_ms: number, more: object = {}): Record<string, unknown> => ({
  provider: "anthropic",
  model: "claude-sonnet-4-6",
  input_tokens,
  output_tokens,
  cache_read_tokens: Math.round(input_tokens * 0.7),
  cache_write_tokens: 0,
  cost_usd: Number(((input_tokens * 1.11 + output_tokens * 15) / 1_000_000).toFixed(6)),
  latency_ms,
  sources: [],
  steps: [],
  ...more,
});

const step = (tool: string, input: string, output: string, ms: number) => ({ tool, input, state: "done", output, ms });

const lines: Line[] = [
  { at: "28 14:02", by: "benji", says: "@grimlock when may we quote a number outside, and who signs it?", asks: "grimlock", as: "when to quote" },
  {
    at: "28 14:02",
    by: grimlock,
    to: "when to quote",
    as: "answered",
    says: "A number may be quoted once three things hold [1]:\n\n1. the held-out set was not touched before the last step,\n2. the run can be repeated from its commit, and\n3. somebody who did not run it has read the log.\n\nWhoever ran it signs it, with the commit [2]. The Thai numbers are not there yet: Layla wrote yesterday that 40 of her questions are being checked again.",
    metadata: cost(11_840, 412, 6_310, {
      sources: [
        { n: 1, file: "handbook/evaluation.md", heading: "Evaluation > When a number may be quoted", page: null },
        { n: 2, file: "handbook/evaluation.pdf", heading: "", page: 14 },
      ],
      steps: [
        step("search_knowledge", "quote a number outside", "4 sections", 12),
        step("read_knowledge", "handbook/evaluation.md, When a number may be quoted", "1 section, 410 tokens", 4),
        step("search_messages", "thai numbers checked from:layla", "3 messages", 21),
      ],
    }),
  },
  { at: "28 15:40", by: "layla", says: "@data-analyst which of the four languages lost most since February, and by how much?", asks: "data-analyst", as: "which language" },
  {
    at: "28 15:41",
    by: analyst,
    to: "which language",
    as: "analysed",
    says: "Hindi: from 0.823 to 0.794, 2.9 points. The table has all four; the file has the questions behind them.\n\n| language | February | now | change |\n|---|--:|--:|--:|\n| hi | 0.823 | 0.794 | **-0.029** |\n| ja | 0.841 | 0.833 | -0.008 |\n| ar | 0.809 | 0.812 | +0.003 |\n| de | 0.862 | 0.871 | +0.009 |",
    files: ["numbers"],
    metadata: cost(18_302, 655, 11_940, {
      steps: [
        step("search_messages", "accuracy has:file in:evaluation", "2 messages", 18),
        step("read_attachment", "accuracy.csv", "96 bytes", 3),
        step("create_artifact", "accuracy.csv", "96 bytes", 6),
      ],
    }),
  },
  { at: "29 11:20", by: "neeraj", says: "@architect does the loader want a process of its own, or is a thread enough?", asks: "architect", as: "thread or process" },
  {
    at: "29 11:21",
    by: architect,
    to: "thread or process",
    as: "overloaded",
    type: "error",
    says: "The model is overloaded, and so is the one behind it.\n\nRetry in a minute.\n\nWhat had come so far:\n\n> A thread is enough as long as the shards are read with",
    metadata: cost(7_204, 16, 31_200, { error: "overloaded" }),
    read: true,
  },
];

/** Questions to agents that the server itself runs, and what came of them. */
export const asked: Room = { name: "ask", description: "Questions for the agents of this server", lines };
