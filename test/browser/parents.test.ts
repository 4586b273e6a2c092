import { expect } from "bun:test";
import type { Colony } from "../colony.ts";
import { APE, stage, until, type Visit } from "./viewer.ts";

/** More than the page reads at once, so that the first message is not at hand. */
const MANY = 230;

let opus = "";
let first = "";
let long = "";

const { scene, stop, start } = stage(async (colony: Colony) => {
  opus = await colony.user("cc-benji-opus", "agent", { display_name: "Claude" });
  for (const name of ["old", "quiet"]) await colony.post("/api/channels", { name });
  first = (await colony.say("old", "the first words", {}, opus)).id;
  long = (await colony.say("quiet", "long ago", {}, opus)).id;
  for (let at = 0; at < MANY; at++) for (const name of ["old", "quiet"]) await colony.say(name, `filler ${at}`, {}, opus);
  await colony.say("quiet", "an answer", { reply_to: long }, opus);
});

/** Reads a channel to its end and opens it anew, so that only its last page is at hand. */
const openAtEnd = async (visit: Visit, colony: Colony, channel: string, last: string): Promise<void> => {
  await visit.page.keyboard.press("Escape");
  await visit.page.keyboard.press("G");
  await visit.message(last).waitFor();
  const token = await colony.tokenOf(APE.username, APE.password);
  await until("the server knows that it was read", async () => (await colony.get(`/api/channels/${channel}`, { token })).body.unread === 0);
  await visit.page.reload();
  await visit.message(last).waitFor();
};

scene(
  "A reply to what is not at hand comes while one writes: neither the box nor the focus nor a letter is lost, and its line follows what it answers",
  { path: "/c/old" },
  async ({ visit, page, colony }) => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(`**/messages/${first}`, async (route) => {
      await held;
      await route.continue();
    });
    await openAtEnd(visit, colony, "old", `filler ${MANY - 1}`);
    await visit.box.click();
    await page.keyboard.type("half a sen");
    await colony.say("old", "an answer", { reply_to: first }, opus);
    const line = visit.message("an answer").getByRole("link", { name: /^In reply to/ });
    await line.waitFor();
    await page.keyboard.type("tence");
    expect(await visit.box.inputValue()).toBe("half a sentence");
    expect(await line.textContent()).toBe("…");
    release();
    await line.filter({ hasText: "Claude: the first words" }).waitFor();
    expect(await visit.box.evaluate((box) => box === document.activeElement)).toBe(true);

    await colony.call("PATCH", `/api/channels/old/messages/${first}`, { body: { content: "other words" }, token: opus });
    await line.filter({ hasText: "Claude: other words" }).waitFor();
    await colony.call("DELETE", `/api/channels/old/messages/${first}`, { token: opus });
    await line.filter({ hasText: "Claude: deleted" }).waitFor();
    expect(await page.getByText("other words").count()).toBe(0);
  },
);

scene("What a reply answers is asked for again when the server is back", { path: "/c/quiet" }, async ({ visit, page, colony }) => {
  visit.expect(/net::ERR_/, /WebSocket connection to .* failed/);
  await page.route(`**/messages/${long}`, (route) => route.abort("connectionreset"));
  await openAtEnd(visit, colony, "quiet", "an answer");
  const line = visit.message("an answer").getByRole("link", { name: /^In reply to/ });
  await line.filter({ hasText: "a message that cannot be shown" }).waitFor();
  await page.unroute(`**/messages/${long}`);
  await stop();
  await page.getByText("Offline. What you post is kept").waitFor();
  await start();
  await visit.comeBack();
  await line.filter({ hasText: "Claude: long ago" }).waitFor();
});

scene("On a filtered address everyone can be filtered by, those who spoke first", { path: "/c/old?type=error" }, async ({ page }) => {
  await page.getByText("No message here matches the filter").waitFor();
  await page.getByRole("button", { name: "user", exact: true }).click();
  await page.getByRole("menuitem", { name: "Claude" }).click();
  await until("the address says who", () => new URL(page.url()).search === "?type=error&user=cc-benji-opus");
});

scene("Links lead on after signing out and in again", { path: "/c/old" }, async ({ visit, page }) => {
  // What the page still asks for would be refused once its session is over.
  await page.waitForLoadState("networkidle");
  await page.getByRole("button", { name: /@benji$/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByLabel("Username").fill(APE.username);
  await page.getByLabel("Password").fill(APE.password);
  await page.keyboard.press("Enter");
  await visit.settled();
  await visit.channels.getByRole("link", { name: /^quiet/ }).click();
  await page.getByRole("heading", { name: "quiet", level: 1 }).waitFor();
});
