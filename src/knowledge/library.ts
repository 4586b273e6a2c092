import { type FSWatcher, watch } from "node:fs";
import { stat } from "node:fs/promises";
import type { Context } from "../context.ts";
import { KNOWLEDGE_BATCH_CHARACTERS, KNOWLEDGE_PAUSE, KNOWLEDGE_PIECES, KNOWLEDGE_REMOVED_ROWS, KNOWLEDGE_REST, KNOWLEDGE_ROUND, KNOWLEDGE_ROUND_REST } from "../limits.ts";
import { termsOf } from "../search/terms.ts";
import { Slice } from "../turns.ts";
import { type Document, documentsIn, FOLDER, problemOf } from "./folder.ts";
import { readDocument } from "./reading.ts";
import type { Piece } from "./sections.ts";
import { type FileRow, type NewSection, nextFileNo, putFile, putSections, readFiles, removeFile, removeSections, strayFiles, tidyIndex } from "./store.ts";

/** The last time that a file's own clock can tell on the wire. */
const LAST_TIME = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * Keeps the index of the company's documents as their folder is: in rounds through it, the next one when something is
 * heard of it, or after a while. What the disk says did not change is not read. All is written in small batches with a
 * rest after each, so that posts pass.
 */
export class Library {
  #stopped = false;
  #running: Promise<void> | undefined;
  #watched: { watcher: FSWatcher; ino: number } | undefined;
  /** Ends the rest between two rounds; `heard`: something changed since the last one began. */
  #wake = () => {};
  #heard = false;
  /** Since when (performance.now) files whose clock runs ahead have been as they are. */
  #still = new Map<string, { stamp: string; since: number }>();
  /** Whether the folder was missing in the last round already. */
  #missing = false;

  constructor(private readonly ctx: Context) {}

  start(): void {
    this.#running = this.#run();
  }

  /** Resolves when nothing of it is at work any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#watched?.watcher.close();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { knowledge } = this.ctx.config;
    while (!this.#stopped) {
      const begin = performance.now();
      this.#heard = false;
      let soon = false;
      try {
        if (knowledge === null) await this.#forget();
        else soon = await this.#round(knowledge);
      } catch (error) {
        this.ctx.log.error({ event: "knowledge_failed", error: String(error) }, "The documents' index was not brought up to date; it is tried again");
      }
      if (knowledge === null) return;
      await this.#rest((performance.now() - begin) * KNOWLEDGE_ROUND_REST, soon ? KNOWLEDGE_REST : KNOWLEDGE_ROUND);
    }
  }

  /** Waits `least` ms and KNOWLEDGE_PAUSE, and on until something is heard of the folder or `most` ms are over. */
  async #rest(least: number, most: number): Promise<void> {
    const pause = Math.max(KNOWLEDGE_PAUSE, least);
    await this.#sleep(pause, false);
    if (!this.#heard) await this.#sleep(Math.max(0, most - pause), true);
    // What is heard first is seldom all.
    if (this.#heard) await this.#sleep(KNOWLEDGE_PAUSE, false);
  }

  async #sleep(ms: number, hearing: boolean): Promise<void> {
    if (this.#stopped) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = () => {
      if (hearing || this.#stopped) resolve();
    };
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
  }

  /** One walk through the folder. @returns whether something in it has not come to rest yet */
  async #round(folder: string): Promise<boolean> {
    const known = new Map(readFiles(this.ctx.db).map((row) => [row.path, row]));
    const seen = new Set<string>();
    let soon = false;
    const slice = new Slice();
    for (const no of strayFiles(this.ctx.db)) await this.#removeSections(no);
    try {
      await this.#listen(folder);
      for await (const document of documentsIn(folder)) {
        if (this.#stopped) return false;
        if (slice.over) await slice.next();
        seen.add(document.path);
        const row = known.get(document.path);
        if (row && row.stamp === document.stamp && row.stamp !== "") continue;
        if (row && document.problem !== null && row.problem === document.problem) continue;
        if (!this.#atRest(document)) soon = true;
        else await this.#take(document, row);
      }
      this.#missing = false;
    } catch (error) {
      const problem = problemOf(error) ?? "The folder of documents is missing: make it, or set COLONY_KNOWLEDGE to another; it is found when it is there";
      const row = known.get(".");
      if (row?.problem !== problem) this.ctx.log.warn({ event: "knowledge_unreadable", folder, problem });
      await this.#put({ path: ".", mime: FOLDER, size: 0, stamp: "", hash: "", sections: 0, updated_at: this.ctx.clock().toISOString(), problem }, row, null);
      seen.add(".");
      // A share that is mounted anew, or a folder put in place of another, is away for a moment.
      if (!this.#missing) {
        this.#missing = true;
        return false;
      }
    }
    for (const [path, row] of known) if (!seen.has(path) && !this.#stopped) await this.#drop(row);
    for (const path of this.#still.keys()) if (!seen.has(path)) this.#still.delete(path);
    return soon;
  }

  /** Hears of changes, as far as the system tells of them; a folder that is another by now is listened to anew. */
  async #listen(folder: string): Promise<void> {
    const { ino } = await stat(folder);
    if (this.#watched?.ino === ino || this.#stopped) return;
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

  /** Reads what may have changed, and puts it in place of what was known. */
  async #take(document: Document, row: FileRow | undefined): Promise<void> {
    const { path, mime, size, stamp, changed } = document;
    const facts = {
      path,
      mime,
      size,
      stamp,
      hash: "",
      sections: 0,
      updated_at: new Date(Math.min(Math.max(0, changed.getTime() || 0), LAST_TIME)).toISOString(),
      problem: document.problem,
    };
    if (document.problem !== null) return this.#put(facts, row, null);
    const reading = await readDocument(document, row?.hash ?? "");
    if ("unreadable" in reading) {
      if (row?.problem === reading.unreadable && row.stamp === "") return;
      return this.#put({ ...facts, stamp: reading.passing ? "" : stamp, problem: reading.unreadable }, row, null);
    }
    const { hash, pieces, problem } = reading;
    if (row && row.hash === hash) await this.ctx.write((tx) => putFile(tx, { ...row, ...facts, hash, sections: row.sections, problem: row.problem }));
    else await this.#put({ ...facts, hash, problem }, row, pieces);
  }

  /** Puts a file and its pieces in place of what its path had: until all are there, the earlier ones are found. */
  async #put(facts: Omit<FileRow, "no">, row: FileRow | undefined, pieces: Iterable<Piece> | null): Promise<void> {
    const no = nextFileNo(this.ctx.db);
    let { problem } = facts;
    let sections = 0;
    let batch: NewSection[] = [];
    let characters = 0;
    const slice = new Slice();
    const write = async () => {
      const begin = performance.now();
      const full = batch;
      [batch, characters] = [[], 0];
      await this.ctx.write((tx) => putSections(tx, no, full));
      await this.ctx.write(tidyIndex);
      await Bun.sleep(performance.now() - begin);
    };
    for (const piece of pieces ?? []) {
      if (this.#stopped) return;
      if (slice.over) await slice.next();
      if (sections === KNOWLEDGE_PIECES) {
        problem = `Only its first ${KNOWLEDGE_PIECES} pieces are found: split it`;
        break;
      }
      batch.push(newSection(facts.path, piece));
      sections++;
      characters += piece.text.length;
      if (characters >= KNOWLEDGE_BATCH_CHARACTERS) await write();
    }
    if (batch.length > 0) await write();
    if (problem !== null && problem !== row?.problem) this.ctx.log.warn({ event: "knowledge_problem", file: facts.path, problem });
    await this.ctx.write((tx) => putFile(tx, { ...facts, no, sections, problem }));
    if (row) await this.#removeSections(row.no);
  }

  async #drop(row: FileRow): Promise<void> {
    await this.ctx.write((tx) => removeFile(tx, row.no));
    await this.#removeSections(row.no);
  }

  async #removeSections(no: number): Promise<void> {
    while (await this.ctx.write((tx) => removeSections(tx, no, KNOWLEDGE_REMOVED_ROWS))) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  /** Without a folder there are no documents. */
  async #forget(): Promise<void> {
    for (const row of readFiles(this.ctx.db)) await this.#drop(row);
    for (const no of strayFiles(this.ctx.db)) await this.#removeSections(no);
  }
}

/** A piece as the index takes it. */
const newSection = (path: string, { headings, page, text, tokens }: Piece): NewSection => {
  const terms = (written: string) =>
    termsOf(written)
      .map(({ term }) => term)
      .join(" ");
  const place = [path.replace(/\.\w+$/, ""), ...headings.slice(0, -1)].join("\n");
  return { heading: headings.join(" > "), page, text, tokens, terms: { place: terms(place), heading: terms(headings.at(-1) ?? ""), words: terms(text) } };
};
