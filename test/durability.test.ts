import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { cpSync, mkdirSync, readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { openWriter } from "../src/db/open.ts";
import { Colony, newFolder } from "./colony.ts";

const WRITERS = 8;

type Acknowledged = { id: string; seq: number; content: string };

/** Eight writers, each posting one message after another until told to stop; keeps what was acknowledged. */
const write = (colony: Colony, round: string) => {
  const acknowledged: Acknowledged[] = [];
  let stopped = false;
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    for (let n = 0; !stopped; n++) {
      const answer = await colony.post("/api/channels/general/messages", { content: `${round} writer ${writer} message ${n}` }).catch(() => null);
      if (answer === null) return;
      if (answer.status === 201) acknowledged.push(answer.body);
    }
  });
  return {
    acknowledged,
    atLeast: async (count: number) => {
      while (acknowledged.length < count) await Bun.sleep(1);
    },
    stop: async () => {
      stopped = true;
      await Promise.all(writers);
    },
  };
};

/** Every acknowledged message stands there once, as it was answered, and the line is in order. */
const expectAllThere = async (colony: Colony, acknowledged: Acknowledged[]) => {
  const history: Acknowledged[] = (await colony.get("/api/channels/general/messages")).body;
  const seqs = history.map(({ seq }) => seq);
  expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
  const byId = new Map(history.map((message) => [message.id, message]));
  expect(byId.size).toBe(history.length);
  expect(acknowledged.map(({ id }) => byId.get(id))).toEqual(acknowledged);
};

test("ten kills under eight writers lose and double nothing that was acknowledged", async () => {
  const colony = await Colony.start();
  const all: Acknowledged[] = [];
  for (let cycle = 0; cycle < 10; cycle++) {
    const writers = write(colony, `cycle ${cycle}`);
    await writers.atLeast(30 + cycle * 17);
    await colony.stop("SIGKILL");
    await writers.stop();
    all.push(...writers.acknowledged);
    await colony.run();
    await expectAllThere(colony, all);
  }
  expect(all.length).toBeGreaterThan(300);
  expect(await colony.stop()).toBe(0);
}, 120_000);

test("a database copied while the power fails holds every acknowledged message, its last write torn or not", async () => {
  const colony = await Colony.start();
  for (const torn of [0, 1, 777, 4_096 + 24]) {
    const writers = write(colony, `torn ${torn}`);
    await writers.atLeast(60);
    // The process stands still in the midst of whatever it does; the folder is copied as a disk would hold it.
    colony.process?.kill("SIGSTOP");
    const acknowledged = [...writers.acknowledged];
    const folder = join(newFolder(), "data");
    mkdirSync(folder);
    for (const file of readdirSync(colony.data).filter((name) => !name.startsWith("lock"))) cpSync(join(colony.data, file), join(folder, file), { recursive: true });
    colony.process?.kill("SIGCONT");
    await writers.stop();
    // What was written after the last acknowledged commit may have reached the disk in part: here, with garbage behind it.
    const log = join(folder, "colony.db-wal");
    const size = statSync(log).size;
    if (torn > 0) {
      truncateSync(log, size + torn);
      const file = Bun.file(log);
      const bytes = new Uint8Array(await file.arrayBuffer());
      crypto.getRandomValues(bytes.subarray(size, Math.min(size + torn, size + 65_536)));
      await Bun.write(log, bytes);
    }
    const copy = await Colony.start({}, folder);
    await expectAllThere(copy, acknowledged);
    const check = new Database(join(folder, "colony.db"), { readonly: true });
    expect(check.query("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
    check.close();
    await copy.stop();
  }
}, 60_000);

test("a commit waits for the disk: the writer is in WAL mode with synchronous=FULL", () => {
  const { raw } = openWriter(join(newFolder(), "colony.db"));
  expect(raw.query("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
  expect(raw.query("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
  raw.close();
});
