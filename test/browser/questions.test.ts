import { expect } from "bun:test";
import type { Colony } from "../colony.ts";
import { stage, thereAre, until, type Visit } from "./viewer.ts";

let [opus, neeraj] = ["", ""];

const { scene } = stage(async (colony: Colony) => {
  opus = await colony.user("cc-benji-opus", "agent", { display_name: "Claude" });
  neeraj = await colony.user("neeraj", "ape", { display_name: "Neeraj" });
  for (const name of ["talk", "wait", "race"]) await colony.post("/api/channels", { name });
});

const asks = (colony: Colony, channel: string, content: string, ask: Record<string, unknown>) => colony.say(channel, content, { ask: { options: ["yes", "no"], ...ask } }, opus);
const answerOf = async (colony: Colony, { channel_id, id }: { channel_id: string; id: string }) => (await colony.get(`/api/channels/${channel_id}/messages/${id}/answer`)).body;
const countIs = (visit: Visit, count: number) =>
  until(
    `${count} questions wait`,
    async () => ((await visit.page.getByRole("link", { name: /^Questions/ }).textContent()) ?? "").replace(/\D+/g, "") === (count === 0 ? "" : String(count)),
  );

scene("A question is answered by its button, with a note; who chose what is told to all", { path: "/c/talk" }, async ({ visit, page, colony }) => {
  const asked = await asks(colony, "talk", "Shall I deploy?", { options: ["deploy", "wait until Monday"] });
  const row = visit.message("Shall I deploy?");
  await row.getByText("Waits for an answer").waitFor();
  await row.getByRole("button", { name: "Add a note" }).click();
  await page.keyboard.type("after lunch");
  await row.getByRole("button", { name: "deploy" }).click();
  await row.getByText("Benji answered, just now").waitFor();
  await row.getByText("Chosen: deploy").waitFor();
  await row.getByText("after lunch").waitFor();
  await thereAre(0, row.getByRole("button", { name: "wait until Monday" }));
  expect(await answerOf(colony, asked)).toMatchObject({ state: "answered", answer: { option: "deploy", note: "after lunch", user: { username: "benji" } } });
});

scene("Who may not answer sees why, and a question whose time is over takes no answer", { path: "/c/wait" }, async ({ visit, colony }) => {
  await asks(colony, "wait", "Which license?", { assignee: "neeraj" });
  const theirs = visit.message("Which license?");
  await theirs.getByText("Only @neeraj may answer.").waitFor();
  await thereAre(0, theirs.getByRole("button", { name: "yes" }));
  await asks(colony, "wait", "Quick, yes or no?", { expires_at: new Date(Date.now() + 2_000).toISOString() });
  const over = visit.message("Quick, yes or no?");
  await over.getByText("Nobody answered in time.").waitFor();
  await thereAre(0, over.getByRole("button", { name: "yes" }));
});

scene("The first answer holds: who comes second is told so, and sees it", { path: "/c/race" }, async ({ visit, page, colony }) => {
  visit.expect(/status of 409/);
  const asked = await asks(colony, "race", "Red or blue?", { options: ["red", "blue"] });
  const row = visit.message("Red or blue?");
  await row.getByRole("button", { name: "red" }).waitFor();
  await page.route("**/answer", async (route) => {
    await colony.post(`/api/channels/race/messages/${asked.id}/answer`, { option: "blue" }, { token: neeraj });
    await route.continue();
  });
  await row.getByRole("button", { name: "red" }).click();
  await row.getByText("Neeraj answered, just now").waitFor();
  await row.getByText("Chosen: blue").waitFor();
});

scene(
  "What waits for me stands on a page of its own, oldest first, counted in the sidebar, and is answered by one key",
  { path: "/c/general" },
  async ({ visit, page, colony }) => {
    // What the scenes before left open.
    for (const { message } of (await colony.get("/api/questions", { token: neeraj })).body)
      await colony.post(`/api/channels/${message.channel_id}/messages/${message.id}/answer`, { option: message.ask.options[0] }, { token: neeraj });
    await countIs(visit, 0);
    const first = await asks(colony, "talk", "First: restart the run?", {});
    const second = await asks(colony, "talk", "Second: delete the checkpoints?", {});
    await countIs(visit, 2);
    await page.locator("body").press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("q");
    await page.waitForURL("**/questions");
    const list = page.getByRole("list", { name: "Waiting for your decision" });
    await until(
      "both are listed, the older first",
      async () => (await list.getByRole("article").allInnerTexts()).map((text) => /First|Second/.exec(text)?.[0]).join() === "First,Second",
    );
    await page.keyboard.press("j");
    await until("the first has the focus", () =>
      list
        .getByRole("article")
        .first()
        .evaluate((row) => row === document.activeElement),
    );
    await page.keyboard.press("2");
    await page.getByRole("status").filter({ hasText: "You answered Claude: no." }).waitFor();
    expect(await answerOf(colony, first)).toMatchObject({ state: "answered", answer: { option: "no", user: { username: "benji" } } });
    await until("the next has the focus", () => list.getByRole("article", { name: /asks in/ }).evaluate((row) => row === document.activeElement));
    await countIs(visit, 1);
    await colony.post(`/api/channels/talk/messages/${second.id}/answer`, { option: "yes" }, { token: neeraj });
    await page.getByRole("heading", { name: "Nobody waits for your decision" }).waitFor();
    await countIs(visit, 0);
    await asks(colony, "talk", "Third: one more?", {});
    await list.getByText("Third: one more?").waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("o");
    await page.waitForURL("**/c/talk/*");
    await visit.message("Third: one more?").waitFor();
  },
);
