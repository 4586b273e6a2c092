import type { Context } from "../context.ts";
import { KNOWLEDGE_BATCH_CHARACTERS, KNOWLEDGE_PIECES, KNOWLEDGE_REMOVED_ROWS } from "../limits.ts";
import { termsOf } from "../search/terms.ts";
import { Slice } from "../turns.ts";
import type { Document } from "./folder.ts";
import { readDocument } from "./reading.ts";
import type { Piece } from "./sections.ts";
import { type FileRow, type NewSection, nextFileNo, putFile, putSections, readFiles, removeFile, removeSections, strayFiles, tidyIndex } from "./store.ts";

/** The last time that a file's own clock can tell on the wire. */
const LAST_TIME = Date.parse("9999-12-31T23:59:59.999Z");

/** Where documents are put and taken away: all in small batches with a rest after each, so that posts pass. It stops where `signal` tells it to. */
export class Shelf {
  /** Characters put into the index since it was last tidied. */
  #untidy = 0;

  constructor(
    private readonly ctx: Context,
    private readonly signal: AbortSignal,
  ) {}

  /** Reads what may have changed, and puts it in place of what was known. */
  async take(document: Document, row: FileRow | undefined): Promise<void> {
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
    if (document.problem !== null) return this.put(facts, row, []);
    const reading = await readDocument(document, row?.hash ?? "", this.signal);
    // What was broken off by the end of the server says nothing of the file.
    if (this.signal.aborted) return;
    if ("unreadable" in reading) {
      if (row?.problem === reading.unreadable && row.stamp === "") return;
      return this.put({ ...facts, stamp: reading.passing ? "" : stamp, problem: reading.unreadable }, row, []);
    }
    const { hash, pieces, problem } = reading;
    if (row && row.hash === hash) await this.ctx.write((tx) => putFile(tx, { ...row, ...facts, hash, sections: row.sections, problem: row.problem }));
    else await this.put({ ...facts, hash, problem }, row, pieces);
  }

  /** Puts a file and its pieces in place of what its path had: until all are there, the earlier ones are found. */
  async put(facts: Omit<FileRow, "no">, row: FileRow | undefined, pieces: Iterable<Piece>): Promise<void> {
    const no = nextFileNo(this.ctx.db);
    let { problem } = facts;
    let sections = 0;
    let batch: NewSection[] = [];
    let characters = 0;
    const slice = new Slice();
    const write = async (row: FileRow | null) => {
      const begin = performance.now();
      const full = batch;
      this.#untidy += characters;
      [batch, characters] = [[], 0];
      await this.ctx.write((tx) => {
        putSections(tx, no, full);
        if (row) putFile(tx, row);
      });
      if (this.#untidy >= KNOWLEDGE_BATCH_CHARACTERS) {
        this.#untidy = 0;
        await this.ctx.write(tidyIndex);
      }
      await Bun.sleep(performance.now() - begin);
    };
    for (const piece of pieces) {
      if (this.signal.aborted) return;
      if (slice.over) await slice.next();
      if (sections === KNOWLEDGE_PIECES) {
        problem = `Only its first ${KNOWLEDGE_PIECES} pieces are found: split it`;
        break;
      }
      batch.push(newSection(facts.path, piece));
      sections++;
      characters += piece.text.length;
      if (characters >= KNOWLEDGE_BATCH_CHARACTERS) await write(null);
    }
    await write({ ...facts, no, sections, problem });
    if (problem !== null && problem !== row?.problem) this.ctx.log.warn({ event: "knowledge_problem", file: facts.path, problem });
    if (row) await this.#removeSections(row.no);
  }

  /** Takes a file away, and what it said. */
  async remove(row: FileRow): Promise<void> {
    await this.ctx.write((tx) => removeFile(tx, row.no));
    await this.#removeSections(row.no);
  }

  async #removeSections(no: number): Promise<void> {
    while (await this.ctx.write((tx) => removeSections(tx, no, KNOWLEDGE_REMOVED_ROWS))) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  /** Removes sections that no file has: a reading broke off before its end. */
  async sweep(): Promise<void> {
    for (const no of strayFiles(this.ctx.db)) await this.#removeSections(no);
  }

  /** Takes all away: without a folder there are no documents. */
  async clear(): Promise<void> {
    for (const row of readFiles(this.ctx.db)) await this.remove(row);
    await this.sweep();
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
