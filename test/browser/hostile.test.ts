import { expect } from "bun:test";
import type { Page } from "playwright-core";
import type { Colony } from "../colony.ts";
import { watchFrames } from "./frames.ts";
import { attacks, floods } from "./hostility.ts";
import { SESSION, stage, until } from "./viewer.ts";

const TYPES = ["text", "code", "result", "error", "plan"];
/** Milliseconds. The promise is 200 on a quiet machine, and the bench measures it; here only what hangs fails. */
const HANGS = 2_000;

let mallory = "";

const { scene } = stage(async (colony: Colony) => {
  mallory = await colony.user("mallory", "agent", { display_name: "<b onclick=window.pwned=1>Mallory</b>\u202E" });
  for (const type of TYPES) {
    await colony.post("/api/channels", { name: `attacks-${type}` });
    await colony.post("/api/channels", { name: `floods-${type}` });
    for (const content of Object.values(attacks)) await colony.say(`attacks-${type}`, content, { type, metadata: SESSION }, mallory);
  }
  const metadata = {
    model: "<img src=x onerror=window.pwned=1>",
    hostname: 42,
    session_id: `\u202E${"s".repeat(3_000)}`,
    cwd: ["a", { b: null }],
    constructor: "x",
    language: "__proto__",
  };
  await colony.say("attacks-text", "the end of it", { metadata }, mallory);
  await colony.say("attacks-code", "the end of it", { type: "code", metadata }, mallory);
});

/** Whatever messages made of the page that could act, or that lies outside its place. */
const dangers = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const list = document.querySelector("[aria-label=Messages]");
    const acting = [
      ...(list?.querySelectorAll("script, style, link, img, iframe, form, input, object, embed, math, base, meta, [onclick], [onerror], [onload], [style*=fixed]") ?? []),
    ];
    const links = [...(list?.querySelectorAll<HTMLAnchorElement>("a:not([href^='/c/'])") ?? [])].filter(
      (link) => !(/^(https?|mailto):$/.test(link.protocol) && link.target === "_blank" && link.rel === "noopener noreferrer nofollow"),
    );
    const wide = [...(list?.querySelectorAll("article") ?? [])].filter((row) => row.scrollWidth > row.clientWidth + 1);
    return [
      ...[...acting, ...links].map((one) => one.outerHTML.slice(0, 200)),
      ...wide.map((row) => `too wide: ${row.textContent?.slice(0, 80)}`),
      ...("pwned" in window ? ["it ran"] : []),
      ...(document.documentElement.scrollWidth > innerWidth ? ["the page is wider than its window"] : []),
    ];
  });

/** Goes through a channel from its beginning to its end, a screen at a time. */
const throughAll = async (page: Page, look: () => Promise<void>): Promise<void> => {
  const scroller = page
    .getByRole("region", { name: /^Messages in/ })
    .locator("> div")
    .first();
  const step = (by: number) =>
    scroller.evaluate(async (box, by) => {
      box.scrollTop += by;
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
      return box.scrollHeight - box.scrollTop - box.clientHeight < 4;
    }, by);
  await step(-1_000_000);
  await until("all of the channel has been looked at", async () => {
    await look();
    return step(400);
  });
  await look();
};

for (const type of TYPES) {
  scene(`Hostile words of type ${type} stand as words: nothing runs, nothing is fetched, nothing leaves its place`, { path: `/c/attacks-${type}` }, async ({ page }) => {
    const seen = new Set<string>();
    await page.getByRole("article").first().waitFor();
    await throughAll(page, async () => {
      expect(await dangers(page)).toEqual([]);
      for (const id of await page.getByRole("article").evaluateAll((rows) => rows.map(({ id }) => id))) seen.add(id);
    });
    expect(seen.size).toBeGreaterThanOrEqual(Object.keys(attacks).length);
  });
}

scene("Hostile names and metadata stand as words", { path: "/c/attacks-text" }, async ({ visit, page }) => {
  await page.getByRole("button", { name: /^Jump to newest/ }).click();
  await visit
    .message("the end of it")
    .getByRole("button", { name: /^Session details/ })
    .click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("row", { name: /hostname 42/ }).waitFor();
  expect(await details.evaluate((panel) => panel.scrollWidth <= panel.clientWidth)).toBe(true);
  expect(await dangers(page)).toEqual([]);
});

scene("What is not seen in a program is shown, and a copy of it is as it was", { path: "/c/attacks-code" }, async ({ page, colony }) => {
  await colony.say("floods-code", "a \u202E b\u200B\u0000 👩‍👧", { type: "code" }, mallory);
  await page.getByRole("link", { name: /floods-code/ }).click();
  const block = page.getByRole("article").last().locator("pre");
  await block.locator(".unseen").first().waitFor();
  expect(await block.locator(".unseen").evaluateAll((marks) => marks.map((mark) => [mark.getAttribute("data-points"), mark.getAttribute("title")]))).toEqual([
    ["U+202E", "U+202E right-to-left override"],
    ["U+200B 0000", "U+200B zero width space, U+0000 null"],
  ]);
  expect(await block.textContent()).toBe("a \u202E b\u200B\u0000 👩‍👧");
});

/** The button comes and goes while one scrolls. */
const toNewest = () => [...document.querySelectorAll("button")].find(({ textContent }) => textContent?.includes("Jump to newest"))?.click();

/** Pixels that a folded message may be high: some screens at most. */
const FOLDED = 3_000;

/** Unfolds all of a message and folds it again, a frame each. Gives how high it was folded, at most. */
const unfold = (page: Page, id: string): Promise<number> =>
  page.evaluate(async (id) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const row = document.getElementById(id);
    const before = row?.offsetHeight ?? 0;
    const folds = [...(row?.querySelectorAll<HTMLElement>("summary, button[aria-expanded=false]") ?? [])].slice(0, 2);
    for (const fold of folds) {
      fold.click();
      await frame();
      fold.click();
      await frame();
    }
    return Math.max(before, row?.offsetHeight ?? 0);
  }, id);

for (const type of TYPES) {
  scene(`Floods of type ${type} are shown folded, unfold and fold, and the page stays quick`, { path: `/c/floods-${type}` }, async ({ visit, page, colony }) => {
    const slow: [name: string, ms: number][] = [];
    for (const [name, content] of Object.entries(floods)) {
      const { long } = await watchFrames(page, async () => {
        const { id } = await colony.say(`floods-${type}`, content, { type, metadata: { ...SESSION, language: "js" } }, mallory);
        const row = page.locator(`#message-${id}`);
        await until(`${name} is shown`, async () => {
          await page.evaluate(toNewest);
          return row.isVisible();
        });
        expect({ name, tooHigh: (await unfold(page, `message-${id}`)) > FOLDED, dangers: await dangers(page) }).toEqual({ name, tooHigh: false, dangers: [] });
      });
      if (long[0]) slow.push([name, Math.round(long[0].ms)]);
    }
    slow.sort(([, a], [, b]) => b - a);
    console.log(`${type}: frames over 50 ms: ${slow.map((one) => one.join(" ")).join(", ") || "none"}`);
    expect(slow.filter(([, ms]) => ms >= HANGS)).toEqual([]);
    await visit.box.fill("still answers");
    await visit.box.press("Enter");
    await visit.message("still answers", "Benji").waitFor();
  });
}

scene("The API's page renders with no request to another host and nothing refused", { path: "/docs", as: "stranger" }, async ({ visit, page }) => {
  await page.getByRole("heading", { name: "Colony", exact: true }).first().waitFor();
  await until("an operation is shown", async () => (await page.getByText("/api/channels/{id}/messages").count()) > 0);
  expect(visit.unexpected).toEqual([]);
});
