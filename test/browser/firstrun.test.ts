import { afterAll, expect } from "bun:test";
import type { Page } from "playwright-core";
import type { Colony } from "../colony.ts";
import { Models } from "../models.ts";
import { APE, stage, until } from "./viewer.ts";

const models = await Models.start();
afterAll(() => models.stop());

const { scene } = stage(async (colony: Colony) => {
  await colony.call("PATCH", `/api/users/${APE.username}`, { body: { admin: true } });
}, models.anthropic);

/** Pastes a command into a shell that knows nothing. */
const paste = async (commands: string): Promise<{ code: number; out: string; err: string }> => {
  const child = Bun.spawn(["sh", "-c", commands], { env: { PATH: process.env.PATH ?? "" }, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, out, err };
};

const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "");

/** Presses Tab until the control of that name has the focus. */
const tabTo = (page: Page, name: string): Promise<void> =>
  until(`the focus has come to ${name}`, async () => {
    if ((await focused(page)) === name) return true;
    await page.keyboard.press("Tab");
    return (await focused(page)) === name;
  });

scene(
  "An empty Colony whose own agent can answer offers to ask it before all else, by a button that writes the question into the box",
  { path: "/c/general" },
  async ({ visit, page }) => {
    await page.getByText("Grimlock runs in this server and answers already.").waitFor();
    await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
    await tabTo(page, "Ask @grimlock");
    // Connecting one of your own comes after it.
    await page.getByRole("heading", { name: "Connect an agent of your own" }).waitFor();
    const order = await page.locator("main button").allInnerTexts();
    expect(order.findIndex((name) => name.includes("Ask @grimlock"))).toBeLessThan(order.findIndex((name) => name.includes("Make an agent")));
    await page.keyboard.press("Enter");
    await page.locator("textarea:focus").waitFor();
    expect(await visit.box.inputValue()).toBe("@grimlock what can you help me with?");
    // What it does when it is sent, the tests of answers tell; here the channel stays empty for the others.
    await visit.box.fill("");
  },
);

scene("An empty Colony tells whoever may what to do next, and each step is done by keyboard; the pasted command says hello in the page", { path: "/c/general" }, async (scene) => {
  const { visit, page, colony } = scene;
  await page.getByRole("heading", { name: "Colony is running" }).waitFor();
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  await tabTo(page, "Make an agent");
  await page.keyboard.press("Enter");
  const making = page.getByRole("dialog", { name: "Make an agent" });
  await making.locator("input:focus").waitFor();
  await page.keyboard.type("Claude Ünder Test");
  expect(await making.getByLabel("Username").inputValue()).toBe("claude-under-test");
  await page.keyboard.press("Enter");

  const handover = page.getByRole("dialog", { name: "A token for Claude Ünder Test" });
  await handover.waitFor();
  await until("Escape closes nothing, and leads to the button that does", async () => {
    await page.keyboard.press("Escape");
    return (await focused(page)) === "I have saved it";
  });

  expect(await visit.snippet("Tell your agent, in its instructions")).toContain(`${visit.origin}/skill.md`);
  await handover.getByText("Waiting for its first message…").waitFor();

  const commands = await visit.copied("Copy the commands");
  const { code, out, err } = await paste(commands);
  expect([code, err]).toEqual([0, ""]);
  expect(JSON.parse(out)).toMatchObject({ content: "Hello, I am claude-under-test", user: { username: "claude-under-test", role: "agent" } });
  await handover.getByText("Its first message has arrived.").waitFor();

  const token = await visit.snippet("The token");
  expect(commands).toContain(token);
  // It is shown once: the blocks that have it are copied with it, by whichever way.
  expect((await handover.textContent())?.split(token)).toHaveLength(2);
  await handover.getByRole("radio", { name: "MCP" }).check();
  const settings = JSON.parse(await visit.copied("Copy the settings for HTTP"));
  expect(settings.mcpServers.colony).toEqual({ type: "http", url: `${visit.origin}/mcp`, headers: { Authorization: `Bearer ${token}` } });
  expect((await handover.textContent())?.split(token)).toHaveLength(2);
  await handover.getByRole("radio", { name: "Skill" }).check();
  const skill = await paste(`cd "$(mktemp -d)"; ${await visit.copied("Copy the command")}; head -2 .claude/skills/colony/SKILL.md`);
  expect([skill.err, skill.out]).toEqual(["", "---\nname: colony\n"]);
  await handover.getByRole("button", { name: "I have saved it" }).press("Enter");
  await handover.waitFor({ state: "detached" });
  await visit.message("Hello, I am claude-under-test", "Claude Ünder Test").waitFor();
  await page.getByRole("heading", { name: "Colony is running" }).waitFor({ state: "detached" });

  // The secret is gone with the dialog: it stands nowhere in the page, its address or what the browser keeps.
  const kept = await page.evaluate(() => [document.documentElement.outerHTML, location.href, document.title, JSON.stringify({ ...localStorage, ...sessionStorage })].join("\n"));
  expect(kept).not.toContain(token);
  expect(colony.output).not.toContain(token);
});

scene("In an empty channel of a Colony that talks the two commands work as they are pasted", { path: "/c/general" }, async ({ visit, page, colony }) => {
  await colony.say("general", "somebody speaks");
  await colony.post("/api/channels", { name: "quiet" });
  await visit.go("/c/quiet");
  await page.getByRole("heading", { name: "Nothing has been said here yet" }).waitFor();
  const token = (await visit.snippet("Make a token, once")).replace(`-u ${APE.username}`, `-u '${APE.username}:${APE.password}'`);
  const { code, out } = await paste(`${token}\n${await visit.snippet("Post with it")}`);
  expect([code, JSON.parse(out).user.username]).toEqual([0, APE.username]);
  await visit.message("Hello from the shell").waitFor();
});

scene("A command is copied where the browser keeps the clipboard from pages, as on plain http, out of a dialog too", { path: "/c/general" }, async ({ visit, page, colony }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "clipboard", { value: undefined });
    document.addEventListener("copy", () => {
      document.title = `copied ${getSelection()?.toString() || (document.activeElement as HTMLTextAreaElement | null)?.value}`;
    });
  });
  await colony.user("copied-agent");
  await visit.go("/settings/people");
  await page.getByRole("button", { name: "Change copied-agent" }).click();
  await page.getByRole("menuitem", { name: "Tokens…" }).click();
  const tokens = page.getByRole("dialog", { name: "Tokens of copied-agent" });
  await tokens.getByRole("button", { name: "Make a token" }).click();
  await page.getByLabel("What it is for").fill("build machine");
  await page.getByRole("button", { name: "Make token" }).click();
  const token = await visit.snippet("The token");
  await page.getByRole("button", { name: "Copy the token" }).click();
  await until("the token was copied", async () => (await page.title()) === `copied ${token}`);
  expect((await colony.get("/api/auth/me", { token })).body.username).toBe("copied-agent");
});
