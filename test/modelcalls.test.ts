import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { Asker, search } from "./asking.ts";
import { call, cut, fault, full, hold, refuse, say, stopShort, tokens } from "./modelacts.ts";
import { Models } from "./models.ts";

let models: Models;
let asker: Asker;

beforeAll(async () => {
  models = await Models.start();
});
beforeEach(() => {
  models.clear();
  asker = new Asker({ ...models.env, ...models.compatible });
});
afterEach(() => asker.close());
afterAll(() => models.stop());

/** Waits until something was heard that ends so. */
const heard = (end: string): Promise<void> =>
  new Promise((resolve) => {
    const look = () => (asker.heard.at(-1)?.endsWith(end) ? resolve() : setImmediate(look));
    look();
  });

describe.each(["anthropic/claude-sonnet-4-6", "openai/gpt-5-mini", "compatible/llama-test"])("%s", (name) => {
  const [provider = "", model = ""] = name.split("/");
  const only = { models: [name] };

  test("is heard as it speaks, and its answer is whole to the letter", async () => {
    const text = "Grüße 👩‍👩‍👧!\n\n```sh\nmake\n```\n";
    models.answer([say(text.slice(0, 9)), hold(() => heard(text.slice(0, 9))), say(text.slice(9), { pieces: 5 })]);
    const said = await asker.ask(only);
    expect(said).toMatchObject({ text, provider, model, finish: "stop", calls: 1 });
    expect(asker.heard.length).toBeGreaterThan(1);
    expect(asker.heard.every((whole) => text.startsWith(whole))).toBeTrue();
    const [asked] = models.requests;
    expect(asked).toMatchObject({ provider, model, system: "You are the house's assistant.", prompt: "How do we deploy?" });
    expect(asked?.body.max_tokens ?? asked?.body.max_output_tokens).toBe(1_000);
  });

  test("counts what it took, the cached tokens among all that went in", async () => {
    const cache_write = provider === "compatible" ? 0 : 100;
    models.answer([tokens({ input: 1_000, output: 50, cache_read: 600, cache_write }), say("Yes.")]);
    const counts = { input_tokens: 1_000, output_tokens: 50, cache_read_tokens: 600, cache_write_tokens: cache_write };
    expect(await asker.ask(only)).toMatchObject(counts);
    expect(asker.rows()).toMatchObject([{ provider, model, outcome: "ok", error: null, ...counts }]);
  });

  test("calls tools and goes on with what they gave", async () => {
    models.next([say("Let me look."), call("search", { query: "deploy" }), call("search", { query: "release" })], "Run make deploy.");
    const asked: string[] = [];
    const tools = {
      search: search(({ query }) => {
        asked.push(query);
        return `Found: ${query}`;
      }),
    };
    const said = await asker.ask({ ...only, tools });
    expect(asked).toEqual(["deploy", "release"]);
    expect(models.requests[1]?.results).toEqual(["Found: deploy", "Found: release"]);
    expect(said).toMatchObject({ text: "Let me look.\n\nRun make deploy.", calls: 2, input_tokens: 200, output_tokens: 40, finish: "stop" });
    expect(asker.heard.at(-1)).toBe(said.text);
    expect(asker.rows()).toHaveLength(2);
  });

  test("may say something before a call and more behind it: neither runs into the other", async () => {
    models.next([say("I look."), call("search", { query: "deploy" }), say("One moment.")], "Found.");
    expect(await asker.ask({ ...only, tools: { search: search(() => "yes") } })).toMatchObject({
      text: provider === "compatible" ? "I look.One moment.\n\nFound." : "I look.\n\nOne moment.\n\nFound.",
    });
  });

  test("is told of a tool that fails, of one that is not there, and of what a tool does not take", async () => {
    models.next([call("search", { query: "deploy" }), call("delete_all", { sure: true }), call("search", { q: 1 }), call("search", "{not json")], "So be it.");
    const tools = {
      search: search(() => {
        throw new Error("secret of the inside");
      }),
    };
    expect(await asker.ask({ ...only, tools })).toMatchObject({ text: "So be it." });
    const results = models.requests[1]?.results ?? [];
    expect(results).toHaveLength(4);
    expect(results[0]).toContain("The tool failed.");
    expect(results[1]).toContain("delete_all");
    expect(results[2]).toContain("query is missing");
    expect(results[3]).toContain("JSON");
    expect(JSON.stringify(models.requests)).not.toContain("secret of the inside");
  });

  test("may call no tool in its last call, so that it ends in words", async () => {
    models.answer(({ body }) => {
      const may = body.tool_choice === "auto" || body.tool_choice?.type === "auto";
      return may ? [call("search", { query: "more" })] : "That is all I found.";
    });
    expect(await asker.ask({ ...only, calls: 3, tools: { search: search(() => "nothing") } })).toMatchObject({ text: "That is all I found.", calls: 3 });
    expect(models.requests.map(({ tools }) => tools)).toEqual([["search"], ["search"], ["search"]]);
  });

  test("that calls a tool all the same in its last call has said what it said, and is told to have used up its calls", async () => {
    models.answer([say("I look."), call("search", { query: "more" })]);
    expect(await asker.ask({ ...only, calls: 2, tools: { search: search(() => "nothing") } })).toMatchObject({ text: "I look.\n\nI look.", calls: 2, finish: "calls" });
  });

  test("that breaks off mid-word is asked again, and nothing of what broke off stands", async () => {
    models.next([say("The answer is forty-t"), hold(() => heard("forty-t")), cut()], "The answer is forty-two.");
    expect(await asker.ask(only)).toMatchObject({ text: "The answer is forty-two.", calls: 2 });
    const back = asker.heard.indexOf("");
    expect(asker.heard[back - 1]).toBe("The answer is forty-t");
    expect(asker.heard.at(-1)).toBe("The answer is forty-two.");
    expect(asker.rows().map(({ outcome }) => outcome)).toEqual(["cut", "ok"]);
  });

  test("whose stream ends without its last piece has given no answer", async () => {
    models.next([say("The answer is forty-t"), stopShort()], "The answer is forty-two.");
    expect(await asker.ask(only)).toMatchObject({ text: "The answer is forty-two." });
    expect(asker.rows().map(({ outcome }) => outcome)).toEqual(["cut", "ok"]);
  });

  test("that is overloaded in the midst of its answer is asked again", async () => {
    models.next([say("The answer is"), fault()], "The answer is forty-two.");
    expect(await asker.ask(only)).toMatchObject({ text: "The answer is forty-two." });
    expect(asker.rows().map(({ outcome }) => outcome)).toEqual(["overloaded", "ok"]);
  });

  test("has called no tool in a step that broke off", async () => {
    const called: string[] = [];
    const tools = { search: search(({ query }) => `${called.push(query)}`) };
    models.next([call("search", { query: "half" }), stopShort()], [call("search", { query: "whole" })], "Done.");
    expect(await asker.ask({ ...only, tools })).toMatchObject({ text: "Done." });
    expect(called).toEqual(["whole"]);
  });

  test("that declines to answer is taken at its word: no other model is asked", async () => {
    models.answer([refuse("I cannot help with that.")]);
    const { fault: why, message, hint, said } = await asker.fails({ models: [name, "openai/gpt-5-mini"] });
    expect(why).toBe("refused");
    expect(message).toContain("declined");
    expect(hint).not.toBe("");
    expect(said).toMatchObject({ input_tokens: 100, output_tokens: 20 });
    expect(models.requests).toHaveLength(1);
    expect(asker.rows()).toMatchObject([{ outcome: "refused", input_tokens: 100 }]);
  });

  test("that says all it may says so", async () => {
    models.answer([say("It goes on and"), full()]);
    expect(await asker.ask(only)).toMatchObject({ text: "It goes on and", finish: "length" });
  });

  test("is stopped at once, and what it had said stays", async () => {
    const stop = new AbortController();
    models.answer([say("It goes on and"), hold(new Promise(() => {}))]);
    const answer = asker.ask({ ...only, signal: stop.signal });
    await heard("and");
    stop.abort();
    expect(await answer).toMatchObject({ text: "It goes on and" });
    const [asked] = models.requests;
    while (!asked?.left) await new Promise(setImmediate);
    const [row] = asker.rows();
    expect(row).toMatchObject({ outcome: "stopped", output_tokens: 5 });
    if (provider === "anthropic") expect(row?.input_tokens).toBe(100);
    else expect(row?.input_tokens).toBeGreaterThan(0);
  });
});
