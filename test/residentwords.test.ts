import { expect, test } from "bun:test";
import type { Actor } from "../src/accounts/credentials.ts";
import type { Step } from "../src/agents/answer.ts";
import { lastWords, wordsSoFar } from "../src/agents/ends.ts";
import { MESSAGE_CONTENT_BYTES, MESSAGE_METADATA_BYTES } from "../src/limits.ts";

const steps = (count: number): Step[] =>
  Array.from({ length: count }, (_, n) => ({ tool: "search_messages", input: `${n} ${"ü".repeat(1_000)}`, state: "done", output: "5 messages", ms: 3 }));

test("the steps of a long answer fit its message: the last of them are kept, each in a line, and how many are left out is told", () => {
  const { metadata } = wordsSoFar({ text: "So far", steps: steps(100) });
  expect(Buffer.byteLength(JSON.stringify(metadata))).toBeLessThanOrEqual(MESSAGE_METADATA_BYTES);
  const kept = metadata.steps as Step[];
  expect(kept.length).toBeGreaterThan(10);
  expect(kept.length + (metadata.steps_left_out as number)).toBe(100);
  expect(kept.at(-1)?.input).toMatch(/^99 ü+…$/);
});

test("a failure quotes what had come, every line of it, and fits a message too", () => {
  const failed = { state: "failed", fault: "cut", message: "It broke off.", hint: "Retry.", said: null } as const;
  expect(lastWords(failed, { text: "one\n\ntwo\n", steps: [] })).toEqual({
    type: "error",
    content: "It broke off.\n\nRetry.\n\nWhat had come so far:\n\n> one\n> \n> two",
    metadata: { error: "cut", sources: [], steps: [] },
    attachments: [],
    whole: false,
  });
  expect(Buffer.byteLength(lastWords(failed, { text: "👩‍👩‍👧".repeat(50_000), steps: [] }).content)).toBeLessThanOrEqual(MESSAGE_CONTENT_BYTES);
});

test("what a model says as it declines is its answer, with what one can do under it, and nothing that was cut off", () => {
  const refused = { state: "failed", fault: "refused", message: "The model declined.", hint: "Ask in other words.", said: null } as const;
  expect(lastWords(refused, { text: " I cannot help with that.\n", steps: [] })).toMatchObject({
    type: "error",
    content: "I cannot help with that.\n\nThe model declined. Ask in other words.",
    metadata: { error: "refused" },
  });
  expect(lastWords(refused, { text: "", steps: [] }).content).toBe("The model declined.\n\nAsk in other words.");
});

test("who stops an answer before its first word is named in it; what had come stays as it was", () => {
  const stopped = { state: "stopped", by: { user: { username: "benji" } } as Actor, said: null } as const;
  expect(lastWords(stopped, { text: " ", steps: [] })).toMatchObject({
    type: "error",
    content: "Stopped by @benji before it had said anything.",
    metadata: { stopped: true },
    whole: false,
  });
  expect(lastWords(stopped, { text: "Half of it", steps: [] })).toMatchObject({ type: "text", content: "Half of it", metadata: { stopped: true }, whole: false });
});
