import { expect } from "bun:test";
import { stage, thereAre, until } from "./viewer.ts";

const { scene } = stage(async (colony) => {
  await colony.post("/api/projects", { name: "Loss plots", template: "python" });
});

scene("A project is made in a dialog, listed apart from channels, and found by Ctrl-K with its parts", { path: "/c/general" }, async ({ visit, page, colony }) => {
  await page.getByRole("button", { name: "New project" }).click();
  const dialog = page.getByRole("dialog", { name: "New project" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("Night shift");
  await dialog.getByRole("radio", { name: /^Web/ }).check();
  await dialog.getByRole("radio", { name: /^Private/ }).check();
  await dialog.getByRole("button", { name: "Make project" }).click();
  await page.getByRole("heading", { name: "Night shift" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/projects/night-shift");
  expect(await visit.channels.getByRole("link", { name: /^Night shift/ }).count()).toBe(1);
  const { body: made } = await colony.get("/api/projects/night-shift", { token: await colony.tokenOf("benji", "password of benji") });
  expect(made).toMatchObject({ template: "web", visibility: "private" });
  await visit.box.fill("The first word of it");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await visit.message("The first word of it").waitFor();

  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("combobox", { name: "Go to" }).fill("loss");
  await page.getByRole("option", { name: /Loss plots.*project/ }).click();
  await page.getByRole("heading", { name: "Loss plots" }).waitFor();
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("combobox", { name: "Go to" }).fill("settings");
  await page.getByRole("option", { name: "Loss plots: settings" }).click();
  await page.getByRole("heading", { name: "What a run may take" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/projects/loss-plots/settings");
});

scene("Who made a project sets its limits and deletes it; who did not can only read them", { path: "/c/general" }, async ({ visit, page, colony }) => {
  const token = await colony.tokenOf("benji", "password of benji");
  await colony.post("/api/projects", { name: "Short lived" }, { token });
  await visit.channels.getByRole("link", { name: "Short lived" }).click();
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("spinbutton", { name: "Memory" }).fill("512");
  await page.getByRole("button", { name: "Save limits" }).click();
  await until("the limit is kept", async () => (await colony.get("/api/projects/short-lived")).body.limits.memory_mib === 512);
  await page.getByRole("button", { name: "Delete…" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete Short lived?" });
  expect(await dialog.getByRole("button", { name: "Delete for good" }).isDisabled()).toBe(true);
  await dialog.getByRole("textbox").fill("short-lived");
  await dialog.getByRole("button", { name: "Delete for good" }).click();
  await visit.channels.getByRole("link", { name: "Short lived" }).waitFor({ state: "detached" });
  expect((await colony.get("/api/projects/short-lived")).status).toBe(404);

  await visit.go("/projects/loss-plots/settings");
  await page.getByText(/made this project/).waitFor();
  expect(await page.getByRole("spinbutton", { name: "Memory" }).isDisabled()).toBe(true);
});

scene(
  "A command is run from the box, found in the list with its output, run again and called back by the arrow key",
  { path: "/projects/loss-plots/runs" },
  async ({ page, colony }) => {
    const box = page.getByRole("textbox", { name: "Command" });
    await box.fill("echo one two three");
    await box.press("Enter");
    const runs = page.getByRole("list", { name: "Runs" });
    await runs.getByRole("listitem").filter({ hasText: "succeeded" }).waitFor();
    expect(await box.inputValue()).toBe("");
    let asked = 0;
    page.on("request", (request) => (asked += /\/runs\/[^/?]+(\?|$)/.test(request.url()) ? 1 : 0));
    await runs.getByRole("link", { name: "echo one two three" }).click();
    const details = page.getByRole("complementary", { name: "A run" });
    await details.getByRole("region", { name: "Output" }).getByText("one two three").waitFor();
    // What has ended is asked for once: by the time of the next answer nothing more was.
    await page.evaluate(() => fetch("/api/projects/loss-plots"));
    await page.evaluate(() => fetch("/api/projects/loss-plots"));
    expect(asked).toBe(1);
    await details.getByRole("button", { name: "Run again" }).click();
    await until("it ran twice", async () => (await runs.getByRole("listitem").filter({ hasText: "succeeded" }).count()) === 2);
    await box.press("ArrowUp");
    expect(await box.inputValue()).toBe("echo one two three");

    await box.fill("exit 3");
    await box.press("Enter");
    await runs.getByText("failed with exit code 3").waitFor();
    const { body: messages } = await colony.get("/api/channels/loss-plots/messages?limit=1");
    expect(messages[0]).toMatchObject({ type: "error", metadata: { exit_code: 3 } });
  },
);

scene("What runs is stopped from the box, what waits behind it has its turn", { path: "/projects/loss-plots/runs" }, async ({ page }) => {
  const box = page.getByRole("textbox", { name: "Command" });
  await box.fill("sleep 600");
  await box.press("Enter");
  const stop = page.getByRole("button", { name: "Stop sleep 600" });
  await stop.waitFor();
  await box.fill("echo after it");
  await box.press("Enter");
  await page.getByText("1 waits its turn").waitFor();
  await page.getByText("Sandbox: running").waitFor();
  await stop.click();
  const runs = page.getByRole("list", { name: "Runs" });
  await runs.getByRole("listitem").filter({ hasText: "sleep 600" }).getByText("stopped by Benji").waitFor();
  await runs.getByRole("listitem").filter({ hasText: "echo after it" }).getByText("succeeded").waitFor();
});

scene("In the sidebar a project says that something runs in it, and that something failed since one looked", { path: "/c/general" }, async ({ visit, page, colony }) => {
  const link = visit.channels.getByRole("link", { name: /^Loss plots/ });
  await link.waitFor();
  const { body: run } = await colony.post("/api/projects/loss-plots/container/execute", { command: "sleep 600" });
  await link.getByText("something runs").waitFor();
  await colony.post(`/api/projects/loss-plots/runs/${run.id}/stop`);
  await colony.post("/api/projects/loss-plots/container/execute?wait=30", { command: "exit 1" });
  await link.getByText("a run failed since you looked").waitFor();
  await page.reload();
  await link.getByText("a run failed since you looked").waitFor();
  await link.click();
  await page.getByRole("heading", { name: "Loss plots" }).waitFor();
  await link.getByText("a run failed since you looked").waitFor({ state: "detached" });
});

scene(
  "The console shows what runs write as it comes, in colours, with errors told apart, and is searched",
  { path: "/projects/loss-plots/console" },
  async ({ visit, page, colony }) => {
    visit.expect(/console\/errors/);
    const console = page.getByRole("region", { name: "Console" });
    const box = page.getByRole("textbox", { name: "Command" });
    await box.fill(`printf '\\033[31mred words\\033[0m\\n'; echo to stderr >&2; mkfifo go; cat go; rm go; seq 1 5000`);
    await box.press("Enter");
    await console.locator(".ansi-red", { hasText: "red words" }).waitFor();
    await console.locator("[data-stream=stderr]", { hasText: "to stderr" }).getByText("err", { exact: true }).waitFor();
    await colony.post("/api/projects/loss-plots/container/execute", { command: "echo > go", background: true });
    await console.getByText("5000", { exact: true }).waitFor();
    await console.getByText(/^Succeeded in/).waitFor();

    await console.focus();
    await page.keyboard.press("ControlOrMeta+f");
    await page.getByRole("textbox", { name: "Search the console" }).fill("499");
    // 499, 1499, 2499, 3499, 4499, and 4990 to 4999.
    await page.getByText("15 of 15").waitFor();
    await page.keyboard.press("Shift+Enter");
    await page.getByText("1 of 15").waitFor();
    await console.locator("mark", { hasText: "499" }).first().waitFor();
    await console.locator("[data-at]", { hasText: /^499$/ }).waitFor();
    await page.getByRole("button", { name: "To the end" }).waitFor();
    await colony.post("/api/projects/loss-plots/container/execute?wait=30", { command: "echo one more" });
    await page.getByRole("button", { name: /new lines/ }).click();
    await console.getByText("one more", { exact: true }).waitFor();
  },
);

scene(
  "A console that slept shows all that came meanwhile, and one that is cleared is empty for everyone",
  { path: "/projects/loss-plots/console" },
  async ({ visit, page, colony }) => {
    const console = page.getByRole("region", { name: "Console" });
    await page.locator("[data-connection=online]").waitFor();
    await colony.post("/api/projects/loss-plots/container/execute?wait=30", { command: "echo before the sleep" });
    await console.getByText("before the sleep", { exact: true }).waitFor();
    visit.expect(/ERR_INTERNET_DISCONNECTED|Failed to load resource|WebSocket/);
    await page.context().setOffline(true);
    await page.locator("[data-connection=offline]").waitFor();
    await colony.post("/api/projects/loss-plots/container/execute?wait=30", { command: "echo in the sleep; seq 1 300" });
    await page.context().setOffline(false);
    await page.locator("[data-connection=online]").waitFor();
    await console.getByText("300", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Clear the console" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Clear" }).click();
    await page.getByRole("heading", { name: "Nothing was run here yet" }).waitFor();
    expect((await colony.get("/api/projects/loss-plots/console/history")).body).toEqual([]);
  },
);

scene(
  "An error that a run wrote is listed with its file and line, shown where it stands, and put to the engineer",
  { path: "/projects/loss-plots/console" },
  async ({ page, colony }) => {
    await colony.call("PUT", "/api/projects/loss-plots/files/plot.py", { body: { content: "def loss(x):\n    return 1 / x\n\nloss(0)\n" } });
    await colony.post("/api/projects/loss-plots/container/execute?wait=30", { command: "python3 plot.py" });
    await page.getByRole("button", { name: /^Errors/ }).click();
    const fault = page.getByRole("complementary", { name: "Errors" }).getByRole("listitem").filter({ hasText: "ZeroDivisionError" });
    await fault.getByRole("link", { name: "plot.py:2" }).waitFor();
    await fault.getByRole("button", { name: "Show in the console" }).click();
    await page.getByRole("region", { name: "Console" }).getByText("Traceback (most recent call last):").waitFor();
    await fault.getByRole("button", { name: "Ask engineer" }).click();
    await until("the engineer is asked in the talk", async () => {
      const { body } = await colony.get("/api/channels/loss-plots/messages");
      return body.some(({ content }: { content: string }) => content.includes("@engineer") && content.includes("ZeroDivisionError"));
    });
    await fault.getByRole("link", { name: "plot.py:2" }).click();
    await page.getByRole("textbox", { name: "Text of plot.py" }).getByText("return 1 / x").waitFor();
    expect(new URL(page.url()).search).toBe("?line=2");
  },
);

scene(
  "A schedule says in words when it is due, is refused while it never is, runs at once when asked, and is switched off",
  { path: "/projects/loss-plots/schedules" },
  async ({ page, colony }) => {
    await page.getByRole("heading", { name: "Nothing runs by the clock" }).waitFor();
    await page.getByRole("button", { name: "New schedule" }).click();
    const dialog = page.getByRole("dialog", { name: "New schedule" });
    await dialog.getByRole("textbox", { name: "Name" }).fill("Morning report");
    await dialog.getByRole("textbox", { name: "Command" }).fill("echo good morning");
    await dialog.getByRole("textbox", { name: "When" }).fill("0 9 31 2 *");
    await until("a time that never comes is refused", async () => await dialog.getByRole("button", { name: "Make schedule" }).isDisabled());
    await dialog.getByRole("textbox", { name: "When" }).fill("0 9 * * 1-5");
    await dialog.getByText("At 09:00, Monday through Friday").waitFor();
    await thereAre(5, dialog.getByRole("list", { name: "The next times" }).getByRole("listitem"));
    await dialog.getByRole("button", { name: "Make schedule" }).click();
    const row = page.getByRole("list", { name: "Schedules" }).getByRole("listitem");
    await row.getByText("At 09:00, Monday through Friday").waitFor();
    await row.getByRole("button", { name: "More for Morning report" }).click();
    await page.getByRole("menuitem", { name: "Run now" }).click();
    await row.getByRole("link", { name: /succeeded/ }).waitFor();
    await row.getByRole("checkbox", { name: "Morning report is on" }).click();
    await until("it is off", async () => (await colony.get("/api/projects/loss-plots/schedules")).body[0].enabled === false);
  },
);

scene("A secret is set, named and removed, and its value shown nowhere", { path: "/c/general" }, async ({ visit, page, colony }) => {
  await colony.post("/api/projects", { name: "With keys" }, { token: await colony.tokenOf("benji", "password of benji") });
  await visit.go("/projects/with-keys/settings");
  await page.getByRole("button", { name: "Add a secret" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a secret" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("api key");
  await dialog.getByLabel("Value").fill("hunter2hunter2");
  await dialog.getByRole("button", { name: "Keep" }).click();
  await page.getByRole("list", { name: "Secrets" }).getByText("API_KEY").waitFor();
  await colony.post("/api/projects/with-keys/container/execute?wait=30", { command: 'echo "key: $API_KEY"' });
  await page.getByRole("link", { name: "Console" }).click();
  await page
    .getByRole("region", { name: "Console" })
    .getByText(/^key: /)
    .waitFor();
  expect(await page.content()).not.toContain("hunter2hunter2");
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Remove API_KEY" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("There are none.").waitFor();
});
