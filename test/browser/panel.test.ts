import { expect } from "bun:test";
import type { Page } from "playwright-core";
import type { Colony } from "../colony.ts";
import { SESSION, stage, thereAre, until } from "./viewer.ts";

const ids: Record<string, string> = {};
let opus = "";

const { scene } = stage(async (colony: Colony) => {
  opus = await colony.user("cc-benji-opus", "agent", { display_name: "Claude" });
  await colony.post("/api/channels", { name: "talk" });
  const say = async (name: string, to?: string) => {
    ids[name] = (await colony.say("talk", `this is the ${name}`, { reply_to: to && ids[to], metadata: SESSION }, opus)).id;
  };
  await say("beginning");
  await say("question", "beginning");
  await say("sibling", "beginning");
  for (let at = 0; at < 80; at++) await colony.say("talk", `chatter ${at}`);
  await say("first answer", "question");
  await say("second answer", "question");
  await say("answer to an answer", "first answer");
});

const path = () => `/c/talk/${ids.question}`;
const focusedRow = (page: Page, name: string) =>
  until(`the ${name} has the focus in the timeline`, () => page.evaluate((id) => document.activeElement?.id === `message-${id}`, ids[name] ?? ""));

scene("A thread lists what a message answers, itself and its replies in order, and follows them live", { path: "/c/general" }, async ({ visit, page, colony }) => {
  await visit.go(path());
  await focusedRow(page, "question");
  await page.keyboard.press("t");
  const thread = page.getByRole("complementary", { name: "Thread" });
  const above = thread.getByRole("list", { name: "What is answered, and the message" });
  const replies = thread.getByRole("list", { name: "Replies" });
  await thread.getByRole("heading", { name: "3 replies" }).waitFor();
  const words = (list: typeof replies) => list.locator("li .prose").allInnerTexts();
  expect(await words(above)).toEqual(["this is the beginning", "this is the question"]);
  expect(await words(replies)).toEqual(["this is the first answer", "this is the second answer", "this is the answer to an answer"]);
  await replies.getByRole("link", { name: "In reply to Claude: this is the first answer" }).waitFor();

  const late = await colony.say("talk", "a late answer", { reply_to: ids["second answer"] }, opus);
  await colony.say("talk", "not of this", { reply_to: ids.beginning }, opus);
  await thread.getByRole("heading", { name: "4 replies" }).waitFor();
  expect((await words(replies)).at(-1)).toBe("a late answer");
  await colony.call("PATCH", `/api/channels/talk/messages/${late.id}`, { token: opus, body: { content: "a better answer" } });
  await replies.getByText("a better answer").waitFor();
  await colony.call("DELETE", `/api/channels/talk/messages/${late.id}`, { token: opus });
  await replies.getByText("It was deleted.").waitFor();
  await thereAre(0, thread.getByText("not of this"));
});

scene("A count of replies opens the thread; from there one goes to each message, or replies within it", { path: "/c/general" }, async ({ visit, page, colony }) => {
  await visit.go(path());
  await focusedRow(page, "question");
  await visit.choose(visit.message("this is the question").first(), "Show thread");
  const thread = page.getByRole("complementary", { name: "Thread" });
  await thread
    .getByRole("link", { name: /^Agent Claude .* show in the timeline$/ })
    .last()
    .click();
  await page.waitForURL(`**/c/talk/*`);
  await until("it leads elsewhere", async () => !page.url().endsWith(path()));
  await thread.getByRole("button", { name: "Close thread" }).click();
  await thread.waitFor({ state: "detached" });

  await visit.go(`/c/talk/${ids.beginning}`);
  await focusedRow(page, "beginning");
  await page
    .locator(`#message-${ids.beginning}`)
    .getByRole("button", { name: /replies$/ })
    .click();
  await thread.getByText("this is the sibling").waitFor();
  const box = thread.getByRole("textbox", { name: "Reply in the thread" });
  await box.fill("from beside the timeline");
  await box.press("Enter");
  await thread.getByRole("listitem").filter({ hasText: "from beside the timeline" }).waitFor();
  expect(await box.inputValue()).toBe("");
  const said = (await colony.get("/api/channels/talk/messages?limit=1")).body[0];
  expect([said.content, said.reply_to]).toEqual(["from beside the timeline", ids.beginning]);
  await thereAre(0, thread.getByRole("heading", { name: "New" }));
  await colony.say("talk", "and one more", { reply_to: ids.beginning }, opus);
  await thread.getByRole("heading", { name: "New" }).waitFor();
  await thread.getByText("and one more").waitFor();
  await box.fill("a draft of its own");
  expect(await visit.box.inputValue()).toBe("");
});

scene("A thread is gone through by key, and Escape gives the focus back", { path: "/c/general" }, async ({ visit, page }) => {
  await visit.go(path());
  await focusedRow(page, "question");
  await page.keyboard.press("t");
  const thread = page.getByRole("complementary", { name: "Thread" });
  await thread.getByText("this is the second answer").waitFor();
  const inThread = (text: string) =>
    until(`${text} has the focus`, () => page.evaluate((words) => document.activeElement?.closest("aside li")?.textContent.includes(words) === true, text));
  await until("the focus is in the thread", () => thread.evaluate((panel) => panel.contains(document.activeElement)));
  await page.keyboard.press("ArrowDown");
  await inThread("this is the beginning");
  for (const key of ["j", "ArrowDown", "j"]) await page.keyboard.press(key);
  await inThread("this is the second answer");
  await page.keyboard.press("k");
  await inThread("this is the first answer");
  await page.keyboard.press("Escape");
  await thread.waitFor({ state: "detached" });
  await focusedRow(page, "question");

  await page.keyboard.press("t");
  await thread.getByText("this is the second answer").waitFor();
  await page.keyboard.press("ArrowDown");
  for (let at = 0; at < 3; at++) await page.keyboard.press("j");
  await inThread("this is the second answer");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/c/talk/${ids["second answer"]}`);
  await focusedRow(page, "second answer");
  await page.keyboard.press("Escape");
  await thread.waitFor({ state: "detached" });
  await focusedRow(page, "second answer");
});

scene(
  "Where there is no room the thread slides over, and makes way for what it leads to",
  { path: "/c/general", context: { viewport: { width: 390, height: 844 }, hasTouch: true } },
  async ({ visit, page }) => {
    await visit.go(path());
    await focusedRow(page, "question");
    await page.keyboard.press("t");
    const thread = page.getByRole("dialog", { name: "Thread" });
    await thread.getByText("this is the second answer").waitFor();
    await page.keyboard.press("Escape");
    await thread.waitFor({ state: "detached" });
    await focusedRow(page, "question");
    await page.keyboard.press("t");
    await thread
      .getByRole("link", { name: /^Agent Claude .* show in the timeline$/ })
      .nth(3)
      .click();
    await thread.waitFor({ state: "detached" });
    await page.waitForURL(`**/c/talk/${ids["second answer"]}`);
    await focusedRow(page, "second answer");
    await page.keyboard.press("t");
    await thread.getByRole("textbox", { name: "Reply in the thread" }).fill("from a phone");
    await thread.getByRole("button", { name: "Send" }).click();
    await thread.getByRole("listitem").filter({ hasText: "from a phone" }).waitFor();
  },
);

scene("A thread that could not be loaded says so, and is tried again", { path: "/c/general" }, async ({ visit, page }) => {
  visit.expect(/status of 503/);
  await page.route("**/thread", (route) => route.fulfill({ status: 503, json: { error: { code: "unavailable", message: "Not now." } } }));
  await visit.go(path());
  await focusedRow(page, "question");
  await page.keyboard.press("t");
  const thread = page.getByRole("complementary", { name: "Thread" });
  await thread.getByRole("alert").waitFor();
  await page.unroute("**/thread");
  await thread.getByRole("button", { name: "Try again" }).click();
  await thread.getByText("this is the second answer", { exact: true }).waitFor();
});

scene("A message's details show only its session, or only its author, and all again", { path: "/c/general" }, async ({ visit, page }) => {
  await visit.go(`/c/talk/${ids["first answer"]}`);
  await focusedRow(page, "first answer");
  await page.keyboard.press("i");
  const details = page.getByRole("complementary", { name: "Details" });
  const session = details.getByRole("button", { name: "Only this session" });
  await session.click();
  await page.waitForURL(`**/c/talk?session=${SESSION.session_id}`);
  await page.getByRole("status").getByText(SESSION.session_id).waitFor();
  await thereAre(0, visit.message("chatter"));
  await until("it is pressed", async () => (await session.getAttribute("aria-pressed")) === "true");
  await details.getByRole("button", { name: "Only this agent" }).click();
  await page.waitForURL("**/c/talk?user=cc-benji-opus");
  await visit.message("this is the").first().waitFor();
  await thereAre(0, visit.message("chatter"));
  await details.getByRole("button", { name: "Only this agent" }).click();
  await page.waitForURL("**/c/talk");
  await visit.message("chatter").first().waitFor();
});
