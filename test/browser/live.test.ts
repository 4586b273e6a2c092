import { expect } from "bun:test";
import type { Colony } from "../colony.ts";
import { APE, stage, thereAre, until } from "./viewer.ts";

let opus = "";

const { scene, stop, start, signIn } = stage(async (colony: Colony) => {
  opus = await colony.user("cc-benji-opus", "agent", { display_name: "Claude" });
  for (const name of ["break", "down", "lost", "kept", "drafts", "other", "ended", "seen", "counted"]) await colony.post("/api/channels", { name });
});

/** What browsers note when a server is not there, or an answer never came. */
const noServer = [/net::ERR_/, /WebSocket connection to .* failed/];

type Stored = { content: string };
const stored = async (colony: Colony, channel: string): Promise<string[]> => (await colony.get(`/api/channels/${channel}/messages`)).body.map(({ content }: Stored) => content);

scene("A page follows on after the server was stopped and started: no gap, no double", { path: "/c/break" }, async ({ visit, page, colony }) => {
  visit.expect(...noServer);
  for (let at = 0; at < 5; at++) await colony.say("break", `before ${at}`, {}, opus);
  await visit.message("before 4").waitFor();
  await stop();
  await page.getByText("Offline. What you post is kept").waitFor();
  // Up again, and much is said before any page can come back: its door is opened last.
  await colony.run();
  for (let at = 0; at < 300; at++) await colony.say("break", `meanwhile ${at}`, {}, opus);
  await colony.stop();
  await start();
  await visit.comeBack();
  await colony.say("break", "after", {}, opus);
  await visit.message("after").waitFor();
  await page.getByText("Offline.").waitFor({ state: "detached" });
  const there = await stored(colony, "break");
  expect(there).toHaveLength(306);
  expect(await visit.readUp()).toEqual(there);
});

scene("What is posted while the server is down is kept, and sent once when it is back", { path: "/c/down" }, async ({ visit, page, colony }) => {
  visit.expect(...noServer);
  await stop();
  await page.getByText("Offline. What you post is kept").waitFor();
  await visit.box.fill("one for later");
  await visit.box.press("Enter");
  await visit.box.fill("and another");
  await visit.box.press("Enter");
  await visit.message("one for later").getByText("Kept here, and sent when the server can be reached.").waitFor();
  await start();
  await visit.comeBack();
  await visit.message("one for later", APE.display_name).waitFor();
  await visit.message("and another", APE.display_name).waitFor();
  await thereAre(2, page.getByRole("article"));
  expect(await stored(colony, "down")).toEqual(["one for later", "and another"]);
});

scene("A post whose answer was lost is sent again and stands once", { path: "/c/lost" }, async ({ visit, page, colony }) => {
  visit.expect(...noServer);
  let lost = 0;
  await page.route("**/api/channels/*/messages", async (route) => {
    if (route.request().method() !== "POST" || lost === 2) return route.continue();
    lost++;
    await route.fetch();
    await route.abort("connectionreset");
  });
  await visit.box.fill("twice sent, once there");
  await visit.box.press("Enter");
  await until("the answer was lost twice", () => lost === 2);
  await visit.message("twice sent", APE.display_name).waitFor();
  // Once nothing waits any more, the browser keeps nothing either.
  await until("nothing is kept", () => page.evaluate(() => Object.keys(localStorage).every((name) => !name.startsWith("colony.unsent."))));
  await thereAre(1, page.getByRole("article"));
  expect(await stored(colony, "lost")).toEqual(["twice sent, once there"]);
});

scene("An unsent post survives a reload and is sent once; a refused one says why and can be dropped", { path: "/c/kept" }, async ({ visit, page, colony }) => {
  visit.expect(...noServer, /status of 422/);
  await page.route("**/api/channels/*/messages", (route) => (route.request().method() === "POST" ? route.abort("connectionreset") : route.continue()));
  await visit.box.fill("held back");
  await visit.box.press("Enter");
  await visit.message("held back").waitFor();
  await page.reload();
  await visit.settled();
  await page.getByRole("article", { name: "Benji, being sent" }).filter({ hasText: "held back" }).waitFor();
  expect(await stored(colony, "kept")).toEqual([]);
  await page.unroute("**/api/channels/*/messages");
  await visit.message("held back", APE.display_name).waitFor();
  await thereAre(1, page.getByRole("article"));
  expect(await stored(colony, "kept")).toEqual(["held back"]);

  const refusal = { status: 422, contentType: "application/json", body: JSON.stringify({ error: { code: "validation_failed", message: "That was not taken." } }) };
  await page.route("**/api/channels/*/messages", (route) => (route.request().method() === "POST" ? route.fulfill(refusal) : route.continue()));
  await visit.box.fill("never taken");
  await visit.box.press("Enter");
  const refused = page.getByRole("article", { name: "Benji, not sent" });
  await refused.getByText("Not sent: That was not taken.").waitFor();
  await refused.getByRole("button", { name: "Discard" }).click();
  await thereAre(1, page.getByRole("article"));
  expect(await stored(colony, "kept")).toEqual(["held back"]);
});

scene("A read mark that did not get through is moved once it can be", { path: "/c/seen" }, async ({ visit, page, colony }) => {
  visit.expect(...noServer);
  let lost = 0;
  await page.route("**/api/channels/*/read", (route) => (lost++ === 0 ? route.abort("connectionreset") : route.continue()));
  await colony.say("seen", "look at this", {}, opus);
  await until("the mark was lost on its way", () => lost === 1);
  const token = await colony.tokenOf(APE.username, APE.password);
  await until("the server knows that it was read", async () => (await colony.get("/api/channels/seen", { token })).body.unread === 0);
  await visit.channels.getByRole("link", { name: "seen", exact: true }).waitFor();
});

scene("Counts that could not be asked for are asked for again", { path: "/c/other" }, async ({ visit, page, colony }) => {
  visit.expect(...noServer);
  const { id, channel_id } = await colony.say("counted", "nobody in particular", {}, opus);
  await visit.channels.getByRole("link", { name: /^counted.*1 unread/ }).waitFor();
  let lost = 0;
  await page.route(`**/api/channels/${channel_id}`, (route) => (lost++ === 0 ? route.abort("connectionreset") : route.continue()));
  await colony.call("PATCH", `/api/channels/counted/messages/${id}`, { token: opus, body: { content: "now for @benji" } });
  await until("the counts were lost on their way", () => lost === 1);
  await visit.channels.getByRole("link", { name: /^counted.*mention/ }).waitFor();
});

scene("A draft survives a reload, in its own channel", { path: "/c/drafts" }, async ({ visit, page }) => {
  await visit.box.fill("half a thought");
  await page.reload();
  await visit.settled();
  expect(await visit.box.inputValue()).toBe("half a thought");
  await visit.channels.getByRole("link", { name: "other" }).click();
  await page.getByRole("textbox", { name: "Message #other" }).waitFor();
  expect(await visit.box.inputValue()).toBe("");
  await visit.channels.getByRole("link", { name: "drafts" }).click();
  await page.getByRole("textbox", { name: "Message #drafts" }).waitFor();
  expect(await visit.box.inputValue()).toBe("half a thought");
});

scene("A session that is ended elsewhere leads to signing in again, and keeps what was being written", { path: "/", as: "stranger" }, async ({ visit, page, colony }) => {
  visit.expect(/status of 401/);
  const session = await signIn();
  await page.context().addCookies([{ name: "colony_session", value: session, url: visit.origin, httpOnly: true, sameSite: "Lax" }]);
  await visit.go("/c/ended");
  await visit.settled();
  await visit.box.fill("not yet said");
  expect((await colony.call("POST", "/api/auth/logout", { token: session })).status).toBe(204);
  await page.getByText("Your session has ended.").waitFor();
  await page.getByLabel("Username").fill(APE.username);
  await page.getByLabel("Password").fill(APE.password);
  await page.keyboard.press("Enter");
  await visit.settled();
  expect(new URL(page.url()).pathname).toBe("/c/ended");
  expect(await visit.box.inputValue()).toBe("not yet said");
});

scene("A server that cannot be reached at first is tried until it can", { path: "/c/break", as: "ape" }, async ({ visit, page }) => {
  visit.expect(...noServer);
  await page.route("**/api/auth/me", (route) => route.abort("connectionrefused"));
  await page.reload();
  await page.getByRole("heading", { name: "The server cannot be reached" }).waitFor();
  await page.unroute("**/api/auth/me");
  await visit.comeBack();
});

scene("A part of the page that could not be fetched breaks nothing, and says how to have it", { path: "/c/other" }, async ({ visit, page }) => {
  visit.expect(...noServer);
  const parts = /\/assets\/(Settings|Switcher|menuParts)-/;
  await page.route(parts, (route) => route.abort("connectionrefused"));
  await page.reload();
  await visit.settled();
  const missing = page.getByText("A part of this page could not be fetched.");
  await page.keyboard.press("ControlOrMeta+k");
  await missing.waitFor();
  await visit.channels.getByRole("link", { name: "drafts" }).click();
  await page.getByRole("textbox", { name: "Message #drafts" }).waitFor();
  await visit.box.fill("not to be lost");
  await page.unroute(parts);
  await page.getByRole("button", { name: "Reload" }).click();
  await visit.settled();
  await missing.waitFor({ state: "detached" });
  expect(await visit.box.inputValue()).toBe("not to be lost");
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("dialog", { name: "Go to" }).waitFor();
});
