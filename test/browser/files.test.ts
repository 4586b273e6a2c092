import { expect } from "bun:test";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { Colony } from "../colony.ts";
import { upload } from "../files.ts";
import { answerPosts, lose, lost, messages } from "./posting.ts";
import { APE, stage, thereAre, until, type Visit } from "./viewer.ts";

const icon = join(import.meta.dir, "../../ui/public/icons/icon-512.png");
const LIMIT = 100_000;

let opus = "";

const channels = ["choose", "drop", "order", "retry", "large", "unsent", "cards", "evil"];
const { scene } = stage(
  async (colony: Colony) => {
    opus = await colony.user("cc-benji-opus", "agent", { display_name: "Claude" });
    for (const name of channels) await colony.post("/api/channels", { name });
  },
  { COLONY_MAX_UPLOAD: String(LIMIT) },
);

const text = (name: string, words = "some words\n") => ({ name, mimeType: "text/plain", buffer: Buffer.from(words) });
const choose = (page: Page, ...files: Parameters<ReturnType<Page["locator"]>["setInputFiles"]>) => page.locator("input[type=file]").setInputFiles(...files);
const tray = (page: Page) => page.getByRole("list", { name: "Attached files" });
const isThere = (page: Page, name: string) =>
  tray(page)
    .getByRole("button", { name: `Remove ${name}` })
    .waitFor();

/** Gives the page files as a drop or a paste does. */
const hand = (visit: Visit, how: "paste" | "drop", name: string, words: string) =>
  visit.box.evaluate(
    (box, [how, name, words]) => {
      const data = new DataTransfer();
      data.items.add(new File([words], name, { type: "text/plain" }));
      if (how === "paste") return void box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
      for (const type of ["dragenter", "dragover", "drop"]) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    [how, name, words] as const,
  );

scene("Chosen files go up beside each other, and are posted without a word; an image is seen, in the room kept for it", { path: "/c/choose" }, async ({ visit, page, colony }) => {
  await choose(page, [icon]);
  await choose(page, [text("notes.txt"), text("more.txt")]);
  for (const name of ["icon-512.png", "notes.txt", "more.txt"]) await isThere(page, name);
  await tray(page).getByRole("button", { name: "Remove more.txt" }).click();
  await tray(page).getByText("more.txt").waitFor({ state: "detached" });
  await visit.box.press("Enter");
  const row = page.getByRole("article", { name: /^Benji, text, \d/ });
  const image = row.getByRole("img", { name: "icon-512.png" });
  await image.waitFor();
  await until("the image is drawn", () => image.evaluate((one) => one instanceof HTMLImageElement && one.complete && one.naturalWidth > 0));
  expect(await image.evaluate((one) => [one.getAttribute("width"), one.getAttribute("height")])).toEqual(["240", "240"]);
  await row.getByText("notes.txt").waitFor();
  await thereAre(0, tray(page));
  const [{ content, attachments }] = await messages(colony, "choose");
  expect([content, attachments.map(({ name }: { name: string }) => name)]).toEqual(["", ["icon-512.png", "notes.txt"]]);
});

scene("A file that is pasted or dropped anywhere on the page goes with what is written", { path: "/c/drop" }, async ({ visit, page, colony }) => {
  await visit.box.fill("both of them");
  await hand(visit, "paste", "pasted.txt", "by hand");
  await isThere(page, "pasted.txt");
  await hand(visit, "drop", "dropped.txt", "from afar");
  await isThere(page, "dropped.txt");
  await visit.box.press("Enter");
  const row = visit.message("both of them", APE.display_name);
  await row.getByText("pasted.txt").waitFor();
  await row.getByText("dropped.txt").waitFor();
  const [{ attachments }] = await messages(colony, "drop");
  expect((await colony.get(`/api/files/${attachments[1].id}/download`)).text).toBe("from afar");
});

scene(
  "An upload shows how far it is, can be stopped, and is tried again where the line broke; nothing is sent without it",
  { path: "/c/retry" },
  async ({ visit, page, colony }) => {
    visit.expect(lost);
    const held = Promise.withResolvers<void>();
    await page.route("**/api/files?*", async (route) => {
      await held.promise;
      await route.abort("connectionreset");
    });
    await choose(page, [text("slow.txt"), text("never.txt")]);
    await page.getByRole("progressbar", { name: "Uploading slow.txt" }).waitFor();
    await visit.box.fill("with its file");
    await visit.box.press("Enter");
    await page.getByRole("alert").filter({ hasText: "Not sent: its files are still on their way." }).waitFor();
    await tray(page).getByRole("button", { name: "Cancel never.txt" }).click();
    await tray(page).getByText("never.txt").waitFor({ state: "detached" });
    held.resolve();
    await tray(page).getByText("The server cannot be reached.").waitFor();
    await page.unroute("**/api/files?*");
    await tray(page).getByRole("button", { name: "Try slow.txt again" }).click();
    await isThere(page, "slow.txt");
    await visit.box.press("Enter");
    await visit.message("with its file", APE.display_name).getByText("slow.txt").waitFor();
    expect((await messages(colony, "retry")).length).toBe(1);
  },
);

scene(
  "Files stand in the order in which they were chosen, however they overtake; that some are on their way is said until all are there",
  { path: "/c/order" },
  async ({ visit, page, colony }) => {
    const held = Promise.withResolvers<void>();
    await page.route("**/api/files?name=first.txt", async (route) => {
      await held.promise;
      await route.continue();
    });
    await choose(page, [text("first.txt"), text("second.txt")]);
    await isThere(page, "second.txt");
    await visit.box.fill("in order");
    await visit.box.press("Enter");
    const waits = page.getByRole("alert").filter({ hasText: "Not sent: its files are still on their way." });
    await waits.waitFor();
    held.resolve();
    await isThere(page, "first.txt");
    await waits.waitFor({ state: "detached" });
    await visit.box.press("Enter");
    await visit.message("in order", APE.display_name).waitFor();
    const [{ attachments }] = await messages(colony, "order");
    expect(attachments.map(({ name }: { name: string }) => name)).toEqual(["first.txt", "second.txt"]);
  },
);

scene("What is too large is told before any of it is sent", { path: "/c/large" }, async ({ visit, page }) => {
  let sent = 0;
  await page.route("**/api/files?*", (route) => {
    sent++;
    return route.continue();
  });
  await choose(page, [text("huge.txt", "x".repeat(LIMIT + 1))]);
  await tray(page).getByText("It is too large: 98 KB, and this server takes 98 KB at most.").waitFor();
  await thereAre(0, tray(page).getByRole("button", { name: /again/ }));
  await tray(page).getByRole("button", { name: "Remove huge.txt" }).click();
  await thereAre(0, tray(page));
  expect(sent).toBe(0);
  await page.route("**/api/files/limits", (route) => route.fulfill({ json: { bytes: LIMIT, per_message: 1 } }));
  await choose(page, [text("one.txt"), text("two.txt")]);
  await isThere(page, "one.txt");
  await tray(page).getByText("A message carries 1 file at most.").waitFor();
  expect(sent).toBe(1);
  await tray(page).getByRole("button", { name: "Remove two.txt" }).click();
  await tray(page).getByRole("button", { name: "Remove one.txt" }).click();
  await thereAre(0, tray(page));
  expect(await visit.box.evaluate((box) => box === document.activeElement)).toBe(true);
});

scene("Files that are there outlive a reload, and a post with files is sent once the line is back", { path: "/c/unsent" }, async ({ visit, page, colony }) => {
  visit.expect(lost);
  await choose(page, [text("kept.txt")]);
  await isThere(page, "kept.txt");
  await page.reload();
  await isThere(page, "kept.txt");
  await answerPosts(page, lose);
  await visit.box.press("Enter");
  const waiting = page.getByRole("article", { name: "Benji, being sent" });
  await waiting.getByText("kept.txt").waitFor();
  await thereAre(0, tray(page));
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.reload();
  await page
    .getByRole("article", { name: /^Benji, text, \d/ })
    .getByRole("button", { name: "Show kept.txt" })
    .waitFor();
  await thereAre(0, waiting);
  const all = await messages(colony, "unsent");
  expect(all.map(({ attachments }: { attachments: { name: string }[] }) => attachments.map(({ name }) => name))).toEqual([["kept.txt"]]);
});

scene(
  "Files are shown over the page one after the other, by key; a text is coloured, what cannot be shown is there to be had",
  { path: "/c/cards" },
  async ({ visit, page, colony }) => {
    const files = [
      await upload(colony, await Bun.file(icon).bytes(), "icon.png", opus),
      await upload(colony, "def f(x):\n    return x * 2\n", "train.py", opus),
      await upload(colony, new Uint8Array([1, 0, 2, 0, 3]), "data.bin", opus),
    ];
    await colony.say("cards", "three of them", { attachments: files.map(({ id }) => id) }, opus);
    const row = visit.message("three of them");
    await row.getByRole("button", { name: "Show icon.png" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("img", { name: "icon.png" }).waitFor();
    await dialog.getByText("1 of 3").waitFor();
    await page.keyboard.press("ArrowRight");
    await dialog.getByRole("heading", { name: "train.py" }).waitFor();
    await dialog.locator("pre").filter({ hasText: "return x * 2" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await dialog.getByText("This kind of file is not shown here.").waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("link", { name: "Download" }).click()]);
    expect(download.suggestedFilename()).toBe("data.bin");
    await page.keyboard.press("ArrowLeft");
    await dialog.getByRole("heading", { name: "train.py" }).waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await until("the focus is back", () => row.getByRole("button", { name: "Show icon.png" }).evaluate((button) => button === document.activeElement));
  },
);

scene(
  "Nothing that is uploaded runs: a page and a drawing with scripts are texts to read, markdown is drawn as a message is, with its source at hand",
  { path: "/c/evil" },
  async ({ visit, page, colony }) => {
    const files = [
      await upload(colony, "<!doctype html><html><script>document.title = 'taken'</script></html>", "page.html", opus),
      await upload(colony, "<svg xmlns='http://www.w3.org/2000/svg' onload='document.title = `taken`'><script>document.title = 'taken'</script></svg>", "drawing.svg", opus),
      await upload(colony, "# Report\n\nAll is **well**.\n\n<img src=x onerror=\"document.title='taken'\">\n\n[here](javascript:document.title='taken')\n", "report.md", opus),
    ];
    await colony.say("evil", "look at these", { attachments: files.map(({ id }) => id) }, opus);
    const row = visit.message("look at these");
    const dialog = page.getByRole("dialog");
    for (const name of ["page.html", "drawing.svg"]) {
      await row.getByRole("button", { name: `Show ${name}` }).click();
      await dialog.locator("pre").filter({ hasText: "document.title" }).waitFor();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
    }
    await row.getByRole("button", { name: "Show report.md" }).click();
    await dialog.locator("strong").getByText("well").waitFor();
    await thereAre(0, dialog.getByRole("region", { name: "Text of the file" }).locator("img, iframe, script, a"));
    await dialog.getByRole("button", { name: "Source" }).click();
    await dialog.locator("pre").filter({ hasText: "All is **well**." }).waitFor();
    await page.keyboard.press("Escape");
    await thereAre(0, row.locator("img, iframe, object, embed, svg script"));
    expect(await page.title()).not.toContain("taken");
  },
);
