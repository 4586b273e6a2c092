import {
  CONSOLE_FLOOD_BYTES,
  CONSOLE_FLOOD_EVERY,
  CONSOLE_RUN_BYTES,
  CONSOLE_RUN_LINES,
  CONSOLE_UNFINISHED,
  CONSOLE_WAITING_BYTES,
  CONSOLE_WAITING_PIECES,
  RUN_OUTPUT_BYTES,
} from "../limits.ts";
import { Lines } from "./lines.ts";
import { masked, type Secret } from "./masking.ts";

export type Stream = "stdout" | "stderr" | "system";
/** A line that is not stored yet. `unfinished`: it has no end yet, and the next one of its stream takes its place. */
export type Said = { stream: Stream; content: string; at: string; unfinished?: true };
/** A stretch of stored lines of a run. */
type Stretch = { through: number; lines: number; bytes: number };
/** Output as it came, that is no lines yet; or a line of Colony's own, in its place between. */
type Piece = { stream: "stdout" | "stderr"; bytes: Uint8Array; breaks: number; at: string } | { stream: "system"; text: string; breaks: 1; bytes: Uint8Array; at: string };

/** Bytes of a piece: a larger one is several, so that making lines of it takes no long turn; smaller ones of a stream are put together up to the other. */
const PIECE = { most: 64 * 1024, least: 4 * 1024 };
/** What is kept of a run: so much of its beginning, and as much of its end. */
const HALF = { bytes: CONSOLE_RUN_BYTES / 2, lines: CONSOLE_RUN_LINES / 2 };

const nothing = new Uint8Array(0);

/**
 * What one run says, from its bytes to lines that are to be stored. While its beginning is kept, the program waits for the
 * disk. After that only the newest is kept: in memory as bytes while there is a flood, which costs little, and stored when
 * there is time. Whatever falls out between is counted, and told in one line that stands at that place.
 */
export class Recorder {
  /** All it wrote, in bytes. */
  heard = 0;
  firstSeq: number | null = null;
  lastSeq: number | null = null;
  /** The end of what it wrote. */
  #tail: string[] = [];
  #tailBytes = 0;
  #pieces: Piece[] = [];
  #waiting = { bytes: 0, lines: 0 };
  #ready: Said[] = [];
  /** The seqs at which unfinished lines stand. */
  readonly #unfinished = new Map<Stream, number>();
  readonly #streams: { stdout: Lines; stderr: Lines };
  /** What was kept of the beginning. */
  #kept = { bytes: 0, lines: 0 };
  /** The seq at which the line of what was left out stands, once the beginning is full. */
  #gapSeq: number | null = null;
  #gap = { bytes: 0, lines: 0 };
  #gapTold = 0;
  #gapToldAt = Number.NEGATIVE_INFINITY;
  /** The stored stretches of the end, oldest first, and the newest seq that is to be removed of them. */
  #end: Stretch[] = [];
  #stored = { bytes: 0, lines: 0 };
  #removed = 0;
  /** Bytes of a flood heard since it had to wait. */
  #rush = 0;
  /** Whether a flood went on since the last writing. */
  #overrun = false;
  #resume: (() => void)[] = [];
  #ending = false;
  /** Whether its streams said the last of it. */
  #finished = false;

  constructor(
    private readonly secrets: Secret[],
    private readonly clock: () => Date,
    /** Told that there is something to store. */
    private readonly wake: () => void,
  ) {
    this.#streams = { stdout: new Lines(secrets), stderr: new Lines(secrets) };
  }

  /** Takes output as it comes. @returns what to wait for before more is read, when it comes too fast */
  hear(stream: "stdout" | "stderr", bytes: Uint8Array): void | Promise<void> {
    if (this.#ending) return;
    this.heard += bytes.length;
    const at = this.clock().toISOString();
    for (let from = 0; from < bytes.length; from += PIECE.most) this.#put(stream, bytes.subarray(from, from + PIECE.most), at);
    if (this.#gapSeq !== null) this.#leaveOut();
    this.wake();
    if (this.#gapSeq !== null) return this.#pace(bytes.length);
    if (this.#mayGoOn()) return;
    return new Promise((resolve) => this.#resume.push(resolve));
  }

  /** Puts a line of Colony's own behind what was heard by now. */
  say(text: string): void {
    this.#pieces.push({ stream: "system", text: masked(text, this.secrets), breaks: 1, bytes: nothing, at: this.clock().toISOString() });
    this.#waiting.lines++;
    this.wake();
  }

  /** No more comes: unfinished lines are lines. */
  finish(): void {
    this.#ending = true;
  }

  /** Whether nothing is left to be stored or removed by now. */
  get idle(): boolean {
    const { lines, bytes } = this.#gap;
    const told = this.#gapTold === lines + bytes && this.stale === null;
    return this.#pieces.length === 0 && this.#ready.length === 0 && told && this.#resume.length === 0 && this.#ending === this.#finished;
  }

  /** Whether no more comes. */
  get ending(): boolean {
    return this.#ending;
  }

  /** Whether no more comes and all of it was taken. */
  get finished(): boolean {
    return this.#finished && this.#pieces.length === 0 && this.#ready.length === 0;
  }

  /** Whether no more comes and all of it is stored. */
  get ended(): boolean {
    return this.#finished && this.idle;
  }

  /** The seqs of lines that have no end yet. */
  get unfinished(): Iterable<number> {
    return this.#unfinished.values();
  }

  /** The seqs of unfinished lines whose place lines take that are to be stored. */
  replacedBy(lines: Pick<Said, "stream">[]): number[] {
    return [...this.#unfinished].flatMap(([stream, seq]) => (lines.some((line) => line.stream === stream) ? [seq] : []));
  }

  /** Milliseconds of `performance.now()` at which an unfinished line is to be shown; null for none. */
  get due(): number | null {
    const since = Object.values(this.#streams).map((lines) => lines.since);
    const first = Math.min(...since.map((at) => at || Number.POSITIVE_INFINITY));
    return first === Number.POSITIVE_INFINITY ? null : first + CONSOLE_UNFINISHED;
  }

  /** Hands over the next lines to be stored: at most `rows` and about so many `bytes`. */
  take(rows: number, bytes: number, now: number): Said[] {
    // In the middle of a flood all but the newest would be removed again.
    const flooded = this.#overrun && !this.#ending;
    this.#overrun = false;
    const taken: Said[] = [];
    if (!flooded) {
      let left = bytes;
      while (taken.length < rows && left > 0) {
        if (this.#ready.length === 0 && !this.#makeLines(now)) break;
        for (const line of this.#ready.splice(0, rows - taken.length)) {
          taken.push(line);
          left -= line.content.length;
        }
      }
    }
    this.#letGo();
    return taken;
  }

  /** Told of lines that were stored, in order. */
  stored(lines: (Said & { seq: number })[]): void {
    for (const { seq, stream, content, unfinished } of lines) {
      this.#unfinished.delete(stream);
      // It counts once it is whole.
      if (unfinished) {
        this.#unfinished.set(stream, seq);
        continue;
      }
      const bytes = Buffer.byteLength(content);
      this.firstSeq ??= seq;
      this.lastSeq = seq;
      if (stream !== "system") this.#remember(content, bytes);
      const into = this.#gapSeq === null ? this.#kept : this.#stored;
      into.bytes += bytes;
      into.lines++;
      if (into === this.#stored) this.#stretch(seq, bytes);
    }
    while (this.#stored.bytes > HALF.bytes || this.#stored.lines > HALF.lines) this.#evict();
  }

  /** Whether its beginning is full and its line of what was left out has no place yet: it is to be given the next seq. */
  get wantsGap(): boolean {
    return this.#gapSeq === null && (this.#kept.bytes >= HALF.bytes || this.#kept.lines >= HALF.lines);
  }

  placeGap(seq: number): void {
    this.#gapSeq = seq;
    for (const piece of this.#pieces) {
      if (piece.stream === "system") continue;
      piece.breaks = breaksIn(piece.bytes);
      this.#waiting.lines += piece.breaks;
    }
  }

  /** What is to be removed of what was stored, if anything is: seqs after the first, through the second. */
  get stale(): [number, number] | null {
    return this.#gapSeq === null || this.#removed <= this.#gapSeq ? null : [this.#gapSeq, this.#removed];
  }

  /** Told that all that was stale is removed, up to a seq. */
  removedThrough(seq: number): void {
    if (this.#removed === seq) this.#removed = 0;
  }

  /** The line of what was left out, when it says something new and has stood for a while. */
  takeGap(now: number): (Said & { seq: number }) | null {
    const { lines, bytes } = this.#gap;
    if (this.#gapSeq === null || this.#gapTold === lines + bytes) return null;
    if (!this.#ending && now < this.#gapToldAt + CONSOLE_UNFINISHED) return null;
    this.#gapTold = lines + bytes;
    this.#gapToldAt = now;
    return { seq: this.#gapSeq, stream: "system", content: `… ${counted.format(lines)} lines (${size(bytes)}) left out …`, at: this.clock().toISOString() };
  }

  /** The end of what was stored of its output, at most RUN_OUTPUT_BYTES. */
  get tail(): string {
    return this.#tail.join("\n");
  }

  /** What was stored is gone: its beginning is what comes next. */
  forget(): void {
    this.#kept = { bytes: 0, lines: 0 };
    this.#stored = { bytes: 0, lines: 0 };
    this.#gap = { bytes: 0, lines: 0 };
    this.#gapTold = 0;
    this.#gapToldAt = Number.NEGATIVE_INFINITY;
    this.#gapSeq = null;
    this.#removed = 0;
    this.#end = [];
  }

  #put(stream: "stdout" | "stderr", bytes: Uint8Array, at: string): void {
    const breaks = this.#gapSeq === null ? 0 : breaksIn(bytes);
    this.#waiting.bytes += bytes.length;
    this.#waiting.lines += breaks;
    const last = this.#pieces.at(-1);
    if (last?.stream === stream && last.bytes.length + bytes.length <= PIECE.least) {
      last.bytes = Buffer.concat([last.bytes, bytes]);
      last.breaks += breaks;
    } else this.#pieces.push({ stream, bytes: bytes.slice(), breaks, at });
  }

  /** Of what waits, lets the oldest go that will not be kept. */
  #leaveOut(): void {
    let from = 0;
    for (; this.#waiting.bytes > HALF.bytes || this.#waiting.lines > HALF.lines || this.#pieces.length - from > CONSOLE_WAITING_PIECES; from++) {
      const piece = this.#pieces[from];
      if (!piece) break;
      this.#waiting.bytes -= piece.bytes.length;
      this.#waiting.lines -= piece.breaks;
      this.#count({ lines: piece.breaks, bytes: Math.max(0, piece.bytes.length - piece.breaks) });
    }
    if (from === 0) return;
    this.#pieces.splice(0, from);
    this.#overrun = true;
    for (const { content, unfinished } of this.#ready) if (!unfinished) this.#count({ lines: 1, bytes: Buffer.byteLength(content) });
    this.#ready = [];
    while (this.#end.length > 0) this.#evict();
    this.#streams.stdout.skip();
    this.#streams.stderr.skip();
  }

  #makeLines(now: number): boolean {
    const piece = this.#pieces.shift();
    if (piece) {
      this.#waiting.bytes -= piece.bytes.length;
      this.#waiting.lines -= piece.breaks;
      // How a run ended stands behind all that it wrote, a last line without an end too.
      if (piece.stream === "system" && this.#ending) this.#endLines(piece.at);
      const said = piece.stream === "system" ? [piece.text] : this.#streams[piece.stream].push(piece.bytes, now);
      if (piece.stream !== "system") this.#count(this.#streams[piece.stream].takePassed());
      for (const content of said) this.#ready.push({ stream: piece.stream, content, at: piece.at });
      return true;
    }
    const at = this.clock().toISOString();
    for (const stream of ["stdout", "stderr"] as const) {
      const lines = this.#streams[stream];
      const late = lines.since > 0 && lines.since + CONSOLE_UNFINISHED <= now;
      const content = late && !this.#ending ? lines.peek() : null;
      if (content !== null) this.#ready.push({ stream, content, at, unfinished: true });
    }
    if (this.#ending) this.#endLines(at);
    this.#finished = this.#ending;
    return this.#ready.length > 0;
  }

  #endLines(at: string): void {
    for (const stream of ["stdout", "stderr"] as const) for (const content of this.#streams[stream].end()) this.#ready.push({ stream, content, at });
  }

  #count({ lines, bytes }: { lines: number; bytes: number }): void {
    this.#gap.lines += lines;
    this.#gap.bytes += bytes;
  }

  /** Lets a flood come in small pieces, at an even pace: read in one go it would hold up whatever else the server does. */
  #pace(bytes: number): void | Promise<void> {
    this.#rush += bytes;
    if (this.#rush < CONSOLE_FLOOD_BYTES) return;
    // Stored now, it would soon be removed again.
    this.#overrun = true;
    const pause = (CONSOLE_FLOOD_EVERY * this.#rush) / CONSOLE_FLOOD_BYTES;
    this.#rush = 0;
    return Bun.sleep(pause);
  }

  /** Whether the program may write on at once, while its beginning is kept. */
  #mayGoOn(): boolean {
    return this.#gapSeq !== null || (this.#waiting.bytes < CONSOLE_WAITING_BYTES && this.#pieces.length < CONSOLE_WAITING_PIECES);
  }

  #letGo(): void {
    if (!this.#mayGoOn()) return;
    for (const resolve of this.#resume.splice(0)) resolve();
  }

  #stretch(seq: number, bytes: number): void {
    const last = this.#end.at(-1);
    if (last && last.lines < HALF.lines / 100 && last.bytes < HALF.bytes / 100) {
      last.through = seq;
      last.lines++;
      last.bytes += bytes;
    } else this.#end.push({ through: seq, lines: 1, bytes });
  }

  #evict(): void {
    const oldest = this.#end.shift();
    if (!oldest) return;
    this.#removed = oldest.through;
    this.#stored.bytes -= oldest.bytes;
    this.#stored.lines -= oldest.lines;
    this.#count(oldest);
  }

  #remember(content: string, bytes: number): void {
    this.#tail.push(content);
    this.#tailBytes += bytes + 1;
    while (this.#tailBytes > RUN_OUTPUT_BYTES && this.#tail.length > 1) this.#tailBytes -= Buffer.byteLength(this.#tail.shift() ?? "") + 1;
  }
}

const breaksIn = (bytes: Uint8Array): number => {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 10) count++;
  return count;
};

const counted = new Intl.NumberFormat("en");

/** Bytes as people read them. */
const size = (bytes: number): string => (bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`);
