import { expect } from "bun:test";
import type { Colony } from "../colony.ts";
import { APE, stage, thereAre, until } from "./viewer.ts";

const CHANNELS = 1_000;
/** Channels made at once. */
const BATCH = 50;
const nameOf = (at: number): string => `room-${String(at).padStart(4, "0")}`;

let opus = "";

const { scene } = stage(async (colony: Colony) => {
  opus = await colony.user("cc-benji-opus");
  for (let from = 0; from < CHANNELS; from += BATCH) await Promise.all(Array.from({ length: BATCH }, (_, at) => colony.post("/api/channels", { name: nameOf(from + at) })));
});

scene("Of a thousand channels the sidebar tells which out of sight are unread and call, and leads to them", { path: "/c/room-0500" }, async ({ visit, page, colony }) => {
  await thereAre(CHANNELS + 1, visit.channels.getByRole("link"));
  const current = visit.channels.getByRole("link", { name: "room-0500" });
  const inView = (name: RegExp) =>
    visit.channels.getByRole("link", { name }).evaluate((link) => {
      const { top, bottom } = link.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight && document.elementFromPoint(40, (top + bottom) / 2)?.closest("a") === link;
    });
  await until("the open channel is in view", () => inView(/^room-0500/));
  expect(await current.getAttribute("aria-current")).toBe("page");

  await colony.say("room-0003", "nothing much", {}, opus);
  await colony.say("room-0990", `@${APE.username} far down`, {}, opus);
  await colony.say("room-0995", "further down", {}, opus);
  await visit.channels.getByRole("button", { name: "Unread in 1 above" }).waitFor();
  await visit.channels.getByRole("button", { name: "Mentions in 1 below" }).click();
  await until("the channel that calls is in view", () => inView(/^room-0990/));
  await until("it has the focus", () => page.evaluate(() => document.activeElement?.textContent?.includes("room-0990") === true));
  await page.keyboard.press("Enter");
  await page.waitForURL("**/c/room-0990");
  await visit.message("far down").waitFor();
});

scene("Of a thousand channels the switcher draws few, and finds any", { path: "/c/general" }, async ({ page }) => {
  await page.keyboard.press("ControlOrMeta+k");
  const options = page.getByRole("dialog", { name: "Go to" }).getByRole("option");
  await options.first().waitFor();
  expect(await options.count()).toBeLessThanOrEqual(50);
  await page.getByRole("combobox", { name: "Go to" }).fill("r");
  // Beside what is drawn of the channels stands the search for the words.
  const places = options.filter({ hasNotText: "in what was said" });
  expect(await places.count()).toBeLessThanOrEqual(50);
  await page.getByRole("combobox", { name: "Go to" }).fill("rm0777");
  await thereAre(1, places);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/c/room-0777");
});
