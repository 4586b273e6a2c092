import { beforeAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Colony, newFolder, outcome, until } from "./colony.ts";

const handbook = resolve(import.meta.dir, "sample/handbook");

type Hit = { file: string; heading: string; page: number | null; snippet: string; score: number };
type File = { path: string; mime: string; size: number; sections: number; updated_at: string; problem: string | null };

let colony: Colony;
let folder: string;
beforeAll(async () => {
  folder = join(newFolder(), "documents");
  cpSync(handbook, folder, { recursive: true });
  colony = await Colony.start({ COLONY_KNOWLEDGE: folder });
  await until(async () => (await files()).length === 7 || undefined);
});

const files = async (at = colony): Promise<File[]> => (await at.get("/api/knowledge/files")).body;
const ask = async (q: string, more = "", at = colony): Promise<{ hits: Hit[]; has_more: boolean }> => {
  const answer = await at.get(`/api/knowledge?q=${encodeURIComponent(q)}${more}`);
  if (answer.status !== 200) throw new Error(`${q}: ${answer.text}`);
  return answer.body;
};
/** Where the best hit stands. */
const best = async (q: string, at = colony): Promise<string | undefined> => {
  const hit = (await ask(q, "", at)).hits[0];
  return hit && `${hit.file} # ${hit.heading}`;
};
const read = (file: string, heading: string, at = colony) => at.get(`/api/knowledge/section?file=${encodeURIComponent(file)}&heading=${encodeURIComponent(heading)}`);

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
      expect(await best(question)).toBe(where);
    });

  test("finds what stands in a heading before what is only said", async () => {
    expect((await ask("deploying")).hits.map(({ file }) => file)).toEqual(Array.from({ length: 4 }, () => "engineering/deploying.md").concat("engineering/databases.md"));
    expect(await best("deploying")).toBe("engineering/deploying.md # Deploying");
  });

  test("shows a line with what was found marked and all else escaped", async () => {
    writeFileSync(join(folder, "odd.md"), '# Odd <script>\n\nUse <img src=x onerror="alert(1)"> & the frobnicator & <mark>it</mark>.\n');
    const hit = await until(async () => (await ask("frobnicator")).hits[0]);
    expect(hit.snippet).toBe("Use &lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; the <mark>frobnicator</mark> &amp; &lt;mark&gt;it&lt;/mark&gt;.");
    rmSync(join(folder, "odd.md"));
    await until(async () => (await ask("frobnicator")).hits.length === 0 || undefined);
  });

  test("is only words, whatever is written", async () => {
    for (const q of ['"', "'", "*", "leave OR", "NEAR(", "heading:leave", "-", "^leave", "a AND NOT b)", "\0leave", "{leave} : x", "()()", "%", "leave".repeat(500)])
      expect((await colony.get(`/api/knowledge?q=${encodeURIComponent(q)}`)).status).toBe(200);
    expect(await best('vacation" OR heading:*')).toBe("leave.md # Leave > Vacation");
    expect((await ask("???")).hits).toEqual([]);
    expect((await ask("zzyzx")).hits).toEqual([]);
  });

  test("is answered by as many hits as are asked for, and says when there are more", async () => {
    const all = await ask("leave day", "&limit=50");
    expect(all.hits.length).toBeGreaterThan(3);
    expect(all.has_more).toBe(false);
    expect(await ask("leave day", "&limit=2")).toEqual({ hits: all.hits.slice(0, 2), has_more: true });
    for (const limit of ["0", "51", "many"]) expect(outcome(await colony.get(`/api/knowledge?q=leave&limit=${limit}`))).toBe("422 validation_failed");
    expect(outcome(await colony.get(`/api/knowledge?q=${"leave ".repeat(1_000)}`))).toBe("422 validation_failed");
    expect(outcome(await colony.get("/api/knowledge?q=leave&query=x"))).toBe("422 validation_failed");
  });
});

describe("a section", () => {
  test("is read by its file and heading", async () => {
    const { body } = await read("leave.md", "Leave > Parental leave > Coming back");
    expect(body).toEqual({
      file: "leave.md",
      heading: "Leave > Parental leave > Coming back",
      page: null,
      text: "The first month back can be worked at four days a week for full pay.",
    });
    expect((await read("leave.md", "Leave")).body.text).toStartWith("Time off is arranged");
    expect((await read("office.txt", "")).body.text).toContain("Gutenberg");
  });

  test("keeps the code that stands in it, whose comments are no headings", async () => {
    expect((await read("expenses.md", "Expenses > How to hand in a receipt")).body.text).toContain("   # This is a comment and no heading\n   receipts send");
  });

  test("that is not there is told with what to do", async () => {
    const { body } = await read("leave.md", "Leave > Sabbatical");
    expect(body.error).toMatchObject({ code: "not_found", message: '"leave.md" has no section "Leave > Sabbatical".' });
    expect((await read("../../etc/passwd", "")).status).toBe(404);
    expect((await read(join(handbook, "leave.md"), "Leave")).status).toBe(404);
  });

  test("that is long is found in pieces and read whole", async () => {
    const lines = Array.from({ length: 400 }, (_, n) => `Paragraph ${n} tells of the walrus ${n % 7 === 0 ? "and of the narwhal " : ""}at length.\n`);
    writeFileSync(join(folder, "long.md"), `# Sea\n\n## Animals\n\n${lines.join("\n")}`);
    const file = await until(async () => (await files()).find(({ path }) => path === "long.md"));
    expect(file.sections).toBeGreaterThan(8);
    const { hits } = await ask("walrus narwhal", "&limit=50");
    expect(new Set(hits.map(({ heading }) => heading))).toEqual(new Set(["Sea > Animals"]));
    expect(hits.length).toBe(file.sections);
    const { body } = await read("long.md", "Sea > Animals");
    expect(body.text.match(/walrus/g)).toHaveLength(400);
    rmSync(join(folder, "long.md"));
    await until(async () => (await read("long.md", "Sea > Animals")).status === 404 || undefined);
  });
});

describe("the folder", () => {
  test("is listed with what each document is", async () => {
    const listed = (await files()).map(({ path, mime, sections, problem }) => ({ path, mime, sections, problem }));
    expect(listed.map(({ path }) => path)).toEqual(["engineering/databases.md", "engineering/deploying.md", "expenses.md", "leave.md", "office.txt", "security.md", "urlaub.md"]);
    expect(listed.find(({ path }) => path === "leave.md")).toEqual({ path: "leave.md", mime: "text/markdown", sections: 6, problem: null });
    expect(listed.find(({ path }) => path === "office.txt")?.mime).toBe("text/plain");
  });

  test("is followed: what is written, changed, renamed and removed there is so here", async () => {
    mkdirSync(join(folder, "new/deep"), { recursive: true });
    writeFileSync(join(folder, "new/deep/tea.md"), "# Tea\n\nWe drink oolong.\n");
    await until(async () => (await best("oolong")) === "new/deep/tea.md # Tea" || undefined);
    writeFileSync(join(folder, "new/deep/tea.md"), "# Tea\n\nWe drink sencha.\n");
    await until(async () => (await best("sencha")) === "new/deep/tea.md # Tea" || undefined);
    expect((await ask("oolong")).hits).toEqual([]);
    renameSync(join(folder, "new"), join(folder, "drinks"));
    await until(async () => (await best("sencha")) === "drinks/deep/tea.md # Tea" || undefined);
    expect((await files()).some(({ path }) => path.startsWith("new/"))).toBe(false);
    rmSync(join(folder, "drinks"), { recursive: true });
    await until(async () => (await ask("sencha")).hits.length === 0 || undefined);
  });
});

test("without a folder nothing is found and nothing is wrong", async () => {
  const bare = await Colony.start();
  expect(await ask("vacation", "", bare)).toEqual({ hits: [], has_more: false });
  expect(await files(bare)).toEqual([]);
  expect(existsSync(join(bare.data, "knowledge"))).toBe(false);
  await bare.stop();
});
