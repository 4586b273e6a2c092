import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type SettingName, settings } from "../src/config.ts";

type Row = { name: string; fallback: string; cells: string[] };

/** Rows of the README's table whose first cell is a setting's name in backticks, by the columns its head names. */
const tableOf = (readme: string): { head: string[]; rows: Row[] } => {
  const lines = readme.split("\n");
  const cellsOf = (line: string) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("\\|", "|"));
  const first = lines.findIndex((line) => /^\|\s*`[A-Z][A-Z0-9_]+`/.test(line));
  const head = cellsOf(lines[first - 2] ?? "").map((cell) => cell.toLowerCase());
  const column = head.findIndex((cell) => cell.startsWith("default"));
  const rows = lines
    .filter((line) => /^\|\s*`[A-Z][A-Z0-9_]+`/.test(line))
    .map((line) => {
      const cells = cellsOf(line);
      return { name: /^`(\w+)`$/.exec(cells[0] ?? "")?.[1] ?? "", fallback: cells[column] ?? "", cells };
    });
  return { head, rows };
};

const { head, rows } = tableOf(readFileSync(join(import.meta.dir, "../README.md"), "utf8"));
const names = Object.keys(settings) as SettingName[];

describe("the README's table of settings", () => {
  test("has a column for the setting and one for its default", () => {
    expect(head[0]).toStartWith("setting");
    expect(head.some((cell) => cell.startsWith("default"))).toBe(true);
  });

  test("lists every setting once, and none that is not one", () => {
    expect(rows.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  });

  test.each(names)("tells the default of %s, and what it is for", (name) => {
    const row = rows.find((one) => one.name === name);
    const { fallback, allowed, parse } = settings[name];
    const written = /^`([^`]+)`/.exec(row?.fallback ?? "")?.[1];
    if (fallback === null || (Array.isArray(fallback) && fallback.length === 0)) expect(["", "none", "unset", "-", "—", "–"]).toContain(row?.fallback ?? "missing");
    else {
      // A folder is written as it stands beside whoever starts the server.
      const expected: unknown = name === "COLONY_DATA" ? resolve(String(written)) : parse(String(written));
      expect(expected).toEqual(fallback);
    }
    expect(row?.cells.some((cell) => cell.length > 15)).toBe(true);
    if (head.includes("allowed")) expect(row?.cells[head.indexOf("allowed")]).toBe(allowed);
  });
});
