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
  await colony.post("/api/channels", { name: "uneven" });
  for (let at = 0; at < 100; at++) await colony.say("uneven", "line\n".repeat(20), {}, opus);
  for (let at = 0; at < 40; at++) await colony.say("uneven", `short ${at}`, {}, opus);
});

type Stored = { id: string };
const scroller = (page: Page) =>
  page
    .getByRole("region", { name: /^Messages in/ })
    .locator("> div")
    .first();
const drawn = (page: Page) => page.getByRole("article").evaluateAll((rows) => rows.map(({ id }) => id));
const isAtEnd = (page: Page) => scroller(page).evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 4);

/** The row in the middle of the page, and where it stands. */
const middle = (page: Page) =>
  page.evaluate(() => {
    const row = document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest("article");
    return row ? { id: row.id, top: Math.round(row.getBoundingClientRect().top) } : null;
  });

/** As `middle`, once scrolling has come to rest. */
const resting = async (page: Page): Promise<{ id: string; top: number }> => {
  let last: { id: string; top: number } | null = null;
  await until("scrolling has come to rest", async () => {
    const before = last;
    last = await middle(page);
    return last !== null && last.id === before?.id && last.top === before.top;
  });
  if (!last) throw new Error("Nothing is in the middle of the page.");
  return last;
};

scene(
  "A channel of 10,000 messages opens at its newest; its past and its present come while one scrolls, in order and without a gap",
  { path: "/c/long" },
  async ({ visit, page, colony }) => {
    const order = (await colony.get("/api/channels/long/messages")).body.map(({ id }: Stored) => `message-${id}`);
    const place = new Map<string, number>(order.map((id: string, at: number) => [id, at]));
    /** What is drawn, by its number in the history: each the next of the one before. */
    const look = async () => {
      const rows = (await drawn(page)).map((id) => place.get(id) ?? -1);
      expect(rows).toEqual(rows.map((_, at) => (rows[0] ?? 0) + at));
      return rows;
    };
    await until("the newest is drawn", async () => (await look()).at(-1) === MANY - 1);
    expect((await look()).length).toBeLessThan(200);
    await visit.wheel(0);
    await until("more have gone by than are held", async () => {
      await page.mouse.wheel(0, -900);
      return ((await look())[0] ?? MANY) < MANY - 1_250;
    });
    // What was let go on the way is read again.
    await until("the newest is back", async () => {
      await page.mouse.wheel(0, 2_000);
      return (await look()).at(-1) === MANY - 1 && (await isAtEnd(page));
    });
    await colony.say("long", "and it goes on", {}, opus);
    await visit.message("and it goes on").waitFor();
  },
);

scene("What is read stays where it is while older and newer messages come", { path: "/c/long" }, async ({ visit, page, colony }) => {
  await until("the end is reached", () => isAtEnd(page));
  await until("the end is left", async () => {
    await visit.wheel(-1_000);
    return (await page.getByRole("button", { name: "Jump to newest" }).count()) > 0;
  });
  await visit.wheel(-3_000);
  const before = await resting(page);
  const topOf = (id: string) => page.locator(`#${id}`).evaluate((row) => Math.round(row.getBoundingClientRect().top));
  await colony.say("long", "said below", {}, opus);
  await page.getByRole("button", { name: /Jump to newest.*new/ }).waitFor();
  expect(Math.abs((await topOf(before.id)) - before.top)).toBeLessThan(4);

  // An older page is laid above what is in view: held back until the reader has come to rest.
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let asked = false;
  await page.route(/before_seq=/, async (route) => {
    asked = true;
    await held;
    await route.continue();
  });
  await until("an older page is asked for", async () => {
    await visit.wheel(-1_500);
    return asked;
  });
  const at = await resting(page);
  const height = await scroller(page).evaluate((box) => box.scrollHeight);
  release();
  await until("the older page has come", () => scroller(page).evaluate((box, was) => box.scrollHeight !== was, height));
  const after = await resting(page);
  expect(after.id).toBe(at.id);
  expect(Math.abs(after.top - at.top)).toBeLessThan(4);
});

scene("At the end one stays at the end while messages come and grow", { path: "/c/long" }, async ({ visit, page, colony }) => {
  await until("the end is reached", () => isAtEnd(page));
  for (let at = 0; at < 40; at++) await colony.say("long", `word ${at}`, {}, opus);
  const { id } = await colony.say("long", "a last word", {}, opus);
  await visit.message("a last word").waitFor();
  await until("the new message is in view", () => isAtEnd(page));
  await colony.call("PATCH", `/api/channels/long/messages/${id}`, { token: opus, body: { content: "grown\n\n".repeat(20) } });
  await visit.message("grown").waitFor();
  await until("what grew is in view to its end", () => isAtEnd(page));
});

scene("Above a screen of short messages no more long ones are drawn at a step than it takes to fill the page", { path: "/c/general" }, async ({ visit, page }) => {
  // Read to its end, it opens there.
  await page.evaluate(async () => {
    const channels: { id: string; name: string; last_seq: number }[] = await (await fetch("/api/channels")).json();
    const { id, last_seq: seq } = channels.find(({ name }) => name === "uneven") ?? { id: "", last_seq: 0 };
    await fetch(`/api/channels/${id}/read`, { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify({ seq }) });
  });
  await page.goto(new URL("/c/uneven", page.url()).href);
  await visit.message("short 39").waitFor();
  await page.evaluate(() => {
    const list = document.querySelector("[aria-label='Messages']");
    if (!list) throw new Error("There is no list.");
    let most = 0;
    new MutationObserver((changes) => {
      most = Math.max(most, changes.flatMap(({ addedNodes }) => [...addedNodes]).filter(({ textContent }) => textContent?.includes("line")).length);
      document.body.dataset.most = String(most);
    }).observe(list, { childList: true });
  });
  await visit.wheel(0);
  await until("the long ones are in view", async () => {
    await page.mouse.wheel(0, -900);
    return (await page.getByText("The beginning of #uneven").count()) > 0 && (await scroller(page).evaluate((box) => box.scrollTop < 100));
  });
  const most = Number(await page.evaluate(() => document.body.dataset.most));
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(10);
});
