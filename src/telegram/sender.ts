import type { InlineKeyboardButton } from "grammy/types";
import type { Api } from "grammy/web";
import type { Context } from "../context.ts";
import { TELEGRAM_CALLS_WAITING, TELEGRAM_CHATS_HELD, TELEGRAM_PACE, TELEGRAM_TOAST_CHARACTERS, TELEGRAM_TRIES } from "../limits.ts";
import { bare, fitting } from "./markup.ts";
import type { Refusal } from "./standing.ts";

/** Rows of buttons under a message. */
export type Buttons = InlineKeyboardButton[][];

/** What is said, and the buttons under it. */
export type Told = { html: string; buttons: Buttons };

/** A file on its way to a chat; opened anew for each try. */
export type Outgoing = { name: string; open: () => Promise<Uint8Array | AsyncIterable<Uint8Array>> };

/**
 * What could not be sent. `gone`: the chat, or who is in it, takes nothing from the bot; `refused`: Telegram does not take this;
 * `later`: it did not answer, or the server stops, and the same may be tried again; `over`: it is not to be told any more.
 */
export class Unsent extends Error {
  constructor(
    readonly why: "gone" | "refused" | "later" | "over",
    message: string,
  ) {
    super(message);
  }
}

/** Telegram's refusal in whatever was thrown; undefined for a call that it did not answer. */
export const refusalIn = (error: unknown): Refusal | undefined =>
  typeof error === "object" && error !== null && "error_code" in error && "description" in error ? (error as Refusal) : undefined;

/** What waits in one chat. `free`: when the pace lets the next call go, in milliseconds of `performance.now()`; `held`: until when Telegram wants none. */
type Line = { waiting: number; last: Promise<void>; free: number; held: number };

const newLine = (): Line => ({ waiting: 0, last: Promise.resolve(), free: 0, held: 0 });

/** The one road to Telegram's chats: what goes to one goes in order, as fast as Telegram lets it, and again where it was held back. */
export class Sender {
  readonly #lines = new Map<number, Line>();
  readonly #all = newLine();

  constructor(
    private readonly ctx: Context,
    readonly api: Api,
    private readonly inputFile: (bytes: Uint8Array | AsyncIterable<Uint8Array>, name: string) => Parameters<Api["sendDocument"]>[1],
    private readonly signal: AbortSignal,
  ) {}

  /** Says something. @returns the message's number in its chat @throws Unsent */
  say(chat_id: number, html: string, buttons: Buttons = []): Promise<number> {
    return this.tell(chat_id, () => ({ html, buttons }));
  }

  /** Says what `told` gives when it goes out, asked anew for each try: what waited may have changed. @returns the message's number @throws Unsent, and what `told` throws */
  async tell(chat_id: number, told: () => Told): Promise<number> {
    const send = ({ html, buttons }: Told, how: { parse_mode?: "HTML" }) =>
      this.api.sendMessage(chat_id, html, { ...how, reply_markup: { inline_keyboard: buttons }, link_preview_options: { is_disabled: true } });
    const plainly = ({ html, buttons }: Told) => send({ html: bare(html), buttons }, {});
    const message = await this.#asMarkup(
      async () => send(told(), { parse_mode: "HTML" }),
      async () => plainly(told()),
      chat_id,
    );
    return message.message_id;
  }

  /** Puts other words into a message of the bot's; the same words are as good. @throws Unsent */
  async edit(chat_id: number, message_id: number, html: string, buttons: Buttons = []): Promise<void> {
    const more = { reply_markup: { inline_keyboard: buttons }, link_preview_options: { is_disabled: true } };
    try {
      await this.#asMarkup(
        () => this.api.editMessageText(chat_id, message_id, html, { parse_mode: "HTML", ...more }),
        () => this.api.editMessageText(chat_id, message_id, bare(html), more),
        chat_id,
      );
    } catch (error) {
      if (!(error instanceof Unsent) || !error.message.includes("message is not modified")) throw error;
    }
  }

  /** Sends a file. @throws Unsent, and what opening it throws */
  async document(chat_id: number, { name, open }: Outgoing, caption = ""): Promise<void> {
    // Its library writes the name as it is into a header.
    const quoted = `"${name.replace(/[\p{C}"\\]/gu, "_")}"`;
    await this.#inTurn(chat_id, async () => this.api.sendDocument(chat_id, this.inputFile(await open(), quoted), { caption, parse_mode: "HTML" }));
  }

  /** Ends the wait of whoever pressed a button, with a word where there is one. Too late is as good. */
  async answer(query_id: string, text?: string): Promise<void> {
    await this.#try(this.#all, () => this.api.answerCallbackQuery(query_id, { text: text && fitting(text, TELEGRAM_TOAST_CHARACTERS) })).catch((error) => {
      if (!(error instanceof Unsent) || error.why === "later") throw error;
    });
  }

  /** A call that belongs to no chat. @throws Unsent */
  call<T>(work: () => Promise<T>): Promise<T> {
    return this.#try(this.#all, work);
  }

  /** @throws Unsent `later` once the bot stops */
  async sleep(ms: number): Promise<void> {
    if (ms > 0 && !this.signal.aborted)
      await new Promise<void>((resolve) => {
        const end = () => {
          clearTimeout(timer);
          this.signal.removeEventListener("abort", end);
          resolve();
        };
        const timer = setTimeout(end, ms);
        this.signal.addEventListener("abort", end);
      });
    if (this.signal.aborted) throw new Unsent("later", "The server stops");
  }

  async #asMarkup<T>(work: () => Promise<T>, plainly: () => Promise<T>, chat_id: number): Promise<T> {
    try {
      return await this.#inTurn(chat_id, work);
    } catch (error) {
      if (!(error instanceof Unsent) || !error.message.includes("can't parse entities")) throw error;
      this.ctx.log.error({ event: "telegram_markup", error: error.message }, "Telegram did not take the markup of a message: it went without");
      return this.#inTurn(chat_id, plainly);
    }
  }

  async #inTurn<T>(chat_id: number, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(chat_id) ?? newLine();
    this.#lines.set(chat_id, line);
    if (line.waiting >= TELEGRAM_CALLS_WAITING) throw new Unsent("later", "Too much waits in this chat");
    line.waiting++;
    const before = line.last;
    let done = () => {};
    line.last = new Promise((resolve) => {
      done = resolve;
    });
    try {
      await before;
      return await this.#try(line, work);
    } finally {
      line.waiting--;
      done();
      this.#forget();
    }
  }

  async #try<T>(line: Line, work: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; ) {
      await this.#pace(line);
      try {
        return await work();
      } catch (error) {
        if (this.signal.aborted) throw new Unsent("later", "The server stops");
        const refusal = refusalIn(error);
        if (refusal?.error_code === 429) this.#hold(line, (refusal.parameters?.retry_after ?? 1) * 1_000);
        else if (refusal && refusal.error_code < 500) throw new Unsent(isGone(refusal) ? "gone" : "refused", refusal.description);
        else if (error instanceof Unsent) throw error;
        else if (!refusal && !isNetwork(error)) throw error;
        else if (++tries > TELEGRAM_TRIES) throw new Unsent("later", refusal?.description ?? "Telegram did not answer");
        else await this.sleep(TELEGRAM_PACE.chat.every);
      }
    }
  }

  /** Waits until a call may go: by the pace that Telegram asks for, and after what it held back. */
  async #pace(line: Line): Promise<void> {
    for (;;) {
      const now = performance.now();
      const { chat, all } = TELEGRAM_PACE;
      const wait = Math.max(
        this.#all.held - now,
        this.#all.free - now - all.every * all.burst,
        line === this.#all ? 0 : Math.max(line.held - now, line.free - now - chat.every * chat.burst),
      );
      if (wait > 0) {
        await this.sleep(wait);
        continue;
      }
      if (this.signal.aborted) throw new Unsent("later", "The server stops");
      this.#all.free = Math.max(this.#all.free, now) + all.every;
      if (line !== this.#all) line.free = Math.max(line.free, now) + chat.every;
      return;
    }
  }

  #hold(line: Line, ms: number): void {
    const now = performance.now();
    line.held = Math.max(line.held, now + ms);
    const held = [...this.#lines.values()].filter((one) => one.held > now);
    if (held.length >= TELEGRAM_CHATS_HELD) this.#all.held = Math.max(this.#all.held, line.held);
  }

  /** Lets go of chats in which nothing waits and nothing is to be kept to. */
  #forget(): void {
    const now = performance.now();
    for (const [chat_id, { waiting, free, held }] of this.#lines) if (waiting === 0 && free < now && held < now) this.#lines.delete(chat_id);
  }
}

/** Whether nobody is there any more to be told. */
const isGone = ({ error_code, description }: Refusal): boolean => error_code === 403 || /chat not found|user is deactivated|PEER_ID_INVALID/.test(description);

/** Whether it is the library's word for a call that got no answer. */
export const isNetwork = (error: unknown): boolean => error instanceof Error && error.name === "HttpError";
