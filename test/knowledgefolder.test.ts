import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command, newFolder, until } from "./colony.ts";
import { Documents } from "./documents.ts";

let documents: Documents;
beforeAll(async () => {
  documents = await Documents.start();
});

/** The number that each reading of a file gets. */
const readings = (): Record<string, number> => {
  const db = new Database(join(documents.colony.data, "colony.db"), { readonly: true });
  const rows = db.query<{ path: string; no: number }, []>("SELECT path, no FROM knowledge_files").all();
  db.close();
  return Object.fromEntries(rows.map(({ path, no }) => [path, no]));
};

const problem = async (path: string): Promise<string | null> => (await documents.file(path)).problem;

describe("a folder of documents", () => {
  test("that is missing is told, and read when it appears", async () => {
    expect(await documents.files()).toEqual([expect.objectContaining({ path: ".", sections: 0, problem: expect.stringContaining("There is no such folder") })]);
    expect((await documents.ask("marmot")).hits).toEqual([]);
    mkdirSync(documents.folder);
    writeFileSync(documents.at("rodents.md"), "# Rodents\n\nA marmot whistles.\n");
    await documents.leads("marmot", "rodents.md # Rodents");
    expect((await documents.files()).map(({ path }) => path)).toEqual(["rodents.md"]);
  });

  test("that is put in place of another is read and followed", async () => {
    const other = `${documents.folder}-next`;
    mkdirSync(other);
    writeFileSync(join(other, "birds.md"), "# Birds\n\nA kea opens bags.\n");
    renameSync(documents.folder, `${documents.folder}-before`);
    renameSync(other, documents.folder);
    await documents.leads("kea", "birds.md # Birds");
    await documents.leads("marmot", undefined);
    writeFileSync(documents.at("more.md"), "# More\n\nA cassowary kicks.\n");
    await documents.leads("cassowary", "more.md # More");
  });

  test("is not left by links, and what is hidden or of another kind is passed over", async () => {
    const outside = newFolder();
    writeFileSync(join(outside, "secret.md"), "# Secret\n\nThe password is pangolin.\n");
    symlinkSync(join(outside, "secret.md"), documents.at("link.md"));
    symlinkSync(outside, documents.at("linked"));
    symlinkSync("nowhere.md", documents.at("broken.md"));
    symlinkSync(".", documents.at("loop"));
    symlinkSync("birds.md", documents.at("again.md"));
    writeFileSync(documents.at(".hidden.md"), "# Hidden\n\npangolin\n");
    mkdirSync(documents.at(".git"));
    writeFileSync(documents.at(".git/config.md"), "# Git\n\npangolin\n");
    writeFileSync(documents.at("notes.docx"), "pangolin");
    mkdirSync(documents.at("folder.md"));
    // As a ConfigMap is mounted.
    mkdirSync(documents.at("..2026"));
    writeFileSync(documents.at("..2026/mounted.md"), "# Mounted\n\nA numbat eats ants.\n");
    symlinkSync("..2026", documents.at("..data"));
    symlinkSync("..data/mounted.md", documents.at("mounted.md"));
    await documents.leads("numbat", "mounted.md # Mounted");
    expect(await problem("link.md")).toStartWith("It is a link that leads out of the folder");
    expect(await problem("linked")).toStartWith("It is a link to a folder");
    expect(await problem("loop")).toStartWith("It is a link to a folder");
    expect(await problem("broken.md")).toBe("It is a link that leads nowhere");
    expect((await documents.files()).map(({ path }) => path)).toEqual(["birds.md", "broken.md", "link.md", "linked", "loop", "more.md", "mounted.md"]);
    expect((await documents.ask("pangolin")).hits).toEqual([]);
    for (const name of ["link.md", "linked", "loop", "broken.md", "again.md", "mounted.md"]) rmSync(documents.at(name));
    await until(async () => (await documents.files()).length === 2 || undefined);
  });

  test("may hold what is no text, or not UTF-8, or named to mislead", async () => {
    writeFileSync(documents.at("picture.md"), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]));
    writeFileSync(documents.at("latin.txt"), Buffer.from("Die Stra\xdfe zum Wombat ist lang und f\xfchrt am Fluss vorbei.", "latin1"));
    writeFileSync(documents.at("wide.txt"), Buffer.from("\ufeffAn axolotl smiles.", "utf16le"));
    writeFileSync(documents.at("marked.md"), "\ufeff# Marked\r\n\r\nA quoll hunts at night.\r\n");
    writeFileSync(documents.at("empty.md"), "");
    writeFileSync(documents.at("two\nlines.md"), "# Two\n\nA bilby digs.\n");
    writeFileSync(documents.at("gpj.\u202edm.md"), "# Turned\n\nA bilby digs.\n");
    writeFileSync(documents.at("huge.txt"), Buffer.alloc(9 * 2 ** 20, "a bilby digs "));
    await documents.leads("wombat", "latin.txt # ");
    await documents.leads("axolotl", "wide.txt # ");
    await documents.leads("quoll", "marked.md # Marked");
    expect(await problem("picture.md")).toBe("It is no text, whatever its name says");
    expect(await problem("latin.txt")).toBe("It is not UTF-8 throughout: 2 characters could not be read. Save it as UTF-8");
    expect(await problem("huge.txt")).toBe("It has 9 MiB; 8 are read. Split it");
    expect(await problem("two\ufffdlines.md")).toStartWith("Its name holds characters that cannot be seen");
    expect(await problem("gpj.\ufffddm.md")).toStartWith("Its name holds characters that cannot be seen");
    expect(await documents.file("empty.md")).toMatchObject({ sections: 0, problem: null });
    expect((await documents.ask("bilby")).hits).toEqual([]);
  });

  test("is read when what is written there has come to rest", async () => {
    // A clock that runs ahead does not keep a file from being read.
    writeFileSync(documents.at("slow.md"), "# Slow\n\nA sloth hangs.\n");
    utimesSync(documents.at("slow.md"), new Date("2101-01-01"), new Date("2101-01-01"));
    await documents.leads("sloth", "slow.md # Slow");
    expect((await documents.file("slow.md")).updated_at).toBe("2101-01-01T00:00:00.000Z");
    const before = readings()["slow.md"] ?? 0;
    for (let n = 0; n < 40; n++) {
      appendFileSync(documents.at("slow.md"), `\nA sloth hangs ${n} hours.\n`);
      await documents.files();
    }
    appendFileSync(documents.at("slow.md"), "\nThen the tarsier came.\n");
    await documents.leads("tarsier", "slow.md # Slow");
    expect(readings()["slow.md"]).toBeGreaterThan(before);
  });
});

test("a restart reads nothing anew that did not change, and what did", async () => {
  const before = readings();
  expect(Object.keys(before).length).toBeGreaterThan(5);
  await documents.colony.stop();
  // Another time and the same content is no change.
  utimesSync(documents.at("birds.md"), new Date(), new Date("2026-01-02T03:04:05Z"));
  rmSync(documents.at("marked.md"));
  writeFileSync(documents.at("more.md"), "# More\n\nAn emu runs.\n");
  utimesSync(documents.at("more.md"), new Date(), new Date("2026-01-02T03:04:05Z"));
  await documents.colony.run();
  await documents.leads("emu", "more.md # More");
  await until(async () => (await documents.files()).every(({ path }) => path !== "marked.md") || undefined);
  await until(async () => (await documents.file("birds.md")).updated_at === "2026-01-02T03:04:05.000Z" || undefined);
  const after = readings();
  const { "more.md": changed, "marked.md": gone, ...kept } = before;
  expect(after).toEqual({ ...kept, "more.md": after["more.md"] ?? 0 });
  expect(after["more.md"]).not.toBe(changed);
  expect(gone).toBeDefined();
  expect(await documents.best("kea")).toBe("birds.md # Birds");
});

test("a crash in the middle of reading loses nothing and leaves nothing half", async () => {
  const [FILES, PARTS] = [30, 200];
  const many = await Documents.start();
  mkdirSync(many.folder);
  const text = Array.from({ length: PARTS }, (_, n) => `## Part ${n}\n\n${`The numbat of part ${n} sleeps. `.repeat(20)}\n`).join("\n");
  for (let n = 0; n < FILES; n++) writeFileSync(many.at(`file${n}.md`), `# File ${n}\n\n${text}`);
  await until(async () => (await many.files()).some(({ path }) => path.startsWith("file")) || undefined);
  await many.colony.stop("SIGKILL");
  await many.colony.run();
  await until(async () => (await many.files()).length === FILES || undefined);
  for (const { sections, problem } of await many.files()) expect([sections, problem]).toEqual([PARTS, null]);
  await many.colony.stop();
  const db = new Database(join(many.colony.data, "colony.db"), { readonly: true });
  const count = (from: string) => db.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${from}`).get()?.n;
  expect([count("knowledge_sections"), count("knowledge_index_docsize")]).toEqual([FILES * PARTS, FILES * PARTS]);
  db.close();
});

test("the doctor tells how many documents there are and which cannot be read", async () => {
  const { out, code } = await command(["doctor", "--data", documents.colony.data], { COLONY_KNOWLEDGE: documents.folder });
  expect(code).toBe(0);
  expect(out).toContain(`documents  10 files, 5 sections in ${documents.folder}. Not all can be read. `);
  expect(out).toContain('"huge.txt": It has 9 MiB; 8 are read. Split it.');
});

test("without the folder's setting the documents are forgotten at the next start", async () => {
  await documents.colony.stop();
  const { COLONY_KNOWLEDGE: _, ...env } = documents.colony.env;
  Object.assign(documents.colony, { env });
  await documents.colony.run();
  await until(async () => (await documents.files()).length === 0 || undefined);
  expect((await documents.ask("kea")).hits).toEqual([]);
});
