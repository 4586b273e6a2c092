import { join } from "node:path";
import { readConfig } from "../src/config.ts";
import { consoleOf, type Kept } from "../src/console/consoles.ts";
import type { Secret } from "../src/console/masking.ts";
import { type Context, openContext } from "../src/context.ts";
import type { Passing } from "../src/feed/passing.ts";
import type { Project } from "../src/projects/directory.ts";
import { newFolder } from "./colony.ts";

export type Row = { seq: number; run_no: number; stream: string; content: string };
/** What a run says: text is stdout; others as they are named. */
export type Word = string | Uint8Array | { stderr: string } | { system: string };

/** A data folder with one project's console, and no server. */
export class Desk {
  ctx: Context;
  readonly passed: Passing[] = [];
  readonly project = { no: 1, id: "project", channel: { id: "channel" } } as Project;
  #runs = 0;

  constructor(private readonly data = join(newFolder(), "data")) {
    this.ctx = this.#open();
  }

  /** Opens a run; say its words yourself. */
  open(secrets: Secret[] = [], project = this.project) {
    const no = ++this.#runs;
    return Object.assign(consoleOf(this.ctx).open(project, { no, id: `run-${no}` }, secrets), { no });
  }

  /** Lets a run say words and end. */
  async run(words: Word[], secrets: Secret[] = []): Promise<Kept> {
    const run = this.open(secrets);
    for (const word of words) {
      if (typeof word === "string") await run.hear("stdout", Buffer.from(word));
      else if (word instanceof Uint8Array) await run.hear("stdout", word);
      else if ("stderr" in word) await run.hear("stderr", Buffer.from(word.stderr));
      else run.say(word.system);
    }
    return run.end();
  }

  rows(project_no = 1): Row[] {
    return this.ctx.db.raw
      .query<Row, [number, number]>("SELECT key & 4294967295 AS seq, run_no, stream, content FROM console_lines WHERE key >= ? AND key < ? ORDER BY key")
      .all(project_no * 2 ** 32, (project_no + 1) * 2 ** 32);
  }

  texts(): string[] {
    return this.rows().map(({ content }) => content);
  }

  /** As after the server ended and began again. */
  reopen(): void {
    this.ctx.close();
    this.ctx = this.#open();
  }

  #open(): Context {
    const ctx = openContext(readConfig({ COLONY_DATA: this.data, COLONY_LOG_LEVEL: "silent" }));
    ctx.feed.hear((passing) => this.passed.push(passing));
    return ctx;
  }
}
