import { expect, test } from "bun:test";
import { dirname, join, normalize, relative } from "node:path";

const root = join(import.meta.dir, "..");
const src = join(root, "src");

type Import = { from: string; to: string; typeOnly: boolean };

/** Every import of one of our files by another, as paths under the root. */
const importsUnder = (folder: string): Import[] =>
  [...new Bun.Glob(`${folder}/**/*.{ts,tsx}`).scanSync(root)].flatMap((file) => {
    if (file.includes("/dist/")) return [];
    const text = require("node:fs").readFileSync(join(root, file), "utf8") as string;
    return [...text.matchAll(/^\s*(?:import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"/gm)].map(([, type, to = ""]) => ({
      from: normalize(file),
      to: to.startsWith(".") ? relative(root, normalize(join(root, dirname(file), to))) : to,
      typeOnly: type !== undefined,
    }));
  });

const imports = importsUnder("src");
const said = ({ from, to }: Import) => `${from} → ${to}`;
const feature = (path: string): string => path.split("/")[1] ?? "";
const isLayer = (path: string, layer: string): boolean => new RegExp(`^src/[a-z]+/${layer}\\.ts$`).test(path);

test("the house has files to look at", () => {
  expect(imports.length).toBeGreaterThan(200);
  expect(src).toContain("src");
});

test("nobody imports another feature's store or routes", () => {
  const allowed = new Set(["src/app.ts", "src/server.ts"]);
  const wrong = imports.filter(({ from, to, typeOnly }) => !typeOnly && !allowed.has(from) && (isLayer(to, "store") || isLayer(to, "routes")) && feature(from) !== feature(to));
  expect(wrong.map(said)).toEqual([]);
});

test("a service knows no routes and no HTTP, a store neither of them", () => {
  const wrong = imports.filter(({ from, to, typeOnly }) => {
    if (typeOnly) return false;
    if (isLayer(from, "store")) return /\/(service|routes)\.ts$/.test(to) || to.startsWith("src/http/");
    if (isLayer(from, "service")) return /\/routes\.ts$/.test(to) || to.startsWith("src/http/");
    return false;
  });
  expect(wrong.map(said)).toEqual([]);
});

test("Elysia is known in routes, http/, and app.ts only", () => {
  const wrong = imports.filter(({ from, to }) => /^(elysia|@elysiajs\/)/.test(to) && !isLayer(from, "routes") && !from.startsWith("src/http/") && from !== "src/app.ts");
  expect(wrong.map(said)).toEqual([]);
});

test("SQL is spoken in stores, tables, the feed's and idempotency's stores, and db/", () => {
  const wrong = imports.filter(
    ({ from, to }) =>
      /^(drizzle-orm|bun:sqlite)/.test(to) && !/\/(store|table)\.ts$/.test(from) && !from.startsWith("src/db/") && !["src/cli/backup.ts", "src/cli/doctor.ts"].includes(from),
  );
  expect(wrong.map(said)).toEqual([]);
});

test("the SDK of models, the reader of PDFs and Telegram's client are loaded when they are first wanted: a start waits for none", () => {
  expect(imports.filter(({ to, typeOnly }) => /^(ai|@ai-sdk\/.*|unpdf|grammy.*)$/.test(to) && !typeOnly).map(said)).toEqual([]);
});

test("what speaks MCP is loaded by its first client: the door alone knows its SDK, and nobody loads the door before", () => {
  const known = imports.filter(({ from, to, typeOnly }) => !typeOnly && (to.startsWith("@modelcontextprotocol/") || to === "src/mcp/door.ts") && from !== "src/mcp/door.ts");
  expect(known.map(said)).toEqual([]);
});

test("the viewer takes types alone from the server", () => {
  const wrong = importsUnder("ui/src").filter(({ to, typeOnly }) => to.startsWith("src/") && !typeOnly);
  expect(wrong.map(said)).toEqual([]);
});

test("calls go down: db knows no feature, features know no cli, server or app", () => {
  const wrong = imports.filter(({ from, to, typeOnly }) => {
    if (typeOnly) return false;
    if (from.startsWith("src/db/") && from !== "src/db/schema.ts") return to.startsWith("src/") && !/^src\/(db\/|errors|limits|ids)/.test(to);
    const outer = from.startsWith("src/cli/") || ["src/main.ts", "src/server.ts", "src/app.ts", "src/context.ts"].includes(from);
    return !outer && /^src\/(cli\/|server\.ts|app\.ts|main\.ts)/.test(to);
  });
  expect(wrong.map(said)).toEqual([]);
});
