import type { Actor } from "../accounts/credentials.ts";
import { titleOf } from "../channels/conversations.ts";
import { canRead } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { type InboxItem, readInbox } from "../inbox/service.ts";
import { TELEGRAM_AGAIN, TELEGRAM_NOTE_CHARACTERS, TELEGRAM_NOTES_AT_ONCE, TELEGRAM_NOTES_READ } from "../limits.ts";
import { messageKey, seqOf } from "../messages/table.ts";
import type { Message } from "../messages/wire.ts";
import { bold, fitting, fromMarkdown, named } from "./markup.ts";
import { messageAt, optionsOf, outcomeOf } from "./questions.ts";
import { type Sender, type Told, Unsent } from "./sender.ts";
import { allLinks, closeNote, failedRuns, insertNote, type LinkRow, linkOfUser, type NoteRow, openNotes, updateLink, watchOf } from "./store.ts";
import { actorOf } from "./talk.ts";

/** One thing to tell: at which seq it happened, of which message, and in which words once it goes out; null when it is not theirs to be told any more. */
type Note = { seq: number; message_key: number; told: () => Told | null };

const FAILED = new Set(["failed", "timed_out", "killed"]);

/**
 * Tells people in Telegram what concerns them. What waits for each is on the number line behind their cursor, which goes on in the
 * transaction that notes what was sent: so a restart leaves nothing out, and whoever is held back holds back nobody else. It is
 * read with their rights when it is told.
 */
export class Notices {
  readonly #turns = new Map<number, Promise<void>>();
  readonly #again = new Set<number>();
  #linked = new Set<number>();

  constructor(
    private readonly ctx: Context,
    private readonly sender: Sender,
    private readonly signal: AbortSignal,
  ) {}

  /** Goes on where the last run stopped, and follows the feed. */
  start(): void {
    const { ctx } = this;
    this.#readLinks();
    ctx.feed.listen((events, changes) => {
      if (this.signal.aborted) return;
      if (changes.some(({ kind }) => kind === "credential")) this.#readLinks();
      for (const { notify, kind, channel_no, subject } of changes) {
        for (const user_no of notify ?? []) this.#wake(user_no);
        if ((kind === "answer" || kind === "delete") && channel_no !== null) this.redraw(messageKey(channel_no, subject));
      }
      for (const { kind, channel_no, data } of events)
        if (kind === "run" && channel_no !== null && FAILED.has((data as { state: string }).state))
          for (const user_no of ctx.channels.byNo(channel_no)?.members ?? []) this.#wake(user_no);
    });
    for (const user_no of this.#linked) this.#wake(user_no);
    for (const { message_key } of openNotes(ctx.db)) this.redraw(message_key);
  }

  /** Resolves when nothing is told any more. */
  async stop(): Promise<void> {
    await Promise.all(this.#turns.values());
  }

  /** Tells a user again who takes messages again. */
  back(user_no: number): void {
    this.#wake(user_no);
  }

  /** Shows the outcome of a question wherever it stands with buttons. */
  redraw(message_key: number): void {
    for (const note of openNotes(this.ctx.db, message_key)) this.#redraw(note).catch((error) => this.#failed(error));
  }

  #readLinks(): void {
    this.#linked = new Set(allLinks(this.ctx.db).map(({ user_no }) => user_no));
  }

  #wake(user_no: number): void {
    if (!this.#linked.has(user_no)) return;
    this.#again.add(user_no);
    if (this.#turns.has(user_no)) return;
    const turn = this.#tell(user_no)
      .catch((error) => this.#failed(error))
      .finally(() => this.#turns.delete(user_no));
    this.#turns.set(user_no, turn);
  }

  #failed(error: unknown): void {
    if (!this.signal.aborted) this.ctx.log.warn({ event: "telegram_untold", error: String(error) }, "Something was not told in Telegram");
  }

  async #tell(user_no: number): Promise<void> {
    for (let tries = 0; !this.signal.aborted && this.#again.delete(user_no); ) {
      const link = linkOfUser(this.ctx.db, user_no);
      const actor = link && actorOf(this.ctx, link);
      if (!link || !actor || link.away_at !== null) return;
      try {
        await this.#tellOnce(link, actor);
        tries = 0;
      } catch (error) {
        if (!(error instanceof Unsent)) throw error;
        if (error.why === "gone") return await this.ctx.write((tx) => updateLink(tx, user_no, { away_at: tx.now }));
        this.#again.add(user_no);
        await this.sender.sleep(TELEGRAM_AGAIN[Math.min(tries++, TELEGRAM_AGAIN.length - 1)] ?? 0);
      }
    }
  }

  async #tellOnce(link: LinkRow, actor: Actor): Promise<void> {
    const { ctx } = this;
    const { user_no, chat_id } = link;
    const head = ctx.feed.head;
    const { notes, through } = this.#notes(link, actor, link.cursor, head);
    const skipped = notes.slice(0, Math.max(0, notes.length - TELEGRAM_NOTES_AT_ONCE));
    const last = skipped.at(-1);
    if (last) {
      await this.sender.say(chat_id, `${skipped.length} older things wait for you in Colony. The newest:`);
      await ctx.write((tx) => updateLink(tx, user_no, { cursor: last.seq }));
    }
    for (const { seq, message_key, told } of notes.slice(skipped.length)) {
      let open = false;
      const message_id = await this.sender
        .tell(chat_id, () => {
          const now = told();
          if (!now) throw new Unsent("over", "It is not theirs to be told any more");
          open = now.buttons.length > 0;
          return now;
        })
        .catch((error) => {
          if (!(error instanceof Unsent) || (error.why !== "refused" && error.why !== "over")) throw error;
          if (error.why === "refused") this.#failed(error);
          return null;
        });
      await ctx.write((tx) => {
        if (message_id !== null) insertNote(tx, { chat_id, message_id, user_no, message_key, open, at: tx.now });
        updateLink(tx, user_no, { cursor: seq });
      });
      // What came to be while it was on its way.
      if (open && message_id !== null && messageAt(ctx, message_key)?.ask?.state !== "open") this.redraw(message_key);
    }
    // What is not told by today's settings is not told when they change either.
    if (through > (notes.at(-1)?.seq ?? link.cursor)) await ctx.write((tx) => updateLink(tx, user_no, { cursor: through }));
    if (through < head) this.#again.add(user_no);
  }

  /** What is to be told of what happened after a seq, oldest first, and how far that goes. */
  #notes(link: LinkRow, actor: Actor, after: number, head: number): { notes: Note[]; through: number } {
    const { ctx } = this;
    const { items, next_seq } = readInbox(ctx, actor, after, TELEGRAM_NOTES_READ);
    const through = Math.min(next_seq, head);
    const notes = items.flatMap((item): Note[] => {
      if (item.seq > through || !this.#wanted(link, item)) return [];
      const message_key = messageKey(ctx.channels.find(item.channel.id)?.no ?? 0, item.message.seq);
      return [{ seq: item.seq, message_key, told: () => this.#stillThere(link, item.seq) }];
    });
    if (link.runs)
      for (const project of ctx.projects.all()) if (project.channel.members.has(actor.user.no)) notes.push(...this.#failures(link, project.channel_no, after, through));
    return { notes: notes.toSorted((one, other) => one.seq - other.seq), through };
  }

  /** Who is linked with the chat, as they stand now; null once that is somebody else, or nobody. */
  #actorOf({ user_no, chat_id }: Pick<LinkRow, "user_no" | "chat_id">): Actor | null {
    const link = linkOfUser(this.ctx.db, user_no);
    return link?.chat_id === chat_id ? actorOf(this.ctx, link) : null;
  }

  /** What stands at a seq of the inbox now: not what was deleted, or is in a channel that one was taken out of. */
  #stillThere(link: LinkRow, seq: number): Told | null {
    const actor = this.#actorOf(link);
    const [item] = actor ? readInbox(this.ctx, actor, seq - 1, 1).items : [];
    return actor && item?.seq === seq ? toldOf(this.ctx, actor, item) : null;
  }

  #wanted({ chat_id, mentions, direct, questions }: LinkRow, { reasons, message }: InboxItem): boolean {
    // Its answer grows there already.
    if (message.reply_to !== null && watchOf(this.ctx.db, chat_id, message.reply_to)) return false;
    return reasons.some((reason) => (reason === "ask" || reason === "answer" ? questions : reason === "direct" ? direct : mentions));
  }

  #failures(link: LinkRow, channel_no: number, after: number, through: number): Note[] {
    const { ctx } = this;
    return failedRuns(ctx.db, channel_no, after, through, TELEGRAM_NOTES_READ).flatMap(({ key, run_id }): Note[] => {
      const told = (): Told | null => {
        const message = messageAt(ctx, key);
        const project = ctx.projects.ofChannel(channel_no);
        const theirs = this.#actorOf(link) !== null && project?.channel.members.has(link.user_no);
        return message && project?.slug && theirs ? { html: `${bold(project.slug)}: ${wordsOf(message)}`, buttons: [] } : null;
      };
      return watchOf(ctx.db, link.chat_id, run_id) ? [] : [{ seq: seqOf(key), message_key: key, told }];
    });
  }

  async #redraw(note: NoteRow): Promise<void> {
    const { ctx } = this;
    const actor = this.#actorOf(note);
    const message = messageAt(ctx, note.message_key);
    const channel = message && ctx.channels.find(message.channel_id);
    if (message?.ask?.state === "open") return;
    const seen = actor && message && channel && canRead(channel, actor.user.no);
    const html = seen ? questionIn(ctx, actor, message) : "This question is gone.";
    await this.sender.edit(note.chat_id, note.message_id, html).catch((error) => {
      if (!(error instanceof Unsent) || error.why === "later") throw error;
    });
    await ctx.write((tx) => closeNote(tx, note));
  }
}

const wordsOf = ({ content, attachments }: Message): string =>
  [fromMarkdown(fitting(content, TELEGRAM_NOTE_CHARACTERS)), ...attachments.map(({ name }) => `File: ${named(name)}`)].filter((line) => line !== "").join("\n");

const questionIn = (ctx: Context, actor: Actor, message: Message): string => {
  const channel = ctx.channels.find(message.channel_id);
  return `${bold(message.user.display_name)} asks in ${channel ? bold(titleOf(ctx, channel, actor.user.no)) : "a channel"}:\n${wordsOf(message)}${outcomeOf(message)}`;
};

const toldOf = (ctx: Context, actor: Actor, { reasons, channel, message }: InboxItem): Told => {
  const found = ctx.channels.find(channel.id);
  const where = found ? bold(titleOf(ctx, found, actor.user.no)) : "a channel";
  const who = bold(message.user.display_name);
  if (reasons.includes("ask")) return { html: questionIn(ctx, actor, message), buttons: optionsOf(messageKey(found?.no ?? 0, message.seq), message) };
  if (reasons.includes("answer") && message.ask?.answer) {
    const { user, option, note } = message.ask.answer;
    const beside = note === null ? "" : `\n${fromMarkdown(fitting(note, TELEGRAM_NOTE_CHARACTERS))}`;
    const asked = fromMarkdown(fitting(message.content, TELEGRAM_NOTE_CHARACTERS));
    return { html: `${bold(user.display_name)} answered in ${where}: ${bold(option)}${beside}\nYou had asked: ${asked}`, buttons: [] };
  }
  const how = reasons.includes("direct") && found?.members.size === 2 ? `${who}:` : `${who} in ${where}:`;
  return { html: `${how}\n${wordsOf(message)}`, buttons: [] };
};
