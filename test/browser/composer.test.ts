import { expect } from "bun:test";
import type { Page } from "playwright-core";
import type { Colony } from "../colony.ts";
import { boxHolds, messages, post, stored } from "./posting.ts";
import { APE, stage, thereAre, until, type Visit } from "./viewer.ts";

const BYTES = 256 * 1024;

let opus = "";

const channels = ["types", "plans", "marks", "fences", "pastes", "sizes", "calls", "answers", "phone", "input", "looks"];

const { scene } = stage(async (colony: Colony) => {
  opus = await colony.user("cc-benji-opus", "agent", { display_name: "Claude (Benji's Opus)" });
  await colony.user("ci.bot_2-x", "agent", { display_name: "Nightly" });
  await colony.user("mara", "ape", { display_name: "Mara Klein" });
  for (const name of channels) await colony.post("/api/channels", { name });
});

const typeButton = (page: Page) => page.getByRole("button", { name: /^Message type/ });
const typeIs = (page: Page, type: string) => page.getByRole("button", { name: `Message type: ${type}` }).waitFor();
const boxHasFocus = (visit: Visit) => until("the box has the focus", () => visit.box.evaluate((box) => box === document.activeElement));

/** Pastes by the browser's own hand. */
const paste = async (visit: Visit, text: string): Promise<void> => {
  await visit.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await visit.page.evaluate((words) => navigator.clipboard.writeText(words), text);
  await visit.box.press("ControlOrMeta+V");
};

scene("The type is chosen from a menu by keyboard, gives the box its look, and falls back to text", { path: "/c/types" }, async ({ visit, page, colony }) => {
  const family = () => visit.box.evaluate((box) => getComputedStyle(box).fontFamily);
  const talk = await family();
  await visit.box.focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const menu = page.getByRole("menu");
  await menu.getByRole("menuitemradio", { name: /^text.*\/text$/, checked: true }).waitFor();
  await menu.getByRole("menuitemradio", { name: /^code.*\/code$/ }).focus();
  await page.keyboard.press("Enter");
  await typeIs(page, "code");
  await boxHasFocus(visit);
  expect(await family()).not.toBe(talk);
  await visit.box.pressSequentially("x = 1");
  await visit.box.press("ControlOrMeta+Enter");
  await visit.message("x = 1", APE.display_name).waitFor();
  await typeIs(page, "text");
  const [{ type, content }] = await messages(colony, "types");
  expect([type, content]).toEqual(["code", "x = 1"]);
});

scene("A word at the start names the type; undo and Backspace take it back", { path: "/c/types" }, async ({ visit, page }) => {
  await visit.box.pressSequentially("/result ");
  await typeIs(page, "result");
  await boxHolds(visit, "");
  await visit.box.press("ControlOrMeta+Z");
  await boxHolds(visit, "/result ");
  await typeIs(page, "text");
  await visit.box.fill("");
  await visit.box.pressSequentially("/er");
  await page.getByRole("option", { name: /^\/error/, selected: true }).waitFor();
  await visit.box.press("Tab");
  await typeIs(page, "error");
  await visit.box.press("Backspace");
  await typeIs(page, "text");
  await visit.box.pressSequentially("see /code there");
  await boxHolds(visit, "see /code there");
  await typeIs(page, "text");
});

scene("A plan is written step by step; Tab indents, and Escape then Tab leaves", { path: "/c/plans" }, async ({ visit, page, colony }) => {
  await visit.box.pressSequentially("/plan ");
  await boxHolds(visit, "- [ ] ");
  await visit.box.pressSequentially("look");
  await visit.box.press("Enter");
  await visit.box.pressSequentially("think");
  await visit.box.press("Tab");
  await boxHolds(visit, "- [ ] look\n  - [ ] think");
  await visit.box.press("Shift+Tab");
  await boxHolds(visit, "- [ ] look\n- [ ] think");
  await visit.box.press("Enter");
  const hint = await visit.box.getAttribute("aria-describedby");
  expect(await page.locator(`[id="${hint}"]`).allInnerTexts()).toEqual(["Enter makes a line, Ctrl-Enter sends. Tab indents; Esc, then Tab, leaves the box."]);
  await visit.box.press("Escape");
  await page.keyboard.press("Tab");
  await until("the focus has left the box", () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") === "Message type: plan"));
  await boxHolds(visit, "- [ ] look\n- [ ] think\n- [ ] ");
  await visit.box.press("ControlOrMeta+Enter");
  await page.getByRole("progressbar", { name: "Plan progress" }).waitFor();
  await until("it stands", async () => (await messages(colony, "plans")).length === 1);
  const [{ type, content }] = await messages(colony, "plans");
  expect([type, content]).toEqual(["plan", "- [ ] look\n- [ ] think"]);
  await typeIs(page, "text");
});

scene("Marks are set by keys around what is selected, and every change can be undone", { path: "/c/marks" }, async ({ visit }) => {
  await visit.box.pressSequentially("make it bold");
  await visit.box.press("Control+Shift+ArrowLeft");
  await visit.box.press("ControlOrMeta+B");
  await boxHolds(visit, "make it **bold**");
  await visit.box.press("ControlOrMeta+B");
  await boxHolds(visit, "make it bold");
  await visit.box.press("ControlOrMeta+I");
  await boxHolds(visit, "make it _bold_");
  await visit.box.press("ControlOrMeta+Z");
  await boxHolds(visit, "make it bold");
  await visit.box.press("ControlOrMeta+E");
  await boxHolds(visit, "make it `bold`");
  await visit.box.press("ControlOrMeta+Shift+K");
  await boxHolds(visit, "make it `[bold]()`");
  await visit.box.fill("see this");
  await visit.box.press("Control+Shift+ArrowLeft");
  await paste(visit, "https://example.com/a(b)");
  await boxHolds(visit, "see [this](https://example.com/a%28b%29)");
  await visit.box.press("ControlOrMeta+Z");
  await boxHolds(visit, "see this");
});

scene("Lists go on by Shift-Enter, and in an open fence Enter makes a line", { path: "/c/fences" }, async ({ visit, page, colony }) => {
  await visit.box.pressSequentially("1. one");
  await visit.box.press("Shift+Enter");
  await visit.box.pressSequentially("two");
  await visit.box.press("Shift+Enter");
  await boxHolds(visit, "1. one\n2. two\n3. ");
  await visit.box.press("Shift+Enter");
  await boxHolds(visit, "1. one\n2. two\n");
  await visit.box.pressSequentially("```");
  await page.getByText("Enter makes a line").waitFor();
  await visit.box.press("Enter");
  await visit.box.pressSequentially("  x");
  await visit.box.press("Enter");
  await visit.box.pressSequentially("y");
  await visit.box.press("Enter");
  await visit.box.press("Shift+Home");
  await visit.box.pressSequentially("```");
  await page.getByText("Enter makes a line").waitFor({ state: "detached" });
  await visit.box.press("Enter");
  await boxHolds(visit, "");
  await until("it stands", async () => (await messages(colony, "fences")).length === 1);
  expect(await stored(colony, "fences")).toEqual(["1. one\n2. two\n```\n  x\n  y\n```"]);
});

scene("An Enter that ends a composition sends nothing", { path: "/c/input" }, async ({ visit, page, colony }) => {
  await visit.box.fill("かな");
  await visit.box.evaluate((box) => {
    const enter = { key: "Enter", bubbles: true, cancelable: true };
    box.dispatchEvent(new KeyboardEvent("keydown", { ...enter, isComposing: true }));
    box.dispatchEvent(new KeyboardEvent("keydown", { ...enter, keyCode: 229 }));
  });
  expect(await visit.box.inputValue()).toBe("かな");
  await visit.box.press("Enter");
  await visit.message("かな", APE.display_name).waitFor();
  await thereAre(1, page.getByRole("article"));
  expect(await stored(colony, "input")).toEqual(["かな"]);
});

scene("The preview shows the message as it will stand, while it is written", { path: "/c/looks" }, async ({ visit, page }) => {
  await visit.box.pressSequentially("**loud** @mara");
  await visit.box.press("ControlOrMeta+Shift+P");
  const preview = page.getByRole("region", { name: "Preview", exact: true });
  await preview.locator("strong", { hasText: "loud" }).waitFor();
  await preview.locator(".mention", { hasText: "@mara" }).waitFor();
  await boxHasFocus(visit);
  await visit.box.pressSequentially(" `code`");
  await preview.locator("code", { hasText: "code" }).waitFor();
  const shown = await preview.locator(".prose").innerHTML();
  await visit.box.press("Enter");
  const row = visit.message("loud", APE.display_name);
  await row.waitFor();
  expect(await row.locator(".prose").innerHTML()).toBe(shown);
  await visit.box.press("ControlOrMeta+Shift+P");
  await preview.waitFor({ state: "detached" });
  await typeButton(page).click();
  await page.getByRole("menuitem", { name: /^Preview/ }).click();
  await preview.getByText("Nothing is written yet.").waitFor();
  await page.getByRole("button", { name: "Close the preview" }).click();
  await preview.waitFor({ state: "detached" });
});

const trace = `Traceback (most recent call last):\n${'  File "train.py", line 3, in step\n'.repeat(40)}ValueError: no such shard`;

scene("A long paste offers the types it could be, its likeliest first, by keyboard too", { path: "/c/pastes" }, async ({ visit, page, colony }) => {
  await visit.box.focus();
  await paste(visit, trace);
  const offer = page.getByText("That looks like an error and its trace.");
  await offer.waitFor();
  await boxHasFocus(visit);
  await boxHolds(visit, trace);
  await page.keyboard.press("Escape");
  await offer.waitFor({ state: "detached" });
  await boxHolds(visit, trace);

  await visit.box.fill("");
  await paste(visit, trace);
  await offer.waitFor();
  const choices = page.getByRole("button", { name: /^(error|code|result|Keep as text)$/ });
  expect(await choices.allInnerTexts()).toEqual(["error", "code", "result", "Keep as text"]);
  for (let at = 0; at < 4; at++) await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await typeIs(page, "error");
  await offer.waitFor({ state: "detached" });
  await boxHasFocus(visit);
  await boxHolds(visit, trace);
  await page.keyboard.press("Enter");
  await visit.message("ValueError: no such shard", APE.display_name).waitFor();
  const [{ type, content }] = await messages(colony, "pastes");
  expect([type, content]).toEqual(["error", trace]);

  await paste(visit, "two lines\nare no log");
  await boxHolds(visit, "two lines\nare no log");
  await thereAre(0, page.getByText("Post it as"));
});

scene("What is too long for one message is not sent, says by how much, and can keep its end", { path: "/c/sizes" }, async ({ visit, page, colony }) => {
  const line = "é".repeat(49);
  const near = `${line}\n`.repeat(2_500);
  await paste(visit, near);
  await page.getByText(`${(2_500 * 99).toLocaleString("en")} of ${BYTES.toLocaleString("en")} bytes`).waitFor();
  const more = `${`${line}\n`.repeat(200)}the end`;
  const long = near + more;
  await paste(visit, more);
  const excess = (2_700 * 99 + 7 - BYTES).toLocaleString("en");
  await page.getByText(`${excess} bytes too long: a message holds ${BYTES.toLocaleString("en")}.`).waitFor();
  await visit.box.press("Enter");
  await page
    .getByRole("alert")
    .filter({ hasText: `Not sent: it is ${excess} bytes longer than a message may be.` })
    .waitFor();
  await boxHolds(visit, long);
  expect(await stored(colony, "sizes")).toEqual([]);
  await page.getByRole("button", { name: "Keep only the end" }).click();
  await page.getByText("bytes too long").waitFor({ state: "detached" });
  expect(await visit.box.inputValue()).toEndWith("the end");
  expect(await visit.box.inputValue()).toStartWith(line);
  await visit.box.press("ControlOrMeta+Z");
  await boxHolds(visit, long);
  await visit.box.press("ControlOrMeta+Shift+Z");
  await visit.box.press("Enter");
  await until("it stands", async () => (await stored(colony, "sizes")).length === 1);
  const [kept = ""] = await stored(colony, "sizes");
  expect(kept).toEndWith("the end");
  expect(Buffer.byteLength(kept)).toBeGreaterThan(BYTES - 200);
});

scene("@ offers people and agents, those who spoke here first; what is taken calls them", { path: "/c/calls" }, async ({ visit, page, colony }) => {
  await colony.say("calls", "I was here", {}, opus);
  await visit.message("I was here").waitFor();
  await visit.box.pressSequentially("hello @");
  const list = page.getByRole("listbox", { name: "Suggestions" });
  await list.getByRole("option", { name: /@mara$/ }).waitFor();
  const names = await list.getByRole("option").allInnerTexts();
  expect(names[0]).toContain("@cc-benji-opus");
  expect(names.slice(6, 8).map((words) => words.split("\n")[0]?.trim())).toEqual(["@", "@"]);
  // The agents of the server, which have no model here, come behind whom one has here; all of them can be scrolled to.
  expect(names.slice(0, 6).map((words) => words.includes("no model yet"))).toEqual([false, false, false, false, true, true]);
  expect(names.slice(4).join()).toContain("@grimlock");
  await page.getByText(`${names.length} names: scroll, or write the first letters`).waitFor();
  expect(names.join()).not.toContain("@benji\n");
  expect(await visit.box.getAttribute("aria-activedescendant")).toBeNull();

  await visit.box.press("ArrowDown");
  await visit.box.press("ArrowDown");
  const active = list.getByRole("option", { selected: true });
  expect(await visit.box.getAttribute("aria-activedescendant")).toBe(await active.getAttribute("id"));
  expect(await visit.box.getAttribute("aria-controls")).toBe(await list.getAttribute("id"));
  await visit.box.press("Escape");
  await list.waitFor({ state: "detached" });
  await boxHolds(visit, "hello @");
  await visit.box.pressSequentially("ma");
  await thereAre(0, list);

  await visit.box.fill("");
  await visit.box.pressSequentially("hello @nig");
  await list.getByRole("option", { name: /Nightly/, selected: true }).waitFor();
  await visit.box.press("Enter");
  await boxHolds(visit, "hello @ci.bot_2-x ");
  await visit.box.pressSequentially("and @mara");
  await list.waitFor();
  await visit.box.press("Enter");
  await visit.message("hello @ci.bot_2-x", APE.display_name).waitFor();
  const [, { mentions }] = await messages(colony, "calls");
  expect(mentions.toSorted()).toEqual(["ci.bot_2-x", "mara"]);
});

scene("Enter sends when nobody of the list was meant", { path: "/c/calls" }, async ({ visit, page, colony }) => {
  await visit.box.pressSequentially("meet me @");
  await page.getByRole("listbox", { name: "Suggestions" }).waitFor();
  await visit.box.press("Enter");
  await visit.message("meet me @", APE.display_name).waitFor();
  expect((await stored(colony, "calls")).at(-1)).toBe("meet me @");
  await colony.user("newcomer", "agent", { display_name: "Newcomer" });
  await page.reload();
  await visit.settled();
  await visit.box.pressSequentially("@newc");
  await page.getByRole("option", { name: /@newcomer/ }).click();
  await boxHolds(visit, "@newcomer ");
  await boxHasFocus(visit);
});

scene("A reply outlives a reload and another channel, and says when its parent was deleted", { path: "/c/answers" }, async ({ visit, page, colony }) => {
  const { id } = await colony.say("answers", "Shall I **start** the sweep?", {}, opus);
  await visit.act(visit.message("start the sweep"), "Reply");
  const note = page.getByText("Replying to Claude (Benji's Opus): Shall I start the sweep?");
  await note.waitFor();
  await visit.channels.getByRole("link", { name: "plans" }).click();
  await page.getByRole("textbox", { name: "Message #plans" }).waitFor();
  await thereAre(0, note);
  await visit.channels.getByRole("link", { name: "answers" }).click();
  await note.waitFor();
  await page.reload();
  await visit.settled();
  await note.waitFor();
  expect((await colony.call("DELETE", `/api/channels/answers/messages/${id}`)).status).toBe(204);
  await page.getByText("Replying to a message of Claude (Benji's Opus) that was deleted").waitFor();
  await post(visit, "yes, start");
  const [, reply] = await messages(colony, "answers");
  expect(reply.reply_to).toBe(id);
  await colony.say("answers", "another question", {}, opus);
  await visit.act(visit.message("another question"), "Reply");
  await page.getByText("Replying to").waitFor();
  await visit.box.press("Escape");
  await page.getByText("Replying to").waitFor({ state: "detached" });
});

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

scene(
  "On a phone Enter makes a line, letters are large enough not to zoom, and there is room for a thumb",
  { path: "/c/phone", context: phone },
  async ({ visit, page, colony }) => {
    await visit.box.fill("first");
    await visit.box.press("Enter");
    await visit.box.pressSequentially("second");
    await boxHolds(visit, "first\nsecond");
    expect(await visit.box.evaluate((box) => Number.parseFloat(getComputedStyle(box).fontSize))).toBeGreaterThanOrEqual(16);
    const form = page.getByRole("form", { name: "Write a message" });
    const small = await form.locator("button, textarea").evaluateAll((controls) =>
      controls.flatMap((control) => {
        const { width, height } = control.getBoundingClientRect();
        return width < 44 || height < 44 ? [`${control.getAttribute("aria-label")} ${width}×${height}`] : [];
      }),
    );
    expect(small).toEqual([]);
    await page.getByRole("button", { name: "Send" }).click();
    await visit.message("second", APE.display_name).waitFor();
    expect(await stored(colony, "phone")).toEqual(["first\nsecond"]);
  },
);

scene("Where a keyboard is laid over the page the box stays above it", { path: "/c/phone", context: phone }, async ({ visit, page }) => {
  const cover = (height: number) =>
    page.evaluate((pixels) => {
      Object.defineProperty(visualViewport, "height", { configurable: true, get: () => innerHeight - pixels });
      visualViewport?.dispatchEvent(new Event("resize"));
    }, height);
  const bottom = async () => {
    const place = await visit.box.boundingBox();
    return (place?.y ?? 0) + (place?.height ?? 0);
  };
  await cover(336);
  await until("the box is above the keyboard", async () => (await bottom()) <= 844 - 336);
  await cover(0);
  await until("the box is down again", async () => (await bottom()) > 844 - 100);
});
