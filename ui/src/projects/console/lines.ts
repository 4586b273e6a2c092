import { batch, createSignal } from "solid-js";
import type { ConsoleMoment, Line } from "../moments.ts";
import { type Row, rowsOf } from "./rows.ts";

/** Lines of one answer of the history. */
const PAGE = 1_000;
/** Lines that are held at most, and how many of the oldest are let go beyond that. */
export const HELD = 100_000;
const LET_GO = 10_000;
/** Milliseconds until what did not come is asked for again. */
const AGAIN = 2_000;

const streamOf = ({ run_id, stream }: Line): string => `${run_id} ${stream}`;

export type Query = { after_seq?: number; before_seq?: number; limit: number };

/**
 * The lines of a project's console in their order and without a gap: what is heard live is added where it follows, and what was
 * missed, in a flood, in sleep, without a line to the server, is read from the history first.
 */
export const createLines = (read: (query: Query) => Promise<Line[]>) => {
  /** Grown and cut in place: a hundred thousand rows are not copied for each that comes. */
  const [rows, setRows] = createSignal<Row[]>([], { equals: false });
  const [isRead, setIsRead] = createSignal(false);
  const [atStart, setAtStart] = createSignal(false);
  const [failure, setFailure] = createSignal<Error | null>(null);
  /** Rows that went from the front, less those that came there: a row's number stays its own. */
  const [shifted, setShifted] = createSignal(0);
  const [grewAbove, setGrewAbove] = createSignal(false);
  const seen = new Set<string>();
  /** Lines that have no end yet, by run and stream: the next one takes their place. */
  const unfinished = new Map<string, Line>();
  const [taken, setTaken] = createSignal(0);
  let first = 0;
  let last = 0;
  let lastRun: string | null = null;
  let count = 0;
  let reading: Promise<void> | null = null;
  let isBehind = false;
  let life = 0;
  let again: ReturnType<typeof setTimeout> | undefined;

  const add = (lines: readonly Line[]) => {
    const fresh = lines.filter(({ seq }) => seq > last);
    if (fresh.length === 0) return;
    const gone = replacedBy(fresh);
    const kept = fresh.filter((line) => !gone.has(line));
    const made = rowsOf(kept, lastRun, seen);
    if (count === 0) first = fresh[0]?.seq ?? 0;
    count += kept.length;
    last = fresh.at(-1)?.seq ?? last;
    lastRun = fresh.at(-1)?.run_id ?? lastRun;
    batch(() => {
      setRows((all) => {
        for (const line of gone) takeAway(all, line);
        for (const row of made) all.push(row);
        return all;
      });
      if (count > HELD) letGo();
    });
  };

  /** The unfinished lines that others take the place of, held ones and those among the others. */
  const replacedBy = (lines: readonly Line[]): Set<Line> => {
    const gone = new Set<Line>();
    for (const line of lines) {
      const key = streamOf(line);
      const before = unfinished.get(key);
      if (before) gone.add(before);
      if (line.unfinished) unfinished.set(key, line);
      else unfinished.delete(key);
    }
    return gone;
  };

  const takeAway = (all: Row[], line: Line) => {
    const at = all.findLastIndex((row) => row.kind === "line" && row.line === line);
    if (at < 0) return;
    all.splice(at, 1);
    count--;
    setTaken((count) => count + 1);
  };

  /** Of what Colony says of a run some is said again with other figures, in its place. */
  const replace = (line: Line) =>
    setRows((all) => {
      const at = all.findLastIndex((row) => row.kind === "line" && row.line.seq === line.seq);
      if (at >= 0) all[at] = { kind: "line", line };
      return all;
    });

  const letGo = () => {
    setRows((all) => {
      const cut = all.findIndex((row, at) => at >= LET_GO && row.kind === "head");
      const from = cut > 0 && cut < LET_GO * 2 ? cut : LET_GO;
      const gone = all.splice(0, from);
      count -= gone.filter(({ kind }) => kind === "line").length;
      const next = all.find((row) => row.kind === "line");
      if (next?.kind === "line") {
        first = next.line.seq;
        if (all[0]?.kind === "line") {
          all.unshift({ kind: "head", run_id: next.line.run_id, goesOn: true });
          gone.pop();
        }
      }
      setShifted((by) => by + gone.length);
      setGrewAbove(true);
      return all;
    });
    setAtStart(false);
  };

  /** One question at a time; what is asked meanwhile waits for its answer. */
  const asking = async (work: () => Promise<void>): Promise<void> => {
    const mine = life;
    try {
      await work();
      if (mine === life) setFailure(null);
    } catch (error) {
      if (mine !== life) return;
      setFailure(error instanceof Error ? error : new Error(String(error)));
      clearTimeout(again);
      again = setTimeout(refresh, AGAIN);
    }
  };

  const catchUp = async (): Promise<void> => {
    const mine = life;
    for (;;) {
      isBehind = false;
      const page = await read(isRead() ? { after_seq: last, limit: PAGE } : { limit: PAGE });
      if (mine !== life) return;
      batch(() => {
        setGrewAbove(false);
        if (!isRead()) setAtStart(page.length < PAGE);
        add(page);
      });
      const isMore = isRead() && page.length === PAGE;
      setIsRead(true);
      if (!isMore && !isBehind) return;
    }
  };

  /** Reads what came since the last line that is held; the newest, when none is. */
  const refresh = (): Promise<void> => {
    isBehind = true;
    clearTimeout(again);
    reading ??= asking(catchUp).finally(() => {
      reading = null;
    });
    return reading;
  };

  /** Reads a page before the first line that is held. */
  const older = (): Promise<void> => {
    if (atStart() || !isRead() || reading) return reading ?? Promise.resolve();
    const mine = life;
    reading = asking(async () => {
      const page = await read({ before_seq: first, limit: PAGE });
      if (mine !== life) return;
      batch(() => {
        setGrewAbove(true);
        for (const line of page) if (line.unfinished) unfinished.set(streamOf(line), line);
        setRows((all) => {
          const made = rowsOf(page, null, new Set());
          const joint = all[0];
          const before = page.at(-1)?.run_id;
          if (joint?.kind === "head" && joint.run_id === before) all.shift();
          for (const { run_id } of page) seen.add(run_id);
          setShifted((by) => by - (made.length - (joint?.kind === "head" && joint.run_id === before ? 1 : 0)));
          all.unshift(...made);
          return all;
        });
        first = page[0]?.seq ?? first;
        count += page.length;
        setAtStart(page.length < PAGE || count > HELD);
      });
    }).finally(() => {
      reading = null;
      if (isBehind) refresh();
    });
    return reading;
  };

  return {
    rows,
    isRead,
    atStart,
    failure,
    shifted,
    /** Rows that were taken out between others. */
    taken,
    /** Whether the last change was at the front. */
    grewAbove,
    refresh,
    older,
    hear: ({ lines, skipped = 0 }: ConsoleMoment["data"]) => {
      if (!isRead() || reading) {
        isBehind = true;
        return;
      }
      const fresh = lines.filter(({ seq }) => seq > last);
      for (const line of lines) if (line.seq <= last && line.stream === "system") replace(line);
      const follows = fresh.length === 0 || last === 0 || fresh[0]?.seq === last + 1;
      if (follows) {
        setGrewAbove(false);
        add(fresh);
      }
      if (!follows || skipped > 0) refresh();
    },
    /** Everything was cleared, by whomever: what comes is read anew. */
    clear: () => {
      life++;
      batch(() => {
        setRows([]);
        setIsRead(false);
        setAtStart(false);
        setShifted(0);
      });
      seen.clear();
      unfinished.clear();
      [first, last, count, lastRun, reading, isBehind] = [0, 0, 0, null, null, false];
      refresh();
    },
    leave: () => {
      life++;
      clearTimeout(again);
    },
  };
};

export type Lines = ReturnType<typeof createLines>;
