import { expect } from "bun:test";
import type { Page } from "playwright-core";
import type { Colony } from "../colony.ts";
import { APE, stage, thereAre, until } from "./viewer.ts";

type Posted = { id: string; seq: number };

const MANY = 700;
/** Of these benji has read so many. */
const READ = 100;
let opus = "";
let benji = "";
const posted: Posted[] = [];

const fill = async (colony: Colony, channel: string, count: number): Promise<Posted[]> => {
  const all: Posted[] = [];
  for (let from = 0; from < count; from += 50) {
    all.push(...(await Promise.all(Array.from({ length: Math.min(50, count - from) }, (_, at) => colony.say(channel, `number ${from + at}`, {}, opus)))));
  }
  return all.sort((a, b) => a.seq - b.seq);
};

const { scene } = stage(async (colony: Colony) => {
  opus = await colony.user("cc-benji-opus", "agent", { display_name: "Claude" });
  benji = await colony.tokenOf(APE.username, APE.password);
  for (const name of ["far", "near", "never"]) await colony.post("/api/channels", { name });
  posted.push(...(await fill(colony, "far", MANY)));
  await fill(colony, "never", 1_050);
});

const markRead = (colony: Colony, channel: string, { seq }: Posted) => colony.call("PUT", `/api/channels/${channel}/read`, { token: benji, body: { seq } });
const line = (page: Page) => page.getByRole("heading", { name: "New", exact: true });

/** The first message under the line has the focus, and is in view. */
const isAtLine = (page: Page, { id }: Posted) =>
  until("the first unread message has the focus under the line, in view", () =>
    page.evaluate((wanted) => {
      const row = document.activeElement;
      const { top, bottom } = row?.getBoundingClientRect() ?? { top: 0, bottom: 0 };
      return row?.id === `message-${wanted}` && row.closest("li")?.querySelector("h2:last-of-type") !== null && top > 0 && bottom < innerHeight;
    }, id),
  );

const at = (index: number): Posted => {
  const one = posted[index];
  if (!one) throw new Error("There are not as many messages.");
  return one;
};

scene(
  "A channel opens where its new messages begin, however far back; it is unread until its newest was seen, and then they are still one key away",
  { path: "/c/general" },
  async ({ visit, page, colony }) => {
    await markRead(colony, "far", at(READ - 1));
    await visit.channels.getByRole("link", { name: /^far.*600 unread/ }).waitFor();
    await visit.channels.getByRole("link", { name: /^far/ }).click();
    await line(page).waitFor();
    await page.locator(`#message-${at(READ).id}`).waitFor();
    await visit.channels.getByRole("link", { name: /^general/ }).click();
    await page.getByRole("heading", { name: "general", level: 1 }).waitFor();
    await visit.channels.getByRole("link", { name: /^far.*600 unread/ }).click();
    await line(page).waitFor();
    await page.getByRole("button", { name: /^Jump to newest/ }).click();
    await visit.message(`number ${MANY - 1}`).waitFor();
    await visit.channels.getByRole("link", { name: "far", exact: true }).waitFor();
    await thereAre(0, line(page));
    await visit.box.press("Escape");
    await page.keyboard.press("u");
    await isAtLine(page, at(READ));
  },
);

scene("The key u goes to the first unread message, from before it and from after it", { path: "/c/general" }, async ({ visit, page, colony }) => {
  await markRead(colony, "far", at(READ - 1));
  await visit.channels.getByRole("link", { name: /^far.*unread/ }).waitFor();
  await visit.go("/c/far");
  await line(page).waitFor();
  await visit.box.press("Escape");
  await page.keyboard.press("G");
  await visit.message(`number ${MANY - 1}`).waitFor();
  await page.keyboard.press("u");
  await isAtLine(page, at(READ));

  await markRead(colony, "far", at(MANY - 50));
  await visit.go(`/c/far/${at(10).id}`);
  await visit.message("number 10").first().waitFor();
  await thereAre(0, line(page));
  await page.keyboard.press("u");
  await isAtLine(page, at(MANY - 49));
});

scene("What is new and near is where the channel opens; what is left of it above is one press away", { path: "/c/general" }, async ({ visit, page, colony }) => {
  const near = await fill(colony, "near", 120);
  const first = near[60];
  if (!first) throw new Error("There are not as many messages.");
  await markRead(colony, "near", near[59] ?? first);
  await visit.channels.getByRole("link", { name: /^near.*60 unread/ }).click();
  await page.locator(`#message-${first.id}`).waitFor();
  await line(page).waitFor();
  const lead = page.getByRole("button", { name: /^60 new since / });
  await thereAre(0, lead);
  await until("the line is above", async () => {
    await visit.wheel(300);
    return (await lead.count()) > 0;
  });
  await lead.click();
  await isAtLine(page, first);
});

scene("A long channel never read opens at its newest; the line stands over its first message", { path: "/c/never" }, async ({ visit, page }) => {
  await visit.message("number 1049").waitFor();
  await page.getByRole("button", { name: /^999\+ new since / }).click();
  await line(page).waitFor();
  expect(await page.getByRole("article").first().textContent()).toContain("number 0");
});
