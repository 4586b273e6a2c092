import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { stage, thereAre, until } from "./viewer.ts";

const FILES = "/api/projects/loss-plots/files";

const { scene } = stage(async (colony) => {
  await colony.post("/api/projects", { name: "Loss plots" });
  await colony.post(FILES, { path: "main.py", content: "print(1)\nprint(2)\n" });
  await colony.post(FILES, { path: "src/deep/plot.py", content: "x = 1\n" });
  await colony.post(FILES, { path: "dot.png", encoding: "base64", content: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==" });
  await colony.post(FILES, { path: "data.bin", encoding: "base64", content: "AAH/AAE=" });
});

const text = (page: Page, path: string) => page.getByRole("textbox", { name: `Text of ${path}` });

/** Puts the cursor at a text's beginning and writes there. */
const write = async (page: Page, path: string, words: string): Promise<void> => {
  await text(page, path).click();
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.type(words);
};

scene("The tree is gone through by keys alone, and a file is opened, changed and saved as its next version", { path: "/projects/loss-plots/files" }, async ({ page, colony }) => {
  const tree = page.getByRole("tree", { name: "Files" });
  await tree.getByRole("treeitem", { name: "src" }).focus();
  await page.keyboard.press("ArrowRight");
  await tree.getByRole("treeitem", { name: "deep" }).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await text(page, "src/deep/plot.py").waitFor();
  expect(new URL(page.url()).pathname).toBe("/projects/loss-plots/files/src/deep/plot.py");
  await write(page, "src/deep/plot.py", "# why\n");
  await page.getByText("not saved", { exact: true }).waitFor();
  expect(
    await tree
      .getByRole("treeitem", { name: /plot\.py/ })
      .getByRole("img", { name: "not saved" })
      .count(),
  ).toBe(1);

  // What is not saved waits while one looks elsewhere.
  await tree.getByRole("treeitem", { name: "main.py" }).click();
  await text(page, "main.py").waitFor();
  await tree.getByRole("treeitem", { name: /plot\.py/ }).click();
  await text(page, "src/deep/plot.py").getByText("# why").waitFor();
  await text(page, "src/deep/plot.py").click();
  await page.keyboard.press("ControlOrMeta+s");
  await until("it is saved", async () => (await colony.get(`${FILES}/src/deep/plot.py`)).body.content === "# why\nx = 1\n");
  await page.getByText("not saved", { exact: true }).waitFor({ state: "detached" });
});

scene(
  "Two who change a file at once see both, and one decides; what another changes alone is shown as it comes",
  { path: "/projects/loss-plots/files/main.py" },
  async ({ visit, page, colony }) => {
    await text(page, "main.py").getByText("print(1)").waitFor();
    await colony.call("PUT", `${FILES}/main.py`, { body: { content: "print(10)\n" } });
    await text(page, "main.py").getByText("print(10)").waitFor();

    await write(page, "main.py", "# mine\n");
    await colony.call("PUT", `${FILES}/main.py`, { body: { content: "# theirs\nprint(10)\n" } });
    await page.getByText("Admin changed the file since you began.").waitFor();
    visit.expect(/status of 412/);
    await page.keyboard.press("ControlOrMeta+s");
    await page.getByText("Admin saved another version").waitFor();
    await page.locator(".cm-merge-a, .cm-content").getByText("# theirs").first().waitFor();
    await page.getByRole("button", { name: "Keep mine" }).click();
    await until("mine is the newest", async () => (await colony.get(`${FILES}/main.py`)).body.content === "# mine\nprint(10)\n");

    await write(page, "main.py", "# again\n");
    await colony.call("PUT", `${FILES}/main.py`, { body: { content: "print('theirs')\n" } });
    await page.getByRole("button", { name: "Compare" }).click();
    await page.getByRole("button", { name: "Take theirs" }).click();
    await text(page, "main.py").getByText("print('theirs')").waitFor();
    expect(await page.getByText("not saved", { exact: true }).count()).toBe(0);
  },
);

scene("Any two versions of a file are compared, each with its author and run, and an earlier one is put back", { path: "/projects/loss-plots/files" }, async ({ page, colony }) => {
  await colony.post(FILES, { path: "notes.md", content: "one\n" });
  await colony.post("/api/projects/loss-plots/container/execute?wait=30", { command: "echo two >> notes.md" });
  await page.getByRole("treeitem", { name: "notes.md" }).click();
  await text(page, "notes.md").getByText("two").waitFor();
  await page.getByRole("button", { name: "Versions" }).click();
  const versions = page.getByRole("list", { name: "Versions" });
  await thereAre(2, versions.getByRole("listitem"));
  await versions.getByRole("listitem").first().getByRole("link", { name: "by a run" }).waitFor();
  await page.locator(".cm-changedLine, .cm-insertedLine").first().waitFor();
  await versions.getByRole("button", { name: "Version 1" }).click();
  await page.getByRole("button", { name: "Put version 1 back" }).click();
  await until("it is as it was", async () => (await colony.get(`${FILES}/notes.md`)).body.content === "one\n");
  await thereAre(3, versions.getByRole("listitem"));

  await page.getByRole("button", { name: "Versions" }).click();
  await page.getByRole("button", { name: "Delete the file" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("treeitem", { name: "notes.md" }).waitFor({ state: "detached" });
});

scene(
  "Files are made, uploaded and shown as what they are: a picture, a line that is linked to, bytes",
  { path: "/projects/loss-plots/files" },
  async ({ visit, page, colony }) => {
    await page.getByRole("button", { name: "New file" }).click();
    await page.getByRole("textbox", { name: "Path" }).fill("made/here.ts");
    await page.getByRole("button", { name: "Make file" }).click();
    await text(page, "made/here.ts").waitFor();
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Upload files" }).click();
    await (await chooser).setFiles([{ name: "table.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") }]);
    await page.getByRole("treeitem", { name: "table.csv" }).click();
    await text(page, "made/table.csv").getByText("a,b").waitFor();
    expect((await colony.get(`${FILES}/made/table.csv`)).status).toBe(200);

    await page.getByRole("treeitem", { name: "dot.png" }).click();
    await until("the picture is drawn", () => page.getByRole("img", { name: "dot.png" }).evaluate((image) => (image as HTMLImageElement).naturalWidth === 1));
    await page.getByRole("treeitem", { name: "data.bin" }).click();
    await page.getByText("5 bytes: it cannot be shown as text here.").waitFor();
    await colony.post(FILES, { path: "long.py", content: Array.from({ length: 400 }, (_, at) => `line_${at + 1} = ${at}`).join("\n") });
    await visit.go("/projects/loss-plots/files/long.py?line=300");
    await text(page, "long.py").getByText("line_300").waitFor();
  },
);
