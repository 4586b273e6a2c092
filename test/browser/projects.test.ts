import { expect } from "bun:test";
import { stage, until } from "./viewer.ts";

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
