import { expect } from "bun:test";
import type { Page } from "playwright-core";
import type { Colony } from "../colony.ts";
import { APE, stage, thereAre, until, Visit } from "./viewer.ts";

type Posted = { id: string; seq: number };

const MANY = 700;
let opus = "";
let benji = "";
let posted: Posted[] = [];

const { scene } = stage(async (colony: Colony) => {
  opus = await colony.user("cc-benji-opus", "agent", { display_name: "Claude" });
  benji = await colony.tokenOf(APE.username, APE.password);
  for (const name of ["long", "empty", "tabs"]) await colony.post("/api/channels", { name });
  const all: Posted[] = [];
  for (let from = 0; from < MANY; from += 50) {
    all.push(...(await Promise.all(Array.from({ length: 50 }, (_, at) => colony.say("long", `number ${from + at}.`, {}, opus)))));
  }
  posted = all.sort((a, b) => a.seq - b.seq);
  await markRead(colony, MANY - 1);
});

const markRead = (colony: Colony, index: number) => colony.call("PUT", "/api/channels/long/read", { token: benji, body: { seq: at(index).seq } });
const at = (index: number): Posted => {
  const one = posted[index];
  if (!one) throw new Error("There are not as many messages.");
  return one;
};
const rowOf = (page: Page, index: number) => page.locator(`#message-${at(index).id}`);
const isDrawn = async (page: Page, index: number) => (await rowOf(page, index).count()) > 0;
/** The number of the first message that is drawn. */
const firstDrawn = async (page: Page): Promise<number> => Number(/number (\d+)/.exec((await page.getByRole("article").first().textContent()) ?? "")?.[1] ?? MANY);

const noServer = [/net::ERR_/, /WebSocket connection to .* failed/];
const later = (page: Page) => page.getByText("Later messages could not be loaded.");
const earlier = (page: Page) => page.getByText("Earlier messages could not be loaded.");

scene("A page of later messages that did not come is told where it is missing, and had by scrolling on or pressing there", { path: "/c/empty" }, async ({ visit, page }) => {
  visit.expect(...noServer);
  let broken = true;
  await page.route(/after_seq=/, (route) => (broken ? route.abort("connectionreset") : route.fallback()));
  await page.route(/limit=60/, (route) => route.continue());
  await visit.go(`/c/long/${at(200).id}`);
  await visit.settled();
  await until("the end of what is at hand is told", async () => {
    await visit.wheel(3_000);
    return (await later(page).count()) > 0;
  });
  await thereAre(0, earlier(page));
  broken = false;
  // In long strides: a slow machine has as many screens to draw in its time as a fast one.
  await until("the newest is reached by scrolling", async () => {
    await visit.wheel(-200);
    await visit.wheel(9_000);
    return isDrawn(page, MANY - 1);
  });
  await thereAre(0, later(page));

  broken = true;
  await visit.go(`/c/long/${at(100).id}`);
  await visit.settled();
  await until("it is told again", async () => {
    await visit.wheel(3_000);
    return (await later(page).count()) > 0;
  });
  broken = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await later(page).waitFor({ state: "detached" });
});

scene("A page that did not come while the server was away comes when it is back", { path: "/c/empty" }, async ({ visit, page }) => {
  visit.expect(...noServer, /status of 503/);
  let broken = true;
  await page.route("**/api/channels/*/messages*", (route) =>
    broken ? route.fulfill({ status: 503, json: { error: { code: "unavailable", message: "Not now." } } }) : route.fallback(),
  );
  await visit.go("/c/long");
  await page.getByRole("heading", { name: "The messages could not be loaded" }).waitFor();
  broken = false;
  await page.context().setOffline(true);
  await page.locator("[data-connection=offline]").waitFor();
  await page.context().setOffline(false);
  await visit.comeBack();
  await rowOf(page, MANY - 1).waitFor();
});

scene("A link to a message that is not there says so where one reads, and disturbs nothing", { path: "/c/long" }, async ({ visit, page }) => {
  visit.expect(/status of 404/);
  await rowOf(page, MANY - 1).waitFor();
  await page.evaluate(() => {
    const link = document.createElement("a");
    link.href = "/c/long/no-such-message";
    link.textContent = "a dead link";
    document.body.prepend(link);
  });
  await page.getByRole("link", { name: "a dead link" }).evaluate((link: HTMLElement) => link.click());
  await page.getByText("There is no such message here").waitFor();
  await rowOf(page, MANY - 1).waitFor();
  await until("earlier messages come", async () => {
    await visit.wheel(-3_000);
    return (await firstDrawn(page)) < MANY - 300;
  });
  await thereAre(0, earlier(page));
});

scene("What is posted in one tab moves nobody in another", { path: "/c/empty" }, async ({ visit, page, colony }) => {
  for (let at = 0; at < 60; at++) await colony.say("tabs", `line ${at}.`, {}, opus);
  await visit.go("/c/tabs?type=text");
  await visit.message("line 59.").waitFor();
  const far = await page.context().newPage();
  const one = new Visit(far, visit.origin);
  await one.go("/c/tabs");
  await one.settled();
  await until("the end was reached", async () => {
    await one.wheel(900);
    return (await one.message("line 59.").count()) > 0;
  });
  // Rows out of sight are drawn too, more of them where nothing moves: so the beginning is gone to.
  await until("the end is left, and not drawn", async () => {
    await one.wheel(-3_000);
    return (await far.getByRole("button", { name: /^Jump to newest/ }).count()) > 0 && (await one.message("line 59.").count()) === 0;
  });

  const writing = new Visit(await page.context().newPage(), visit.origin);
  await writing.go("/c/tabs");
  await writing.settled();
  await writing.box.fill("said in a third tab");
  await writing.box.press("Enter");
  await visit.message("said in a third tab", APE.display_name).waitFor();
  expect(new URL(page.url()).search).toBe("?type=text");
  await far.getByRole("button", { name: /^Jump to newest/ }).waitFor();
  await thereAre(0, one.message("said in a third tab"));

  await visit.box.fill("said in the filtered tab");
  await visit.box.press("Enter");
  await page.waitForURL((url) => url.pathname === "/c/tabs" && url.search === "");
});

scene("Where what is at hand ends before what is new, no line is drawn in it", { path: "/c/empty" }, async ({ visit, page, colony }) => {
  await markRead(colony, MANY - 4);
  await visit.channels.getByRole("link", { name: /^long.*3 unread/ }).waitFor();
  await visit.go(`/c/long/${at(200).id}`);
  await rowOf(page, 200).waitFor();
  const line = page.getByRole("heading", { name: "New", exact: true });
  await until("the end is reached, and the line met above the third last message", async () => {
    if ((await line.count()) > 0) {
      const below = await page.locator("li", { has: line }).getByRole("article").getAttribute("id");
      expect(below).toBe(`message-${at(MANY - 3).id}`);
      return true;
    }
    await visit.wheel(900);
    return false;
  });
});

scene("What comes is told to a screen reader, also the first of a channel; what is read of history is not", { path: "/c/empty" }, async ({ visit, page, colony }) => {
  const told = page.getByRole("region", { name: /^Messages in/ }).locator("> [aria-live=polite]");
  await page.getByRole("heading", { level: 2 }).first().waitFor();
  await colony.say("empty", "the very first.", {}, opus);
  await until("the first is told", async () => (await told.textContent()) === "Claude: the very first.");

  await visit.go(`/c/long/${at(300).id}`);
  await rowOf(page, 300).waitFor();
  // All that is told, to the end of the page's life.
  await told.evaluate((status) => {
    new MutationObserver(() => {
      document.body.dataset.told = `${document.body.dataset.told ?? ""}|${status.textContent}`;
    }).observe(status, { childList: true, characterData: true, subtree: true });
  });
  await until("the newest is reached", async () => {
    await visit.wheel(2_000);
    return isDrawn(page, MANY - 1);
  });
  await colony.say("long", "said at the end.", {}, opus);
  await until("what came is told", async () => (await told.textContent()) === "Claude: said at the end.");
  expect(await page.evaluate(() => document.body.dataset.told)).toBe("|Claude: said at the end.");
});

scene("After midnight what was today is yesterday, and times in the settings go on, on a page that stays open", { path: "/c/empty" }, async ({ visit, page, colony }) => {
  await colony.say("empty", "said by day.", {}, opus);
  await page.clock.install();
  await visit.go("/c/empty");
  await visit.message("said by day.").waitFor();
  await page.getByRole("heading", { name: "Today" }).waitFor();
  await page.clock.fastForward("24:00:00");
  await page.getByRole("heading", { name: "Yesterday" }).waitFor();
  await thereAre(0, page.getByRole("heading", { name: "Today" }));

  await visit.go("/settings/sessions");
  const first = page.getByRole("main").locator("time").first();
  await first.filter({ hasText: /24 hr|yesterday/ }).waitFor();
  await page.clock.fastForward("48:00:00");
  await first.filter({ hasText: "3 days ago" }).waitFor();
});

scene("A key acts on the message that has the focus, whatever the list brings under a mouse at rest", { path: "/c/long" }, async ({ visit, page }) => {
  await rowOf(page, MANY - 1).waitFor();
  await page.mouse.move(700, 400);
  await visit.box.press("Escape");
  for (let step = 0; step < 60; step++) await page.keyboard.press("k");
  const focused = () => page.evaluate(() => (document.activeElement?.tagName === "ARTICLE" ? (/number \d+\./.exec(document.activeElement.textContent)?.[0] ?? "") : ""));
  await until("a message far up has the focus", async () => Number(/\d+/.exec(await focused())?.[0] ?? MANY) < MANY - 50);
  const words = await focused();
  await until("the browser has told of the row that now is under the mouse", () =>
    page.evaluate(() => {
      const under = document.querySelector("article:hover");
      return under !== null && under === document.elementFromPoint(700, 400)?.closest("article");
    }),
  );
  await page.keyboard.press("r");
  await page.getByText(`Replying to Claude: ${words}`).waitFor();
});

scene("What is pressed while the list scrolls, as it does when a message comes, is not lost", { path: "/c/long" }, async ({ visit, page, colony }) => {
  await rowOf(page, MANY - 1).waitFor();
  await colony.say("long", Array.from({ length: 40 }, (_, line) => `print(${line})`).join("\n"), { type: "code" }, opus);
  await page.getByRole("button", { name: "Show all 40 lines" }).hover();
  await visit.settled();
  await page.mouse.down();
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        const scroller = [...document.querySelectorAll("section[aria-label^='Messages'] > div")].find((one) => one.scrollHeight > one.clientHeight);
        scroller?.addEventListener("scroll", () => requestAnimationFrame(resolve), { once: true });
        scroller?.scrollBy(0, -2);
      }),
  );
  await page.mouse.up();
  await page.getByRole("button", { name: "Show less" }).waitFor();
});
