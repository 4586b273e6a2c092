import { expect } from "bun:test";
import type { Page } from "playwright-core";
import type { Colony } from "../colony.ts";
import { stage, until } from "./viewer.ts";
import { windowOf } from "./windows.ts";

const { scene } = stage(async (colony: Colony) => {
  await colony.user("neeraj", "ape", { display_name: "Neeraj", password: "password of neeraj" });
  await colony.user("codex", "agent", { display_name: "Codex" });
});

const place = (page: Page, name: RegExp) => page.getByRole("navigation", { name: "Channels" }).getByRole("link", { name });

scene("Two apes talk in a conversation: each sees that the other is there, writes, and what they wrote", { path: "/c/general" }, async ({ visit, colony, page }) => {
  const neeraj = await windowOf(page, colony, visit.origin, "neeraj");
  await neeraj.go("/c/general");
  await neeraj.settled();

  await page.getByRole("button", { name: "New message" }).click();
  await page.getByRole("combobox", { name: "To" }).fill("nee");
  await page.getByRole("combobox", { name: "To" }).press("Enter");
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Neeraj" }).waitFor();
  expect(new URL(page.url()).pathname).toMatch(/^\/dm\//);
  await page.getByRole("banner").or(page.locator("header")).getByText("online").first().waitFor();
  expect(await place(neeraj.page, /Benji/).count()).toBe(0);

  await visit.box.fill("Lunch?");
  await visit.box.press("Enter");
  await place(neeraj.page, /Benji online 1 unread/).click();
  await neeraj.message("Lunch?").waitFor();
  await place(neeraj.page, /Benji online$/).waitFor();

  await neeraj.box.pressSequentially("Gladly");
  await page.getByText("Neeraj is typing …").first().waitFor();
  await neeraj.box.press("Enter");
  await visit.message("Gladly").waitFor();
  expect(await page.getByText("Neeraj is typing …").count()).toBe(0);

  await neeraj.page.context().close();
  expect(neeraj.unexpected).toEqual([]);
});

scene("Who is taken out of a private channel sees nothing of it any more, in the same moment", { path: "/c/general" }, async ({ visit, colony, page }) => {
  await colony.post("/api/channels", { name: "den", visibility: "private", members: ["benji", "codex"] });
  await colony.say("den", "For our eyes only");
  await place(page, /^den private/).click();
  await visit.message("For our eyes only").waitFor();
  await page.getByRole("button", { name: /^3 members, private/ }).click();
  await page.getByRole("list", { name: "Members" }).getByText("Codex").waitFor();

  // What is refused now is what nobody may see any more.
  visit.expect(/status of 404/);
  await colony.call("DELETE", "/api/channels/den/members/benji");
  await page.getByRole("heading", { name: /no channel “den” that you can see/ }).waitFor();
  await place(page, /^den/).waitFor({ state: "detached" });
  expect(await page.getByText("For our eyes only").count()).toBe(0);
  expect(await page.getByRole("list", { name: "Members" }).count()).toBe(0);

  await colony.post("/api/channels/den/members", { user: "benji" });
  await visit.message("For our eyes only").waitFor();
});

scene("A private channel is made with its people, and one is added, is removed, and is told so", { path: "/c/general" }, async ({ colony, page }) => {
  await page.getByRole("button", { name: "New channel" }).click();
  const dialog = page.getByRole("dialog", { name: "New channel" });
  await dialog.getByLabel("Name", { exact: true }).fill("hiring");
  await dialog.getByRole("radio", { name: /^Private/ }).check();
  await dialog.getByRole("combobox", { name: /^People/ }).fill("codex");
  await dialog.getByRole("combobox", { name: /^People/ }).press("Enter");
  await dialog.getByRole("button", { name: "Make channel" }).click();
  await page.getByRole("heading", { level: 1, name: "hiring" }).waitFor();

  await page.getByRole("button", { name: /^2 members/ }).click();
  await page.getByRole("button", { name: "Add people" }).click();
  await page.getByRole("combobox", { name: "Who" }).fill("neeraj");
  await page.getByRole("combobox", { name: "Who" }).press("Enter");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  const members = page.getByRole("list", { name: "Members" });
  await members.getByText("Neeraj").waitFor();
  await members.getByRole("button", { name: "Remove Neeraj" }).click();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await members.getByText("Neeraj").waitFor({ state: "detached" });
  expect((await colony.call("GET", "/api/channels/hiring")).status).toBe(404);
});

scene("Who has not touched the page for five minutes is away, and back with the first key", {}, async ({ colony, page, visit }) => {
  const standing = async () => {
    const all: { user_id: string; presence: string }[] = (await colony.call("GET", "/api/presence")).body;
    const [benji] = (await colony.call("GET", "/api/users")).body.filter(({ username }: { username: string }) => username === "benji");
    return all.find(({ user_id }) => user_id === benji.id)?.presence;
  };
  await page.clock.install();
  // From then on the page watches whether it is touched.
  const watching = page.waitForRequest("**/api/presence");
  await visit.go("/c/general");
  await visit.settled();
  await watching;
  await until("I am here", async () => (await standing()) === "online");
  await page.clock.fastForward("05:30");
  await until("I am away", async () => (await standing()) === "away");
  await page.keyboard.press("Shift");
  await until("I am back", async () => (await standing()) === "online");
});

scene("A muted channel asks for nothing, and one's own status is there for everyone until it is taken back", { path: "/c/general" }, async ({ colony, page, visit }) => {
  await page.getByRole("button", { name: "Channel menu" }).click();
  await page.getByRole("menuitemradio", { name: "Of nothing" }).click();
  await place(page, /^general\s+muted/).waitFor();
  await visit.go("/inbox");
  await colony.say("general", "@benji are you there?");
  // What comes after it on the line is there, so it was heard.
  await colony.post("/api/channels", { name: "later" });
  await place(page, /^later/).waitFor();
  await place(page, /^general\s+muted\s*$/).waitFor();

  const mine = page.getByRole("button", { name: /Benji/ }).last();
  await mine.click();
  await page.getByRole("menuitem", { name: "Set a status…" }).click();
  await page.getByRole("radio", { name: /^Blocked/ }).check();
  await page.getByLabel("At what (optional)").fill("no coffee");
  await page.getByRole("button", { name: "Set", exact: true }).click();
  await until("everyone sees it", async () => (await colony.call("GET", "/api/presence")).text.includes("no coffee"));
  await page.getByRole("button", { name: /no coffee/ }).click();
  await page.getByRole("menuitem", { name: "Clear your status" }).click();
  await page.getByRole("button", { name: /@benji/ }).waitFor();
});
