import type { Context } from "../context.ts";
import { CONSOLE_TELL_CHARACTERS, CONSOLE_TELL_EVERY, CONSOLE_TELL_FLOODED, CONSOLE_TELL_LINES } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import type { Line } from "./wire.ts";

/** `next`: milliseconds of `performance.now()` from which it may be told again. */
type Waiting = { project: Project; lines: Line[]; characters: number; skipped: number; next: number; timer: ReturnType<typeof setTimeout> | null };

/**
 * Passes the consoles' lines on to whoever listens to their channels, as `console`: some times a second and bounded, since all
 * readers of a channel get them, whether they look at its console or not. What is not shown so is counted.
 */
export class Telling {
  readonly #waiting = new Map<number, Waiting>();

  constructor(private readonly ctx: Context) {}

  tell(project: Project, lines: Line[]): void {
    const waiting = this.#waiting.get(project.no) ?? { project, lines: [], characters: 0, skipped: 0, next: 0, timer: null };
    this.#waiting.set(project.no, waiting);
    for (const line of lines) {
      if (waiting.lines.length >= CONSOLE_TELL_LINES || waiting.characters + line.content.length > CONSOLE_TELL_CHARACTERS) waiting.skipped++;
      else {
        waiting.lines.push(line);
        waiting.characters += line.content.length;
      }
    }
    waiting.timer ??= setTimeout(() => this.#pass(waiting), Math.max(0, waiting.next - performance.now()));
  }

  #pass(waiting: Waiting): void {
    const { project, lines, skipped } = waiting;
    waiting.timer = null;
    if (lines.length + skipped === 0) {
      this.#waiting.delete(project.no);
      return;
    }
    const pause = skipped > 0 ? CONSOLE_TELL_FLOODED : CONSOLE_TELL_EVERY;
    Object.assign(waiting, { lines: [], characters: 0, skipped: 0, next: performance.now() + pause });
    // Once more, to be forgotten when nothing came.
    waiting.timer = setTimeout(() => this.#pass(waiting), pause);
    if (!this.ctx.feed.closing) this.ctx.feed.pass("console", project.channel, null, { project_id: project.id, lines, skipped });
  }
}
