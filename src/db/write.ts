import { SQLiteError } from "bun:sqlite";
import { AppError } from "../errors.ts";
import { SEQ_MAX, WRITES_WAITING } from "../limits.ts";
import type { Connection } from "./open.ts";

/** A change for the number line, as a service hands it over. `data` is what the event will say, when already at hand. */
export type Change = {
  kind: string;
  channel_no: number | null;
  subject: number;
  actor_no: number | null;
  user_no?: number;
  data?: unknown;
  /** Takes older rows of the same kind and subject for the same user off the line: of a mark, only the newest means anything. */
  replaces?: boolean;
  /** Users whose inbox it lands in. */
  notify?: number[];
};

export type FeedRow = Pick<Change, "kind" | "channel_no" | "subject" | "actor_no"> & { seq: number; user_no: number | null; at: string };

/** A committed change on its way to whoever follows. */
export type Committed = FeedRow & Pick<Change, "data" | "notify">;

/** What a piece of work sees of the transaction it stands in. */
export type Tx = Connection & {
  /** The time of this transaction, as it goes on the wire. */
  now: string;
  /** The number the next change will have. */
  nextSeq: () => number;
  /** Puts a change on the number line. @returns its seq */
  append: (change: Change) => number;
};

/** SQLite's codes for a disk that is full or failing: told as such, not as a fault of the request. */
const storageFaults = new Set(["SQLITE_FULL", "SQLITE_IOERR", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_READONLY", "SQLITE_BUSY"]);

type Waiting = { settle: () => void; fail: (error: unknown) => void };

type Hooks = {
  /** Told of each batch after its commit: the seq before the batch and what it changed, in order. */
  committed: (before: number, changes: Committed[]) => void;
  /** Told when a commit fails: nothing of the batch is on disk, whatever was cached from it is wrong. */
  failed: (error: unknown) => void;
};

/**
 * The one writer. Work that arrives in one turn of the event loop shares a transaction and one fsync, each piece under a
 * savepoint of its own; `setImmediate` commits, then the callers are answered. So an answer always means "on disk".
 */
export class Writer {
  #batch: Waiting[] | null = null;
  #changes: Committed[] = [];
  #before = 0;
  #head = 0;
  #tx: Tx;
  #hooks: Hooks = { committed: () => {}, failed: () => {} };
  #statements;

  constructor(
    readonly connection: Connection,
    private readonly clock: () => Date,
  ) {
    const { raw } = connection;
    this.#statements = {
      begin: raw.query("BEGIN IMMEDIATE"),
      commit: raw.query("COMMIT"),
      rollback: raw.query("ROLLBACK"),
      savepoint: raw.query("SAVEPOINT work"),
      release: raw.query("RELEASE work"),
      undo: raw.query("ROLLBACK TO work"),
      head: raw.query<{ seq: number | null }, []>("SELECT max(seq) AS seq FROM feed"),
      replace: raw.query<unknown, [number | null, string, number]>("DELETE FROM feed WHERE user_no = ? AND kind = ? AND subject = ?"),
      append: raw.query<unknown, [number, string, number | null, number, number | null, number | null, string]>(
        "INSERT INTO feed (seq, kind, channel_no, subject, actor_no, user_no, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      ),
    };
    this.#tx = {
      ...connection,
      now: "",
      nextSeq: () => this.#head + 1,
      append: (change) => this.#append(change),
    };
  }

  /** Sets who is told of commits; once, when the server is put together. */
  listen(hooks: Hooks): void {
    this.#hooks = hooks;
  }

  /**
   * Runs `work` in the next transaction. It must not await: what it reads and writes is one moment.
   * @returns what `work` returned, once that is on disk
   * @throws whatever `work` threw, its own changes undone and no others; AppError `storage_failed` when the commit failed
   */
  write<T>(work: (tx: Tx) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let batch: Waiting[];
      try {
        batch = this.#batch ?? this.#begin();
      } catch (error) {
        this.#hooks.failed(error);
        reject(new AppError("storage_failed"));
        return;
      }
      if (batch.length >= WRITES_WAITING) {
        reject(new AppError("rate_limited", { headers: { "retry-after": "1" } }));
        return;
      }
      const changesBefore = this.#changes.length;
      const headBefore = this.#head;
      this.#statements.savepoint.run();
      try {
        const value = work(this.#tx);
        this.#statements.release.run();
        batch.push({ settle: () => resolve(value), fail: reject });
      } catch (error) {
        this.#changes.length = changesBefore;
        this.#head = headBefore;
        this.#undo(error);
        reject(error instanceof SQLiteError && storageFaults.has(error.code ?? "") ? new AppError("storage_failed") : error);
      }
    });
  }

  /** Commits what is open; for the end of the program. */
  close(): void {
    if (this.#batch) this.#commit();
    this.connection.raw.close();
  }

  #begin(): Waiting[] {
    this.#statements.begin.run();
    this.#before = this.#statements.head.get()?.seq ?? 0;
    this.#head = this.#before;
    this.#changes = [];
    this.#tx.now = this.clock().toISOString();
    this.#batch = [];
    setImmediate(() => this.#commit());
    return this.#batch;
  }

  #append(change: Change): number {
    const seq = this.#head + 1;
    if (seq > SEQ_MAX) throw new Error("The number line is full");
    const { kind, channel_no, subject, actor_no, user_no = null } = change;
    if (change.replaces) this.#statements.replace.run(user_no, kind, subject);
    this.#statements.append.run(seq, kind, channel_no, subject, actor_no, user_no, this.#tx.now);
    this.#head = seq;
    this.#changes.push({ seq, kind, channel_no, subject, actor_no, user_no, at: this.#tx.now, data: change.data, notify: change.notify });
    return seq;
  }

  /** Takes one piece of work back. When SQLite has ended the whole transaction itself (disk full), the batch is lost with it. */
  #undo(cause: unknown): void {
    if (!this.connection.raw.inTransaction) {
      this.#fail(cause);
      return;
    }
    this.#statements.undo.run();
    this.#statements.release.run();
  }

  #commit(): void {
    const batch = this.#batch;
    if (!batch) return;
    try {
      this.#statements.commit.run();
    } catch (error) {
      this.#fail(error);
      return;
    }
    const changes = this.#changes;
    this.#batch = null;
    this.#changes = [];
    if (changes.length > 0) this.#hooks.committed(this.#before, changes);
    for (const waiting of batch) waiting.settle();
  }

  #fail(error: unknown): void {
    const batch = this.#batch ?? [];
    this.#batch = null;
    this.#changes = [];
    if (this.connection.raw.inTransaction) this.#statements.rollback.run();
    for (const waiting of batch) waiting.fail(new AppError("storage_failed"));
    this.#hooks.failed(error);
  }
}
