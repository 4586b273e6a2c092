import { beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Colony, newFolder, outcome, until } from "./colony.ts";
import { Documents } from "./documents.ts";

const handbook = resolve(import.meta.dir, "sample/handbook");

let documents: Documents;
beforeAll(async () => {
  const folder = join(newFolder(), "documents");
  cpSync(handbook, folder, { recursive: true });
  documents = await Documents.start(folder);
  await until(async () => (await documents.files()).length === 7 || undefined);
});

describe("a question", () => {
  for (const [question, where] of [
    ["How many days of vacation do I get?", "leave.md # Leave > Vacation"],
    ["What do I do when I'm sick?", "leave.md # Leave > Sick leave"],
    ["how long can parents stay at home after a birth", "leave.md # Leave > Parental leave"],
    ["Can I fly to a conference, and what may the hotel cost?", "expenses.md # Expenses > Travel"],
    ["Where do I send receipts?", "expenses.md # Expenses > How to hand in a receipt"],
    ["how do we roll back the site", "engineering/deploying.md # Deploying > Rolling back"],
    ["May we deploy on a Friday afternoon?", "engineering/deploying.md # Deploying > Freeze"],
    ["how often are databases backed up? are backups restored?", "engineering/databases.md # Databases"],
    ["I lost my laptop!!", "security.md # Security > Laptops"],
    ["What's the printer called?", "office.txt # "],
    ["Wie viele Urlaubstage habe ich?", "urlaub.md # Urlaub und Abwesenheit > Urlaubsanspruch"],
    ["Was mache ich bei Krankheit?", "urlaub.md # Urlaub und Abwesenheit > Krankmeldung"],
    ["kundigung in der probezeit", "urlaub.md # Urlaub und Abwesenheit > Kündigung"],
    ["moving house", "leave.md # Leave > Other Absences"],
  ] as const)
    test(`in plain language leads to its section: ${question}`, async () => {
      expect(await documents.best(question)).toBe(where);
    });

  test("finds what stands in a heading before what is only said", async () => {
    expect((await documents.ask("deploying")).hits.map(({ file }) => file)).toEqual(Array.from({ length: 4 }, () => "engineering/deploying.md").concat("engineering/databases.md"));
    expect(await documents.best("deploying")).toBe("engineering/deploying.md # Deploying");
  });

  test("shows a line with what was found marked and all else escaped", async () => {
    writeFileSync(documents.at("odd.md"), '# Odd <script>\n\nUse <img src=x onerror="alert(1)"> & the frobnicator & <mark>it</mark>.\n');
    const hit = await until(async () => (await documents.ask("frobnicator")).hits[0]);
    expect(hit.snippet).toBe("Use &lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; the <mark>frobnicator</mark> &amp; &lt;mark&gt;it&lt;/mark&gt;.");
    await documents.remove("odd.md");
    expect((await documents.ask("frobnicator")).hits).toEqual([]);
  });

  test("is only words, whatever is written", async () => {
    for (const q of ['"', "'", "*", "leave OR", "NEAR(", "heading:leave", "-", "^leave", "a AND NOT b)", "\0leave", "{leave} : x", "()()", "%", "leave".repeat(500)])
      expect((await documents.colony.get(`/api/knowledge?q=${encodeURIComponent(q)}`)).status).toBe(200);
    expect(await documents.best('vacation" OR heading:*')).toBe("leave.md # Leave > Vacation");
    expect((await documents.ask("???")).hits).toEqual([]);
    expect((await documents.ask("zzyzx")).hits).toEqual([]);
  });

  test("is answered by as many hits as are asked for, and says when there are more", async () => {
    const all = await documents.ask("leave day", "&limit=50");
    expect(all.hits.length).toBeGreaterThan(3);
    expect(all.has_more).toBe(false);
    expect(await documents.ask("leave day", "&limit=2")).toEqual({ hits: all.hits.slice(0, 2), has_more: true });
    for (const limit of ["0", "51", "many"]) expect(outcome(await documents.colony.get(`/api/knowledge?q=leave&limit=${limit}`))).toBe("422 validation_failed");
    expect(outcome(await documents.colony.get(`/api/knowledge?q=${"leave ".repeat(1_000)}`))).toBe("422 validation_failed");
    expect(outcome(await documents.colony.get("/api/knowledge?q=leave&query=x"))).toBe("422 validation_failed");
  });
});

describe("a document", () => {
  test("tells its sections in its order, each once however long, and all of them can be read", async () => {
    writeFileSync(documents.at("book.md"), `Before.\n\n# Zoo\n\n## Lions\n\n${"They roar.\n\n".repeat(600)}\n## Apes\n\nThey write.\n`);
    expect((await documents.file("book.md")).sections).toBeGreaterThan(3);
    const { body } = await documents.contents("book.md");
    expect(body).toEqual({ file: "book.md", sections: ["", "Zoo > Lions", "Zoo > Apes"].map((heading) => ({ heading, page: null })), has_more: false });
    for (const { heading } of body.sections) expect((await documents.section("book.md", heading)).status).toBe(200);
    await documents.remove("book.md");
  });

  test("that is not there is told with what to do", async () => {
    const { body } = await documents.contents("nowhere.md");
    expect(body.error).toMatchObject({ code: "not_found", message: 'There is no document "nowhere.md".', hint: "GET /api/knowledge/files lists the documents." });
    expect(outcome(await documents.contents(join(handbook, "leave.md")))).toBe("404 not_found");
  });
});

describe("a section", () => {
  test("is read by its file and heading", async () => {
    const { body } = await documents.section("leave.md", "Leave > Parental leave > Coming back");
    expect(body).toEqual({
      file: "leave.md",
      heading: "Leave > Parental leave > Coming back",
      page: null,
      text: "The first month back can be worked at four days a week for full pay.",
    });
    expect((await documents.section("leave.md", "Leave")).body.text).toStartWith("Time off is arranged");
    expect((await documents.section("office.txt", "")).body.text).toContain("Gutenberg");
  });

  test("keeps the code that stands in it, whose comments are no headings", async () => {
    expect((await documents.section("expenses.md", "Expenses > How to hand in a receipt")).body.text).toContain("   # This is a comment and no heading\n   receipts send");
  });

  test("that is not there is told with what to do", async () => {
    const { body } = await documents.section("leave.md", "Leave > Sabbatical");
    expect(body.error).toMatchObject({ code: "not_found", message: '"leave.md" has no section "Leave > Sabbatical".' });
    expect((await documents.section("expenses.md", "how to hand in a receipt")).body.error.hint).toStartWith('Did you mean "Expenses > How to hand in a receipt"?');
    expect((await documents.section("../../etc/passwd", "")).status).toBe(404);
    expect((await documents.section(join(handbook, "leave.md"), "Leave")).status).toBe(404);
  });

  test("that is long is found in pieces and read whole", async () => {
    const lines = Array.from({ length: 400 }, (_, n) => `Paragraph ${n} tells of the walrus ${n % 7 === 0 ? "and of the narwhal " : ""}at length.\n`);
    writeFileSync(documents.at("long.md"), `# Sea\n\n## Animals\n\n${lines.join("\n")}`);
    const file = await documents.file("long.md");
    expect(file.sections).toBeGreaterThan(8);
    const { hits } = await documents.ask("walrus narwhal", "&limit=50");
    expect(new Set(hits.map(({ heading }) => heading))).toEqual(new Set(["Sea > Animals"]));
    expect(hits.length).toBe(file.sections);
    const { body } = await documents.section("long.md", "Sea > Animals");
    expect(body.text.match(/walrus/g)).toHaveLength(400);
    await documents.remove("long.md");
    expect((await documents.section("long.md", "Sea > Animals")).status).toBe(404);
  });
});

describe("the folder", () => {
  test("is listed with what each document is", async () => {
    const listed = (await documents.files()).map(({ path, mime, sections, problem }) => ({ path, mime, sections, problem }));
    expect(listed.map(({ path }) => path)).toEqual(["engineering/databases.md", "engineering/deploying.md", "expenses.md", "leave.md", "office.txt", "security.md", "urlaub.md"]);
    expect(listed.find(({ path }) => path === "leave.md")).toEqual({ path: "leave.md", mime: "text/markdown", sections: 6, problem: null });
    expect(listed.find(({ path }) => path === "office.txt")?.mime).toBe("text/plain");
  });

  test("is followed: what is written, changed, renamed and removed there is so here", async () => {
    mkdirSync(documents.at("new/deep"), { recursive: true });
    writeFileSync(documents.at("new/deep/tea.md"), "# Tea\n\nWe drink oolong.\n");
    await documents.leads("oolong", "new/deep/tea.md # Tea");
    writeFileSync(documents.at("new/deep/tea.md"), "# Tea\n\nWe drink sencha.\n");
    await documents.leads("sencha", "new/deep/tea.md # Tea");
    expect((await documents.ask("oolong")).hits).toEqual([]);
    renameSync(documents.at("new"), documents.at("drinks"));
    await documents.leads("sencha", "drinks/deep/tea.md # Tea");
    await until(async () => (await documents.files()).every(({ path }) => !path.startsWith("new/")) || undefined);
    await documents.remove("drinks");
    expect((await documents.ask("sencha")).hits).toEqual([]);
  });
});

test("without a folder nothing is found and nothing is wrong", async () => {
  const bare = await Colony.start();
  expect((await bare.get("/api/knowledge?q=vacation")).body).toEqual({ hits: [], has_more: false });
  expect((await bare.get("/api/knowledge/files")).body).toEqual([]);
  await bare.stop();
});
