import { expect } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { EXAMPLE } from "../../ui/src/residents/words.ts";
import { type Colony, newFolder } from "../colony.ts";
import { hold, say, tokens } from "../modelacts.ts";
import { Models } from "../models.ts";
import { stage, until } from "./viewer.ts";
import { windowOf } from "./windows.ts";

const models = await Models.start();
const knowledge = newFolder();
writeFileSync(
  join(knowledge, "deploy.md"),
  "How the site comes to its readers.\n\n# Operations\n\n## Deploying the site\n\nThe site is deployed from main, every weekday but Friday.\n\n## On call\n\nMara, on Mondays.\n",
);

const { scene } = stage(
  async (colony: Colony) => {
    await colony.user("boss", "ape", { display_name: "Boss", password: "password of boss", admin: true });
    await colony.post("/api/channels", { name: "den", visibility: "private", members: ["benji"] });
    mkdirSync(join(colony.data, "agents"), { recursive: true });
    writeFileSync(join(colony.data, "agents", "release-notes.md"), EXAMPLE);
    writeFileSync(join(colony.data, "agents", "typo.md"), "---\nusername: typo\ntool: [search_messages]\n---\nYou are a typo.\n");
    await until("the files are taken up", async () => (await colony.get("/api/agents")).text.includes("release-notes"));
  },
  { ...models.anthropic, COLONY_KNOWLEDGE: knowledge, COLONY_LLM_DAILY_BUDGET_USD: "5" },
);

const card = (page: Page, name: string): Locator =>
  page
    .getByRole("list", { name: "Agents", exact: true })
    .getByRole("listitem")
    .filter({ has: page.getByRole("heading", { name, exact: true }) });

scene("An agent is asked from its page, is seen to think about the question, and what it said and cost is there when it is done", { path: "/agents" }, async ({ visit, page }) => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  models.next([tokens({ input: 2_000, output: 500, cache_read: 0, cache_write: 0 }), hold(gate), say("Every weekday but Friday.")]);
  await card(page, "Grimlock").getByText("idle").waitFor();
  await page.getByText(/each answers to its @name and in direct messages and can search messages.*runs on anthropic\//).waitFor();
  expect(await card(page, "Grimlock").getByText("Answers to").count()).toBe(0);
  await page.getByRole("button", { name: "Ask Grimlock" }).press("Enter");
  await page.getByRole("heading", { level: 1, name: "Grimlock" }).waitFor();
  await visit.box.fill("When do we deploy?");
  await visit.box.press("Enter");
  await visit.message("When do we deploy?").waitFor();

  await visit.box.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await card(page, "Grimlock").getByText("thinking").waitFor();
  const question = card(page, "Grimlock").getByRole("link", { name: "“When do we deploy?”" });
  expect(await question.getAttribute("href")).toMatch(/^\/dm\/.+\/.+/);
  await card(page, "Architect").getByText("idle").waitFor();
  // The page stays as it is: nothing is fetched by coming here anew.
  open();
  await card(page, "Grimlock").getByText("idle").waitFor();
  expect(await question.count()).toBe(0);

  await page.getByRole("link", { name: "Usage" }).click();
  await page.getByText("What your own questions to agents cost").waitFor();
  await page.getByRole("heading", { name: "By agent" }).waitFor();
  const agents = page.getByRole("list", { name: "By agent" });
  expect(await agents.getByRole("listitem").allInnerTexts()).toEqual([expect.stringMatching(/^Grimlock\s+\$0\.0\d+\s+1 call · /)]);
  expect(await page.getByRole("list", { name: "By model" }).textContent()).toStartWith("anthropic/");
  expect(await page.getByRole("list", { name: "By person" }).count()).toBe(0);
  await page.getByText(/of \$5\.00/).waitFor();
});

scene("The plot of days is gone through by keyboard, measures what one chooses, and stands as a table with the same figures", { path: "/usage" }, async ({ page }) => {
  const plot = page.getByRole("slider", { name: "Day" });
  const told = () => plot.getAttribute("aria-valuetext");
  await plot.focus();
  const today = await told();
  expect(today).toMatch(/: \$0\.0\d+, 1 call, 2,500 tokens$/);
  await plot.press("ArrowLeft");
  expect(await told()).toMatch(/: no calls$/);
  await plot.press("Home");
  expect(await plot.getAttribute("aria-valuenow")).toBe("0");
  await plot.press("End");
  expect(await told()).toBe(today);
  const cells = page.getByRole("table").getByRole("row").nth(1).getByRole("cell");
  await page.getByText("As a table").click();
  expect((await cells.allInnerTexts()).slice(1)).toEqual(["1", "0", "2,000", "500"]);
  // Days on which nothing was asked are no rows of zeros.
  expect(await page.getByRole("table").getByRole("row").count()).toBe(2);

  await page.getByRole("radio", { name: "Tokens" }).check();
  await page.getByRole("list", { name: "By agent" }).getByText("2,500", { exact: true }).waitFor();
  await page.getByRole("radio", { name: "7 days" }).check();
  await until("the address keeps how far one looks back", () => new URL(page.url()).pathname === "/usage/7");
  await until("a week is shown", async () => (await plot.getAttribute("aria-valuemax")) === "6");
});

scene(
  "Agents are found where people are: called in a private channel that they are not in, asked from the switcher, written to; and are nobody's members",
  { path: "/c/den" },
  async ({ visit, page }) => {
    await visit.box.pressSequentially("@gri");
    await page.getByRole("option", { name: /Grimlock.*Answers questions/ }).waitFor();
    await visit.box.press("Escape");
    await visit.box.fill("");

    await page.getByRole("button", { name: /^\d members?, private/ }).click();
    await page.getByText(/answer here when they are called, and are no members/).waitFor();
    await page.getByRole("button", { name: "Add people" }).click();
    await page.getByRole("combobox", { name: "Who" }).fill("bos");
    await page.getByRole("option", { name: /Boss/ }).waitFor();
    await page.getByRole("combobox", { name: "Who" }).fill("grim");
    await page.getByText("Nobody here is called “grim”.").waitFor();
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: "New message" }).click();
    await page.getByRole("combobox", { name: "To" }).fill("archi");
    await page.getByRole("option", { name: /Architect.*resident/ }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });

    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("combobox", { name: "Go to" }).fill("ask archi");
    await page.getByRole("option", { name: /Architect.*ask · Weighs designs/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Architect" }).waitFor();
  },
);

scene("Whoever is signed in reads the documents, from one section to the next, and comes to them from a section", { path: "/agents" }, async ({ visit, page }) => {
  await page.getByRole("link", { name: "Documents" }).click();
  await until("the address names them", () => new URL(page.url()).pathname === "/agents/documents");
  await page.getByRole("list", { name: "Files" }).getByRole("button", { name: "deploy.md" }).press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("How the site comes to its readers.").waitFor();
  await dialog.getByRole("button", { name: "Next section: Deploying the site" }).click();
  await dialog.getByText("every weekday but Friday").waitFor();
  const contents = dialog.getByRole("navigation", { name: "Sections of the document" });
  expect(await contents.locator("[aria-current]").textContent()).toBe("Deploying the site");
  await contents.getByRole("button", { name: "On call" }).click();
  await dialog.getByText("Mara, on Mondays.").waitFor();
  expect(await dialog.getByRole("button", { name: /Next section/ }).count()).toBe(0);
  await dialog.getByRole("link", { name: "All documents" }).click();
  await dialog.waitFor({ state: "detached" });
  await visit.go("/agents/documents");
  await page.getByRole("list", { name: "Files" }).waitFor();
});

scene(
  "An admin sees which agent's file has which fault in which line, what everybody's questions cost, and the documents; residents are not theirs to change",
  {},
  async ({ visit, colony, page }) => {
    const boss = await windowOf(page, colony, visit.origin, "boss");
    await boss.go("/agents");
    await boss.page
      .getByRole("list", { name: "Problems of agents' files" })
      .getByText(/typo\.md:3\s+tool: there is no such field/)
      .waitFor();
    await card(boss.page, "Release Notes").getByText("agents/release-notes.md").waitFor();
    await boss.page.getByRole("searchbox", { name: "Search the documents" }).fill("when is the site deployed?");
    await boss.page.getByRole("list", { name: "Sections found" }).getByRole("button", { name: "Operations › Deploying the site" }).click();
    await boss.page.getByRole("dialog").getByText("every weekday but Friday").waitFor();
    await boss.page.keyboard.press("Escape");
    await boss.page.getByRole("list", { name: "Files" }).getByText("deploy.md").waitFor();

    await boss.go("/usage");
    const people = boss.page.getByRole("list", { name: "By person" });
    await people.waitFor();
    expect(await people.getByRole("listitem").allInnerTexts()).toEqual([expect.stringMatching(/^Benji\s+\$/)]);

    await boss.go("/settings/people");
    const residents = boss.page.getByRole("list", { name: "Resident agents" });
    await residents.getByText("@grimlock").waitFor();
    expect(await residents.getByRole("button").count()).toBe(0);
    await boss.page.getByRole("button", { name: "Change Benji" }).waitFor();
    await boss.page.context().close();
    expect(boss.unexpected).toEqual([]);
  },
);
