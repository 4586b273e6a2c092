import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { consoleOf } from "../src/console/consoles.ts";
import { withoutColours } from "../src/console/controls.ts";
import { readLines } from "../src/console/history.ts";
import { Lines } from "../src/console/lines.ts";
import type { Line } from "../src/console/wire.ts";
import type { Passing } from "../src/feed/passing.ts";
import { CONSOLE_LINE_BYTES, CONSOLE_PROJECT_LINES, CONSOLE_RUN_BYTES, CONSOLE_TELL_LINES, CONSOLE_WRITE_BYTES } from "../src/limits.ts";
import { until } from "./colony.ts";
import { Desk } from "./console.ts";

const desks: Desk[] = [];
const newDesk = (): Desk => {
  const desk = new Desk();
  desks.push(desk);
  return desk;
};
afterAll(() => {
  for (const { ctx } of desks) ctx.close();
});

let shared: Desk;
beforeAll(() => {
  shared = newDesk();
});

/** Says a text to a console, and byte by byte to what makes its lines: no cut may matter. */
const said = async (text: string | Uint8Array, secrets: { name: string; value: string }[] = []): Promise<string[]> => {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const project = shared.another();
  await shared.run([bytes], secrets, project);
  const bitten = new Lines(secrets);
  const lines = [...bytes].flatMap((byte) => bitten.push(new Uint8Array([byte]), 1));
  expect([...lines, ...bitten.end()]).toEqual(shared.texts(project.no));
  return shared.texts(project.no);
};

describe("What a run says", () => {
  test("is stored line by line in the order it came, both streams and Colony's own words, and told to who listens", async () => {
    const desk = newDesk();
    const kept = await desk.run(["one\ntw", { stderr: "wrong\n" }, "o\n", { system: "stopped" }, "last"]);
    expect(desk.rows()).toEqual([
      { seq: 1, run_no: 1, stream: "stdout", content: "one" },
      { seq: 2, run_no: 1, stream: "stderr", content: "wrong" },
      { seq: 3, run_no: 1, stream: "stdout", content: "two" },
      { seq: 4, run_no: 1, stream: "system", content: "stopped" },
      { seq: 5, run_no: 1, stream: "stdout", content: "last" },
    ]);
    expect(kept).toEqual({ first_seq: 1, last_seq: 5, bytes: 18, tail: "one\nwrong\ntwo\nlast", fault: null });
    const [passing] = await until(() => (desk.passed.length > 0 ? desk.passed : undefined));
    expect(passing).toMatchObject({ event: "console", channel: { id: "channel" }, data: { project_id: "project", skipped: 0 } });
    const { lines } = (passing as Passing).data as { lines: unknown[] };
    expect(lines).toHaveLength(5);
    expect(lines[0]).toEqual({ seq: 1, run_id: "run-1", stream: "stdout", content: "one", timestamp: expect.any(String) });
  });

  test("is text whatever its bytes are, and however they are cut", async () => {
    expect(await said("naïve 日本 👩‍💻\r\nnext\n\nend")).toEqual(["naïve 日本 👩‍💻", "next", "", "end"]);
    expect(await said(new Uint8Array([0x61, 0xff, 0x62, 0x0a, 0xe2, 0x82]))).toEqual(["a\ufffdb", "\ufffd"]);
  });

  test("keeps its colours, and nothing else that acts on a terminal", async () => {
    const text = "\u001b[1;31mred\u001b[0m \u001b]0;title\u0007\u001b[2Jplain\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\\u0007\u0000\u001b[?25l\u009b\u001bc!\n\u001b[31";
    const [line] = await said(text);
    expect(line).toBe("\u001b[1;31mred\u001b[0m plainlink!");
    expect(withoutColours(line ?? "")).toBe("red plainlink!");
  });

  test("shows of a line that is written over and over its last state", async () => {
    expect(await said("10%\r20%\r100%\ndone\n50%\r")).toEqual(["100%", "done", "50%"]);
    expect(await said("spin |\u001b[1G\u001b[0Kspin /\u001b[1G\u001b[0Kready\n")).toEqual(["ready"]);
  });

  test("is cut where a line is longer than a line may be, and between letters", async () => {
    const desk = newDesk();
    await desk.run([`${"é".repeat(CONSOLE_LINE_BYTES)}\nnext\n`]);
    expect(desk.texts().map((text) => Buffer.byteLength(text))).toEqual([CONSOLE_LINE_BYTES, CONSOLE_LINE_BYTES, 4]);
    expect(desk.texts().join("")).toBe(`${"é".repeat(CONSOLE_LINE_BYTES)}next`);
  });

  test("without a line's end is shown after a moment as unfinished; each state takes the place of the one before, and the whole line of the last", async () => {
    const desk = newDesk();
    const told: Line[] = [];
    consoleOf(desk.ctx).listen({ said: (_, lines) => told.push(...lines), cleared: () => {} });
    const run = desk.open();
    const shown = (text: string) => until(() => told.at(-1)?.content === text || undefined);
    run.hear("stdout", Buffer.from("start\n 10%"));
    await shown(" 10%");
    const history = () => [...readLines(desk.ctx, desk.project, { run_no: null })].flat().map(({ content, unfinished }) => [content, unfinished]);
    expect(history()).toEqual([
      ["start", undefined],
      [" 10%", true],
    ]);
    run.hear("stdout", Buffer.from("\r 20%"));
    await shown(" 20%");
    run.hear("stderr", Buffer.from("slow\n"));
    await shown("slow");
    expect(desk.texts()).toEqual(["start", " 20%", "slow"]);
    run.hear("stdout", Buffer.from("\r100% of 8\nName? "));
    await shown("Name? ");
    run.hear("stdout", Buffer.from("Ada"));
    expect((await run.end()).tail).toBe("start\nslow\n100% of 8\nName? Ada");
    expect(desk.texts()).toEqual(["start", "slow", "100% of 8", "Name? Ada"]);
    expect(told.filter(({ unfinished }) => unfinished).map(({ content }) => content)).toEqual([" 10%", " 20%", "Name? "]);
    expect(told.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(history().some(([, unfinished]) => unfinished)).toBe(false);
    expect(desk.ctx.db.raw.query("SELECT lines, bytes FROM consoles").get()).toEqual({ lines: 4, bytes: 27 });
  });

  test("goes on with its seqs after the server began anew", async () => {
    const desk = newDesk();
    await desk.run(["a\nb\n"]);
    desk.reopen();
    expect((await desk.run(["c\n"])).first_seq).toBe(3);
  });
});

describe("Secrets", () => {
  const key = { name: "API_KEY", value: "s3cr3t-value" };

  test("are shown by their names wherever the output is cut, the longest that fits first", async () => {
    const longer = { name: "LONGER", value: "s3cr3t-value-and-more" };
    expect(await said("a s3cr3t-value, s3cr3t-value-and-mor, s3cr3t-value-and-more; s3cr3t-", [key, longer])).toEqual(["a [API_KEY], [API_KEY]-and-mor, [LONGER]; s3cr3t-"]);
    expect(await said("aaab", [{ name: "A", value: "aaab" }])).toEqual(["[A]"]);
    expect(
      await said("aaaab ababac", [
        { name: "A", value: "aaab" },
        { name: "B", value: "abac" },
      ]),
    ).toEqual(["a[A] ab[B]"]);
  });

  test("are found though colours and control characters stand in them no more", async () => {
    expect(await said("s3cr\u00003t-va\u0007lue\n", [key])).toEqual(["[API_KEY]"]);
  });

  test("are found across colours, which stay around their names: who reads without colours reads no secret", async () => {
    const bold = "\u001b[1m";
    const end = "\u001b[0m";
    expect(await said(`${bold}a s3cr3t-${bold}va${end}lue${end} b\n`, [key])).toEqual([`${bold}a [API_KEY]${bold}${end}${end} b`]);
    expect(await said(`s3cr3t-${bold}val${end}`, [key])).toEqual([`s3cr3t-${bold}val${end}`]);
    expect(await said(`pin 4${bold}2${end} ${bold}42nd`, [{ name: "PIN", value: "42" }])).toEqual([`pin [PIN]${bold}${end} ${bold}42nd`]);
    expect(await said(`s3cr3t${end.repeat(2_000)}-value`, [key])).toEqual([`[API_KEY]${end.repeat(256)}`]);
  });

  test("are masked in what Colony itself says of a run", async () => {
    const project = shared.another();
    await shared.run([{ system: "$ login s3cr3t-value" }], [key], project);
    expect(shared.texts(project.no)).toEqual(["$ login [API_KEY]"]);
  });

  test("of several lines are masked whole, and each longer line of them", async () => {
    const pem = { name: "PEM", value: "-----BEGIN KEY-----\nMIIEvgIBADANBg\n-----END KEY-----\n" };
    expect(await said("-----BEGIN KEY-----\r\nMIIEvgIBADANBg\r\n-----END KEY-----\n| MIIEvgIBADANBg\n", [pem])).toEqual(["[PEM]", "| [PEM]"]);
  });

  test("of few letters are masked where they stand by themselves, not within words", async () => {
    const short = { name: "PIN", value: "42" };
    expect(await said("42 142 42nd (42) x=42", [short])).toEqual(["[PIN] 142 42nd ([PIN]) x=[PIN]"]);
  });
});

describe("A flood", () => {
  const line = (n: number) => `line ${String(n).padStart(7, "0")} ${"x".repeat(987)}\n`;
  const flood = async (desk: Desk, lines: number) => {
    const run = desk.open();
    for (let from = 0; from < lines; from += 1_000) await run.hear("stdout", Buffer.from(Array.from({ length: 1_000 }, (_, n) => line(from + n)).join("")));
    return run.end();
  };

  test("leaves the beginning, the end, and between them one line that says what was left out", async () => {
    const desk = newDesk();
    const lines = 16_000;
    const kept = await flood(desk, lines);
    expect(kept.bytes).toBe(lines * 1_001);
    const rows = desk.rows();
    const gap = rows.findIndex(({ stream }) => stream === "system");
    const number = (content: string) => Number(content.slice(5, 12));
    for (const [index, { content }] of rows.slice(0, gap).entries()) expect(number(content)).toBe(index);
    for (const [index, { content }] of rows.slice(gap + 1).entries()) expect(number(content)).toBe(lines - rows.length + gap + 1 + index);
    expect(rows[gap]?.content).toBe(`… ${(lines - rows.length + 1).toLocaleString("en")} lines (${(((lines - rows.length + 1) * 1_000) / 1e6).toFixed(1)} MB) left out …`);
    const bytes = rows.reduce((sum, { content }) => sum + content.length, 0);
    expect(bytes / CONSOLE_RUN_BYTES).toBeGreaterThan(0.95);
    expect(bytes / CONSOLE_RUN_BYTES).toBeLessThan(1.05);
  });

  test("is not stored but for its beginning while it goes on, long as its lines may be", async () => {
    const desk = newDesk();
    const run = desk.open();
    for (let from = 0; from < 10_000; from += 100) await run.hear("stdout", Buffer.from(Array.from({ length: 100 }, (_, n) => line(from + n)).join("")));
    // Half of what is kept, and what one writing may have been ahead.
    expect(desk.rows().length).toBeLessThan((CONSOLE_RUN_BYTES / 2 + 2 * CONSOLE_WRITE_BYTES) / 1_000);
    await run.end();
  });

  test("makes its program wait, and is not shown to everyone: what is not is counted", async () => {
    const desk = newDesk();
    const run = desk.open();
    expect(run.hear("stdout", Buffer.from(line(0)))).toBeUndefined();
    const waiting = run.hear("stdout", Buffer.from(Array.from({ length: 2_000 }, (_, n) => line(n)).join("")));
    expect(waiting).toBeInstanceOf(Promise);
    await waiting;
    await run.end();
    const told = () => desk.passed.map(({ data }) => data as { lines: unknown[]; skipped: number });
    const all = () => told().reduce((sum, { lines, skipped }) => sum + lines.length + skipped, 0);
    await until(() => all() === 2_001 || undefined);
    for (const { lines } of told()) expect(lines.length).toBeLessThanOrEqual(CONSOLE_TELL_LINES);
    expect(told().some(({ skipped }) => skipped > 0)).toBe(true);
  });

  test("of many runs lets the oldest lines of the project go, with the errors in them", async () => {
    const desk = newDesk();
    await desk.run(["sh: 1: old: not found\n"]);
    const rows = 30_000;
    // As many lines as may be, of which the oldest are there.
    await desk.ctx.write(({ raw }) => {
      const insert = raw.query("INSERT INTO console_lines (key, run_no, stream, content, at) VALUES (?, 1, 'stdout', 'x', '')");
      for (let seq = 2; seq <= rows; seq++) insert.run(2 ** 32 + seq);
      raw.run(`UPDATE consoles SET head = ${rows}, lines = ${CONSOLE_PROJECT_LINES}`);
    });
    desk.reopen();
    expect((await desk.run(["new\n"])).first_seq).toBe(rows + 1);
    const kept = () => desk.ctx.db.raw.query<{ lines: number }, []>("SELECT lines FROM consoles").get()?.lines ?? 0;
    await until(() => kept() <= CONSOLE_PROJECT_LINES * 0.95 || undefined);
    const left = desk.rows();
    expect(left.at(-1)).toMatchObject({ seq: rows + 1, content: "new" });
    expect(left[0]?.seq).toBe(rows + 2 - left.length);
    expect(left.length).toBe(rows + 1 - (CONSOLE_PROJECT_LINES + 1 - kept()));
    expect(desk.ctx.db.raw.query("SELECT * FROM console_faults").all()).toEqual([]);
  });
});
