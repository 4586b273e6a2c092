import { beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { migrateDatabase } from "../src/db/migrate.ts";
import { type Connection, openReader, openWriter } from "../src/db/open.ts";
import { type Committed, Writer } from "../src/db/write.ts";
import { prune, readMeta } from "../src/feed/store.ts";
import { newFolder } from "./colony.ts";

let writer: Writer;
let reader: Connection;
let batches: Committed[][];
let failures: unknown[];

beforeEach(() => {
  const folder = newFolder();
  const connection = openWriter(join(folder, "colony.db"));
  migrateDatabase(connection, folder);
  reader = openReader(join(folder, "colony.db"));
  writer = new Writer(connection, () => new Date());
  batches = [];
  failures = [];
  writer.listen({ committed: (_, changes) => batches.push(changes), failed: (error) => failures.push(error) });
});

const change = (subject: number) => ({ kind: "test", channel_no: null, subject, actor_no: null });
const lines = () => reader.raw.query<{ seq: number; subject: number }, []>("SELECT seq, subject FROM feed ORDER BY seq").all();

describe("the one writer", () => {
  test("joins the work of one turn into one commit, in order", async () => {
    const seqs = await Promise.all([1, 2, 3].map((n) => writer.write((tx) => tx.append(change(n)))));
    expect(seqs).toEqual([1, 2, 3]);
    expect(batches.map((batch) => batch.map(({ subject }) => subject))).toEqual([[1, 2, 3]]);
    expect(lines()).toEqual([1, 2, 3].map((n) => ({ seq: n, subject: n })));
  });

  test("answers nobody before the commit", async () => {
    let answered = false;
    const writing = writer.write((tx) => tx.append(change(1))).then(() => (answered = true));
    await Promise.resolve();
    await Promise.resolve();
    expect(answered).toBe(false);
    expect(lines()).toEqual([]);
    await writing;
    expect(lines()).toHaveLength(1);
  });

  test("undoes one piece of work that fails, alone, and gives its number to the next", async () => {
    const results = await Promise.allSettled([
      writer.write((tx) => tx.append(change(1))),
      writer.write((tx) => {
        tx.append(change(2));
        throw new Error("no");
      }),
      writer.write((tx) => tx.append(change(3))),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(lines()).toEqual([
      { seq: 1, subject: 1 },
      { seq: 2, subject: 3 },
    ]);
    expect(batches.flat().map(({ subject }) => subject)).toEqual([1, 3]);
  });

  test("takes back each of several failures alone, wherever they stand, and does the rest once", async () => {
    const fails = new Set([1, 4, 5, 9]);
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) =>
        writer.write((tx) => {
          const seq = tx.append(change(n));
          if (fails.has(n)) throw new Error(`no ${n}`);
          return { seq, n };
        }),
      ),
    );
    const stood = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(stood).toEqual([0, 2, 3, 6, 7, 8].map((n, at) => ({ seq: at + 1, n })));
    expect(results.flatMap((result) => (result.status === "rejected" ? [result.reason.message] : []))).toEqual([...fails].map((n) => `no ${n}`));
    expect(lines()).toEqual(stood.map(({ seq, n }) => ({ seq, subject: n })));
    expect(batches.map((batch) => batch.map(({ seq, subject }) => ({ seq, subject })))).toEqual([lines()]);
  });

  test("loses a whole batch, and no more, when the database ends its transaction in the midst of being done again", async () => {
    let runs = 0;
    const results = await Promise.allSettled([
      writer.write((tx) => tx.append(change(1))),
      writer.write((tx) => {
        // The second time, what SQLite does by itself when the disk is full.
        if (++runs > 1) tx.raw.run("ROLLBACK");
        return tx.append(change(runs > 1 ? Number.NaN : 2));
      }),
      writer.write((tx) => tx.append(change(3))),
      writer.write(() => {
        throw new Error("no");
      }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected", "rejected"]);
    expect(lines()).toEqual([]);
    expect(await writer.write((tx) => tx.append(change(4)))).toBe(1);
    expect(lines()).toEqual([{ seq: 1, subject: 4 }]);
  });

  test("tells every caller of a batch when its commit fails, keeps nothing of it, and goes on", async () => {
    // A deferred constraint is checked at the commit: the nearest a test comes to a disk that fails there.
    const results = await Promise.allSettled([
      writer.write((tx) => tx.append(change(1))),
      writer.write((tx) => {
        tx.raw.run("PRAGMA defer_foreign_keys = ON");
        tx.raw.run("INSERT INTO sessions (id, user_no, created_at, expires_at) VALUES ('x', 999, '', '')");
        return tx.append(change(2));
      }),
    ]);
    expect(results.map((result) => (result.status === "rejected" ? result.reason.code : "stored"))).toEqual(["storage_failed", "storage_failed"]);
    expect(failures).toHaveLength(1);
    expect(batches).toEqual([]);
    expect(lines()).toEqual([]);
    expect(await writer.write((tx) => tx.append(change(3)))).toBe(1);
    expect(lines()).toEqual([{ seq: 1, subject: 3 }]);
  });

  test("goes on from numbers that another process took", async () => {
    await writer.write((tx) => tx.append(change(1)));
    const other = openWriter(join(reader.raw.filename));
    other.raw.run("INSERT INTO feed (seq, kind, subject, at) VALUES (2, 'test', 22, '')");
    other.raw.close();
    expect(await writer.write((tx) => tx.append(change(3)))).toBe(3);
  });
});

test("pruning takes old rows in steps, says how far, and never the newest: it holds the count", async () => {
  await writer.write((tx) => [1, 2, 3, 4, 5].map((n) => tx.append(change(n))));
  const later = new Date(Date.now() + 1_000).toISOString();
  expect(await writer.write((tx) => prune(tx, "2000-01-01T00:00:00.000Z", 10))).toBeNull();
  expect(await writer.write((tx) => prune(tx, later, 2))).toBe(2);
  expect(await writer.write((tx) => prune(tx, later, 10))).toBe(4);
  expect(await writer.write((tx) => prune(tx, later, 10))).toBeNull();
  expect(readMeta(reader)).toMatchObject({ head: 5, floor: 4 });
  expect(await writer.write((tx) => tx.append(change(6)))).toBe(6);
});
