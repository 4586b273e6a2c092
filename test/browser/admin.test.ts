import { expect } from "bun:test";
import type { Colony } from "../colony.ts";
import { choose, dialog, row, saved, write } from "./tending.ts";
import { APE, stage } from "./viewer.ts";

const { scene } = stage(async (colony: Colony) => {
  await colony.call("PATCH", `/api/users/${APE.username}`, { body: { admin: true } });
  await colony.user("cc-benji-opus", "agent", { display_name: "Claude (Benji's Opus)" });
  await colony.user("neeraj", "ape", { display_name: "Neeraj" });
});

scene("Whom an admin invites makes an account on the link, once, and the audit log tells of it", { path: "/settings/people" }, async ({ visit, page, colony }) => {
  visit.expect(/status of 401.*\/api\/auth\/me$/, /status of 403.*\/api\/auth\/register$/);
  await page.getByRole("button", { name: "Invite someone" }).press("Enter");
  await write(page, "Invite someone", "Anna from sales");
  await page.keyboard.press("Enter");
  const link = (await visit.snippet("Send this link")).replace(/^http:\/\/[^/]+/, "");
  await saved(page, link.split("#")[1] ?? "nothing");
  await page.getByRole("list", { name: "Invitations" }).getByText("Anna from sales").waitFor();
  await visit.go("/settings/audit");
  await row(page, "made an invitation for Anna from sales").waitFor();

  const make = async () => {
    // A page that is still open would go on asking, as nobody.
    await page.goto("about:blank");
    await page.context().clearCookies();
    await visit.go("/");
    await visit.go(link);
    await page.getByLabel("Your name").fill("Anna Ek");
    await page.getByLabel("Password").fill("anna's password");
    await page.getByRole("button", { name: "Make account" }).press("Enter");
  };
  await make();
  await visit.settled();
  expect(new URL(page.url()).pathname).toBe("/c/general");
  expect((await colony.get("/api/users/anna-ek")).body).toMatchObject({ display_name: "Anna Ek", role: "ape", admin: false });
  expect((await colony.post("/api/auth/login", { username: "anna-ek", password: "anna's password" }, { token: null })).status).toBe(200);
  await make();
  await page.getByRole("alert").filter({ hasText: "invitation was used" }).waitFor();
});

scene("A webhook into a channel is made, its address shown once; posts by it appear, until it is ended", { path: "/settings/channels" }, async ({ visit, page, colony }) => {
  await choose(page, "#general", "Webhooks…");
  await page.getByText("This channel has no webhooks.").waitFor();
  await page.getByRole("button", { name: "Make a webhook" }).press("Enter");
  await write(page, "Make a webhook for #general", "Build server");
  await page.getByRole("button", { name: "Make webhook" }).press("Enter");
  const address = (await visit.snippet("The address to post to")).replace(/^http:\/\/[^/]+/, "");
  expect((await colony.post(address, { text: "from the build server" }, { token: null })).text).toBe("ok");
  await saved(page, address);
  await choose(page, "#general", "Webhooks…");
  await page.getByRole("button", { name: "End Build server" }).press("Enter");
  await dialog(page, "End “Build server”?").getByRole("button", { name: "End", exact: true }).press("Enter");
  await page.getByText("This channel has no webhooks.").waitFor();
  expect((await colony.post(address, { text: "too late" }, { token: null })).status).toBe(404);
  await visit.go("/c/general");
  await visit.message("from the build server").waitFor();
});

scene("The audit log is read by kind and by person; a job and a signed token are given", { path: "/settings/me" }, async ({ visit, page, colony }) => {
  const job = page.getByRole("form", { name: "Job" });
  await job.getByLabel("What you do here").fill("engineer");
  await job.getByRole("button", { name: "Save job" }).press("Enter");
  await job.getByText("Your job is changed.").waitFor();
  expect((await colony.get(`/api/users/${APE.username}`)).body.job).toBe("engineer");

  await visit.go("/settings/tokens");
  await page.getByRole("button", { name: "Make a token" }).press("Enter");
  await write(page, `Make a token for @${APE.username}`, "deployer");
  await page.getByLabel("What it writes must be signed").check();
  await page.getByRole("button", { name: "Make token" }).press("Enter");
  const [token, secret] = [await visit.snippet("The token"), await visit.snippet("The secret that signs")];
  expect([(await colony.get("/api/auth/me", { token })).status, (await colony.post("/api/channels", { name: "x" }, { token })).status]).toEqual([200, 401]);
  await saved(page, secret);
  await row(page, "deployer").getByText("Signed").waitFor();

  await visit.go("/settings/audit");
  await row(page, `changed @${APE.username}: job from nothing to “engineer”`).waitFor();
  await page.getByLabel("What", { exact: true }).selectOption("Passwords and tokens");
  await row(page, `made the token “deployer” for @${APE.username}`).waitFor();
  await row(page, "job from nothing").waitFor({ state: "detached" });
  await page.getByLabel("Who", { exact: true }).selectOption("@neeraj");
  await row(page, "deployer").waitFor({ state: "detached" });
});
