import { expect } from "bun:test";
import type { Page, Route } from "playwright-core";
import type { Colony } from "../colony.ts";
import { APE, stage, thereAre, until, Visit } from "./viewer.ts";

const HOUR = 3_600_000;

const channels = [
  "full",
  "tabs",
  "mirror",
  "clash",
  "refused",
  "order",
  "aside",
  "elsewhere",
  "once",
  "stale",
  "stood",
  "limit",
  "undo",
  "later",
  "expired",
  "onway",
  "taken",
  "untaken",
  "again",
  "shut",
];

const { scene, signIn } = stage(async (colony: Colony) => {
  for (const name of channels) await colony.post("/api/channels", { name });
});

const posts = "**/api/channels/*/messages";
const lost = /net::ERR_/;

/** Answers posts in the server's place; `which` says to which, by their content. */
const answerPosts = (page: Page, answer: (route: Route) => Promise<void>, which = /(?:)/) =>
  page.route(posts, (route) => (route.request().method() === "POST" && which.test(String(route.request().postDataJSON().content)) ? answer(route) : route.fallback()));

const refuse = (route: Route) => route.fulfill({ status: 422, json: { error: { code: "validation_failed", message: "That was not taken." } } });
const lose = (route: Route) => route.abort("connectionreset");

/** From now on the browser's storage takes nothing more. */
const fillStorage = (page: Page) =>
  page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
    };
  });

const stored = async (colony: Colony, channel: string): Promise<string[]> =>
  (await colony.get(`/api/channels/${channel}/messages`)).body.map(({ content }: { content: string }) => content);

const say = async (visit: Visit, words: string): Promise<void> => {
  await visit.box.fill(words);
  await visit.box.press("Enter");
};

const unsent = (page: Page, words: string) => page.getByRole("article", { name: "Benji, not sent" }).filter({ hasText: words });
const sending = (page: Page, words: string) => page.getByRole("article", { name: "Benji, being sent" }).filter({ hasText: words });
const keptPosts = (page: Page) => page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("colony.unsent.")).length);

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
  await visit.channels.getByRole("link", { name: "full", exact: true }).click();
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

/** On plain http browsers keep the clipboard from pages, but for what is selected. */
const withoutClipboard = async (page: Page) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const clipboard = await page.evaluateHandle(() => navigator.clipboard);
  await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  return () => clipboard.evaluate((board) => board.readText());
};

scene("A post to a channel that is no longer seen can be copied and thrown away, on plain http too", { path: "/c/refused" }, async ({ visit, page }) => {
  visit.expect(/status of 422/);
  await answerPosts(page, refuse);
  await say(visit, "left without a place");
  await unsent(page, "left without a place").waitFor();
  await page.evaluate(() => {
    const name = Object.keys(localStorage).find((one) => one.startsWith("colony.unsent."));
    if (name) localStorage.setItem(name, JSON.stringify({ ...JSON.parse(localStorage.getItem(name) ?? "{}"), channel_id: "gone" }));
  });
  await page.reload();
  await visit.settled();
  await page.getByText("Not sent to a channel that you no longer see: left without a place").waitFor();
  const copied = await withoutClipboard(page);
  await page.getByRole("button", { name: "Copy text" }).click();
  await until("the words are copied", async () => (await copied()) === "left without a place");
  await page.getByRole("button", { name: "Discard" }).click();
  expect(await keptPosts(page)).toBe(0);
});

scene("What was being written when a channel was archived is shown, and can be copied", { path: "/c/shut" }, async ({ visit, page, colony }) => {
  await visit.box.fill("half a thought");
  expect((await colony.call("DELETE", "/api/channels/shut")).status).toBe(204);
  await page.getByText("This channel is archived").waitFor();
  await page.getByText("half a thought").waitFor();
  const copied = await withoutClipboard(page);
  await page.getByRole("button", { name: "Copy what you were writing" }).click();
  await until("the words are copied", async () => (await copied()) === "half a thought");
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

scene("A refused post is changed in the box and takes its place; what was in the box comes back", { path: "/c/refused" }, async ({ visit, page, colony }) => {
  visit.expect(/status of 422/);
  await answerPosts(page, refuse, /wrong/);
  await say(visit, "this is wrong");
  await unsent(page, "this is wrong").getByText("Not sent: That was not taken.").waitFor();
  await page.getByRole("alert").filter({ hasText: "A post was not sent: That was not taken." }).waitFor({ state: "attached" });
  await visit.box.fill("half a thought");
  await unsent(page, "this is wrong").getByRole("button", { name: "Edit" }).click();
  await page.getByText("Changing a post that was not sent").waitFor();
  expect(await visit.box.inputValue()).toBe("this is wrong");
  expect(await visit.box.evaluate((box) => box === document.activeElement)).toBe(true);

  await visit.box.fill("this is still wrong");
  await visit.box.press("Escape");
  expect(await visit.box.inputValue()).toBe("half a thought");
  await unsent(page, "this is wrong").waitFor();
  await page.getByText("Your changes were dropped.").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  expect(await visit.box.inputValue()).toBe("this is still wrong");

  await page.reload();
  await visit.settled();
  expect(await visit.box.inputValue()).toBe("this is still wrong");
  await visit.box.fill("this is right");
  await visit.box.press("Enter");
  await visit.message("this is right", APE.display_name).waitFor();
  expect(await visit.box.inputValue()).toBe("half a thought");
  await thereAre(0, page.getByRole("article", { name: "Benji, not sent" }));
  expect(await stored(colony, "refused")).toEqual(["this is right"]);
  expect(await keptPosts(page)).toBe(0);
});

scene("A post that comes to stand while it is being changed is changed where it stands", { path: "/c/onway" }, async ({ visit, page, colony }) => {
  visit.expect(lost);
  let tries = 0;
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await answerPosts(page, async (route) => {
    if (tries++ === 0) return lose(route);
    await released;
    await route.continue();
  });
  await say(visit, "first words");
  await sending(page, "first words").getByText("Kept here, and sent when the server can be reached.").waitFor();
  await until("it is tried again", () => tries === 2);
  await sending(page, "first words").getByRole("button", { name: "Edit" }).click();
  await page.getByText("Changing a post that was not sent").waitFor();
  await visit.box.fill("second words");
  release();
  await page.getByText("Editing your message").waitFor();
  expect(await visit.box.inputValue()).toBe("second words");
  await visit.box.press("Enter");
  await visit.message("second words", APE.display_name).waitFor();
  await thereAre(1, page.getByRole("article"));
  expect(await stored(colony, "onway")).toEqual(["second words"]);
});

scene("A post whose try arrived unheard stands once, as it was changed since", { path: "/c/taken" }, async ({ visit, page, colony }) => {
  visit.expect(lost, /status of 422/);
  const tried = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/messages"));
  await answerPosts(page, lose);
  await say(visit, "first words");
  await sending(page, "first words").getByRole("button", { name: "Edit" }).click();
  await page.getByText("Changing a post that was not sent").waitFor();
  expect((await page.request.fetch(await tried)).status()).toBe(201);
  await page.unroute(posts);
  await visit.box.fill("second words");
  await visit.box.press("Enter");
  await visit.message("second words", APE.display_name).waitFor();
  await thereAre(1, page.getByRole("article"));
  expect(await stored(colony, "taken")).toEqual(["second words"]);
  expect(await keptPosts(page)).toBe(0);
});

scene("A post that is changed while a try of it is on its way stands once, as it was changed", { path: "/c/untaken" }, async ({ visit, page, colony }) => {
  visit.expect(lost, /status of 422/);
  let tries = 0;
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await answerPosts(
    page,
    async (route) => {
      if (tries++ === 0) return lose(route);
      await released;
      await route.continue();
    },
    /first/,
  );
  await say(visit, "first words");
  await until("it is tried again", () => tries === 2);
  await sending(page, "first words").getByRole("button", { name: "Edit" }).click();
  await visit.box.fill("second words");
  await visit.box.press("Enter");
  await sending(page, "second words").waitFor();
  release();
  await visit.message("second words", APE.display_name).waitFor();
  await thereAre(1, page.getByRole("article"));
  expect(await stored(colony, "untaken")).toEqual(["second words"]);
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

/** Makes what the browser keeps unsent older than the server remembers its key. */
const age = (page: Page, hours: number) =>
  page.evaluate((milliseconds) => {
    for (const name of Object.keys(localStorage).filter((one) => one.startsWith("colony.unsent."))) {
      const one = JSON.parse(localStorage.getItem(name) ?? "{}");
      localStorage.setItem(name, JSON.stringify({ ...one, created_at: new Date(Date.now() - milliseconds).toISOString() }));
    }
  }, hours * HOUR);

scene("A post older than the server's memory of its key is not sent unasked, and only if it is missing", { path: "/c/stale" }, async ({ visit, page, colony }) => {
  visit.expect(lost);
  await answerPosts(page, lose);
  await say(visit, "from yesterday");
  await sending(page, "from yesterday").waitFor();
  await age(page, 25);
  await page.unroute(posts);
  await page.reload();
  await visit.settled();
  await unsent(page, "from yesterday").getByText("Not sent for more than a day.").waitFor();
  expect(await stored(colony, "stale")).toEqual([]);
  await unsent(page, "from yesterday").getByRole("button", { name: "Check, and post it if it is missing" }).click();
  await visit.message("from yesterday", APE.display_name).waitFor();
  expect(await stored(colony, "stale")).toEqual(["from yesterday"]);
});

scene("An old post that stands already is found, and not posted again", { path: "/c/stood" }, async ({ visit, page, colony }) => {
  visit.expect(lost);
  await answerPosts(page, async (route) => {
    await route.fetch();
    await route.abort("connectionreset");
  });
  await say(visit, "its answer was lost");
  await until("it stands", async () => (await stored(colony, "stood")).length === 1);
  await age(page, 25);
  await page.unroute(posts);
  await page.reload();
  await visit.settled();
  await unsent(page, "its answer was lost").getByRole("button", { name: "Check, and post it if it is missing" }).click();
  await page.getByText("It was posted already, on").waitFor();
  expect(await keptPosts(page)).toBe(1);
  await page.getByRole("button", { name: "Dismiss" }).click();
  await thereAre(1, page.getByRole("article"));
  expect(await keptPosts(page)).toBe(0);
  expect(await stored(colony, "stood")).toHaveLength(1);
});

scene("What was said before an old post was written is not taken for it, though it says the same", { path: "/c/again" }, async ({ visit, page, colony }) => {
  visit.expect(lost);
  // The page is two days on: by its clock the first was said a day before the second was written.
  await page.clock.install({ time: Date.now() + 48 * HOUR });
  await page.reload();
  await visit.settled();
  await say(visit, "done");
  await visit.message("done", APE.display_name).waitFor();
  await answerPosts(page, lose);
  await say(visit, "done");
  await sending(page, "done").waitFor();
  await age(page, 25);
  await page.unroute(posts);
  await page.reload();
  await visit.settled();
  await unsent(page, "done").getByRole("button", { name: "Check, and post it if it is missing" }).click();
  await thereAre(2, visit.message("done", APE.display_name));
  expect(await stored(colony, "again")).toEqual(["done", "done"]);
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
