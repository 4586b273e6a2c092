import { expect } from "bun:test";
import type { Page } from "playwright-core";
import type { Colony } from "../colony.ts";
import { answerPosts, keptPosts, lose, lost, posts, refuse, say, sending, stored, unsent } from "./posting.ts";
import { APE, stage, thereAre, until } from "./viewer.ts";

const HOUR = 3_600_000;

const channels = ["refused", "onway", "taken", "untaken", "stale", "stood", "again", "shut"];

const { scene } = stage(async (colony: Colony) => {
  for (const name of channels) await colony.post("/api/channels", { name });
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
