import { join } from "node:path";
import { bootstrap } from "../src/accounts/bootstrap.ts";
import { readConfig } from "../src/config.ts";
import { consoleOf, type Kept } from "../src/console/consoles.ts";
import type { Secret } from "../src/console/masking.ts";
import { type Context, openContext } from "../src/context.ts";
import type { Passing } from "../src/feed/passing.ts";
import type { Project } from "../src/projects/directory.ts";
import { startServer } from "../src/server.ts";
import { ADMIN_PASSWORD, Colony, newFolder } from "./colony.ts";

export type Row = { seq: number; run_no: number; stream: string; content: string };
/** What a run says: text is stdout; others as they are named. */
export type Word = string | Uint8Array | { stderr: string } | { system: string };

/** Opens a run of a project, which is `run-<no>`, as if its command had just begun. */
export const openRun = (ctx: Context, project: Project, no: number, secrets: Secret[] = []) => {
  const row = [no, `run-${no}`, project.no, "sh -c true", new Date().toISOString()];
  void ctx.write((tx) =>
    tx.raw
      .query(
        `INSERT OR IGNORE INTO runs (no, id, project_no, command, kind, state, trigger, user_no, right_no, seconds, created_at)
         VALUES (?, ?, ?, ?, 'run', 'running', 'person', 1, 1, 600, ?)`,
      )
      .run(...(row as [number])),
  );
  return consoleOf(ctx).open(project, { no, id: `run-${no}` }, secrets);
};

/** A server in this process, into whose consoles one may write. */
export class Workshop {
  #runs = 0;

  private constructor(
    readonly ctx: Context,
    readonly colony: Colony,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<Workshop> {
    const data = join(newFolder(), "data");
    const config = readConfig({ COLONY_DATA: data, COLONY_PORT: "0", COLONY_LOG_LEVEL: "silent", COLONY_RATE_LIMIT: "0", COLONY_ADMIN_PASSWORD: ADMIN_PASSWORD, ...settings });
    const ctx = openContext(config);
    await bootstrap(ctx);
    const running = await startServer(ctx);
    return new Workshop(ctx, await Colony.within(running.url, data), async () => {
      await running.stop();
      ctx.close();
    });
  }

  /** Makes a project. @returns it, as the server has it */
  async project(name: string, more: object = {}, token = this.colony.admin): Promise<Project> {
    const { body } = await this.colony.post("/api/projects", { name, ...more }, { token });
    return this.ctx.projects.find(body.id) as Project;
  }

  /** Lets a run of a project say something and end. @returns its id */
  async run(project: Project, ...words: string[]): Promise<string> {
    const no = ++this.#runs;
    const run = openRun(this.ctx, project, no);
    for (const word of words) await run.hear("stdout", Buffer.from(word));
    await run.end();
    return `run-${no}`;
  }
}

/** A data folder with one project's console, and no server. */
export class Desk {
  ctx: Context;
  readonly passed: Passing[] = [];
  #projects = 1;
  readonly project = { no: 1, id: "project", channel: { id: "channel" } } as Project;
  #runs = 0;

  constructor(private readonly data = join(newFolder(), "data")) {
    this.ctx = this.#open();
  }

  /** Opens a run; say its words yourself. */
  open(secrets: Secret[] = [], project = this.project) {
    return openRun(this.ctx, project, ++this.#runs, secrets);
  }

  /** Lets a run say words and end. */
  async run(words: Word[], secrets: Secret[] = [], project = this.project): Promise<Kept> {
    const run = this.open(secrets, project);
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

  /** Another project, of which only the console is there. */
  another(): Project {
    return { ...this.project, no: ++this.#projects, id: `project-${this.#projects}` };
  }

  texts(project_no = 1): string[] {
    return this.rows(project_no).map(({ content }) => content);
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
