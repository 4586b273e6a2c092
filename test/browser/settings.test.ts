import { afterAll, expect } from "bun:test";
import type { Colony } from "../colony.ts";
import { FakeTelegram, Phone } from "../telegram.ts";
import { choose, dialog, phone, row, saved, write } from "./tending.ts";
import { APE, stage, thereAre, until } from "./viewer.ts";

let opus: string;
const telegram = new FakeTelegram();
afterAll(() => telegram.stop());
const { scene, signIn } = stage(async (colony: Colony) => {
  await colony.call("PATCH", `/api/users/${APE.username}`, { body: { admin: true } });
  opus = await colony.user("cc-benji-opus", "agent", { display_name: "Claude (Benji's Opus)" });
  await colony.user("neeraj", "ape", { display_name: "Neeraj" });
  await colony.say("general", "not the first word");
}, telegram.env);

scene("The settings are a place of their own, each part under its address, none of it loaded before", { path: "/c/general" }, async ({ visit, page }) => {
  const scripts = () => page.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => /\/Settings-/.test(name)).length);
  expect(await scripts()).toBe(0);
  await visit.go("/settings");
  await page.getByRole("heading", { name: "Me", exact: true }).waitFor();
  const nav = page.getByRole("navigation", { name: "Settings" });
  for (const [link, heading, path] of [
    ["People", "People and agents", "/settings/people"],
    ["Tokens", "Tokens", "/settings/tokens"],
    ["Channels", "Channels", "/settings/channels"],
    ["Sessions", "Sessions", "/settings/sessions"],
    ["Audit", "Audit log", "/settings/audit"],
  ] as const) {
    await nav.getByRole("link", { name: link }).press("Enter");
    await page.getByRole("main").getByRole("heading", { name: heading, level: 2 }).waitFor();
    expect([new URL(page.url()).pathname, await nav.locator("[aria-current=page]").textContent()]).toEqual([path, link]);
  }
  await page.goBack();
  await page.getByRole("main").getByRole("heading", { name: "Sessions", level: 2 }).waitFor();
});

scene("My display name is changed, and everyone's page shows it", { path: "/settings/me" }, async ({ page, colony }) => {
  const form = page.getByRole("form", { name: "Display name" });
  await form.getByLabel("Name").fill("Benji the Second");
  await form.getByLabel("Name").press("Enter");
  await form.getByText("Your name is changed.").waitFor();
  expect((await colony.get(`/api/users/${APE.username}`)).body.display_name).toBe("Benji the Second");
  await form.getByLabel("Name").fill(APE.display_name);
  await form.getByRole("button", { name: "Save name" }).click();
  await until("the name is as before", async () => (await colony.get(`/api/users/${APE.username}`)).body.display_name === APE.display_name);
});

scene("My password is changed with the old one; a wrong one says so and signs nobody out", { path: "/settings/me" }, async ({ visit, page, colony }) => {
  visit.expect(/status of 401.*\/api\/auth\/password$/);
  const form = page.getByRole("form", { name: "Password" });
  const fill = async (current: string, next: string, again = next) => {
    await form.getByLabel("Current password").fill(current);
    await form.getByLabel("New password", { exact: true }).fill(next);
    await form.getByLabel("New password again").fill(again);
    await form.getByRole("button", { name: "Change password" }).click();
  };
  await fill("not my password", "another password");
  await form.getByRole("alert").filter({ hasText: "wrong" }).waitFor();
  await fill(APE.password, "another password", "another passwort");
  await form.getByRole("alert").filter({ hasText: "not the same" }).waitFor();
  const { status } = await colony.post("/api/auth/login", { username: APE.username, password: APE.password }, { token: null });
  expect(status).toBe(200);
  await page.getByRole("heading", { name: "Password" }).waitFor();
});

scene("An agent is made by keyboard alone, on a phone; its token is shown once and works", { path: "/settings/people", context: phone }, async ({ visit, page, colony }) => {
  await page.getByRole("button", { name: "Make an agent" }).press("Enter");
  await write(page, "Make an agent", "Night Watch");
  await page.keyboard.press("Tab");
  await page.keyboard.type("night-watch.7");
  await page.keyboard.press("Enter");
  await dialog(page, "A token for Night Watch").waitFor();
  const token = await visit.snippet("The token");
  expect((await colony.get("/api/auth/me", { token })).body).toMatchObject({ username: "night-watch.7", display_name: "Night Watch", role: "agent" });
  await saved(page, token);
  await row(page, "@night-watch.7").waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

scene("A username that is taken says so, and nothing is made twice when the answer is lost", { path: "/settings/people" }, async ({ visit, page, colony }) => {
  visit.expect(/status of 409/, /Failed to load resource/);
  await page.getByRole("button", { name: "Make an agent" }).click();
  const making = dialog(page, "Make an agent");
  await making.getByLabel("Name", { exact: true }).fill("Neeraj");
  await making.getByRole("button", { name: "Make agent" }).click();
  await making.getByRole("alert").filter({ hasText: "taken" }).waitFor();
  // The server makes it, but the answer does not come through.
  let lost = false;
  await page.route("**/api/users", async (route) => {
    if (lost || route.request().method() !== "POST") return route.fallback();
    lost = true;
    await route.fetch();
    await route.abort("connectionreset");
  });
  await making.getByLabel("Name", { exact: true }).fill("Lost Answer");
  await making.getByRole("button", { name: "Make agent" }).click();
  await making.getByRole("alert").filter({ hasText: "cannot be reached" }).waitFor();
  await making.getByRole("button", { name: "Make agent" }).click();
  await dialog(page, "A token for Lost Answer").waitFor();
  expect((await colony.get("/api/users/lost-answer/keys")).body).toHaveLength(1);
  await saved(page, await visit.snippet("The token"));
});

scene("A person is made with a password shown once, and signs in with it", { path: "/settings/people" }, async ({ visit, page, colony }) => {
  await page.getByRole("button", { name: "Make a person" }).click();
  const making = dialog(page, "Make a person");
  await making.getByLabel("Name", { exact: true }).fill("Zoë Quinn");
  await making.getByRole("button", { name: "Make person" }).click();
  await dialog(page, "The password of Zoë Quinn").waitFor();
  const words = await visit.snippet("Hand this over");
  const [address, , password = ""] = words.split("\n").map((line) => line.replace(/^\w+: /, ""));
  expect(address).toBe(visit.origin);
  expect((await colony.post("/api/auth/login", { username: "zoe-quinn", password }, { token: null })).status).toBe(200);
  await saved(page, password);
  await row(page, "@zoe-quinn").waitFor();
});

scene("An admin renames, raises, shuts out and takes back, each asked before; Cancel and Escape change nothing", { path: "/settings/people" }, async ({ page, colony }) => {
  const one = async () => (await colony.get("/api/users/neeraj")).body;
  await choose(page, "Neeraj", "Deactivate…");
  await dialog(page, "Deactivate Neeraj?").getByText("sessions and tokens end").waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Cancel");
  await page.keyboard.press("Enter");
  await dialog(page, "Deactivate Neeraj?").waitFor({ state: "detached" });
  expect((await one()).deactivated_at).toBeNull();

  await choose(page, "Neeraj", "Make admin…");
  await dialog(page, "Make Neeraj an admin?").getByRole("button", { name: "Make admin" }).click();
  await row(page, "@neeraj").getByText("Admin", { exact: true }).waitFor();
  await choose(page, "Neeraj", "Take admin away…");
  await page.keyboard.press("Escape");
  await dialog(page, /Take admin away/).waitFor({ state: "detached" });
  expect((await one()).admin).toBe(true);
  await choose(page, "Neeraj", "Take admin away…");
  await dialog(page, /Take admin away/)
    .getByRole("button", { name: "Take admin away" })
    .click();
  await row(page, "@neeraj").getByText("Admin", { exact: true }).waitFor({ state: "detached" });

  await choose(page, "Neeraj", "Change name…");
  await write(page, "Change the name of Neeraj", "Neeraj K.");
  await page.keyboard.press("Enter");
  await row(page, "Neeraj K.").waitFor();

  await choose(page, "Neeraj K.", "Deactivate…");
  await dialog(page, "Deactivate Neeraj K.?").getByRole("button", { name: "Deactivate" }).click();
  await page.getByRole("list", { name: "Deactivated" }).getByText("@neeraj").waitFor();
  expect((await one()).deactivated_at).not.toBeNull();
  await choose(page, "Neeraj K.", "Reactivate…");
  await dialog(page, "Reactivate Neeraj K.?").getByRole("button", { name: "Reactivate" }).click();
  await page.getByRole("list", { name: "People" }).getByText("@neeraj").waitFor();
  await colony.call("PATCH", "/api/users/neeraj", { body: { display_name: "Neeraj" } });
});

scene("A new password for someone is shown once; the old one opens nothing", { path: "/settings/people" }, async ({ visit, page, colony }) => {
  await colony.user("forgetful", "ape", { display_name: "Forgetful" });
  await choose(page, "Forgetful", "New password…");
  await dialog(page, "A new password for Forgetful").getByRole("button", { name: "Make new password" }).click();
  const password = /Password: (\S+)/.exec(await visit.snippet("Hand this over"))?.[1] ?? "";
  const login = (word: string) => colony.post("/api/auth/login", { username: "forgetful", password: word }, { token: null });
  expect([(await login("password of forgetful")).status, (await login(password)).status]).toEqual([401, 200]);
  await saved(page, password);
});

scene("An agent's tokens are made and revoked by an admin; what was revoked is shut out", { path: "/settings/people" }, async ({ visit, page, colony }) => {
  await choose(page, "Claude (Benji's Opus)", "Tokens…");
  const tokens = dialog(page, "Tokens of Claude (Benji's Opus)");
  await tokens.getByRole("listitem").filter({ hasText: "cc-benji-opus" }).first().waitFor();
  await tokens.getByRole("button", { name: "Make a token" }).press("Enter");
  await write(page, "Make a token for @cc-benji-opus", "build machine");
  await page.getByLabel("Expires").selectOption("In 30 days");
  await page.getByRole("button", { name: "Make token" }).press("Enter");
  const token = await visit.snippet("The token");
  expect((await colony.get("/api/auth/me", { token })).body.username).toBe("cc-benji-opus");
  await saved(page, token);

  await choose(page, "Claude (Benji's Opus)", "Tokens…");
  await tokens
    .getByRole("listitem")
    .filter({ hasText: "build machine" })
    .getByText(/^expires/)
    .waitFor();
  await tokens.getByRole("button", { name: "Revoke build machine" }).press("Enter");
  await page.keyboard.press("Escape");
  await dialog(page, "Revoke “build machine”?").waitFor({ state: "detached" });
  await tokens.waitFor();
  await tokens.getByRole("button", { name: "Revoke build machine" }).press("Enter");
  // It takes the focus once it is there; a key that is pressed before that would go elsewhere.
  await dialog(page, "Revoke “build machine”?").locator(":focus").waitFor();
  await dialog(page, "Revoke “build machine”?").getByRole("button", { name: "Revoke" }).press("Enter");
  await dialog(page, "Revoke “build machine”?").waitFor({ state: "detached" });
  await tokens.getByText("build machine").waitFor({ state: "detached" });
  expect((await colony.get("/api/auth/me", { token })).status).toBe(401);
  expect((await colony.get("/api/auth/me", { token: opus })).status).toBe(200);
});

scene("A new token waits for a message that comes after it", { path: "/c/general" }, async ({ visit, page, colony }) => {
  await colony.say("general", "with an older token", {}, opus);
  await visit.message("with an older token").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await page.getByRole("link", { name: "People" }).click();
  await choose(page, "Claude (Benji's Opus)", "Tokens…");
  await dialog(page, "Tokens of Claude (Benji's Opus)").getByRole("button", { name: "Make a token" }).press("Enter");
  await write(page, "Make a token for @cc-benji-opus", "second machine");
  await page.getByRole("button", { name: "Make token" }).press("Enter");
  await page.getByText("Waiting for its first message…").waitFor();
  const token = await visit.snippet("The token");
  await colony.say("general", "with the new token", {}, token);
  await page.getByText("Its first message has arrived.").waitFor();
  await saved(page, token);
});

scene("Who comes, changes or goes elsewhere shows at once, and so does a right that is taken away", { path: "/settings/people" }, async ({ page, colony }) => {
  await row(page, "@cc-benji-opus").waitFor();
  await colony.user("newcomer", "agent", { display_name: "The Newcomer" });
  await page.getByRole("list", { name: "Agents" }).getByText("The Newcomer").waitFor();
  await colony.call("PATCH", "/api/users/newcomer", { body: { display_name: "The Renamed" } });
  await row(page, "The Renamed").waitFor();
  await colony.call("DELETE", "/api/users/newcomer");
  await page.getByRole("list", { name: "Deactivated" }).getByText("The Renamed").waitFor();
  await colony.call("PATCH", `/api/users/${APE.username}`, { body: { admin: false } });
  await page.getByText("An admin makes and changes people and agents.").waitFor();
  expect(
    await page
      .getByRole("main")
      .getByRole("button", { name: /^(Make|Change)/ })
      .count(),
  ).toBe(0);
  await colony.call("PATCH", `/api/users/${APE.username}`, { body: { admin: true } });
  await page.getByRole("button", { name: "Make an agent" }).waitFor();
});

scene("A dialog that stands open over someone or a channel stays while they change elsewhere", { path: "/settings/people" }, async ({ visit, page, colony }) => {
  await choose(page, "Neeraj", "Deactivate…");
  await colony.call("PATCH", "/api/users/neeraj", { body: { display_name: "Neeraj Elsewhere" } });
  await dialog(page, "Deactivate Neeraj Elsewhere?").waitFor();
  await colony.call("PATCH", "/api/users/neeraj", { body: { display_name: "Neeraj" } });
  await dialog(page, "Deactivate Neeraj?").getByRole("button", { name: "Cancel" }).click();

  await colony.post("/api/channels", { name: "busy" });
  await visit.go("/settings/channels");
  await choose(page, "#busy", "Describe…");
  await write(page, "Describe #busy", "half a sen");
  await colony.say("busy", "something comes in between");
  await page.locator("li").filter({ hasText: "busy" }).getByText("1 new").waitFor();
  expect(await dialog(page, "Describe #busy").getByLabel("What it is for").inputValue()).toBe("half a sen");
});

scene("Among many there is a box to search them; nobody of that name says so", { path: "/c/general" }, async ({ visit, page, colony }) => {
  await Promise.all(Array.from({ length: 13 }, (_, at) => colony.user(`swarm-${at}`)));
  await visit.go("/settings/people");
  const box = page.getByRole("searchbox", { name: "Search people and agents" });
  await box.fill("@SWARM-1");
  await thereAre(4, page.getByRole("list", { name: "Agents" }).getByRole("listitem"));
  await box.fill("nobody at all");
  await page.getByText("Nobody is called “nobody at all”.").waitFor();
});

scene("What cannot be loaded says why, and comes when it is tried again", { path: "/c/general" }, async ({ visit, page }) => {
  visit.expect(/status of 500/);
  for (const [path, glob] of [
    ["people", "**/api/users"],
    ["tokens", "**/api/auth/keys"],
    ["sessions", "**/api/auth/sessions"],
  ] as const) {
    await page.route(glob, (route) => route.fulfill({ status: 500, json: { error: { code: "internal", message: "The server made a mistake." } } }));
    await visit.go(`/settings/${path}`);
    const alert = page.getByRole("main").getByRole("alert");
    await alert.filter({ hasText: "The server made a mistake." }).waitFor();
    await page.unroute(glob);
    await alert.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("main").getByRole("list").getByRole("listitem").first().waitFor();
  }
});

scene("My tokens: none says so, one is made and shown once, and revoked after a question", { path: "/settings/tokens" }, async ({ visit, page, colony }) => {
  const ours = await colony.tokenOf(APE.username, APE.password);
  for (const { id } of (await colony.get("/api/auth/keys", { token: ours })).body) await colony.call("DELETE", `/api/auth/keys/${id}`, { token: colony.admin });
  await page.reload();
  await page.getByText("You have no tokens.").waitFor();
  await page.getByRole("button", { name: "Make a token" }).press("Enter");
  await write(page, `Make a token for @${APE.username}`, "laptop");
  await page.keyboard.press("Enter");
  await dialog(page, `A token for ${APE.display_name}`).waitFor();
  const token = await visit.snippet("The token");
  expect((await colony.get("/api/auth/me", { token })).body.username).toBe(APE.username);
  await saved(page, token);
  const mine = page.getByRole("main").getByRole("list", { name: "Tokens" }).getByRole("listitem").filter({ hasText: "laptop" }).first();
  await mine.getByText("never expires").waitFor();
  await page.getByRole("button", { name: "Revoke laptop" }).press("Enter");
  await dialog(page, "Revoke “laptop”?").getByRole("button", { name: "Revoke" }).press("Enter");
  await dialog(page, "Revoke “laptop”?").waitFor({ state: "detached" });
  await page.getByText("You have no tokens.").waitFor();
  expect((await colony.get("/api/auth/me", { token })).status).toBe(401);
});

scene("Channels are made, described, archived and opened again; the sidebar follows", { path: "/settings/channels" }, async ({ visit, page }) => {
  await page.getByRole("main").getByRole("button", { name: "New channel" }).press("Enter");
  await write(page, "New channel", "Night Shift");
  await page.keyboard.press("Enter");
  const open = page.getByRole("main").getByRole("list", { name: "Channels", exact: true });
  await open.getByRole("link", { name: "night-shift" }).waitFor();
  await choose(page, "#night-shift", "Describe…");
  await write(page, "Describe #night-shift", "After hours");
  await page.keyboard.press("Enter");
  await open.getByText("After hours").waitFor();
  await choose(page, "#night-shift", "Archive…");
  await dialog(page, "Archive #night-shift?").getByRole("button", { name: "Archive" }).press("Enter");
  await page.getByRole("list", { name: "Archived channels" }).getByText("night-shift").waitFor();
  await choose(page, "#night-shift", "Open again…");
  await dialog(page, "Open #night-shift again?").getByRole("button", { name: "Open again" }).press("Enter");
  await open.getByRole("link", { name: "night-shift" }).click();
  await page.waitForURL("**/c/night-shift");
  await visit.box.fill("and it takes posts");
  await visit.box.press("Enter");
  await visit.message("and it takes posts", APE.display_name).waitFor();
});

scene("My sessions: this one is marked; another is ended, then all others, and each is dead at once", { path: "/settings/sessions" }, async ({ page, colony }) => {
  const others = await Promise.all([signIn(), signIn(), signIn()]);
  await page.reload();
  const list = page.getByRole("main").getByRole("list", { name: "Sessions" });
  const rows = list.locator(":scope > li");
  await until("the others are listed", async () => (await rows.count()) >= 4);
  expect(await rows.first().textContent()).toContain("This one");
  await rows.first().getByText("127.0.0.1").waitFor();
  const before = await rows.count();
  await rows.nth(1).getByRole("button", { name: /^End/ }).press("Enter");
  await dialog(page, /^End .*\?$/)
    .getByRole("button", { name: "End" })
    .click();
  await thereAre(before - 1, rows);
  await page.getByRole("button", { name: "End all others" }).press("Enter");
  await dialog(page, /^End all \d+ other sessions\?$/)
    .getByRole("button", { name: "End" })
    .click();
  await thereAre(1, rows);
  for (const cookie of others) expect((await colony.get("/api/auth/me", { token: cookie })).status).toBe(401);
  expect(await page.getByRole("button", { name: "End all others" }).count()).toBe(0);
  await rows.getByRole("button", { name: "Sign out" }).waitFor();
});

scene(
  "Telegram is linked by a code that the page waits for, told what one chooses, and unlinked after a question",
  { path: "/settings/telegram" },
  async ({ visit, page, colony }) => {
    await page.getByRole("button", { name: "Link Telegram" }).press("Enter");
    const code = (await visit.snippet("Or write this to")).replace("/link ", "");
    expect(await page.getByRole("link", { name: /^Open @/ }).getAttribute("href")).toBe(`https://t.me/${FakeTelegram.BOT}?start=${code}`);
    await new Phone(telegram, 7, "Benji", "benji_t").ask(`/start ${code}`);
    await page.getByText("@benji_t").waitFor();
    const token = await colony.tokenOf(APE.username, APE.password);
    const settings = async () => (await colony.get("/api/auth/telegram", { token })).body.link?.settings;
    await page.getByRole("checkbox", { name: "Direct messages" }).press(" ");
    await until("direct messages are told no more", async () => (await settings())?.direct === false);
    expect(await settings()).toMatchObject({ mentions: true, questions: true, runs: true });
    await page.getByRole("button", { name: "Unlink" }).press("Enter");
    await dialog(page, "Unlink Telegram?").getByRole("button", { name: "Unlink" }).press("Enter");
    await page.getByRole("button", { name: "Link Telegram" }).waitFor();
    expect(await settings()).toBeUndefined();
  },
);
