import type { Actor } from "../accounts/credentials.ts";
import { stands } from "../accounts/standing.ts";
import { lookAtAnswer, residentNamed } from "../agents/direct.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { waitFor } from "../feed/poll.ts";
import { TELEGRAM_AGAIN, TELEGRAM_EDIT_EVERY, TELEGRAM_FILE_BYTES, TELEGRAM_TEXT_CHARACTERS, TELEGRAM_WATCHES } from "../limits.ts";
import { readableMessage } from "../messages/find.ts";
import { messageWire } from "../messages/wire.ts";
import { readableProject } from "../projects/service.ts";
import { hasEnded, readRun, runKeys } from "../runs/service.ts";
import { fitting, fromMarkdown, named } from "./markup.ts";
import { showRun } from "./output.ts";
import { type Buttons, type Outgoing, type Sender, Unsent } from "./sender.ts";
import { insertWatch, linkOfUser, openWatches, updateWatch, type WatchRow, watchByNo } from "./store.ts";
import { actorOf, keptFile, textFile } from "./talk.ts";

/** How something looks at a moment. `over`: nothing changes any more; `files`: what was too long to be shown, and what comes with it; `keys`: what of the feed is worth a look before its time. */
export type Look = { html: string; buttons: Buttons; over: boolean; files?: Outgoing[]; keys: string[] };

/** What is shown in place of what one may not see any more. */
const HIDDEN: Look = { html: "This is not shown here any more.", buttons: [], over: true, keys: [] };

/** Messages in Telegram that grow with what they show, through restarts too: each is a row, and is drawn from what is there today. */
export class Watches {
  readonly #going = new Map<number, Promise<void>>();

  constructor(
    private readonly ctx: Context,
    private readonly sender: Sender,
    private readonly signal: AbortSignal,
  ) {}

  /** Goes on with what the last run left. */
  start(): void {
    for (const row of openWatches(this.ctx.db)) this.#follow(row);
  }

  /** Resolves when nothing is drawn any more. */
  async stop(): Promise<void> {
    await Promise.all(this.#going.values());
  }

  /**
   * Shows something in a chat from now on, in a message that grows; what is shown there already stays as it is.
   * @returns false where as much grows in the chat as may
   */
  async watch(what: Pick<WatchRow, "user_no" | "chat_id" | "kind" | "subject" | "within">): Promise<boolean> {
    if (openWatches(this.ctx.db).filter(({ chat_id }) => chat_id === what.chat_id).length >= TELEGRAM_WATCHES) return false;
    const no = await this.ctx.write((tx) => insertWatch(tx, { ...what, at: tx.now }));
    const row = no === null ? undefined : watchByNo(this.ctx.db, no);
    if (row) this.#follow(row);
    return true;
  }

  #follow({ no }: WatchRow): void {
    if (this.#going.has(no)) return;
    const going = this.#grow(no)
      .catch((error) => {
        if (!this.signal.aborted) this.ctx.log.warn({ event: "telegram_watch_failed", error: String(error) });
      })
      .finally(() => this.#going.delete(no));
    this.#going.set(no, going);
  }

  async #grow(no: number): Promise<void> {
    let shown = "";
    for (let tries = 0; !this.signal.aborted; ) {
      const row = watchByNo(this.ctx.db, no);
      if (!row || row.done) return;
      const look = this.#look(row);
      const drawn = JSON.stringify([look.html, look.buttons]);
      try {
        if (drawn !== shown) await this.#draw(row, look);
        shown = drawn;
        if (look.over) {
          for (const file of look.files ?? []) await this.sender.document(row.chat_id, file);
          return await this.ctx.write((tx) => updateWatch(tx, no, { done: true }));
        }
        tries = 0;
      } catch (error) {
        if (!(error instanceof Unsent || error instanceof AppError)) throw error;
        // Its message was deleted there, nobody takes it, or its file is gone: the end of it stands in Colony.
        if (error instanceof AppError || error.why !== "later") return this.ctx.write((tx) => updateWatch(tx, no, { done: true }));
        await this.sender.sleep(TELEGRAM_AGAIN[Math.min(tries++, TELEGRAM_AGAIN.length - 1)] ?? 0);
      }
      await waitFor(this.ctx, look.keys, performance.now() + TELEGRAM_EDIT_EVERY, this.signal);
    }
  }

  /** @throws Unsent */
  async #draw({ no, chat_id, message_id }: WatchRow, { html, buttons }: Look): Promise<void> {
    if (message_id !== null) return this.sender.edit(chat_id, message_id, html, buttons);
    const sent = await this.sender.say(chat_id, html, buttons);
    await this.ctx.write((tx) => updateWatch(tx, no, { message_id: sent }));
  }

  /** How it looks to whoever watches, with today's rights. */
  #look(row: WatchRow): Look {
    const link = linkOfUser(this.ctx.db, row.user_no);
    const actor = link?.chat_id === row.chat_id ? actorOf(this.ctx, link) : null;
    if (!actor || !stands(this.ctx, actor.credential)) return HIDDEN;
    try {
      return row.kind === "run" ? lookAtRun(this.ctx, actor, row) : lookAtTalk(this.ctx, actor, row);
    } catch (error) {
      if (error instanceof AppError) return HIDDEN;
      throw error;
    }
  }
}

const lookAtRun = (ctx: Context, actor: Actor, { within, subject }: WatchRow): Look => {
  const project = readableProject(ctx, actor, within);
  const run = readRun(ctx, actor, within, subject);
  const buttons = [[{ text: "Stop", callback_data: `s:${project.no}:${run.id}` }]];
  const { html, file } = showRun(ctx, actor, project, run);
  return { html, files: file ? [file] : [], buttons: hasEnded(run) ? [] : buttons, over: hasEnded(run), keys: runKeys(ctx, actor, within, subject) };
};

/** What an agent answers. */
const lookAtTalk = (ctx: Context, actor: Actor, { within, subject }: WatchRow): Look => {
  const agent = residentNamed(ctx, within);
  const { row } = readableMessage(ctx, actor, subject);
  const { found, answer: how } = lookAtAnswer(ctx, actor, agent, messageWire(ctx, row));
  const said = how.answer?.content ?? "";
  const attached = how.answer?.attachments ?? [];
  const carried = attached.filter(({ size }) => size > 0 && size <= TELEGRAM_FILE_BYTES.out);
  const files = attached.map(({ name }) => `\nFile: ${named(name)}`).join("");
  const waiting = how.state === "waiting" ? "will answer …" : "is at it …";
  const nothing = how.state === "stopped" ? "stopped." : "gave no answer.";
  const head = `<b>${named(within)}</b>${said === "" ? ` ${found ? nothing : waiting}` : ""}`;
  const words = said === "" ? "" : `\n${fromMarkdown(fitting(said, TELEGRAM_TEXT_CHARACTERS))}${found ? "" : "\n…"}`;
  const long = said.length > TELEGRAM_TEXT_CHARACTERS;
  return {
    html: `${head}${words}${files}`,
    buttons: found ? [] : [[{ text: "Stop", callback_data: `x:${subject}` }]],
    over: found,
    files: found ? [...(long ? [textFile("answer.md", said)] : []), ...carried.map((file) => keptFile(ctx, actor, file))] : [],
    // It grows some times a second, which is more than Telegram takes.
    keys: [],
  };
};
