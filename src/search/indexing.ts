import type { Context } from "../context.ts";
import type { Connection } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { SEARCH_BATCH_CHARACTERS, SEARCH_BATCH_SEQS, SEARCH_BUSY_POSTS, SEARCH_MERGE_PAGES, SEARCH_PAUSE, SEARCH_REST, SEARCH_RETRY, SEARCH_TAIL_SEQS } from "../limits.ts";
import { channelOf, seqOf } from "../messages/table.ts";
import type { MessageRow } from "../messages/wire.ts";
import { facetsOf, textOf } from "./facets.ts";
import { endOfVolume, indexedThrough, mergeIsDue, mergeSome, noteTimes, openVolume, putWords, readStretch, removeWords, setIndexedThrough, tidyVolume } from "./store.ts";
import { termsOf } from "./terms.ts";

const wordsOf = (row: MessageRow): string => [...termsOf(textOf(row)).map(({ term }) => term), ...facetsOf(row)].join(" ");

/**
 * Brings the index up to a message that changed, in the transaction of the change: its earlier words are gone at once.
 * What the index has not come to yet is left to it.
 */
export const reindexMessage = (tx: Tx, row: MessageRow): void => {
  const seq = seqOf(row.key);
  if (seq <= indexedThrough(tx)) putWords(tx, seq, channelOf(row.key), wordsOf(row));
};

/** Takes a deleted message's words out of the index, in the transaction of the deletion. */
export const unindexMessage = (tx: Tx, key: number): void => {
  const seq = seqOf(key);
  if (seq <= indexedThrough(tx)) removeWords(tx, seq);
};

/** The messages of some channels with seqs after `after` up to and with `through`, oldest first. Only channels that have something there are asked. */
export const readAcross = (db: Connection, channels: { no: number; last_seq: number }[], after: number, through: number): MessageRow[] => {
  const rows = channels.filter(({ last_seq }) => last_seq > after).flatMap(({ no }) => readStretch(db, no, after, through));
  return rows.sort((one, other) => seqOf(one.key) - seqOf(other.key));
};

/**
 * Puts the next stretch of the line into the index and moves the mark, both in this transaction: a crash loses neither or
 * both. Only what memory has heard of is taken: what this very transaction posts comes next time.
 * @returns whether there was anything to do
 */
export const indexSome = (ctx: Context, tx: Tx): boolean => {
  const after = indexedThrough(tx);
  const head = ctx.feed.head;
  if (after >= head) return false;
  let through = Math.min(after + SEARCH_BATCH_SEQS, endOfVolume(after + 1), head);
  openVolume(tx, through);
  let characters = 0;
  let [first, last] = ["", ""];
  for (const row of readAcross(tx, ctx.channels.all(), after, through)) {
    const seq = seqOf(row.key);
    if (characters > SEARCH_BATCH_CHARACTERS) {
      through = seq - 1;
      break;
    }
    if (row.deleted_at !== null) continue;
    putWords(tx, seq, channelOf(row.key), wordsOf(row));
    if (first === "" || row.created_at < first) first = row.created_at;
    if (row.created_at > last) last = row.created_at;
    characters += row.content.length;
  }
  if (first !== "") noteTimes(tx, after + 1, through, first, last);
  setIndexedThrough(tx, through);
  return true;
};

/** Keeps the index up with the line, beside the posts: in small batches with a rest after each, and while many are posting not before it must. */
export class Indexer {
  #timer: ReturnType<typeof setInterval> | undefined;
  #working = false;
  #stopped = false;
  #seen: { head: number; at: number };

  constructor(private readonly ctx: Context) {
    this.#seen = { head: ctx.feed.head, at: performance.now() };
  }

  start(): void {
    this.#timer = setInterval(() => void this.#catchUp(), SEARCH_PAUSE);
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  async #catchUp(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    // What is posted meanwhile waits for the next look: followed post by post, each would cost two commits of its own.
    const { head } = this.ctx.feed;
    try {
      while (!this.#stopped) {
        const busy = this.#busy();
        const behind = head - indexedThrough(this.ctx.db);
        if (busy && behind < SEARCH_TAIL_SEQS) return;
        // What is new goes before what is to be merged.
        if (behind <= 0 && (this.ctx.feed.head > head || !mergeIsDue(this.ctx.db))) return;
        const begin = performance.now();
        await this.ctx.write((tx) => (behind > 0 ? indexSome(this.ctx, tx) : mergeSome(tx, SEARCH_MERGE_PAGES)));
        const rest = (since: number) => Bun.sleep(Math.ceil((performance.now() - since) * (busy ? SEARCH_REST.busy : SEARCH_REST.quiet)));
        await rest(begin);
        if (behind <= 0) continue;
        const tidying = performance.now();
        await this.ctx.write((tx) => tidyVolume(tx, SEARCH_MERGE_PAGES));
        await rest(tidying);
      }
    } catch (error) {
      this.ctx.log.error({ event: "indexing_failed", error: String(error) }, "Search goes on without the newest messages in its index and reads them one by one");
      // A full disk is not emptied by trying again at once.
      await Bun.sleep(SEARCH_RETRY);
    } finally {
      this.#working = false;
    }
  }

  /** Whether many are posting now: judged by how far the line went on since it was last looked at, a pause ago or more. */
  #busy(): boolean {
    const { head, at } = this.#seen;
    const now = performance.now();
    const seconds = (now - at) / 1000;
    if (seconds * 1000 >= SEARCH_PAUSE) this.#seen = { head: this.ctx.feed.head, at: now };
    return this.ctx.feed.head - head > SEARCH_BUSY_POSTS * Math.max(seconds, SEARCH_PAUSE / 1000);
  }
}
