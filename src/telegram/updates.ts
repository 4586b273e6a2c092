import type { CallbackQuery, Message, Update } from "grammy/types";
import { secretHash } from "../accounts/credentials.ts";
import { stands } from "../accounts/standing.ts";
import { Throttle } from "../accounts/throttle.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { IDEMPOTENCY_LIFE, TELEGRAM_STRANGER_TRIES } from "../limits.ts";
import { onMessage, onPress } from "./commands.ts";
import type { Notices } from "./notices.ts";
import { type Sender, Unsent } from "./sender.ts";
import type { Chat } from "./service.ts";
import { linkOfChat, type UpdateRow, updateLink } from "./store.ts";
import { actorOf, type Linked, type Talk } from "./talk.ts";
import type { Watches } from "./watches.ts";

/** What comes from Telegram, given to whatever deals with it: in private chats, with the rights that who wrote it has now. */
export class Updates {
  /** Chats that are answered though they are linked with nobody: seldom. */
  readonly #strangers = new Throttle(TELEGRAM_STRANGER_TRIES, "");

  /** `files`: the address under which Telegram gives files, which holds the token. */
  constructor(
    private readonly ctx: Context,
    private readonly sender: Sender,
    private readonly watches: Watches,
    private readonly notices: Notices,
    private readonly files: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Deals with one, as it was put away. @throws Unsent `later` where it is to be dealt with again */
  async handle(row: UpdateRow): Promise<void> {
    const { message, callback_query: query, my_chat_member: member } = JSON.parse(row.body) as Update;
    if (member) return this.#met(member.chat.id, member.new_chat_member.status === "kicked");
    if (message && message.chat.type !== "private") return this.#inGroup(message);
    const from = message?.from ?? query?.from;
    if (!from || (query?.message && query.message.chat.type !== "private")) return;
    const talk = this.#talk(row, { id: row.chat_id, name: [from.first_name, from.last_name].filter(Boolean).join(" "), username: from.username ?? null });
    // What was done under its key is not known any more.
    if (Date.parse(row.at) < this.ctx.clock().getTime() - IDEMPOTENCY_LIFE)
      return void (await talk.say("I was away for more than a day, and did not do what you wrote last. Write it again."));
    const linked = this.#linked(talk);
    if (query) return this.#pressed(linked, query);
    if (!message) return;
    if (linked) {
      if (linked.link.away_at !== null) await this.#met(row.chat_id, false);
      return this.#said(talk, linked, message);
    }
    await this.#strangers
      .attempt(
        String(row.chat_id),
        () => this.#said(talk, null, message),
        () => true,
      )
      .catch((error) => {
        // Whoever goes on is answered again in a minute.
        if (!(error instanceof AppError) || error.code !== "rate_limited") throw error;
      });
  }

  async #said(talk: Talk, linked: Linked | null, message: Message): Promise<void> {
    try {
      await onMessage(talk, linked, message);
    } catch (error) {
      if (!(error instanceof Unsent)) await talk.say("Something went wrong inside the server. Try it again; if it happens again, tell the operator.").catch(() => {});
      throw error;
    }
  }

  /** The account that a chat is linked with, with today's rights. */
  #linked(talk: Talk): Linked | null {
    const link = linkOfChat(this.ctx.db, talk.chat.id);
    const actor = link && actorOf(this.ctx, link);
    return link && actor && stands(this.ctx, actor.credential) ? { ...talk, link, actor } : null;
  }

  #talk(row: UpdateRow, chat: Chat): Talk {
    const { ctx, sender, watches } = this;
    return {
      ctx,
      sender,
      watches,
      chat,
      retry: (part = "") => {
        const key = `telegram ${row.bot_id}:${row.update_id}${part && `:${part}`}`;
        return { key, fingerprint: secretHash(key) };
      },
      say: (html, buttons) => sender.say(chat.id, html, buttons),
      send: (file, caption) => sender.document(chat.id, file, caption),
      fetchFile: (file_id) => this.#fetchFile(file_id),
    };
  }

  async #pressed(linked: Linked | null, query: CallbackQuery): Promise<void> {
    const done = (words?: string) => this.sender.answer(query.id, words);
    await onPress(linked, { data: query.data ?? "", message_id: query.message?.message_id ?? null, done }, (key) => this.notices.redraw(key));
  }

  /** Notes that somebody stopped the bot, or takes messages again. */
  async #met(chat_id: number, away: boolean): Promise<void> {
    const link = linkOfChat(this.ctx.db, chat_id);
    if (!link) return;
    await this.ctx.write((tx) => updateLink(tx, link.user_no, { away_at: away ? tx.now : null }));
    if (!away) this.notices.back(link.user_no);
  }

  /** A bot that does things in people's names has no place where others read along. */
  async #inGroup({ chat, text = "" }: Message): Promise<void> {
    if (!text.startsWith("/")) return;
    await this.#strangers
      .attempt(
        String(chat.id),
        () => this.sender.say(chat.id, "I answer in private chats alone: write to me there."),
        () => true,
      )
      .catch((error) => {
        if (!(error instanceof AppError)) throw error;
      });
  }

  /** @throws Unsent, AppError where Telegram does not give it */
  async #fetchFile(file_id: string): Promise<ReadableStream<Uint8Array>> {
    const { file_path } = await this.sender
      .call(() => this.sender.api.getFile(file_id))
      .catch((error) => {
        if (error instanceof Unsent && error.why !== "later") throw new AppError("not_found", { message: `Telegram does not give that file: ${error.message}` });
        throw error;
      });
    const response = await fetch(`${this.files}/${file_path}`, { signal: this.signal }).catch(() => null);
    if (!response) throw new Unsent("later", "Telegram did not answer");
    if (!response.ok || !response.body)
      throw response.status >= 500 ? new Unsent("later", `Telegram answered ${response.status}`) : new AppError("not_found", { message: "Telegram does not give that file." });
    return response.body;
  }
}
