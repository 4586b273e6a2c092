import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { table } from "../../ui/src/keys.ts";
import type { Colony } from "../colony.ts";
import { APE, stage, thereAre, until } from "./viewer.ts";

let opus = "";
const names = ["alpha", "beta", "gamma", "night-shift", "night-watch"];

const { scene } = stage(async (colony: Colony) => {
  opus = await colony.user("cc-benji-opus", "agent", { display_name: "Claude (Benji's Opus)" });
  for (const name of names) await colony.post("/api/channels", { name, description: `About ${name}` });
  await colony.post("/api/channels", { name: "bygone" });
  await colony.call("DELETE", "/api/channels/bygone");
  for (const name of names) await colony.say(name, `Said in ${name}`, {}, opus);
});

const focusIsOn = (page: Page, name: string): Promise<void> =>
  until(`${name} has the focus`, () =>
    page.evaluate((wanted) => (document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "").includes(wanted), name),
  );

/** What a screen reader hears as chosen in the switcher. */
const chosen = (page: Page): Promise<string> =>
  page.evaluate(() => document.getElementById(document.querySelector("[role=combobox]")?.getAttribute("aria-activedescendant") ?? "")?.textContent ?? "");

const isAt = (page: Page, path: string): Promise<void> => until(`the page is at ${path}`, () => new URL(page.url()).pathname + new URL(page.url()).search === path);

/** Marks every channel as read, as another device of the same person does. */
const readAll = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const channels: { id: string; last_seq: number }[] = await (await fetch("/api/channels")).json();
    const marks = channels.map(({ id, last_seq: seq }) =>
      fetch(`/api/channels/${id}/read`, { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify({ seq }) }),
    );
    if ((await Promise.all(marks)).some(({ ok }) => !ok)) throw new Error("Not all could be marked");
  });

scene("Ctrl-K goes anywhere by a few letters, also from the middle of a sentence", { path: "/c/alpha" }, async ({ visit, page }) => {
  await visit.box.fill("half a sentence");
  await page.keyboard.press("ControlOrMeta+k");
  const dialog = page.getByRole("dialog", { name: "Go to" });
  await focusIsOn(page, "Go to");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await focusIsOn(page, "Message #alpha");
  expect(await visit.box.inputValue()).toBe("half a sentence");

  await page.keyboard.press("ControlOrMeta+k");
  await focusIsOn(page, "Go to");
  await page.keyboard.type("nw");
  const first = dialog.getByRole("option").first();
  await first.filter({ hasText: "night-watch" }).waitFor();
  expect(await first.locator("mark").allInnerTexts()).toEqual(["n", "w"]);
  expect(await first.getAttribute("aria-selected")).toBe("true");
  await page.keyboard.press("Enter");
  await isAt(page, "/c/night-watch");
  await visit.message("Said in night-watch").waitFor();
  await focusIsOn(page, "Message #night-watch");

  await page.keyboard.press("ControlOrMeta+k");
  await focusIsOn(page, "Go to");
  await page.keyboard.press("ControlOrMeta+k");
  await dialog.waitFor({ state: "detached" });
});

scene("Before a letter is typed the switcher shows where one was, and what is unread and calls", { path: "/c/beta" }, async ({ visit, page, colony }) => {
  await visit.go("/c/gamma");
  await visit.settled();
  await visit.go("/c/alpha");
  await visit.settled();
  await colony.say("night-shift", `@${APE.username} your turn`, {}, opus);
  await page.keyboard.press("ControlOrMeta+k");
  const recent = page.getByRole("group", { name: "Recent" });
  await until("the last two stand first", async () => (await recent.getByRole("option").allInnerTexts()).slice(0, 2).join().replaceAll("\n", " ").startsWith("gamma"));
  await page
    .getByRole("group", { name: "Unread" })
    .getByRole("option", { name: /night-shift.*1 mention.*unread/ })
    .waitFor();

  await until("the first is chosen", async () => (await chosen(page)).startsWith("gamma"));
  await page.keyboard.press("ArrowDown");
  expect(await chosen(page)).toStartWith("beta");
  await page.keyboard.press("End");
  expect(await chosen(page)).toStartWith("Sign out");
  await page.keyboard.press("ArrowDown");
  expect(await chosen(page)).toStartWith("gamma");
  await page.keyboard.press("ArrowUp");
  expect(await chosen(page)).toStartWith("Sign out");
  await page.keyboard.press("Home");
  expect(await chosen(page)).toStartWith("gamma");
  await page.keyboard.type("nothing is called that");
  await page.getByText("Nothing here is called “nothing is called that”.").waitFor();
  expect(await chosen(page)).toStartWith("Search for “nothing is called that”");
});

scene("The switcher finds people and commands, and the pointer chooses too", { path: "/c/alpha" }, async ({ page, visit }) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const open = async (query: string) => {
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("combobox", { name: "Go to" }).fill(query);
  };
  await open("@opus");
  await page.getByRole("option", { name: /Claude.*messages in #alpha/ }).click();
  await isAt(page, "/c/alpha?user=cc-benji-opus");

  await open(">copy");
  await page.getByRole("option", { name: "Copy link to #alpha" }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("The link to #alpha is copied").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${visit.origin}/c/alpha`);

  await open("make a");
  await page.getByRole("option", { name: "Make a channel" }).click();
  await page.getByRole("dialog", { name: "New channel" }).waitFor();
  await page.keyboard.press("Escape");

  await open("#byg");
  await page.getByRole("option", { name: /bygone.*archived/ }).click();
  await isAt(page, "/c/bygone");
  await open("inbox");
  await page.keyboard.press("Enter");
  await isAt(page, "/inbox");
});

scene("Two keys lead about the page, and what may follow the first is shown", { path: "/c/alpha" }, async ({ visit, page }) => {
  await visit.box.press("Escape");
  await page.keyboard.press("g");
  await page.getByRole("status").filter({ hasText: "The inbox" }).waitFor();
  await page.keyboard.press("i");
  await isAt(page, "/inbox");
  await focusIsOn(page, "Inbox");
  await page.keyboard.press("g");
  await page.getByRole("status").filter({ hasText: "The settings" }).waitFor();
  await thereAre(0, page.getByText("The newest message"));
  await page.keyboard.press("p");
  await isAt(page, "/c/alpha");
  await visit.settled();
  await focusIsOn(page, "Message #alpha");
  await visit.box.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("h");
  await isAt(page, "/c/general");
  await visit.settled();
  await visit.box.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("z");
  await page.getByText("The inbox").waitFor({ state: "detached" });
  await page.keyboard.press("i");
  expect(new URL(page.url()).pathname).toBe("/c/general");
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await isAt(page, "/settings");
  await focusIsOn(page, "Settings");
});

scene("Alt and the arrows go to the channel beside, with Shift to the next that is unread, also while one writes", { path: "/c/alpha" }, async ({ visit, page, colony }) => {
  await focusIsOn(page, "Message #alpha");
  await page.keyboard.press("Alt+ArrowDown");
  await isAt(page, "/c/beta");
  await focusIsOn(page, "Message #beta");
  await page.keyboard.press("Alt+ArrowUp");
  await isAt(page, "/c/alpha");
  await focusIsOn(page, "Message #alpha");
  await page.keyboard.press("Alt+ArrowUp");
  await page.getByText("This is the first channel").waitFor();

  await readAll(page);
  await visit.channels.getByRole("link", { name: "gamma", exact: true }).waitFor();
  await page.keyboard.press("Alt+Shift+ArrowDown");
  await page.getByText("Nothing else is unread").waitFor();
  await colony.say("gamma", "unread one", {}, opus);
  await visit.channels.getByRole("link", { name: /^gamma.*1 unread/ }).waitFor();
  await page.keyboard.press("Alt+Shift+ArrowDown");
  await isAt(page, "/c/gamma");
});

scene("No key does anything while one writes, in a dialog, while letters are composed or with another key of the browser's", { path: "/c/alpha" }, async ({ visit, page }) => {
  await visit.box.pressSequentially("gi?jkG");
  expect(await visit.box.inputValue()).toBe("gi?jkG");
  await visit.box.fill("");
  await visit.box.press("Escape");
  await page.keyboard.press("Control+Shift+k");
  await page.evaluate(() => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "?", isComposing: true, bubbles: true })));
  await page.getByRole("button", { name: "New channel" }).click();
  const dialog = page.getByRole("dialog", { name: "New channel" });
  await dialog.getByRole("button", { name: "Cancel" }).focus();
  await page.keyboard.press("?");
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await focusIsOn(page, "New channel");
  expect(new URL(page.url()).pathname).toBe("/c/alpha");
  await thereAre(0, page.getByRole("dialog"));
});

scene("The sheet of keys tells of every key there is; those of one character can be turned off, and stay off", { path: "/c/alpha" }, async ({ visit, page }) => {
  await visit.box.press("Escape");
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keys" });
  await sheet.waitFor();
  for (const { group, words } of table) await sheet.getByRole("region", { name: group }).getByText(words, { exact: true }).waitFor();
  await sheet.getByRole("checkbox", { name: /Keys of a single character/ }).uncheck();
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });

  const dead = async () => {
    for (const key of ["g", "i", "?"]) await page.keyboard.press(key);
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("dialog", { name: "Go to" }).waitFor();
    await thereAre(1, page.getByRole("dialog"));
    await page.keyboard.press("Escape");
    expect(new URL(page.url()).pathname).toBe("/c/alpha");
  };
  await dead();
  await page.reload();
  await visit.settled();
  await visit.box.press("Escape");
  await dead();

  await page.getByRole("button", { name: /@benji$/ }).click();
  await page.getByRole("menuitem", { name: /Keyboard keys/ }).click();
  await sheet.getByRole("checkbox", { name: /Keys of a single character/ }).check();
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  await focusIsOn(page, "@benji");
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await isAt(page, "/inbox");
});

scene("Tab comes to one channel of the list, the arrows go among them, and news takes no focus away", { path: "/c/beta" }, async ({ visit, page, colony }) => {
  const link = (name: string) => visit.channels.getByRole("link", { name: new RegExp(`^${name}`) });
  await page.getByRole("button", { name: "New channel" }).focus();
  await page.keyboard.press("Tab");
  await focusIsOn(page, "beta");
  await page.keyboard.press("ArrowDown");
  await focusIsOn(page, "gamma");
  await colony.say("gamma", "while the focus is on it", {}, opus);
  await link("gamma").getByText("unread").waitFor();
  await focusIsOn(page, "gamma");
  await page.keyboard.press("End");
  await focusIsOn(page, "night-watch");
  await page.keyboard.press("Home");
  await focusIsOn(page, "alpha");
  await page.keyboard.press("Enter");
  await isAt(page, "/c/alpha");
  expect(await link("alpha").getAttribute("aria-current")).toBe("page");
  expect(await link("beta").getAttribute("aria-current")).toBeNull();
});

scene("The first stops of Tab lead past the sidebar, and where one comes is said", { path: "/c/alpha" }, async ({ visit, page }) => {
  await visit.message("Said in alpha").waitFor();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.getByRole("button", { name: "Skip to messages" }).focus();
  await page.keyboard.press("Enter");
  await until("a message has the focus", () => page.evaluate(() => document.activeElement?.tagName === "ARTICLE"));
  await page.getByRole("button", { name: "Skip to writing" }).focus();
  await page.keyboard.press("Enter");
  await focusIsOn(page, "Message #alpha");

  await visit.channels.getByRole("link", { name: /^beta/ }).click();
  await page
    .getByRole("status")
    .filter({ hasText: /^#beta$/ })
    .waitFor({ state: "attached" });
  expect(await page.title()).toContain("#beta");
  await page.getByRole("link", { name: /^Inbox/ }).click();
  await page
    .getByRole("status")
    .filter({ hasText: /^Inbox$/ })
    .waitFor({ state: "attached" });
  expect(await page.title()).toContain("Inbox");
  await page.getByRole("button", { name: "Skip to the page" }).focus();
  await page.keyboard.press("Enter");
  await focusIsOn(page, "Inbox");
});

scene(
  "On a phone the drawer takes the focus and gives it back, and all in it can be touched",
  { path: "/c/alpha", context: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
  async ({ page }) => {
    const button = page.getByRole("button", { name: "Open channels" });
    await button.click();
    const drawer = page.getByRole("dialog", { name: "Channels" });
    await drawer.waitFor();
    await until("the focus is in the drawer", () => page.evaluate(() => document.activeElement?.closest("[role=dialog]") !== null));
    const small = await drawer
      .locator("a, button, summary")
      .evaluateAll((controls) => controls.filter((control) => control.checkVisibility() && control.getBoundingClientRect().height < 44).map((control) => control.textContent));
    expect(small).toEqual([]);
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });
    await focusIsOn(page, "Open channels");

    await button.click();
    await drawer.getByRole("button", { name: /@benji$/ }).click();
    await page.getByRole("menuitem", { name: /Keyboard keys/ }).click();
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await drawer.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Close" }).click();
    await button.click();
    await drawer.getByRole("button", { name: /^Go to/ }).click();
    await page.getByRole("combobox", { name: "Go to" }).fill("beta");
    await page.getByRole("option", { name: /^beta/ }).click();
    await isAt(page, "/c/beta");
    await thereAre(0, page.getByRole("dialog"));
  },
);

scene("The page can be installed: its manifest and icons are served as what they say they are", { path: "/c/alpha" }, async ({ visit, page }) => {
  const address = await page.locator("link[rel=manifest]").evaluate((link) => (link as HTMLLinkElement).href);
  const answer = await page.request.get(address);
  expect(answer.headers()["content-type"]).toStartWith("application/manifest+json");
  const manifest = await answer.json();
  expect(manifest).toMatchObject({ name: "Colony", short_name: "Colony", start_url: "/", id: "/", display: "standalone" });
  const kinds = manifest.icons.map(({ sizes, purpose }: { sizes: string; purpose: string }) => `${sizes} ${purpose}`);
  expect(kinds).toEqual(["192x192 any", "512x512 any", "512x512 maskable"]);
  const apple = await page.locator("link[rel=apple-touch-icon]").getAttribute("href");
  for (const { src, sizes } of [...manifest.icons, { src: apple, sizes: "180x180" }]) {
    const size = await page.evaluate(async (url) => {
      const picture = new Image();
      picture.src = url;
      await picture.decode();
      return `${picture.naturalWidth}x${picture.naturalHeight}`;
    }, visit.origin + src);
    expect(size).toBe(sizes);
  }
  await page.evaluate(() =>
    dispatchEvent(Object.assign(new Event("beforeinstallprompt", { cancelable: true }), { prompt: async () => document.body.setAttribute("data-asked", "") })),
  );
  await page.getByRole("button", { name: /@benji$/ }).click();
  await page.getByRole("menuitem", { name: "Install as an app" }).click();
  await page.locator("body[data-asked]").waitFor();
});

scene("What calls me is counted on the tab, on its icon and on the installed app's", { path: "/c/alpha" }, async ({ visit, page, colony }) => {
  const badges = () => page.evaluate(() => (globalThis as unknown as { badges: number[] }).badges);
  await page.addInitScript(() => {
    const badges: number[] = [];
    Object.assign(globalThis, { badges });
    Object.defineProperty(navigator, "setAppBadge", { value: async (count: number) => badges.push(count) });
    Object.defineProperty(navigator, "clearAppBadge", { value: async () => badges.push(0) });
  });
  await readAll(page);
  await page.reload();
  await visit.settled();
  await colony.say("beta", `@${APE.username} look here`, {}, opus);
  await until("the title counts it", async () => (await page.title()).startsWith("(1) "));
  await page.locator('link[rel=icon][href="/favicon-mention.svg"]').waitFor({ state: "attached" });
  expect((await badges()).at(-1)).toBe(1);
  await visit.channels.getByRole("link", { name: /^beta/ }).click();
  await until("the title counts nothing", async () => (await page.title()).startsWith("#beta"));
  await page.locator('link[rel=icon][href="/favicon.svg"]').waitFor({ state: "attached" });
  expect((await badges()).at(-1)).toBe(0);
});
