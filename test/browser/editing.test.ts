import { expect } from "bun:test";
import type { Colony } from "../colony.ts";
import { upload } from "../files.ts";
import { boxHolds, messages, post, stored } from "./posting.ts";
import { APE, stage, thereAre } from "./viewer.ts";

let opus = "";

const { scene } = stage(async (colony: Colony) => {
  opus = await colony.user("cc-benji-opus", "agent", { display_name: "Claude (Benji's Opus)" });
  for (const name of ["last", "far", "offline", "twice", "caption"]) await colony.post("/api/channels", { name });
});

scene("↑ edits my last message, Escape leaves it as it was, and dropped changes can be had back", { path: "/c/last" }, async ({ visit, page, colony }) => {
  await post(visit, "helo");
  await visit.box.press("ArrowUp");
  await page.getByText("Editing your message").waitFor();
  await boxHolds(visit, "helo");
  await visit.box.fill("something else");
  await visit.box.press("Escape");
  await page.getByText("Editing your message").waitFor({ state: "detached" });
  await boxHolds(visit, "");
  expect(await stored(colony, "last")).toEqual(["helo"]);
  await page.getByRole("button", { name: "Undo" }).click();
  await boxHolds(visit, "something else");
  await visit.box.fill("hello");
  await visit.box.press("Enter");
  await visit.message("hello").getByText("edited").waitFor();
  const [edited] = await messages(colony, "last");
  expect(edited.content).toBe("hello");
  expect(edited.updated_at).not.toBeNull();

  await visit.box.fill("not empty");
  await visit.box.press("ArrowUp");
  await thereAre(0, page.getByText("Editing your message"));
  await visit.box.fill("");
  await visit.box.press("ArrowUp");
  await page.getByText("Editing your message").waitFor();
  await visit.box.fill("");
  await visit.box.press("Enter");
  await page.getByRole("dialog", { name: "Delete this message?" }).getByRole("button", { name: "Delete" }).click();
  await visit.message("was deleted").waitFor();
  await page.getByText("Editing your message").waitFor({ state: "detached" });
});

scene("↑ takes up the last message though it is not at hand, never one before it", { path: "/c/general" }, async ({ visit, page, colony }) => {
  const mine = (await colony.tokenOf(APE.username, APE.password)) satisfies string;
  const { id } = await colony.say("far", "my old words", {}, mine);
  for (let at = 0; at < 150; at++) await colony.say("far", `step ${at}`, {}, opus);
  await colony.say("far", "my newest words", {}, mine);
  await visit.go(`/c/far/${id}`);
  await visit.message("my old words", APE.display_name).waitFor();
  await thereAre(0, visit.message("my newest words"));
  await visit.box.press("ArrowUp");
  await page.getByText("Editing your message").waitFor();
  await boxHolds(visit, "my newest words");
});

scene("An edit that cannot be saved keeps its words, and is saved by a press once it can be", { path: "/c/offline" }, async ({ visit, page, colony }) => {
  visit.expect(/net::ERR_/);
  await post(visit, "draft");
  await page.route("**/api/channels/*/messages/*", (route) => (route.request().method() === "PATCH" ? route.abort("connectionreset") : route.fallback()));
  await visit.box.press("ArrowUp");
  await visit.box.fill("final");
  await visit.box.press("Enter");
  const failed = page.getByRole("alert").filter({ hasText: "Not saved: The server cannot be reached." });
  await failed.waitFor();
  await boxHolds(visit, "final");
  await page.unroute("**/api/channels/*/messages/*");
  await failed.getByRole("button", { name: "Try again" }).click();
  await visit.message("final").getByText("edited").waitFor();
  await boxHolds(visit, "");
  expect(await stored(colony, "offline")).toEqual(["final"]);
});

scene("An edit says when the message was changed elsewhere, or deleted, and loses no word", { path: "/c/twice" }, async ({ visit, page, colony }) => {
  visit.expect(/status of 409/);
  const mine = await colony.tokenOf(APE.username, APE.password);
  await post(visit, "first form");
  const [{ id }] = await messages(colony, "twice");
  await visit.box.press("ArrowUp");
  await visit.box.fill("form from here");
  await colony.call("PATCH", `/api/channels/twice/messages/${id}`, { token: mine, body: { content: "form from there" } });
  await page.getByText("It was changed elsewhere meanwhile. Saving replaces: form from there").waitFor();
  await visit.box.press("Enter");
  await visit.message("form from here", APE.display_name).waitFor();
  expect(await stored(colony, "twice")).toEqual(["form from here"]);
  await visit.box.press("ArrowUp");
  await visit.box.fill("words that outlive it");
  expect((await colony.call("DELETE", `/api/channels/twice/messages/${id}`, { token: mine })).status).toBe(204);
  await page.getByText("This message was deleted meanwhile.").waitFor();
  await page.getByRole("button", { name: "Write it as a new message" }).click();
  await boxHolds(visit, "words that outlive it");
  await visit.box.press("Enter");
  await visit.message("words that outlive it", APE.display_name).waitFor();
  expect((await stored(colony, "twice")).at(-1)).toBe("words that outlive it");
});

scene("The words beside a message's files can be taken away, and the files stay", { path: "/c/caption" }, async ({ visit, page, colony }) => {
  const mine = await colony.tokenOf(APE.username, APE.password);
  const file = await upload(colony, "words", "notes.txt", mine);
  await colony.say("caption", "a caption", { attachments: [file.id] }, mine);
  const row = page.getByRole("article", { name: /^Benji, text, \d/ });
  await row.getByText("a caption").waitFor();
  await visit.box.press("ArrowUp");
  await boxHolds(visit, "a caption");
  await visit.box.fill("");
  await visit.box.press("Enter");
  await row.getByText("a caption").waitFor({ state: "detached" });
  await row.getByRole("button", { name: "Show notes.txt" }).waitFor();
  const [{ content, attachments }] = await messages(colony, "caption");
  expect([content, attachments.length]).toEqual(["", 1]);
});
