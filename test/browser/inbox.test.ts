import { expect } from "bun:test";
import type { BrowserContext, Page } from "playwright-core";
import type { Colony } from "../colony.ts";
import { APE, stage, thereAre, until } from "./viewer.ts";

let opus = "";
let mine = "";

const { scene, signIn } = stage(async (colony: Colony) => {
  opus = await colony.user("cc-benji-opus", "agent", { display_name: "Claude (Benji's Opus)" });
  mine = await colony.tokenOf(APE.username, APE.password);
  for (const name of ["training", "ci", "quiet"]) await colony.post("/api/channels", { name });
});

/** Begins with an empty inbox, whatever happened before. */
const clear = async (colony: Colony): Promise<void> => {
  const { head_seq } = (await colony.get("/api/inbox", { token: mine })).body;
  await colony.call("PUT", "/api/inbox", { token: mine, body: { seq: head_seq } });
};

/** Three that wait: a mention, a reply to mine, and both in one. */
const threeWait = async (colony: Colony) => {
  await clear(colony);
  const asked = await colony.say("training", "How is the run?", {}, mine);
  const first = await colony.say("training", `@${APE.username} which rate?`, {}, opus);
  const second = await colony.say("training", "It is at step 400", { reply_to: asked.id, type: "result" }, opus);
  const third = await colony.say("ci", `@${APE.username} the build is red`, { type: "error" }, opus);
  return { first, second, third };
};

const rows = (page: Page) => page.getByRole("list", { name: "Waiting for you" }).getByRole("article");
const badge = (page: Page, name: string | RegExp) => page.getByRole("navigation", { name: "For you" }).getByRole("link", { name });
const focusIsOn = (page: Page, words: string): Promise<void> =>
  until(`${words} has the focus`, () => page.evaluate((wanted) => document.activeElement?.textContent?.includes(wanted) === true, words));
const stored = async (colony: Colony): Promise<number> => (await colony.get("/api/inbox", { token: mine })).body.items.length;

scene("What others said to me waits in the inbox, the longest first, and each leads to where it was said", { path: "/c/quiet" }, async ({ visit, page, colony }) => {
  await clear(colony);
  await page.reload();
  await visit.settled();
  await badge(page, "Inbox").waitFor();
  const { first, second } = await threeWait(colony);
  await badge(page, /^Inbox 3 waiting$/).click();
  await thereAre(3, rows(page));
  const names = await rows(page).evaluateAll((all) => all.map((row) => row.getAttribute("aria-label")?.replace(/, [^,]*$/, "")));
  expect(names).toEqual(["Claude (Benji's Opus) mentioned you in #training", "Claude (Benji's Opus) replied to you in #training", "Claude (Benji's Opus) mentioned you in #ci"]);
  await rows(page).nth(1).getByText("result", { exact: true }).waitFor();
  await colony.call("DELETE", `/api/channels/training/messages/${first.id}`, { token: opus });
  await thereAre(2, rows(page));
  await rows(page).first().getByRole("link", { name: "It is at step 400" }).click();
  await page.waitForURL(`**/c/training/${second.id}`);
  await until("the message has the focus", () => page.locator(`#message-${second.id}`).evaluate((row) => row === document.activeElement));
});

scene("The inbox is worked through by keys: j, k, o and e; what was done can be taken back", { path: "/inbox" }, async ({ visit, page, colony }) => {
  const { third } = await threeWait(colony);
  await thereAre(3, rows(page));
  await page.keyboard.press("j");
  await focusIsOn(page, "which rate");
  await page.keyboard.press("j");
  await focusIsOn(page, "step 400");
  await page.keyboard.press("ArrowDown");
  await focusIsOn(page, "build is red");
  await page.keyboard.press("k");
  await focusIsOn(page, "step 400");
  await page.keyboard.press("e");
  await thereAre(1, rows(page));
  await focusIsOn(page, "build is red");
  await until("the server has it", async () => (await stored(colony)) === 1);
  await page.getByRole("status").filter({ hasText: "2 done." }).getByRole("button", { name: "Undo" }).click();
  await thereAre(3, rows(page));
  expect(await stored(colony)).toBe(3);
  await focusIsOn(page, "which rate");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("o");
  await page.waitForURL(`**/c/ci/${third.id}`);
  await visit.settled();
});

scene("With the focus on a row, what is done ends there, wherever the mouse points", { path: "/inbox" }, async ({ page, colony }) => {
  await threeWait(colony);
  await thereAre(3, rows(page));
  await page.keyboard.press("j");
  await focusIsOn(page, "which rate");
  await rows(page).nth(2).hover();
  await page.keyboard.press("e");
  await thereAre(2, rows(page));
  await until("the server has it", async () => (await stored(colony)) === 2);
});

scene("All can be marked done at once, on every device, and an empty inbox says so", { path: "/inbox" }, async ({ page, colony }) => {
  await threeWait(colony);
  const other = await page.context().newPage();
  await other.goto(`${new URL(page.url()).origin}/inbox`);
  await thereAre(3, rows(other));
  await rows(page).nth(1).getByRole("button", { name: "Done up to here" }).click();
  await thereAre(1, rows(page));
  await thereAre(1, rows(other));
  await page.getByRole("button", { name: "Mark all done" }).click();
  await page.getByRole("heading", { name: "Nothing waits for you" }).waitFor();
  await other.getByRole("heading", { name: "Nothing waits for you" }).waitFor();
  await badge(other, "Inbox").waitFor();
  expect(await stored(colony)).toBe(0);
  await page.getByRole("button", { name: "Read the channels" }).click();
  await page.waitForURL("**/c/general");
});

scene("A long inbox comes in parts, and news joins its end", { path: "/inbox" }, async ({ page, colony }) => {
  await clear(colony);
  for (let at = 0; at < 70; at++) await colony.say("ci", `@${APE.username} number ${at}.`, {}, opus);
  await page.reload();
  await badge(page, /^Inbox 50\+ waiting$/).waitFor();
  await thereAre(50, rows(page));
  await page.getByRole("button", { name: "Show more" }).click();
  await thereAre(70, rows(page));
  await badge(page, /^Inbox 70 waiting$/).waitFor();
  await colony.say("ci", `@${APE.username} and one more`, {}, opus);
  await rows(page).filter({ hasText: "and one more" }).waitFor();
  await thereAre(71, rows(page));
});

scene("An inbox that cannot be read says so and can be tried again; what could not be stored stays", { path: "/c/quiet" }, async ({ visit, page, colony }) => {
  visit.expect(/status of 50\d/);
  await threeWait(colony);
  let broken = true;
  await page.route("**/api/inbox*", (route) => (broken ? route.fulfill({ status: 503, json: { error: { code: "unavailable", message: "Not now." } } }) : route.fallback()));
  await visit.go("/inbox");
  await page.getByRole("heading", { name: "The inbox could not be loaded" }).waitFor();
  broken = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await thereAre(3, rows(page));
  await page.route("**/api/inbox", (route) =>
    route.request().method() === "PUT" ? route.fulfill({ status: 503, json: { error: { code: "unavailable", message: "Not now." } } }) : route.fallback(),
  );
  await page.getByRole("button", { name: "Mark all done" }).click();
  await page.getByRole("alert").filter({ hasText: "That could not be stored: Not now." }).waitFor();
  await thereAre(3, rows(page));
});

// ── Notifications ──

type Told = { title: string; body: string; tag: string; closed: boolean };

/** In the place of the browser's notifications, one that notes what it is told; the person's answer is `answer`. */
const listen = async (context: BrowserContext, answer: NotificationPermission): Promise<void> => {
  await context.addInitScript((given) => {
    const told: (Told & { onclick: (() => void) | null })[] = [];
    class Noted {
      static get permission(): string {
        return localStorage.getItem("test.permission") ?? "default";
      }
      static async requestPermission(): Promise<string> {
        localStorage.setItem("test.permission", given);
        return given;
      }
      onclick: (() => void) | null = null;
      closed = false;
      body: string;
      tag: string;
      constructor(
        readonly title: string,
        { body = "", tag = "" }: NotificationOptions,
      ) {
        this.body = body;
        this.tag = tag;
        told.push(this);
      }
      close(): void {
        this.closed = true;
      }
    }
    Object.assign(globalThis, { Notification: Noted, told });
  }, answer);
};

const toldIn = (page: Page): Promise<Told[]> =>
  page.evaluate(() => (globalThis as unknown as { told: Told[] }).told.filter(({ tag }) => tag !== "colony").map((one) => ({ ...one })));

const turnOn = async (page: Page): Promise<void> => {
  await page.getByRole("button", { name: /@benji/ }).click();
  await page.getByRole("menuitemcheckbox", { name: "Desktop notifications" }).click();
  await page.keyboard.press("Escape");
};

const hide = (page: Page): Promise<void> =>
  page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
    document.dispatchEvent(new Event("visibilitychange"));
  });

scene("Notifications come only when they were asked for, of what is not looked at, and lead there", {}, async ({ visit, page, colony }) => {
  await listen(page.context(), "granted");
  await visit.go("/c/quiet");
  await visit.settled();
  await clear(colony);
  await colony.say("ci", `@${APE.username} before it was asked for`, {}, opus);
  await badge(page, /1 waiting/).waitFor();
  await turnOn(page);
  await page.reload();
  await visit.settled();
  expect(await toldIn(page)).toEqual([]);

  await colony.say("quiet", `@${APE.username} in view`, {}, opus);
  await colony.say("ci", `@${APE.username} my own word`, {}, mine);
  const { id } = await colony.say("ci", `@${APE.username} the **build** is red`, {}, opus);
  await until("one is told", async () => (await toldIn(page)).length > 0);
  expect(await toldIn(page)).toMatchObject([{ title: "Claude (Benji's Opus) in #ci", body: `@${APE.username} the build is red`, tag: id }]);

  await hide(page);
  const asked = await colony.say("quiet", "Is it?", {}, mine);
  await colony.say("quiet", "It is.", { reply_to: asked.id }, opus);
  await until("the reply is told though its channel is open", async () => (await toldIn(page)).length === 2);

  const { body: whispered } = await colony.post("/api/dms", { user: APE.username, content: "between us" }, { token: opus });
  await until("what is said to me alone is told, from its first word on", async () => (await toldIn(page)).length === 3);
  expect((await toldIn(page)).at(-1)).toMatchObject({ title: "Claude (Benji's Opus)", body: "between us", tag: whispered.id });

  await page.evaluate(() => (globalThis as unknown as { told: { tag: string; onclick: () => void }[] }).told.find(({ tag }) => tag !== "colony")?.onclick());
  await page.waitForURL(`**/c/ci/${id}`);
});

scene("Of two windows one speaks; who signs out is told nothing more, and nothing is left to read", {}, async ({ visit, page, colony }) => {
  visit.expect(/status of 401/);
  // A session of its own: signing out ends it.
  await page.context().addCookies([{ name: "colony_session", value: await signIn(), url: visit.origin, httpOnly: true, sameSite: "Lax" }]);
  await listen(page.context(), "granted");
  await visit.go("/c/quiet");
  await visit.settled();
  await turnOn(page);
  const other = await page.context().newPage();
  await other.goto(`${visit.origin}/c/general`);
  await other.locator("[data-connection=online]").waitFor();
  const { id } = await colony.say("ci", `@${APE.username} once`, {}, opus);
  await badge(other, /waiting/).waitFor();
  await until("it is told", async () => (await Promise.all([toldIn(page), toldIn(other)])).flat().length > 0);
  await colony.say("ci", `@${APE.username} twice`, {}, opus);
  await until("the next is told", async () => (await Promise.all([toldIn(page), toldIn(other)])).flat().length > 1);
  const all = (await Promise.all([toldIn(page), toldIn(other)])).flat();
  expect(all.map(({ tag }) => tag)).toContain(id);
  expect(all).toHaveLength(2);

  // In the window that waited, so that the one that spoke ends by itself.
  await page.getByRole("button", { name: /@benji/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to Colony" }).waitFor();
  await other.getByText("Your session has ended.").waitFor();
  await colony.say("ci", `@${APE.username} thrice`, {}, opus);
  const after = (await Promise.all([toldIn(page), toldIn(other)])).flat();
  expect(after).toHaveLength(2);
  expect(after.every(({ closed }) => closed)).toBe(true);
});

scene("Where the browser does not allow notifications, the menu says what to do", {}, async ({ visit, page }) => {
  await listen(page.context(), "denied");
  await visit.go("/c/quiet");
  await visit.settled();
  await turnOn(page);
  await page.getByText(/Notifications stay off: the browser does not allow them/).waitFor();
  await page.getByRole("button", { name: /@benji/ }).click();
  expect(await page.getByRole("menuitemcheckbox", { name: "Desktop notifications" }).getAttribute("aria-checked")).toBe("false");
});

scene("On a phone the button of the channels says that somebody calls", { path: "/c/quiet", context: { viewport: { width: 390, height: 844 } } }, async ({ page, colony }) => {
  await clear(colony);
  const [channels, conversations] = await Promise.all(["/api/channels", "/api/dms/conversations"].map((path) => colony.get(path, { token: mine })));
  for (const { id, last_seq } of [...(channels?.body ?? []), ...(conversations?.body ?? [])])
    await colony.call("PUT", `/api/channels/${id}/read`, { token: mine, body: { seq: last_seq } });
  const button = page.getByRole("button", { name: /^Open channels/ });
  await until("nobody calls", async () => (await button.getAttribute("aria-label")) === "Open channels");
  await colony.say("training", `@${APE.username} it burns`, {}, opus);
  await page.getByRole("button", { name: "Open channels, 1 mention", exact: true }).waitFor();
  expect(await button.textContent()).toBe("1");
});
