import { expect } from "bun:test";
import type { Colony } from "../colony.ts";
import { APE, SESSION, stage, thereAre, until } from "./viewer.ts";

let opus = "";
let old = "";

const { scene } = stage(async (colony: Colony) => {
  opus = await colony.user("cc-benji-opus", "agent", { display_name: "Claude (Benji's Opus)" });
  for (const name of ["training", "ci", "types", "people", "replies", "keys", "far"]) await colony.post("/api/channels", { name, description: `About ${name}` });
  for (let at = 0; at < 450; at++) {
    const { id } = await colony.say("far", `step ${at} of the long way`, {}, opus);
    if (at === 20) old = id;
  }
});

scene("A wrong password says so, the right one enters, and signing out leaves nothing behind", { path: "/", as: "stranger" }, async ({ visit, page }) => {
  visit.expect(/status of 401.*\/api\/auth\/login$/);
  await page.getByLabel("Username").fill(APE.username);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page
    .getByRole("alert")
    .filter({ hasText: /password/i })
    .waitFor();
  expect(await page.getByLabel("Username").inputValue()).toBe(APE.username);

  await page.getByLabel("Password").fill(APE.password);
  await page.keyboard.press("Enter");
  await visit.settled();
  expect(new URL(page.url()).pathname).toBe("/c/general");

  await page.reload();
  await visit.settled();
  await page.getByRole("button", { name: /@benji$/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to Colony" }).waitFor();
  await thereAre(0, page.getByRole("article"));
  await page.reload();
  await page.getByRole("heading", { name: "Sign in to Colony" }).waitFor();
});

scene("Channels are listed, and going to one changes timeline, address and title", { path: "/c/general" }, async ({ visit, page, colony }) => {
  await colony.say("training", "The run has begun", {}, opus);
  await colony.say("ci", "The build is green", {}, opus);
  const training = visit.channels.getByRole("link", { name: /^training/ });
  await training.click();
  await visit.message("The run has begun").waitFor();
  expect(new URL(page.url()).pathname).toBe("/c/training");
  expect(await training.getAttribute("aria-current")).toBe("page");
  expect(await page.title()).toContain("#training");
  await page.getByText("About training").waitFor();

  await visit.channels.getByRole("link", { name: /^ci/ }).click();
  await visit.message("The build is green").waitFor();
  await thereAre(0, visit.message("The run has begun"));
  await page.goBack();
  await visit.message("The run has begun").waitFor();
});

scene("What others post appears by itself, and a channel in the back counts it", { path: "/c/general" }, async ({ visit, colony }) => {
  const posted = await colony.say("general", "Said while you watch", {}, opus);
  await visit.message("Said while you watch").waitFor();
  await colony.call("PATCH", `/api/channels/general/messages/${posted.id}`, { token: opus, body: { content: "Changed while you watch" } });
  await visit.message("Changed while you watch").getByText("edited").waitFor();

  await colony.say("people", `@${APE.username} come and see`, {}, opus);
  await visit.channels.getByRole("link", { name: /people.*1 mention.*1 unread/ }).waitFor();
  await visit.channels.getByRole("link", { name: /^people/ }).click();
  await visit.message("come and see").waitFor();
  await visit.page.getByRole("heading", { name: "New", exact: true }).waitFor();
  await visit.channels.getByRole("link", { name: "people", exact: true }).waitFor();
});

scene("Enter posts once, Shift-Enter begins a line", { path: "/c/general" }, async ({ visit, colony }) => {
  await visit.box.fill("first line");
  await visit.box.press("Shift+Enter");
  await visit.box.pressSequentially("second line");
  await visit.box.press("Enter");
  await visit.message("first line").waitFor();
  expect(await visit.box.inputValue()).toBe("");
  // It stands once: as it went out, as it came by the socket, and as it was answered.
  await until("the server has it", async () => (await colony.get("/api/channels/general/messages")).text.includes("second line"));
  await visit.message("second line", APE.display_name).waitFor();
  await thereAre(1, visit.message("first line"));
  const stored = (await colony.get("/api/channels/general/messages")).body.filter(({ content }: { content: string }) => content === "first line\nsecond line");
  expect(stored).toHaveLength(1);
  expect(stored[0].user.username).toBe(APE.username);
  expect(stored[0].via).toBe("web");
});

scene("Deleting asks first, and leaves a faint line that replies still point at", { path: "/c/replies" }, async ({ visit, page, colony }) => {
  await visit.box.fill("a word too many");
  await visit.box.press("Enter");
  await visit.message("a word too many", APE.display_name).waitFor();
  const [{ id }] = (await colony.get("/api/channels/replies/messages")).body;
  await colony.say("replies", "I answer that", { reply_to: id }, opus);
  await visit.message("I answer that").waitFor();

  await visit.choose(visit.message("a word too many", APE.display_name), "Delete");
  const dialog = page.getByRole("dialog", { name: "Delete this message?" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
  expect((await colony.get(`/api/channels/replies/messages/${id}`)).body.deleted_at).toBeNull();

  await visit.choose(visit.message("a word too many", APE.display_name), "Delete");
  let asked = 0;
  page.on("request", (request) => request.method() === "DELETE" && asked++);
  await dialog.getByRole("button", { name: "Delete" }).evaluate((button: HTMLElement) => {
    button.click();
    button.click();
  });
  await visit.message("was deleted").waitFor();
  expect(asked).toBe(1);
  await page.getByRole("link", { name: "In reply to Benji: deleted" }).waitFor();
  await thereAre(0, page.getByText("a word too many"));
});

scene("A reply says in one line what it answers, and leads there", { path: "/c/replies" }, async ({ visit, page, colony }) => {
  const parent = await colony.say("replies", "How is the training run going?", {}, opus);
  for (let at = 0; at < 60; at++) await colony.say("replies", `chatter ${at}`, {}, opus);
  await visit.message("chatter 59").waitFor();
  await page.keyboard.press("Escape");
  await visit.scrollUpTo(visit.message("How is the training"));
  await visit.act(visit.message("How is the training"), "Reply");
  await page.getByText(/^Replying to Claude \(Benji's Opus\): How is the training/).waitFor();
  await visit.box.fill("It is done");
  await visit.box.press("Enter");
  const reply = visit.message("It is done", APE.display_name);
  await reply.waitFor();
  await until("the reply is stored", async () => (await colony.get("/api/channels/replies/messages")).body.some((one: { reply_to: string }) => one.reply_to === parent.id));
  const link = reply.getByRole("link", { name: /^In reply to Claude \(Benji's Opus\): How is the training run going\?/ });
  await link.click();
  await page.waitForURL(`**/c/replies/${parent.id}`);
  const target = page.locator(`#message-${parent.id}`);
  await until(
    "the parent has the focus and is in view",
    async () => (await target.count()) === 1 && target.evaluate((row) => document.activeElement === row && row.getBoundingClientRect().top > 0),
  );
});

scene("Five types are told apart by label and form, not by colour alone", { path: "/c/types" }, async ({ visit, page, colony }) => {
  const say = (type: string, content: string) => colony.say("types", content, { type, metadata: SESSION }, opus);
  await say("text", "just **words** of mine");
  await say("code", `\`\`\`python\n${Array.from({ length: 40 }, (_, at) => `print(${at})`).join("\n")}\n\`\`\``);
  await say("result", "Training run completed. Loss: 0.023, accuracy: 91.4%");
  await say("error", 'Traceback (most recent call last):\n  File "/srv/train.py", line 12, in main\n    run()\nValueError: no such shard');
  const plan = await say("plan", "- [x] look\n- [x] think\n- [ ] leap");
  const row = (type: string) => page.getByRole("article", { name: new RegExp(`, ${type}, `) }).last();

  await row("text").locator("strong", { hasText: "words" }).waitFor();
  const code = row("code");
  await code.getByText("python", { exact: true }).waitFor();
  await code.getByText("40 lines", { exact: true }).waitFor();
  await code.getByRole("button", { name: "Copy code" }).waitFor();
  await thereAre(0, code.getByText("print(39)"));
  await code.locator("[class^=hljs-]").first().waitFor();
  await code.getByRole("button", { name: "Show all 40 lines" }).click();
  await code.getByText("print(39)").waitFor();

  const result = row("result");
  await result.getByText("Result", { exact: true }).waitFor();
  expect(await result.getByRole("term").allInnerTexts()).toEqual(["Loss", "accuracy"]);
  expect(await result.getByRole("definition").allInnerTexts()).toEqual(["0.023", "91.4%"]);

  const error = row("error");
  await error.getByText("ValueError: no such shard").first().waitFor();
  await error.getByText("at /srv/train.py:12").waitFor();
  expect(await error.getByText("Traceback").isVisible()).toBe(false);
  await error.getByText("Trace, 4 lines").click();
  await error.getByText("Traceback").waitFor();

  const progress = row("plan").getByRole("progressbar", { name: "Plan progress" });
  expect(await progress.getAttribute("aria-valuetext")).toBe("2 of 3 done");
  await thereAre(2, row("plan").getByRole("img", { name: "Done" }));
  await colony.call("PATCH", `/api/channels/types/messages/${plan.id}`, { token: opus, body: { content: "- [x] look\n- [x] think\n- [x] leap" } });
  await thereAre(3, row("plan").getByRole("img", { name: "Done" }));
  await visit.message("leap").getByText("edited").waitFor();
});

scene("An agent is seen to be one, and its session's details are one click away", { path: "/c/people" }, async ({ visit, page, colony }) => {
  await colony.say("people", "I am a program", { metadata: { ...SESSION, run: { step: 4 } } }, opus);
  await colony.say("people", "I am a person");
  const agent = visit.message("I am a program");
  await agent.getByRole("img", { name: "Agent" }).waitFor();
  await thereAre(0, visit.message("I am a person").getByRole("img", { name: "Agent" }));
  await agent.getByRole("button", { name: "Session details: claude-opus-4-6 · benjis-macbook cc_abc123" }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  for (const [name, value] of Object.entries(SESSION)) await details.getByRole("row", { name: `${name} ${value}` }).waitFor();
  await details.getByRole("row", { name: /run.*"step": 4/ }).waitFor();
  await details.getByText("@cc-benji-opus, an agent").waitFor();
  await details.getByRole("row", { name: "came by the API" }).waitFor();
  await page.keyboard.press("Escape");
  await details.waitFor({ state: "detached" });
});

scene("Neither the focus nor the details are taken from a reader when something comes", { path: "/c/people" }, async ({ visit, page, colony }) => {
  await colony.say("people", "look closer", { metadata: SESSION }, opus);
  await visit.act(visit.message("look closer"), "Details");
  const close = page.getByRole("button", { name: "Close details" });
  await close.focus();
  await colony.say("people", `@${APE.username} over here`, {}, opus);
  await visit.message("over here").waitFor();
  await visit.channels.getByRole("link", { name: "people", exact: true }).waitFor();
  expect(await close.evaluate((button) => button === document.activeElement)).toBe(true);
});

scene("A permalink opens far back at its message; the newest is one click away", { path: "/c/general" }, async ({ visit, page }) => {
  await visit.go(`/c/far/${old}`);
  const row = page.locator(`#message-${old}`);
  await until("the message is in view and has the focus", async () => (await row.count()) === 1 && (await row.evaluate((one) => document.activeElement === one)));
  const box = await row.boundingBox();
  expect(box?.y).toBeGreaterThan(0);
  expect(box?.y).toBeLessThan(800);
  await page.getByRole("button", { name: /^Jump to newest/ }).click();
  await visit.message("step 449 of").waitFor();
  expect(new URL(page.url()).pathname).toBe("/c/far");

  visit.expect(/status of 404/);
  await visit.go("/c/far/01890000-0000-7000-8000-000000000000");
  await page.getByRole("heading", { name: "There is no such message here" }).waitFor();
  await page.getByRole("button", { name: "Show the newest" }).click();
  await visit.message("step 449 of").waitFor();
  await visit.go("/c/nowhere");
  await page.getByRole("heading", { name: /no channel “nowhere”/ }).waitFor();
});

scene("The keys j, k, r, e and i do what the buttons do", { path: "/c/keys" }, async ({ visit, page, colony }) => {
  await colony.say("keys", "one by an agent", { metadata: SESSION }, opus);
  await visit.box.fill("two by me");
  await visit.box.press("Enter");
  await visit.message("two by me", APE.display_name).waitFor();
  const focused = (text: string) =>
    until(`${text} has the focus`, () => page.evaluate((words) => document.activeElement?.tagName === "ARTICLE" && document.activeElement.textContent.includes(words), text));
  await visit.box.press("Escape");
  await page.keyboard.press("j");
  await focused("two by me");
  await page.keyboard.press("k");
  await focused("one by an agent");
  await page.keyboard.press("i");
  await page.getByRole("complementary", { name: "Details" }).getByRole("row", { name: "skill /critic" }).waitFor();
  await page.keyboard.press("r");
  await page.getByText("Replying to Claude (Benji's Opus): one by an agent").waitFor();
  expect(await visit.box.evaluate((box) => box === document.activeElement)).toBe(true);
  await visit.box.press("Escape");
  await visit.box.press("Escape");
  await page.keyboard.press("j");
  await focused("two by me");
  await page.keyboard.press("e");
  await page.getByText("Editing your message").waitFor();
  expect(await visit.box.inputValue()).toBe("two by me");
});

scene("A new channel is made from the sidebar and opened; a name that is taken says so", { path: "/c/general" }, async ({ visit, page }) => {
  visit.expect(/status of 409/);
  await page.getByRole("button", { name: "New channel" }).click();
  const dialog = page.getByRole("dialog", { name: "New channel" });
  await dialog.getByLabel("Name").fill("CI");
  await dialog.getByRole("button", { name: "Make channel" }).click();
  await dialog.getByRole("alert").waitFor();
  await dialog.getByLabel("Name").fill("Night Shift");
  expect(await dialog.getByLabel("Name").inputValue()).toBe("night-shift");
  await dialog.getByLabel("What it is for").fill("After hours");
  await dialog.getByRole("button", { name: "Make channel" }).click();
  await page.waitForURL("**/c/night-shift");
  await page.getByRole("heading", { name: "Nothing has been said here yet" }).waitFor();
  await visit.channels.getByRole("link", { name: "night-shift" }).waitFor();
});
