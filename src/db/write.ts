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
  /**
   * Takes older rows of the same kind and subject for the same user off the line: of a mark, only the newest means anything.
   * A seq takes that one row off: a message that grows says all it said before.
   */
  replaces?: boolean | number;
  /** Users whose inbox it lands in. */
  notify?: number[];
  /** Jobs of resident agents that it gave (their numbers). */
  asked?: number[];
};

export type FeedRow = Pick<Change, "kind" | "channel_no" | "subject" | "actor_no"> & { seq: number; user_no: number | null; at: string };

/** A committed change on its way to whoever follows. */
export type Committed = FeedRow & Pick<Change, "data" | "notify" | "asked">;

/** What a piece of work sees of the transaction it stands in. */
export type Tx = Connection & {
  /** The time of this transaction, as it goes on the wire. */
  now: string;
  /** The number the next change will have. */
  nextSeq: () => number;
  /** Puts a change on the number line. @returns its seq */
  append: (change: Change) => number;
  /** Takes a number that no event has: one that is appended behind it in the same piece of work tells of it. @returns the number */
  take: () => number;
};

/** SQLite's codes for a disk that is full or failing: told as such, not as a fault of the request. */
const storageFaults = new Set(["SQLITE_FULL", "SQLITE_IOERR", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_READONLY", "SQLITE_BUSY"]);

/** A piece of work of the open transaction, and who waits for it. */
type Piece = { work: (tx: Tx) => unknown; value: unknown; settle: (value: unknown) => void; fail: (error: unknown) => void };

type Hooks = {
  /** Told of each batch after its commit: the seq before the batch and what it changed, in order. */
  committed: (before: number, changes: Committed[]) => void;
  /** Told when a commit fails: nothing of the batch is on disk, whatever was cached from it is wrong. */
  failed: (error: unknown) => void;
};

/**
 * The one writer. Work that arrives in one turn of the event loop shares a transaction and one fsync; `setImmediate`
 * commits, then the callers are answered. So an answer always means "on disk". A piece of work that fails is taken back
 * alone: the transaction begins anew without it, and from then on each piece stands under a savepoint of its own. All of
 * them under savepoints from the start would cost every post a tenth of its writing.
 */
export class Writer {
  #batch: Piece[] | null = null;
  /** Whether the pieces of the open transaction stand under savepoints. */
  #guarded = false;
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
      remove: raw.query<unknown, [number]>("DELETE FROM feed WHERE seq = ?"),
      append: raw.query<unknown, [number, string, number | null, number, number | null, number | null, string]>(
        "INSERT INTO feed (seq, kind, channel_no, subject, actor_no, user_no, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      ),
    };
    this.#tx = {
      ...connection,
      now: "",
      nextSeq: () => this.#head + 1,
      append: (change) => this.#append(change),
      take: () => this.#take(),
    };
  }

  /** Sets who is told of commits; once, when the server is put together. */
  listen(hooks: Hooks): void {
    this.#hooks = hooks;
  }

  /**
   * Runs `work` in the next transaction. It must not await: what it reads and writes is one moment. It may run twice, the
   * first time for nothing, so it must leave no trace but in the database.
   * @returns what `work` returned, once that is on disk
   * @throws whatever `work` threw, its own changes undone and no others; AppError `storage_failed` when the commit failed
   */
  write<T>(work: (tx: Tx) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      try {
        this.#batch ??= this.#begin();
      } catch (error) {
        this.#hooks.failed(error);
        reject(new AppError("storage_failed"));
        return;
      }
      if (this.#batch.length >= WRITES_WAITING) {
        reject(new AppError("rate_limited", { headers: { "retry-after": "1" } }));
        return;
      }
      this.#run({ work, value: undefined, settle: resolve as (value: unknown) => void, fail: reject });
    });
  }

  /** Commits what is open; for the end of the program. */
  close(): void {
    if (this.#batch) this.#commit();
    this.connection.raw.close();
  }

  #begin(): Piece[] {
    this.#open();
    this.#guarded = false;
    this.#tx.now = this.clock().toISOString();
    setImmediate(() => this.#commit());
    return [];
  }

  #open(): void {
    this.#statements.begin.run();
    this.#before = this.#statements.head.get()?.seq ?? 0;
    this.#head = this.#before;
    this.#changes = [];
  }

  #run(piece: Piece): void {
    const changesBefore = this.#changes.length;
    const headBefore = this.#head;
    try {
      if (this.#guarded) this.#statements.savepoint.run();
      piece.value = piece.work(this.#tx);
      if (this.#guarded) this.#statements.release.run();
      this.#batch?.push(piece);
    } catch (error) {
      this.#changes.length = changesBefore;
      this.#head = headBefore;
      this.#undo(error);
      piece.fail(error instanceof SQLiteError && storageFaults.has(error.code ?? "") ? new AppError("storage_failed") : error);
    }
  }

  #take(): number {
    const seq = this.#head + 1;
    if (seq > SEQ_MAX) throw new Error("The number line is full");
    this.#head = seq;
    return seq;
  }

  #append(change: Change): number {
    const seq = this.#take();
    const { kind, channel_no, subject, actor_no, user_no = null } = change;
    if (change.replaces === true) this.#statements.replace.run(user_no, kind, subject);
    else if (change.replaces) this.#statements.remove.run(change.replaces);
    this.#statements.append.run(seq, kind, channel_no, subject, actor_no, user_no, this.#tx.now);
    this.#changes.push({ seq, kind, channel_no, subject, actor_no, user_no, at: this.#tx.now, data: change.data, notify: change.notify, asked: change.asked });
    return seq;
  }

  /** Takes back the piece of work that just failed. When SQLite has ended the whole transaction itself (disk full), the others are lost with it. */
  #undo(cause: unknown): void {
    if (!this.connection.raw.inTransaction) {
      this.#fail(cause);
    } else if (this.#guarded) {
      this.#statements.undo.run();
      this.#statements.release.run();
    } else this.#again(cause);
  }

  /** Does what stood before the piece that failed once more, without it. */
  #again(cause: unknown): void {
    const before = this.#batch ?? [];
    try {
      this.#statements.rollback.run();
      this.#open();
    } catch {
      this.#fail(cause);
      return;
    }
    this.#guarded = true;
    this.#batch = [];
    for (const piece of before) {
      if (this.#batch) this.#run(piece);
      else piece.fail(new AppError("storage_failed"));
    }
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
    for (const { settle, value } of batch) settle(value);
  }

  #fail(error: unknown): void {
    const batch = this.#batch ?? [];
    this.#batch = null;
    this.#changes = [];
    if (this.connection.raw.inTransaction) this.#statements.rollback.run();
    for (const { fail } of batch) fail(new AppError("storage_failed"));
    this.#hooks.failed(error);
  }
}
