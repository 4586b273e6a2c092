import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { colonyCli, terminal } from "./cli.ts";
import { Colony, newFolder, stopAll } from "./colony.ts";
import { send } from "./files.ts";

let colony: Colony;
let ann: string;

beforeAll(async () => {
  colony = await Colony.start();
  ann = await colony.user("ann", "agent");
  await colony.post("/api/channels", { name: "ci" });
  await colony.post("/api/channels", { name: "hidden", visibility: "private" });
  await colony.say("hidden", "not for ann");
  for (let n = 0; n < 450; n++) await colony.say("ci", `line ${n}\nof a log 🐜`);
  const file = (await send(colony, "bytes of it", "re/port.txt", { token: ann })).body;
  await colony.say("ci", "with a file", { attachments: [file.id] }, ann);
  const gone = await colony.say("ci", "taken back");
  await colony.call("DELETE", `/api/channels/ci/messages/${gone.id}`);
  await colony.post("/api/dms", { user: "admin", content: "between us" }, { token: ann });
});
afterAll(stopAll);

const asAnn = (args: string[]) => colonyCli(colony, ["export", ...args], { token: ann });

test("a channel goes to standard output whole, a message a line as the API gives it", async () => {
  const { code, out, err } = await asAnn(["ci"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(
    out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual((await colony.get("/api/channels/ci/messages")).body);
});

test("a transcript is written whole as the API gives it, and the file of an earlier export gives way in one step", async () => {
  const file = join(newFolder(), "ci.md");
  writeFileSync(file, "of an earlier export");
  expect(await asAnn(["#ci", "--format", "md", "-o", file])).toEqual({ code: 0, out: `ci\t\t0\t${file}\n`, err: "" });
  expect(readFileSync(file, "utf8")).toBe((await colony.get("/api/channels/ci/messages?format=md")).text);
});

test("all that the token sees goes into a folder, with the files, and nothing else; again it comes to the same", async () => {
  const folder = join(newFolder(), "export");
  const first = await asAnn(["--all", "--files", "-o", folder, "--json"]);
  expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: "" });
  const [talk] = (await colony.get("/api/dms/conversations", { token: ann })).body;
  const names = [`channels.json`, "ci.jsonl", `direct+${talk.members.map(({ username }: any) => username).join("+")}+${talk.id}.jsonl`, "files", "general.jsonl"];
  expect(readdirSync(folder).toSorted()).toEqual(names.toSorted());
  expect(JSON.parse(first.out).find(({ channel }: any) => channel === "ci")).toMatchObject({ messages: 452, files: 1, file: join(folder, "ci.jsonl") });
  const [file = ""] = readdirSync(join(folder, "files"));
  expect(file).toEndWith("-port.txt");
  expect(readFileSync(join(folder, "files", file), "utf8")).toBe("bytes of it");
  const modes = [".", "channels.json", "ci.jsonl", "files", join("files", file)].map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8));
  expect(modes).toEqual(["700", "600", "600", "700", "600"]);
  const { mtimeMs } = statSync(join(folder, "files", file));
  const direct = await asAnn(["@admin"]);
  expect({ code: direct.code, words: JSON.parse(direct.out).content }).toEqual({ code: 0, words: "between us" });
  await colony.say("ci", "one more");
  expect((await asAnn(["--all", "--files", "-o", folder])).code).toBe(0);
  expect(readdirSync(folder).toSorted()).toEqual(names.toSorted());
  expect(readFileSync(join(folder, "ci.jsonl"), "utf8").trimEnd().split("\n")).toHaveLength(453);
  expect(statSync(join(folder, "files", file)).mtimeMs).toBe(mtimeMs);
});

test("what others wrote does nothing to a terminal that it is shown on", async () => {
  await colony.post("/api/channels", { name: "hostile" });
  await colony.say("hostile", "\x1b]0;pwn\x07\x1b[2Jred\u202e end");
  for (const format of ["md", "jsonl"]) {
    const { code, shown } = await terminal(colony, ["export", "hostile", "--format", format], { token: ann }).ended();
    expect({ code, acts: ["\x1b]", "\x1b[2J", "\u202e"].filter((one) => shown.includes(one)) }).toEqual({ code: 0, acts: [] });
    expect(shown).toContain(format === "md" ? "red end" : "red\\u202e end");
  }
});

test("what cannot be exported is said in one line, with its exit code, and leaves no file", async () => {
  const folder = newFolder();
  const tries: [string[], number][] = [
    [[], 2],
    [["ci", "--all"], 2],
    [["ci", "--files"], 2],
    [["ci", "--format", "xml"], 2],
    [["hidden", "-o", join(folder, "x.jsonl")], 4],
    [["ci", "-o", join(folder, "missing", "x.jsonl")], 1],
  ];
  for (const [args, exit] of tries) {
    const { code, out, err } = await asAnn(args);
    expect({ args, code, out, lines: err.trimEnd().split("\n").length }).toEqual({ args, code: exit, out: "", lines: 1 });
  }
  expect((await colonyCli(colony, ["export", "ci"], { token: null })).code).toBe(3);
  expect(readdirSync(folder)).toEqual([]);
});
