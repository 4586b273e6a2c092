import { beforeAll, describe, expect, test } from "bun:test";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { createProgram } from "../src/cli/program.ts";
import { describeError, errorCodes } from "../src/errors.ts";
import * as limits from "../src/limits.ts";
import { Colony, newFolder, program } from "./colony.ts";
import { blocks, fill, inline, reader, runAll } from "./fences.ts";
import { anchors, cells, faultsOf, linksOf, otherFences, type Schema, shapes } from "./pages.ts";
import { exported } from "./slackexport.ts";
import { zipOf } from "./zips.ts";

const root = join(import.meta.dir, "..");
const read = (page: string): string => readFileSync(join(root, page), "utf8");
const pages = ["README.md", ...globSync("docs/**/*.md", { cwd: root })].toSorted();
/** Pages with something to run. The README's is run beside what agents read first. */
const runnable = pages.filter((page) => page !== "README.md" && blocks(read(page)).length > 0);

/** `colony` as a reader has it. */
const INSTALLED = `colony() { ${program.map((word) => `'${word}'`).join(" ")} "$@"; }\n`;

describe("the pages' commands", () => {
  test.each(runnable)(
    "of %s work as they stand, one after the other, on a server where nothing else was done",
    async (page) => {
      const own = await Colony.start();
      const { TOKEN = "", URL = "" } = await reader(own);
      // What its reader has from elsewhere.
      const folder = newFolder();
      const env = { TOKEN, URL, ADMIN_TOKEN: own.admin, DATA: own.data, COLONY_CONFIG: join(folder, "config.json") };
      writeFileSync(join(folder, "slack-export.zip"), zipOf(exported()));
      await runAll([INSTALLED, ...blocks(read(page)).map((block) => fill(block, own))], env, "bash", folder);
      await own.stop();
    },
    60_000,
  );

  test("are all run: none hides in a fence of another kind, or in a sentence", () => {
    for (const page of pages) {
      expect([page, otherFences(read(page)).filter((text) => /\bcurl\b/.test(text))]).toEqual([page, []]);
      expect([page, inline(read(page))]).toEqual([page, []]);
    }
  });
});

test("the page of errors has every code with its status, what happened and what to do, and no other", () => {
  const rows = read("docs/api/errors.md")
    .split("\n")
    .map(cells)
    .filter(([, code]) => /^`[a-z_]+`$/.test(code ?? ""));
  const told = errorCodes.map((code) => {
    const { status, message, hint } = describeError(code);
    return [String(status), `\`${code}\``, message, hint];
  });
  const byCode = ([, one = ""]: string[], [, other = ""]: string[]) => one.localeCompare(other);
  expect(rows.toSorted(byCode)).toEqual(told.toSorted(byCode));
});

test("the limits that operators are told are those that hold", () => {
  const held = new Map<string, unknown>(Object.entries(limits));
  const units: Record<string, number> = { "": 1, KiB: 1024, MiB: 1024 ** 2, s: 1000, h: 3_600_000 };
  const rows = read("docs/operators.md")
    .split("\n")
    .map(cells)
    .filter(([, , name]) => /^`[A-Z_]+`$/.test(name ?? ""));
  expect(rows.length).toBeGreaterThan(20);
  for (const [what, value = "", name = ""] of rows) {
    const [figure = "", unit = ""] = value.split(" ");
    const limit = held.get(name.slice(1, -1));
    const written = Number(figure.replaceAll(",", "")) * (units[unit] ?? Number.NaN);
    // A figure with a point is rounded.
    expect([what, figure.includes(".") ? Math.abs(Number(limit) / written - 1) < 0.05 : written === limit]).toEqual([what, true]);
  }
});

test("every key of the viewer is told, and what it does", () => {
  const rows = read("docs/apes.md").split("\n").map(cells);
  const told = rows.filter(([keys]) => keys?.startsWith("`")).map(([, words, group]) => [group, words]);
  const source = read("ui/src/keys.ts");
  const keys = [...source.matchAll(/\{ group: "([^"]+)".* words: "([^"]+)"/g)].map(([, group, words]) => [group, words]);
  expect(keys.length).toBeGreaterThan(30);
  // Two keys for the same stand in one line.
  expect(keys.filter(([group, words]) => !told.some((one) => one[0] === group && one[1] === words))).toEqual([]);
});

test("every link within the pages leads to a page, file or heading that is there", () => {
  for (const page of [...pages, "ARCHITECTURE.md", "CHANGELOG.md", "SECURITY.md"])
    for (const { target, path, anchor } of linksOf(page, read(page))) {
      const there = globSync(path || ".", { cwd: root }).length > 0;
      expect([page, target, there]).toEqual([page, target, true]);
      if (anchor !== undefined) expect([page, target, anchors(read(path))]).toEqual([page, target, expect.arrayContaining([anchor])]);
    }
});

test("every command of the command line is listed, and no other", () => {
  const walk = (command: Command, path: string): string[] =>
    command
      .createHelp()
      .visibleCommands(command)
      .filter((one) => one.name() !== "help")
      .flatMap((one) => (one.commands.length > 0 ? walk(one, `${path} ${one.name()}`) : [`${path} ${one.name()}`]));
  const listed = [...read("docs/cli.md").matchAll(/^\| `(colony [a-z -]*[a-z])[^`]*` \|/gm)].map(([, command]) => command);
  expect(listed.toSorted()).toEqual(walk(createProgram(), "colony").toSorted());
});

describe("the API by noun", () => {
  let paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, { schema: Schema }> }> }>> = {};
  beforeAll(async () => {
    const colony = await Colony.start();
    paths = (await colony.get("/openapi.json", { token: null })).body.paths;
    await colony.stop();
  });

  test("names every route on one page, and none that is not there", () => {
    const named = globSync("docs/api/*.md", { cwd: root }).flatMap((page) => [...read(page).matchAll(/^\| `([A-Z]+ \/[^`?]*)` \|/gm)].map(([, route = ""]) => route));
    const routes = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    expect(named.toSorted()).toEqual(routes.toSorted());
  });

  test("shows answers in the shape that the routes give them", () => {
    const shown = globSync("docs/api/*.md", { cwd: root }).flatMap((page) => shapes(read(page)).map((shape) => ({ page, ...shape })));
    expect(shown.length).toBeGreaterThan(10);
    for (const { page, method, path, json } of shown) {
      const { responses = {} } = paths[path]?.[method.toLowerCase()] ?? {};
      const [status = ""] = Object.keys(responses).filter((code) => code.startsWith("2"));
      const schema = responses[status]?.content?.["application/json"]?.schema;
      expect([page, path, schema ? faultsOf(schema, JSON.parse(json)) : "no such answer"]).toEqual([page, path, []]);
    }
  });
});
