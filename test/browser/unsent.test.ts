import { expect } from "bun:test";
import type { Page } from "playwright-core";
import type { Colony } from "../colony.ts";
import { answerPosts, keptPosts, lose, lost, posts, refuse, say, sending, stored, unsent } from "./posting.ts";
import { APE, stage, thereAre, until, Visit } from "./viewer.ts";

const channels = ["full", "tabs", "mirror", "clash", "order", "aside", "elsewhere", "once", "limit", "undo", "later", "expired"];

const { scene, signIn } = stage(async (colony: Colony) => {
  for (const name of channels) await colony.post("/api/channels", { name });
});

/** From now on the browser's storage takes nothing more. */
const fillStorage = (page: Page) =>
  page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
    };
  });

/** Another tab of the same browser on the same page. */
const anotherTab = async (visit: Visit, path: string): Promise<Visit> => {
  const other = new Visit(await visit.page.context().newPage(), visit.origin);
  await other.go(path);
  await other.settled();
  return other;
};

scene("Where storage is full the page says so, warns before it is closed, and posts all the same", { path: "/c/full" }, async ({ visit, page, colony }) => {
  await fillStorage(page);
  await visit.box.fill("nowhere to keep this");
  await page.getByText("Not kept: the browser's storage is full.").waitFor();
  await visit.channels.getByRole("link", { name: "tabs" }).click();
  await page.getByRole("textbox", { name: "Message #tabs" }).waitFor();
  await visit.channels.getByRole("link", { name: "full draft", exact: true }).click();
  await page.getByRole("textbox", { name: "Message #full" }).waitFor();
  expect(await visit.box.inputValue()).toBe("nowhere to keep this");

  visit.expect(/^dialog: /);
  const asked = page.waitForEvent("dialog");
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.dismiss();

  await visit.box.press("Enter");
  await visit.message("nowhere to keep this", APE.display_name).waitFor();
  expect(await stored(colony, "full")).toEqual(["nowhere to keep this"]);
  await page.getByText("Not kept: the browser's storage is full.").waitFor({ state: "detached" });
});

scene("What could not be kept outlives an ended session", { path: "/", as: "stranger" }, async ({ visit, page, colony }) => {
  visit.expect(/status of 401/, lost);
  const session = await signIn();
  await page.context().addCookies([{ name: "colony_session", value: session, url: visit.origin, httpOnly: true, sameSite: "Lax" }]);
  await visit.go("/c/expired");
  await visit.settled();
  await fillStorage(page);
  await answerPosts(page, lose);
  await say(visit, "on its way");
  await sending(page, "on its way").waitFor();
  await visit.box.fill("still in the box");
  expect((await colony.call("POST", "/api/auth/logout", { token: session })).status).toBe(204);
  await page.getByText("Your session has ended.").waitFor();
  await page.unroute(posts);
  await page.getByLabel("Username").fill(APE.username);
  await page.getByLabel("Password").fill(APE.password);
  await page.keyboard.press("Enter");
  await visit.settled();
  expect(await visit.box.inputValue()).toBe("still in the box");
  await visit.message("on its way", APE.display_name).waitFor();
});

scene("Two tabs show one draft; a post from one empties the other's box", { path: "/c/mirror" }, async ({ visit, colony }) => {
  const other = await anotherTab(visit, "/c/mirror");
  await visit.box.fill("begun in one tab");
  await until("the other tab shows it", async () => (await other.box.inputValue()) === "begun in one tab");
  await other.box.focus();
  await other.box.press("End");
  await other.box.pressSequentially(", ended in the other");
  await until("the first tab shows it all", async () => (await visit.box.inputValue()) === "begun in one tab, ended in the other");
  await other.box.press("Enter");
  await visit.message("ended in the other", APE.display_name).waitFor();
  await until("the box is empty in both", async () => (await visit.box.inputValue()) === "" && (await other.box.inputValue()) === "");
  await thereAre(1, visit.message("ended in the other"));
  expect(await stored(colony, "mirror")).toEqual(["begun in one tab, ended in the other"]);
  expect(other.unexpected).toEqual([]);
});

scene("What two tabs write at once is not lost: the one that came second offers the other's words", { path: "/c/clash" }, async ({ visit, page }) => {
  await visit.box.fill("mine");
  // Another tab writes, and this one has not heard of it when it writes on.
  await page.evaluate(() => {
    const name = Object.keys(localStorage).find((one) => one.startsWith("colony.draft."));
    if (name) localStorage.setItem(name, JSON.stringify({ text: "words of another tab", type: "text", reply_to: null, editing: null }));
  });
  await visit.box.pressSequentially(" goes on");
  await page.getByText("Written in another tab at the same time: words of another tab").waitFor();
  expect(await visit.box.inputValue()).toBe("mine goes on");
  await page.getByRole("button", { name: "Add it here" }).click();
  await until("both stand in the box", async () => (await visit.box.inputValue()) === "mine goes on\n\nwords of another tab");
  await thereAre(0, page.getByText("Written in another tab"));
});

scene("Later posts of a channel wait behind a refused one, until they are let pass", { path: "/c/order" }, async ({ visit, page, colony }) => {
  visit.expect(/status of 422/);
  await answerPosts(page, refuse, /first/);
  await say(visit, "first");
  await unsent(page, "first").waitFor();
  await say(visit, "second");
  await say(visit, "third");
  await sending(page, "third").getByText("Waits for the one above, which was not sent.").waitFor();
  expect(await stored(colony, "order")).toEqual([]);

  // Another channel goes on meanwhile, and says where something was left.
  await visit.channels.getByRole("link", { name: "elsewhere" }).click();
  await page.getByRole("textbox", { name: "Message #elsewhere" }).waitFor();
  await say(visit, "not held up");
  await visit.message("not held up", APE.display_name).waitFor();
  await page.getByText("Not sent in").getByRole("link", { name: "#order" }).click();
  await page.getByRole("textbox", { name: "Message #order" }).waitFor();

  await sending(page, "second").getByRole("button", { name: "Send now" }).click();
  await visit.message("second", APE.display_name).waitFor();
  await visit.message("third", APE.display_name).waitFor();
  await unsent(page, "first").waitFor();
  await page.unroute(posts);
  await unsent(page, "first").getByRole("button", { name: "Try again" }).click();
  await visit.message("first", APE.display_name).waitFor();
  expect(await stored(colony, "order")).toEqual(["second", "third", "first"]);
});

scene("A discarded post can be had back, by keyboard alone", { path: "/c/undo" }, async ({ visit, page, colony }) => {
  visit.expect(/status of 422/);
  await answerPosts(page, refuse);
  await say(visit, "thrown away");
  const discard = unsent(page, "thrown away").getByRole("button", { name: "Discard" });
  await discard.focus();
  await page.keyboard.press("Enter");
  await page.getByText("Discarded.").waitFor();
  expect(await keptPosts(page)).toBe(0);
  await until("Undo has the focus", () => page.evaluate(() => document.activeElement?.textContent === "Undo"));
  await page.keyboard.press("Enter");
  await unsent(page, "thrown away").waitFor();
  expect(await keptPosts(page)).toBe(1);
  await page.unroute(posts);
  await unsent(page, "thrown away").getByRole("button", { name: "Try again" }).click();
  await visit.message("thrown away", APE.display_name).waitFor();
  expect(await stored(colony, "undo")).toEqual(["thrown away"]);
});

scene("Two tabs with the same unsent post send it once, and neither flickers", { path: "/c/once" }, async ({ visit, page, colony }) => {
  visit.expect(lost);
  await page.context().route(posts, (route) => (route.request().method() === "POST" ? route.abort("connectionreset") : route.fallback()));
  await say(visit, "from either");
  await sending(page, "from either").waitFor();
  const other = await anotherTab(visit, "/c/once");
  other.expect(lost);
  await sending(other.page, "from either").waitFor();
  const keys = new Set<string>();
  await page.context().unroute(posts);
  page.context().on("request", (request) => request.method() === "POST" && keys.add(request.headers()["idempotency-key"] ?? ""));
  const gaps = (tab: Visit) =>
    tab.page.evaluate(() => {
      const seen = { least: 9, most: 0 };
      Object.assign(window, { seen });
      const count = () => {
        const shown = [...document.querySelectorAll("article")].filter(({ textContent }) => textContent?.includes("from either")).length;
        seen.least = Math.min(seen.least, shown);
        seen.most = Math.max(seen.most, shown);
        requestAnimationFrame(count);
      };
      count();
    });
  await Promise.all([gaps(visit), gaps(other)]);
  for (const tab of [visit, other]) {
    await tab.message("from either", APE.display_name).waitFor();
    await thereAre(1, tab.message("from either"));
    expect(await tab.page.evaluate(() => (window as unknown as { seen: unknown }).seen)).toEqual({ least: 1, most: 1 });
  }
  expect(keys.size).toBe(1);
  expect(await stored(colony, "once")).toEqual(["from either"]);
  expect(other.unexpected).toEqual([]);
});

scene("A post that one tab left unsent is taken over by another", { path: "/c/tabs" }, async ({ visit, page, colony }) => {
  visit.expect(lost);
  const other = await anotherTab(visit, "/c/tabs");
  other.expect(lost);
  await answerPosts(other.page, lose);
  await answerPosts(page, lose);
  await say(other, "left behind");
  await sending(page, "left behind").waitFor();
  await other.page.close();
  await page.unroute(posts);
  await visit.message("left behind", APE.display_name).waitFor();
  expect(await stored(colony, "tabs")).toEqual(["left behind"]);
});

scene("A post waits as long as the server asks it to, whatever else is posted", { path: "/c/limit" }, async ({ visit, page, colony }) => {
  visit.expect(/status of 429/);
  await page.clock.install();
  let asked = 0;
  await answerPosts(page, async (route) => {
    asked++;
    await route.fulfill({ status: 429, headers: { "retry-after": "30" }, json: { error: { code: "rate_limited", message: "Too many requests." } } });
  });
  await say(visit, "one of many");
  await sending(page, "one of many").getByText("Not sent yet: Too many requests. Trying again.").waitFor();
  await say(visit, "another of many");
  await sending(page, "another of many").waitFor();
  await page.clock.runFor(25_000);
  expect(asked).toBe(1);
  await page.unroute(posts);
  await page.clock.runFor(10_000);
  await visit.message("another of many", APE.display_name).waitFor();
  expect(await stored(colony, "limit")).toEqual(["one of many", "another of many"]);
});

scene("A fault that strikes one channel leaves the others going", { path: "/c/aside" }, async ({ visit, page, colony }) => {
  visit.expect(/status of 500/);
  await answerPosts(page, (route) => route.fulfill({ status: 500, json: { error: { code: "internal", message: "Something went wrong." } } }), /poison/);
  await say(visit, "poison");
  await sending(page, "poison").getByText("Not sent yet: Something went wrong. Trying again.").waitFor();
  await visit.channels.getByRole("link", { name: "later" }).click();
  await page.getByRole("textbox", { name: "Message #later" }).waitFor();
  await say(visit, "in good health");
  await visit.message("in good health", APE.display_name).waitFor();
  expect(await stored(colony, "aside")).toEqual([]);
});
