import { expect } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { type Colony, newFolder } from "../colony.ts";
import { call, fail, hold, say, tokens } from "../modelacts.ts";
import { Models } from "../models.ts";
import { APE, stage, until, type Visit } from "./viewer.ts";
import { windowOf } from "./windows.ts";

const models = await Models.start();
const knowledge = newFolder();
mkdirSync(join(knowledge, "handbook"));
writeFileSync(join(knowledge, "handbook", "deploy.md"), "# Operations\n\n## Deploying the site\n\nThe site is deployed from main, every weekday but Friday.\n");

const { scene } = stage(
  async (colony: Colony) => {
    await colony.user("neeraj", "ape", { display_name: "Neeraj", password: "password of neeraj" });
    for (const name of ["deploys", "far", "late", "again", "quiet"]) await colony.post("/api/channels", { name });
  },
  { ...models.anthropic, COLONY_KNOWLEDGE: knowledge },
);

/** Something that is held back until a test lets it go. */
const gate = () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { act: hold(promise), until: promise, open: resolve };
};

const ask = async (visit: Visit, words: string): Promise<void> => {
  await visit.box.fill(`@grimlock ${words}`);
  await visit.box.press("Enter");
};

const answers = (page: Page): Locator => page.getByRole("article", { name: /^Grimlock, / });
const growing = (page: Page): Locator => page.getByRole("article", { name: /^Grimlock, answering, / });
const thinking = (page: Page, words: string): Locator => page.locator("form").getByText(words).first();
const topOf = (row: Locator): Promise<number> => row.evaluate((element) => Math.round(element.getBoundingClientRect().top));
/** What screen readers were told of new messages. */
const told = (page: Page): Promise<string | null> =>
  page
    .getByRole("region", { name: /^Messages in/ })
    .locator("> p[role=status]")
    .textContent();

scene(
  "An answer is seen to be thought of, to search and to grow where it stands, also after a reload, and ends with what it rests on and cost",
  { path: "/c/deploys" },
  async ({ visit, colony, page }) => {
    const [first, second, third] = [gate(), gate(), gate()];
    const file = "step,seconds\r\nbuild,40\nnaïve ✓";
    models.next(
      [first.act, say("Let me look. "), second.act, call("search_knowledge", { query: "deploy the site" }), call("create_artifact", { name: "steps.csv", content: file })],
      [
        tokens({ input: 2_500, output: 60, cache_read: 2_000, cache_write: 0 }),
        say("We deploy **every week", { pieces: 1 }),
        third.act,
        say("day** [1]. The steps are attached.\n\n```sh\nbun run build\n```"),
      ],
    );
    await page.getByRole("button", { name: "New message" }).waitFor();
    await ask(visit, "how do we deploy the site?");
    await thinking(page, "Grimlock is thinking…").waitFor();
    const stop = page.getByRole("button", { name: "Stop Grimlock" });
    await stop.waitFor();
    expect(await answers(page).count()).toBe(0);
    // Without a line to the server nothing can be ended, and nobody knows how it goes on.
    visit.expect(/ERR_INTERNET_DISCONNECTED/, /WebSocket/);
    await page.context().setOffline(true);
    await thinking(page, "Before the line broke: Grimlock is thinking…").waitFor();
    expect(await stop.count()).toBe(0);
    await page.context().setOffline(false);
    await visit.comeBack();
    await stop.waitFor();

    first.open();
    await growing(page).getByText("Let me look.").waitFor();
    const question = visit.message("how do we deploy the site?", APE.display_name);
    const top = await topOf(question);
    second.open();
    await growing(page).getByText("We deploy every week").waitFor();
    // What is not closed yet is drawn as it will be.
    await growing(page).locator("strong").getByText("every week").waitFor();
    expect(await topOf(question)).toBe(top);
    await growing(page).getByText("2 steps").click();
    await growing(page)
      .getByRole("listitem")
      .filter({ hasText: /Searched the documents deploy the site/ })
      .waitFor();

    await page.reload();
    await visit.settled();
    await growing(page).locator("strong").getByText("every week").waitFor();
    await thinking(page, "Grimlock is answering…").waitFor();
    await growing(page).getByRole("button", { name: "Stop" }).waitFor();
    expect(await page.getByRole("button", { name: /^Stop/ }).count()).toBe(1);
    expect(await growing(page).locator("[aria-busy=true]").count()).toBe(1);
    expect(await told(page)).toBe("");

    third.open();
    const done = page.getByRole("article", { name: /^Grimlock, text, / });
    await done.getByRole("list", { name: "Sources" }).getByText("handbook/deploy.md › Deploying the site").waitFor();
    await done.getByRole("button", { name: "Source 1" }).click();
    await page.getByRole("dialog", { name: "Source 1" }).getByText("every weekday but Friday").waitFor();
    await page.keyboard.press("Escape");
    await thinking(page, "Grimlock is").waitFor({ state: "detached" });
    expect(await done.getByText("edited").count()).toBe(0);
    expect(await done.getByRole("button", { name: "Stop" }).count()).toBe(0);
    await until("it is told once it is whole", async () => (await told(page))?.includes("The steps are attached.") === true);

    // What one saw come to its end waits nowhere.
    const benji = await colony.tokenOf(APE.username, APE.password);
    await until("nothing is left in the inbox", async () => (await colony.get("/api/inbox", { token: benji })).body.items.length === 0);
    expect(await page.getByRole("link", { name: "Inbox", exact: true }).count()).toBe(1);

    // The cost is there for the keyboard.
    await done.getByRole("button", { name: /^What it cost: anthropic\// }).focus();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Tab");
    await page.getByRole("tooltip").getByText("2,000 from the cache").waitFor();
    await page.keyboard.press("Enter");
    const cost = page.getByRole("table", { name: "What it cost" });
    await cost.getByRole("row", { name: /^tokens in / }).waitFor();
    await page.keyboard.press("Escape");

    const [download] = await Promise.all([page.waitForEvent("download"), done.getByRole("link", { name: "Download steps.csv" }).click()]);
    expect(await Bun.file(await download.path()).text()).toBe(file);
  },
);

const paragraphs = (from: number, to: number): string => Array.from({ length: to - from }, (_, at) => `Paragraph ${from + at} goes on for about as long as a line.`).join("\n\n");

scene("Who reads at the end sees an answer grow there; who reads elsewhere stays where they are", { path: "/c/far" }, async ({ visit, colony, page }) => {
  const [first, second, third] = [gate(), gate(), gate()];
  models.next([say(paragraphs(0, 20)), first.act, say(`\n\n${paragraphs(20, 40)}`), second.act, say(`\n\n${paragraphs(40, 60)}`), third.act, say("\n\nThe end.")]);
  for (let count = 0; count < 30; count++) await colony.say("far", `Said before, ${count}`);
  await visit.message("Said before, 29").waitFor();
  await ask(visit, "tell me at length");
  await growing(page).getByText("Paragraph 19 ").waitFor();
  first.open();
  const last = growing(page).getByText("Paragraph 39 ");
  await last.waitFor();
  await until("the end is in view", () => last.evaluate((element) => element.getBoundingClientRect().bottom < innerHeight));

  const read = answers(page).getByText("Paragraph 25 ");
  await visit.wheel(-300);
  await page.getByRole("button", { name: /Jump to newest/ }).waitFor();
  const stood = await read.elementHandle();
  await read.selectText();
  const top = await topOf(read);
  // What was said before the question has been asked for by now.
  let asked = 0;
  page.on("request", (request) => {
    if (request.url().includes("/api/inbox")) asked++;
  });
  second.open();
  await growing(page).getByText("Paragraph 59 ").waitFor();
  expect(await topOf(read)).toBe(top);
  expect(asked).toBe(0);
  third.open();
  await until("what waits for me is asked for once it is whole", () => asked > 0);
  await page.getByRole("article", { name: /^Grimlock, text, / }).waitFor();
  expect(await topOf(read)).toBe(top);
  // What stood was not drawn anew: what was selected of it still is.
  expect(await stood?.evaluate((element) => element.isConnected)).toBe(true);
  expect(await page.evaluate(() => getSelection()?.toString())).toContain("Paragraph 25 goes on");
  // It was read as it grew: it does not fold away now.
  await page.getByRole("button", { name: "Show less" }).waitFor();
});

scene("What belongs to an answer comes to its row however late, also where the row that wanted it first is gone by then", { path: "/c/late" }, async ({ visit, colony, page }) => {
  await visit.settled();
  for (const words of ["The first.", "The second."]) {
    models.next(words);
    await ask(visit, "say it");
    await answers(page).filter({ hasText: words }).waitFor();
  }
  const parts = gate();
  await page.route(/\/(Answer|Cost)-[^/]*\.js$/, async (route) => {
    await parts.until;
    await route.continue();
  });
  await page.reload();
  await visit.settled();
  const [first, second] = [answers(page).first(), answers(page).last()];
  await second.getByText("The second.").waitFor();
  const id = (await first.getAttribute("id"))?.replace("message-", "");
  expect((await colony.call("DELETE", `/api/channels/late/messages/${id}`)).status).toBe(204);
  await first.getByText("was deleted").waitFor();
  expect(await second.textContent()).toContain("The second.");
  parts.open();
  await second.getByRole("button", { name: /^What it cost/ }).waitFor();
  await second.locator("[aria-busy=false]").getByText("The second.").waitFor();
});

scene(
  "Who asked can stop an answer and ask again, others cannot; a failure says what to do, and its row becomes the answer",
  { path: "/c/again" },
  async ({ visit, colony, page }) => {
    const [first, second, third] = [gate(), gate(), gate()];
    const neeraj = await windowOf(page, colony, visit.origin, "neeraj");
    await neeraj.go("/c/again");
    await neeraj.settled();
    models.next([say("I would say that"), first.act, say(" no.")]);
    await page.getByRole("button", { name: "New message" }).waitFor();
    await ask(visit, "is it ready?");
    await growing(page).getByText("I would say that").waitFor();
    await ask(visit, "and is it done?");
    await thinking(page, "Grimlock is answering… · 1 question waits").waitFor();
    await growing(neeraj.page).getByText("I would say that").waitFor();
    await thinking(neeraj.page, "Grimlock is answering… · 1 question waits").waitFor();
    expect(await neeraj.page.getByRole("button", { name: /^Stop/ }).count()).toBe(0);

    models.next([fail(400, { message: "no" })], [second.act, say("Yes, "), third.act, say("it is ready.")]);
    await growing(page).getByRole("button", { name: "Stop" }).click();
    const stopped = answers(page).filter({ hasText: "I would say that" });
    await stopped.getByText("Stopped by Benji").waitFor();
    const failed = page.getByRole("article", { name: /^Grimlock, error, / });
    await failed.waitFor();
    expect(await neeraj.page.getByRole("button", { name: "Retry" }).count()).toBe(0);

    const count = await answers(page).count();
    await failed.getByRole("button", { name: "Retry" }).press("Enter");
    const again = answers(page).filter({ hasText: "Thinking…" });
    await again.waitFor();
    expect(await again.evaluate((row) => row.contains(document.activeElement))).toBe(true);
    second.open();
    await growing(page).getByText("Yes,").waitFor();
    third.open();
    await page
      .getByRole("article", { name: /^Grimlock, text, / })
      .filter({ hasText: "Yes, it is ready." })
      .waitFor();
    expect(await page.getByRole("article", { name: /^Grimlock, error, / }).count()).toBe(0);
    expect(await answers(page).count()).toBe(count);

    models.next("No: it is not.");
    await stopped.getByRole("button", { name: "Retry" }).click();
    await answers(page).filter({ hasText: "No: it is not." }).waitFor();
    expect(await answers(page).count()).toBe(count);
    await neeraj.page.context().close();
    expect(neeraj.unexpected).toEqual([]);
  },
);

scene("A conversation with a resident says what it can do and what may be asked; what others say of themselves makes no answer", {}, async ({ visit, colony, page }) => {
  const benji = await colony.tokenOf(APE.username, APE.password);
  const { body } = await colony.post("/api/dms/conversations", { users: ["grimlock"] }, { token: benji });
  await visit.go(`/dm/${body.id}`);
  await visit.settled();
  await page.getByRole("heading", { name: "Ask Grimlock" }).waitFor();
  await page.getByPlaceholder("Ask Grimlock…").waitFor();
  const examples = page.getByRole("list", { name: "Questions to begin with" }).getByRole("button");
  const words = (await examples.first().textContent()) ?? "";
  await examples.first().click();
  await until("it stands in the box", async () => (await visit.box.inputValue()) === words);
  expect(await visit.box.evaluate((box) => box === document.activeElement)).toBe(true);

  await colony.user("pretender", "agent", { display_name: "Pretender" });
  const metadata = {
    streaming: true,
    steps: [{ tool: "search_messages", input: "x", state: "running", output: null, ms: null }],
    sources: [{ n: 1, file: "a.md", heading: "", page: null }],
  };
  await colony.post("/api/channels/quiet/messages", { content: "Believe me [1]", metadata });
  await visit.go("/c/quiet");
  await visit.settled();
  const row = visit.message("Believe me [1]");
  await row.waitFor();
  expect(await row.getByRole("button", { name: /^(Stop|Source)/ }).count()).toBe(0);
  expect(await row.locator("details, [aria-busy=true]").count()).toBe(0);
});
