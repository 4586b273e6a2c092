import { expect, test } from "bun:test";
import { placesOf, plain, spansOf, withFound } from "../../ui/src/projects/console/ansi.ts";
import { createLines, type Query } from "../../ui/src/projects/console/lines.ts";
import { rowsOf } from "../../ui/src/projects/console/rows.ts";
import type { Line } from "../../ui/src/projects/moments.ts";

const line = (seq: number, run_id = "a", content = `line ${seq}`): Line => ({ seq, run_id, stream: "stdout", content, timestamp: "2026-03-29T16:00:00.000Z" });
const lines = (from: number, to: number, run_id = "a") => Array.from({ length: to - from + 1 }, (_, at) => line(from + at, run_id));

test("Colours become classes of the page's own, whichever of a program's three ways they were asked in", () => {
  expect(spansOf("plain")).toEqual([{ text: "plain", look: "" }]);
  expect(spansOf("\u001b[31mred\u001b[0m \u001b[1;32mgreen\u001b[0m")).toEqual([
    { text: "red", look: "ansi-red" },
    { text: " ", look: "" },
    { text: "green", look: "ansi-green ansi-bold" },
  ]);
  expect(spansOf("\u001b[38;5;196mx\u001b[0m")[0]?.look).toBe("ansi-red");
  expect(spansOf("\u001b[38;2;10;200;20mx\u001b[0m")[0]?.look).toBe("ansi-green");
  expect(spansOf("\u001b[44mx\u001b[0m")[0]?.look).toBe("ansi-on ansi-blue");
  expect(spansOf("\u001b[7;31mx\u001b[0m")[0]?.look).toBe("ansi-on ansi-red");
});

test("What a program writes is text, never HTML, and what is no colour is left out of it", () => {
  expect(spansOf("\u001b[31m<img src=x>\u001b[0m")).toEqual([{ text: "<img src=x>", look: "ansi-red" }]);
  expect(plain("\u001b[2K\u001b[1A\u001b[32mok\u001b[0m")).toBe("ok");
});

test("What is looked for is marked across colours, small and great letters alike", () => {
  expect(placesOf("An Error, an error", "error")).toEqual([3, 13]);
  const cut = withFound(spansOf("\u001b[31mEr\u001b[0mror!"), "error");
  expect(cut.map(({ text, found }) => [text, found])).toEqual([
    ["Er", true],
    ["ror", true],
    ["!", false],
  ]);
});

test("Each run has its heading, and another that says it goes on where a second one's lines came between", () => {
  const rows = rowsOf([line(1), line(2), line(3, "b"), line(4)], null, new Set());
  expect(rows.map((row) => (row.kind === "head" ? `${row.run_id}${row.goesOn ? "…" : ""}` : row.line.seq))).toEqual(["a", 1, 2, "b", 3, "a…", 4]);
});

/** A console on a server of `length` lines, and what the page holds of it. */
const consoleOf = (length: number) => {
  const server = { lines: lines(1, length), asked: [] as Query[] };
  const held = createLines(async (query) => {
    server.asked.push(query);
    const { after_seq = 0, before_seq = Infinity, limit } = query;
    const found = server.lines.filter(({ seq }) => seq > after_seq && seq < before_seq);
    return query.after_seq === undefined ? found.slice(-limit) : found.slice(0, limit);
  });
  return { server, held, seqs: () => held.rows().flatMap((row) => (row.kind === "line" ? [row.line.seq] : [])) };
};

test("What is missed of a console is read before what is heard is shown: no line is missing, none is twice", async () => {
  const { server, held, seqs } = consoleOf(10);
  await held.refresh();
  held.hear({ project_id: "p", lines: [line(11)] });
  server.lines = lines(1, 2_600);
  held.hear({ project_id: "p", lines: lines(2_598, 2_600) });
  await held.refresh();
  held.hear({ project_id: "p", lines: [line(2_600), line(2_601)] });
  expect(seqs()).toEqual(lines(1, 2_601).map(({ seq }) => seq));
  held.leave();
});

test("Of a long console the end is read first, and further up as one goes there, until its beginning", async () => {
  const { held, seqs } = consoleOf(2_500);
  await held.refresh();
  expect([seqs()[0], seqs().length, held.atStart()]).toEqual([1_501, 1_000, false]);
  await held.older();
  await held.older();
  expect(seqs()).toEqual(lines(1, 2_500).map(({ seq }) => seq));
  expect([held.atStart(), held.rows().filter(({ kind }) => kind === "head").length]).toEqual([true, 1]);
  held.leave();
});

test("A hundred thousand lines are held at most, the newest", async () => {
  const { server, held, seqs } = consoleOf(0);
  await held.refresh();
  server.lines = lines(1, 101_500);
  await held.refresh();
  expect(seqs().length).toBeLessThanOrEqual(100_000);
  expect(seqs().at(-1)).toBe(101_500);
  expect(held.rows()[0]?.kind).toBe("head");
  expect(held.atStart()).toBe(false);
  held.leave();
});

test("A line that its program writes over and over stands once, where it was written last", async () => {
  const { held } = consoleOf(2);
  await held.refresh();
  const shown = () => held.rows().flatMap((row) => (row.kind === "line" ? [row.line.content] : []));
  const bar = (seq: number, content: string): Line => ({ ...line(seq, "a", content), unfinished: true });
  held.hear({ project_id: "p", lines: [bar(3, "10%")] });
  held.hear({ project_id: "p", lines: [bar(4, "20%"), { ...line(5, "a", "beside"), stream: "stderr" }, bar(6, "30%")] });
  expect(shown()).toEqual(["line 1", "line 2", "beside", "30%"]);
  held.hear({ project_id: "p", lines: [line(7, "a", "100%"), line(8)] });
  expect(shown()).toEqual(["line 1", "line 2", "beside", "100%", "line 8"]);
  held.leave();
});
