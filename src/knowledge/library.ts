import { type FSWatcher, watch } from "node:fs";
import { stat } from "node:fs/promises";
import type { Context } from "../context.ts";
import { KNOWLEDGE_MISSING, KNOWLEDGE_PAGE_ROWS, KNOWLEDGE_PAUSE, KNOWLEDGE_REST, KNOWLEDGE_ROUND, KNOWLEDGE_ROUND_REST, KNOWLEDGE_ROUND_WORK } from "../limits.ts";
import { Slice } from "../turns.ts";
import { type Document, documentsIn, FOLDER, PDF, problemOf } from "./folder.ts";
import { Shelf } from "./shelf.ts";
import { type FileRow, readFilesAfter } from "./store.ts";

type Look = { seen: Set<string>; due: Document[]; soon: boolean; problem: string | null };
/** Milliseconds between two rounds: `least` in any case, `most` when nothing is heard. */
type Rest = { least: number; most: number };

/**
 * Keeps the index of the company's documents as their folder is: in rounds through it, the next one when something is
 * heard of it, or after a while. What the disk says did not change is not read. All is written in small batches with a
 * rest after each, so that posts pass.
 */
export class Library {
  readonly #ending = new AbortController();
  #running: Promise<void> | undefined;
  #watched: { watcher: FSWatcher; ino: number } | undefined;
  /** Ends the rest between two rounds; `heard`: something changed since the last one began. */
  #wake = () => {};
  #heard = false;
  /** Since when (performance.now) files whose clock runs ahead have been as they are. */
  #still = new Map<string, { stamp: string; since: number }>();

  /** Whether sections may be there that no file has: a reading broke off. */
  #strays = true;
  readonly #shelf: Shelf;

  constructor(private readonly ctx: Context) {
    this.#shelf = new Shelf(ctx, this.#ending.signal);
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Resolves when nothing of it is at work any more. */
  async stop(): Promise<void> {
    this.#ending.abort();
    this.#watched?.watcher.close();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { knowledge } = this.ctx.config;
    while (!this.#ended) {
      this.#heard = false;
      let next = { least: 0, most: KNOWLEDGE_ROUND };
      try {
        if (knowledge === null) return await this.#shelf.clear();
        next = await this.#round(knowledge);
      } catch (error) {
        this.#strays = true;
        this.ctx.log.error({ event: "knowledge_failed", error: String(error) }, "The documents' index was not brought up to date; it is tried again");
      }
      await this.#rest(next);
    }
  }

  get #ended(): boolean {
    return this.#ending.signal.aborted;
  }

  /** Waits `least` ms, and on until something is heard of the folder or `most` ms are over. */
  async #rest({ least, most }: Rest): Promise<void> {
    await this.#sleep(least, false);
    if (!this.#heard) await this.#sleep(Math.max(0, most - least), true);
    // What is heard first is seldom all.
    await this.#sleep(KNOWLEDGE_PAUSE, false);
  }

  async #sleep(ms: number, hearing: boolean): Promise<void> {
    if (this.#ended) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = () => {
      if (hearing || this.#ended) resolve();
    };
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
  }

  /** Walks through the folder, then takes up what changed, as long as nothing else is heard. @returns how long to rest */
  async #round(folder: string): Promise<Rest> {
    if (this.#strays) {
      await this.#shelf.sweep();
      this.#strays = false;
    }
    const known = await this.#known();
    const begin = performance.now();
    const look = await this.#look(folder, known);
    const looked = performance.now();
    const least = Math.min((looked - begin) * KNOWLEDGE_ROUND_REST, KNOWLEDGE_ROUND);
    if (look.problem !== null) {
      const row = known.get(".");
      const same = row?.problem === look.problem;
      if (!same)
        await this.#shelf.put({ path: ".", mime: FOLDER, size: 0, stamp: "", hash: "", sections: 0, updated_at: this.ctx.clock().toISOString(), problem: look.problem }, row, []);
      // A share that is mounted anew, or a folder put in place of another, is away for a moment.
      if (!same) return { least, most: KNOWLEDGE_MISSING };
      look.seen.add(".");
    }
    const gone = [...known].filter(([path]) => !look.seen.has(path));
    for (const [, row] of gone) if (!this.#ended) await this.#shelf.remove(row);
    for (const path of this.#still.keys()) if (!look.seen.has(path)) this.#still.delete(path);
    const rest = { least, most: look.problem !== null ? KNOWLEDGE_MISSING : look.soon ? KNOWLEDGE_REST : KNOWLEDGE_ROUND };
    for (const document of look.due) {
      if (this.#ended) return rest;
      // What changed meanwhile is newer, and should not wait for a whole first reading.
      if (this.#heard && performance.now() - looked > KNOWLEDGE_ROUND_WORK) return { least, most: least };
      await this.#shelf.take(document, known.get(document.path));
    }
    if (look.due.length + gone.length > 0)
      this.ctx.log.info({ event: "knowledge_read", folder, documents: look.due.length, removed: gone.length, ms: Math.round(performance.now() - begin) });
    return rest;
  }

  /** What was read before, by path, a page at a time. */
  async #known(): Promise<Map<string, FileRow>> {
    const known = new Map<string, FileRow>();
    for (let last = ""; ; ) {
      const rows = readFilesAfter(this.ctx.db, last, KNOWLEDGE_PAGE_ROWS);
      for (const row of rows) known.set(row.path, row);
      const end = rows.at(-1);
      if (!end || rows.length < KNOWLEDGE_PAGE_ROWS) return known;
      last = end.path;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  /** What the folder holds: all paths (`seen`), what may have changed and has come to rest (`due`), and whether something has not yet (`soon`). */
  async #look(folder: string, known: Map<string, FileRow>): Promise<Look> {
    const look: Look = { seen: new Set(), due: [], soon: false, problem: null };
    const slice = new Slice();
    try {
      await this.#listen(folder);
      for await (const document of documentsIn(folder)) {
        if (slice.over) await slice.next();
        look.seen.add(document.path);
        const row = known.get(document.path);
        const same = row && (document.problem === null ? row.stamp === document.stamp && row.stamp !== "" : row.problem === document.problem);
        if (same) continue;
        if (this.#atRest(document)) look.due.push(document);
        else look.soon = true;
      }
    } catch (error) {
      this.#watched?.watcher.close();
      this.#watched = undefined;
      look.problem = problemOf(error) ?? "There is no such folder: make it, or set COLONY_KNOWLEDGE to another. It is read when it is there";
    }
    // PDFs take a second each: what is read faster goes first, and of each kind what is newest.
    const slow = ({ mime }: Document) => Number(mime === PDF);
    look.due.sort((one, other) => slow(one) - slow(other) || other.changed.getTime() - one.changed.getTime());
    return look;
  }

  /** Hears of changes, as far as the system tells of them; a folder that is another by now is listened to anew. */
  async #listen(folder: string): Promise<void> {
    const { ino } = await stat(folder);
    if (this.#watched?.ino === ino || this.#ended) return;
    this.#watched?.watcher.close();
    this.#watched = undefined;
    const hear = () => {
      this.#heard = true;
      this.#wake();
    };
    try {
      const watcher = watch(folder, { recursive: true }, hear);
      watcher.on("error", hear);
      this.#watched = { watcher, ino };
    } catch (error) {
      this.ctx.log.warn({ event: "knowledge_not_watched", folder, error: String(error) }, "Changes of documents are found by looking, which takes longer");
    }
  }

  /** Whether a file was left alone for a while, by its own clock or by ours. */
  #atRest({ path, stamp, changed }: Document): boolean {
    const age = this.ctx.clock().getTime() - changed.getTime();
    const was = this.#still.get(path);
    const [now, same] = [performance.now(), was?.stamp === stamp];
    if (stamp === "" || age >= KNOWLEDGE_REST || (same && now - (was?.since ?? now) >= KNOWLEDGE_REST)) {
      this.#still.delete(path);
      return true;
    }
    if (!same) this.#still.set(path, { stamp, since: now });
    return false;
  }
}
