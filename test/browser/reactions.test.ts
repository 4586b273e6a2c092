import { expect } from "bun:test";
import type { Colony } from "../colony.ts";
import { stage, thereAre, until } from "./viewer.ts";

let opus = "";
const ids: Record<string, string> = {};

const { scene } = stage(
  async (colony: Colony) => {
    opus = await colony.user("cc-benji-opus", "agent", { display_name: "Claude" });
    for (const name of ["mouse", "keys", "refused", "live", "loop"]) {
      await colony.post("/api/channels", { name });
      ids[name] = (await colony.say(name, "the first build is out", {}, opus)).id;
    }
  },
  { COLONY_MAX_HOPS: "2" },
);

const reactions = async (colony: Colony, channel: string) =>
  (await colony.get(`/api/channels/${channel}/messages/${ids[channel]}`)).body.reactions.map(({ emoji, users }: { emoji: string; users: string[] }) => [emoji, ...users]);

const give = (colony: Colony, channel: string, emoji: string, method = "PUT") =>
  colony.call(method, `/api/channels/${channel}/messages/${ids[channel]}/reactions/${encodeURIComponent(emoji)}`, { token: opus });

scene("A reaction is found by its name, given by mouse, told by whom, and taken back", { path: "/c/mouse" }, async ({ visit, page, colony }) => {
  await give(colony, "mouse", "🎉");
  const row = visit.message("the first build is out");
  const tada = row.getByRole("button", { name: "tada, 1: cc-benji-opus" });
  await tada.waitFor();
  await visit.act(row, "React");
  const picker = page.getByRole("dialog", { name: "React to Claude" });
  await picker.getByRole("textbox").fill("rocket");
  await picker.getByRole("button", { name: "rocket" }).click();
  const mine = row.getByRole("button", { name: "rocket, 1: you", pressed: true });
  await mine.waitFor();
  await picker.waitFor({ state: "detached" });
  await tada.click();
  await row.getByRole("button", { name: "tada, 2: cc-benji-opus and you", pressed: true }).waitFor();
  await until("the server has both", async () => (await reactions(colony, "mouse")).length === 2);
  expect(await reactions(colony, "mouse")).toEqual([
    ["🎉", "cc-benji-opus", "benji"],
    ["🚀", "benji"],
  ]);
  await mine.click();
  await mine.waitFor({ state: "detached" });
  await until("it is taken back", async () => (await reactions(colony, "mouse")).length === 1);
});

scene("A key opens the signs; arrows go among them, Enter gives one, and the focus is back on the message", { path: "/c/keys" }, async ({ visit, page, colony }) => {
  await visit.go(`/c/keys/${ids.keys}`);
  await until("the message has the focus", () => page.evaluate((id) => document.activeElement?.id === `message-${id}`, ids.keys));
  await page.keyboard.press(":");
  const picker = page.getByRole("dialog", { name: "React to Claude" });
  await until("the field has the focus", () => picker.getByRole("textbox").evaluate((field) => field === document.activeElement));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await picker.waitFor({ state: "detached" });
  await visit.message("the first build").getByRole("button", { name: "check, 1: you" }).waitFor();
  await until("the focus is on the message again", () => page.evaluate((id) => document.activeElement?.id === `message-${id}`, ids.keys));
  await page.keyboard.press(":");
  await picker.getByRole("textbox").fill("🦊");
  await page.keyboard.press("Enter");
  await visit.message("the first build").getByRole("button", { name: "🦊, 1: you" }).waitFor();
  await until("the server has what was typed", async () => (await reactions(colony, "keys")).some(([emoji]: string[]) => emoji === "🦊"));
});

scene("A reaction that the server refuses is undone, and it is said why", { path: "/c/refused" }, async ({ visit, page, colony }) => {
  visit.expect(/status of 422/);
  await page.route("**/reactions/**", (route) => route.fulfill({ status: 422, json: { error: { code: "too_many_reactions", message: "There are too many." } } }));
  const row = visit.message("the first build is out");
  await visit.act(row, "React");
  await page.getByRole("dialog").getByRole("button", { name: "rocket" }).first().click();
  await page.getByText("🚀 was not added: There are too many.").waitFor();
  await row.getByRole("button", { name: /^rocket/ }).waitFor({ state: "detached" });
  expect(await reactions(colony, "refused")).toEqual([]);
});

scene("What others give and take back is seen as it happens, and so is who works on a message", { path: "/c/live" }, async ({ visit, colony }) => {
  const row = visit.message("the first build is out");
  await row.waitFor();
  await give(colony, "live", "👀");
  await row.getByRole("button", { name: "eyes, 1: cc-benji-opus", pressed: false }).waitFor();
  await give(colony, "live", "👀", "DELETE");
  await row.getByRole("button", { name: /^eyes/ }).waitFor({ state: "detached" });
  const claim = `/api/channels/live/messages/${ids.live}/claim`;
  await colony.post(claim, { ttl_seconds: 900 }, { token: opus });
  await row.getByText(/Claude is on it, until \d\d:\d\d/).waitFor();
  await colony.call("DELETE", claim, { token: opus });
  await row.getByText("is on it").waitFor({ state: "detached" });
  await colony.post(claim, { ttl_seconds: 1 }, { token: opus });
  await row.getByText("is on it").waitFor();
  await row.getByText("is on it").waitFor({ state: "detached" });
});

scene("Where agents went on answering each other, the message that woke nobody says so", { path: "/c/loop" }, async ({ visit, colony }) => {
  const sonnet = await colony.user("sonnet", "agent", { display_name: "Sonnet" });
  const second = await colony.say("loop", "thanks", { caused_by: ids.loop }, sonnet);
  const third = await colony.say("loop", "thank you too", { caused_by: second.id }, opus);
  expect(third.braked).toBe(true);
  await visit.message("thank you too").getByText("3 messages of agents in a row: this one wakes nobody until a person speaks.").waitFor();
  await thereAre(0, visit.message("thanks").getByText("wakes nobody"));
});
