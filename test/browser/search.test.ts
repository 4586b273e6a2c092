import { expect } from "bun:test";
import type { Page } from "playwright-core";
import type { Colony } from "../colony.ts";
import { stage, thereAre, until } from "./viewer.ts";

let opus = "";

const { scene } = stage(async (colony: Colony) => {
  opus = await colony.user("cc-benji-opus", "agent", { display_name: "Claude (Benji's Opus)" });
  for (const name of ["training", "ci"]) await colony.post("/api/channels", { name });
  await colony.say("training", "Loss curve of run 4 <b>flattens</b>", { type: "result" }, opus);
  await colony.say("ci", "The build lost its cache", { type: "error" }, opus);
  await colony.say("training", "Is the loss curve in yet?");
});

const found = (page: Page) => page.getByRole("list", { name: "Found" }).getByRole("article");
const box = (page: Page) => page.getByRole("combobox", { name: "Search" });
const asked = (page: Page): string => new URL(page.url()).searchParams.get("q") ?? "";

scene(
  "What was said is searched from anywhere by a key, narrowed by chips and offered values, gone through by keys and opened where it stands",
  { path: "/c/general" },
  async ({ visit, page, colony }) => {
    await visit.box.press("Escape");
    await page.keyboard.press("/");
    await page.getByRole("heading", { name: "Search what was said" }).waitFor();
    await page.keyboard.type("loss");
    await thereAre(2, found(page));
    expect(asked(page)).toBe("loss");
    expect(await found(page).filter({ hasText: "<b>flattens</b>" }).locator("mark").allTextContents()).toEqual(["Loss"]);

    await page.getByRole("button", { name: "type:result" }).click();
    await thereAre(1, found(page));
    expect(asked(page)).toBe("loss type:result");
    await page.getByRole("button", { name: "type:result", pressed: true }).click();
    await thereAre(2, found(page));

    await box(page).fill("lo from:cc");
    await page.getByRole("option", { name: /cc-benji-opus/ }).waitFor();
    await page.keyboard.press("Enter");
    await until("the value is taken", () => asked(page) === "lo from:cc-benji-opus");
    await thereAre(2, found(page));
    await found(page).filter({ hasText: "#ci" }).getByText("error", { exact: true }).waitFor();

    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await until("the first has the focus", () =>
      found(page)
        .first()
        .evaluate((row) => row === document.activeElement),
    );
    const { hits } = (await colony.get("/api/search?q=lo+from:cc-benji-opus")).body;
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/c/*/${hits[0].message.id}`);
    await visit.settled();
    await page.goBack();
    await thereAre(2, found(page));
    expect(await box(page).inputValue()).toBe("lo from:cc-benji-opus");
  },
);

scene("The switcher searches for what it is given; what cannot be searched, or got through, is told and mended", { path: "/c/general" }, async ({ visit, page }) => {
  visit.expect(/status of (422|503)/);
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("combobox", { name: "Go to" }).fill("flattens");
  await page.getByRole("option", { name: "Search for “flattens”" }).click();
  await thereAre(1, found(page));
  await box(page).fill("from:nobody flattens");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: "there is no user 'nobody'" }).waitFor();
  await page.getByRole("button", { name: "from:nobody", pressed: true }).click();
  await thereAre(1, found(page));
  await box(page).fill("zyzzyva");
  await page.getByRole("heading", { name: "Nothing is found" }).waitFor();
  let broken = true;
  await page.route("**/api/search*", (route) => (broken ? route.fulfill({ status: 503, json: { error: { code: "unavailable", message: "Not now." } } }) : route.fallback()));
  await box(page).fill("cache");
  await page.getByRole("heading", { name: "The search did not get through" }).waitFor();
  broken = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await thereAre(1, found(page));
});
