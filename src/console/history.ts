import type { Context } from "../context.ts";
import { CONSOLE_PAGE_ROWS } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import { consoleOf } from "./consoles.ts";
import { withoutColours } from "./controls.ts";
import { type LineShown, linesAfter, linesBefore } from "./store.ts";
import { seqOfLine } from "./table.ts";
import { type Line, lineWire } from "./wire.ts";

/** What narrows a console's history; all of it together. `limit`: the newest N, or with `after_seq` the first N after it. `text`: what a line holds, in whatever case. */
export type Narrowed = { after_seq?: number; before_seq?: number; limit?: number; run_no: number | null; stream?: Line["stream"]; text?: string };

/** The lines of a project's console that match, oldest first, in pages; some are empty, so that others have their turn while much is looked through. */
export function* readLines(ctx: Context, { no }: Pick<Project, "no">, narrowed: Narrowed): Generator<Line[]> {
  const { run_no, limit, after_seq } = narrowed;
  const wanted = matching(narrowed);
  const consoles = consoleOf(ctx);
  const before = Math.min(narrowed.before_seq ?? Number.POSITIVE_INFINITY, consoles.head(no) + 1);
  let after = after_seq ?? 0;
  if (limit !== undefined && after_seq === undefined) {
    let left = limit;
    for (let end = before; left > 0; ) {
      const page = linesBefore(ctx.db, no, run_no, 0, end, CONSOLE_PAGE_ROWS);
      for (const line of page) {
        if (!wanted(line)) continue;
        after = seqOfLine(line.key) - 1;
        if (--left === 0) break;
      }
      if (page.length < CONSOLE_PAGE_ROWS) break;
      end = seqOfLine(page.at(-1)?.key ?? 0);
      yield [];
    }
    if (left === limit) return;
  }
  for (let left = limit ?? Number.POSITIVE_INFINITY; left > 0; ) {
    const page = linesAfter(ctx.db, no, run_no, after, before, CONSOLE_PAGE_ROWS);
    const found = page.filter(wanted).slice(0, left);
    left -= found.length;
    yield found.map((line) => lineWire(line, (run_id, seq) => consoles.isUnfinished(run_id, seq)));
    if (page.length < CONSOLE_PAGE_ROWS) return;
    after = seqOfLine(page.at(-1)?.key ?? 0);
  }
}

const matching = ({ stream, text }: Narrowed): ((line: LineShown) => boolean) => {
  const sought = text?.toLowerCase();
  return (line) => (stream === undefined || line.stream === stream) && (sought === undefined || withoutColours(line.content).toLowerCase().includes(sought));
};

/** What a project's console says after a line, a page of it. `next_seq`: how far it was looked through, to be asked from next; `has_more`: whether something stands there by now. */
export type Stretch = { lines: Line[]; next_seq: number; has_more: boolean };

/** The lines after `after` that match, of at most a page of those that stand there: what is searched for in vain moves the cursor on too. */
export const readStretch = (
  ctx: Context,
  project: Pick<Project, "no">,
  after: number,
  { limit = CONSOLE_PAGE_ROWS, ...narrowed }: Omit<Narrowed, "after_seq" | "before_seq">,
): Stretch => {
  const page = linesAfter(ctx.db, project.no, narrowed.run_no, after, consoleOf(ctx).head(project.no) + 1, limit);
  const last = page.at(-1);
  const lines = page.filter(matching(narrowed)).map((line) => lineWire(line, (run_id, seq) => consoleOf(ctx).isUnfinished(run_id, seq)));
  return { lines, next_seq: last ? seqOfLine(last.key) : after, has_more: page.length === limit };
};

/** Pages as plain text, a line a line, without colours. */
export function* asText(pages: Iterable<Line[]>): Generator<string> {
  for (const page of pages) yield page.map(({ content }) => `${withoutColours(content)}\n`).join("");
}
