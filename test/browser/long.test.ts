import { expect } from "bun:test";
import type { Page } from "playwright-core";
import type { Colony } from "../colony.ts";
import { stage, until } from "./viewer.ts";

const MANY = 10_000;
let opus = "";

const { scene } = stage(async (colony: Colony) => {
  opus = await colony.user("cc-benji-opus", "agent", { display_name: "Claude" });
  await colony.post("/api/channels", { name: "long" });
  for (let from = 0; from < MANY; from += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, at) => colony.say("long", `number ${from + at} ${"and more words ".repeat((from + at) % 30)}`, {}, opus)));
  }
});

/** Scrolls the timeline by the wheel, as a reader does. */
const wheel = async (page: Page, by: number): Promise<void> => {
  await page.getByRole("region", { name: /^Messages in/ }).hover();
  await page.mouse.wheel(0, by);
};

scene("A channel of 10,000 messages opens at its newest, and its past comes while one scrolls, in order and without a gap", { path: "/c/long" }, async ({ page, colony }) => {
  const order = (await colony.get("/api/channels/long/messages")).body.map(({ id }: { id: string }) => `message-${id}`);
  const shown = () => page.getByRole("article").evaluateAll((rows) => rows.map(({ id }) => id));
  await until("the newest is shown", async () => (await shown()).at(-1) === order.at(-1));
  const first = (await shown()).length;
  expect(first).toBeLessThan(1_000);
  await until("three more pages have come", async () => {
    await wheel(page, -3_000);
    return (await shown()).length >= first + 600;
  });
  const rows = await shown();
  expect(rows).toEqual(order.slice(-rows.length));
});

scene("What is read stays where it is while older and newer messages come", { path: "/c/long" }, async ({ visit, page, colony }) => {
  await wheel(page, -4_000);
  await page.getByRole("button", { name: "Jump to newest" }).waitFor();
  const rows = page.getByRole("article");
  const middle = () =>
    page.evaluate(() => {
      const row = document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest("article");
      return row ? { id: row.id, top: Math.round(row.getBoundingClientRect().top) } : null;
    });
  const topOf = (id: string) => page.locator(`#${id}`).evaluate((row) => Math.round(row.getBoundingClientRect().top));
  let before = await middle();
  await until("scrolling has come to rest", async () => {
    const last = before;
    before = await middle();
    return last !== null && last.id === before?.id && last.top === before.top;
  });
  if (!before) throw new Error("Nothing is in the middle of the page.");

  const count = await rows.count();
  await colony.say("long", "said below", {}, opus);
  await visit.message("said below").waitFor({ state: "attached" });
  expect(await topOf(before.id)).toBeCloseTo(before.top, -1);
  await page.getByRole("button", { name: /Jump to newest.*new/ }).waitFor();

  // Older pages are laid above what is in view.
  await page.evaluate(() => document.querySelector("[data-connection] section > div")?.scrollTo(0, 600));
  const at = await middle();
  await until("an older page has come", async () => (await rows.count()) > count + 1);
  if (at) expect(Math.abs((await topOf(at.id)) - at.top)).toBeLessThan(4);
});

scene("At the end one stays at the end while messages come and grow", { path: "/c/long" }, async ({ visit, page, colony }) => {
  const atEnd = () =>
    page.evaluate(() => {
      const scroller = document.querySelector("[data-connection] section > div");
      return scroller !== null && scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 4;
    });
  await until("the end is reached", atEnd);
  const { id } = await colony.say("long", "a word", {}, opus);
  await visit.message("a word").waitFor();
  await until("the new message is in view", atEnd);
  await colony.call("PATCH", `/api/channels/long/messages/${id}`, { token: opus, body: { content: "grown\n\n".repeat(20) } });
  await visit.message("grown").waitFor();
  await until("what grew is in view to its end", atEnd);
});
