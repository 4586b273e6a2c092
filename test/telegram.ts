import type { CallbackQuery, InlineKeyboardMarkup, Message, Update, User } from "grammy/types";
import { until } from "./colony.ts";

/** What a bot was told to say: a call of a method that sends, with what came of it. */
export type Said = { method: string; chat_id: number; message_id: number; text: string; buttons: { text: string; data: string }[]; file?: { name: string; bytes: Uint8Array } };
type Failure = { error_code: number; description: string; parameters?: { retry_after: number } };
type Body = Record<string, any>;

const unescaped = /&(?!(lt|gt|amp|quot);)|<(?!\/?(b|i|code|pre|a)(\s[^>]*)?>)/;

/** Whether markup is whole, as Telegram's parser wants it. */
const wrongMarkup = (html: string): boolean => {
  if (unescaped.test(html)) return true;
  const open: string[] = [];
  for (const [, slash, name = ""] of html.matchAll(/<(\/?)(b|i|code|pre|a)(?:\s[^>]*)?>/g)) {
    if (slash === "") open.push(name);
    else if (open.pop() !== name) return true;
  }
  return open.length > 0;
};

/** A Bot API on loopback, which speaks https://core.telegram.org/bots/api as far as Colony uses it: one bot, and people who write to it. */
export class FakeTelegram {
  static readonly TOKEN = "123456789:AAFakeTokenThatNobodyKnows-0123456789";
  static readonly BOT = "colony_test_bot";
  readonly said: Said[] = [];
  readonly calls: { method: string; body: Body; at: number }[] = [];
  readonly answered: { id: string; text: string | undefined }[] = [];
  commands: { command: string; description: string }[] = [];
  /** Updates that the bot has not confirmed. */
  updates: Update[] = [];
  /** What the next calls of a method are refused with, first come first served. */
  readonly failures = new Map<string, Failure[]>();
  /** Methods whose calls come to nothing, and are not answered until they are let go. */
  readonly #lost = new Map<string, Promise<void>>();
  /** Chats that have stopped the bot. */
  readonly blocked = new Set<number>();
  polls = 0;
  webhook = true;
  #server;
  #update = 7_000;
  #message = 100;
  #query = 0;
  readonly #files = new Map<string, Uint8Array>();
  readonly #waiting = new Set<() => void>();

  constructor(port = 0) {
    this.#server = Bun.serve({ port, hostname: "127.0.0.1", idleTimeout: 120, fetch: (request) => this.#answer(request) });
    this.#server.unref();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  get env(): Record<string, string> {
    return { COLONY_TELEGRAM_TOKEN: FakeTelegram.TOKEN, COLONY_TELEGRAM_API: this.url };
  }

  stop(): void {
    this.#server.stop(true);
  }

  /** Refuses the next call of a method. */
  fail(method: string, ...failures: Failure[]): void {
    this.failures.set(method, [...(this.failures.get(method) ?? []), ...failures]);
  }

  /** Lets calls of a method come to nothing, as when the line is cut. @returns how to let go of those who wait for their answer */
  lose(method: string): () => void {
    let letGo = () => {};
    const over = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    this.#lost.set(method, over);
    return () => {
      this.#lost.delete(method);
      letGo();
    };
  }

  /** A file that somebody sends. @returns its id */
  keep(bytes: Uint8Array): string {
    const id = `file-${this.#files.size}`;
    this.#files.set(id, bytes);
    return id;
  }

  /** Gives the bot an update. */
  push(update: Omit<Update, "update_id">): number {
    const update_id = this.#update++;
    this.updates.push({ ...update, update_id } as Update);
    for (const wake of this.#waiting) wake();
    return update_id;
  }

  /** The next number of a message. */
  next(): number {
    return ++this.#message;
  }

  pressed(): string {
    return `query-${++this.#query}`;
  }

  /** Waits until something was said that fits. */
  told(look: (said: Said) => boolean, after = 0): Promise<Said> {
    return until(() => this.said.slice(after).find(look));
  }

  async #answer(request: Request): Promise<Response> {
    const path = decodeURIComponent(new URL(request.url).pathname);
    const file = /^\/file\/bot([^/]+)\/(.+)$/.exec(path);
    if (file) return file[1] === FakeTelegram.TOKEN ? new Response((this.#files.get(file[2] ?? "") ?? new Uint8Array()) as any) : new Response(null, { status: 404 });
    const [, token, method = ""] = /^\/bot([^/]+)\/(\w+)$/.exec(path) ?? [];
    const body = await this.#read(request);
    if (token !== FakeTelegram.TOKEN) return this.#refuse({ error_code: 401, description: "Unauthorized" });
    this.calls.push({ method, body, at: performance.now() });
    const failure = this.failures.get(method)?.shift();
    if (failure) return this.#refuse(failure);
    const lost = this.#lost.get(method);
    if (lost) {
      await lost;
      return new Response(null, { status: 504 });
    }
    const result = await this.#do(method, body, request.signal);
    return result instanceof Response ? result : Response.json({ ok: true, result });
  }

  #refuse({ error_code, ...more }: Failure): Response {
    return Response.json({ ok: false, error_code, ...more }, { status: error_code });
  }

  async #read(request: Request): Promise<Body> {
    if (!request.headers.get("content-type")?.startsWith("multipart/")) return (await request.json().catch(() => ({}))) as Body;
    const form = await request.formData();
    const body: Body = {};
    for (const [name, value] of form.entries()) body[name] = typeof value === "string" ? value : value;
    const attached = /^attach:\/\/(.+)$/.exec(body.document ?? "")?.[1];
    const document = attached === undefined ? undefined : (body[attached] as File);
    return { ...body, chat_id: Number(body.chat_id), ...(document && { file: { name: document.name, bytes: new Uint8Array(await document.arrayBuffer()) } }) };
  }

  async #do(method: string, body: Body, signal: AbortSignal): Promise<unknown> {
    const refuse = (error_code: number, description: string) => this.#refuse({ error_code, description });
    const me: User = { id: 123_456_789, is_bot: true, first_name: "Colony", username: FakeTelegram.BOT };
    if (method === "getMe") return me;
    if (method === "deleteWebhook") {
      this.webhook = false;
      return true;
    }
    if (method === "setMyCommands") {
      this.commands = body.commands;
      return true;
    }
    if (method === "getUpdates") return this.webhook ? refuse(409, "Conflict: can't use getUpdates method while webhook is active") : this.#give(body, signal);
    if (method === "answerCallbackQuery") {
      this.answered.push({ id: body.callback_query_id, text: body.text });
      return true;
    }
    if (method === "getFile") {
      const bytes = this.#files.get(body.file_id);
      if (!bytes) return refuse(400, "Bad Request: invalid file_id");
      return bytes.length > 20_000_000
        ? refuse(400, "Bad Request: file is too big")
        : { file_id: body.file_id, file_unique_id: body.file_id, file_size: bytes.length, file_path: body.file_id };
    }
    if (!["sendMessage", "editMessageText", "sendDocument"].includes(method)) return refuse(404, "Not Found");
    if (this.blocked.has(body.chat_id)) return refuse(403, "Forbidden: bot was blocked by the user");
    const text: string = body.text ?? body.caption ?? "";
    if (method !== "sendDocument" && text === "") return refuse(400, "Bad Request: message text is empty");
    if (body.parse_mode === "HTML" && wrongMarkup(text)) return refuse(400, "Bad Request: can't parse entities: it is not whole");
    if (text.replace(/<[^>]*>/g, "").length > 4_096) return refuse(400, "Bad Request: message is too long");
    const buttons = ((body.reply_markup as InlineKeyboardMarkup | undefined)?.inline_keyboard ?? [])
      .flat()
      .map((one: any) => ({ text: one.text as string, data: one.callback_data as string }));
    if (buttons.some(({ data, text }) => Buffer.byteLength(data) > 64 || text === "")) return refuse(400, "Bad Request: BUTTON_DATA_INVALID");
    const said: Said = { method, chat_id: body.chat_id, message_id: body.message_id ?? this.next(), text, buttons, ...(body.file && { file: body.file }) };
    this.said.push(said);
    return { message_id: said.message_id, date: 0, chat: { id: said.chat_id, type: "private", first_name: "x" }, text };
  }

  /** What was not confirmed, from `offset` on; waits for it as long as is asked. */
  async #give({ offset, timeout = 0 }: Body, signal: AbortSignal): Promise<Update[]> {
    this.polls++;
    if (offset !== undefined) this.updates = this.updates.filter(({ update_id }) => update_id >= offset);
    if (this.updates.length === 0 && timeout > 0)
      await new Promise<void>((resolve) => {
        const end = () => {
          clearTimeout(timer);
          this.#waiting.delete(end);
          resolve();
        };
        const timer = setTimeout(end, timeout * 1_000);
        this.#waiting.add(end);
        signal.addEventListener("abort", end);
      });
    return signal.aborted ? [] : this.updates.slice(0, 100);
  }
}

/** Somebody with a telephone, in a private chat with the bot. */
export class Phone {
  constructor(
    readonly telegram: FakeTelegram,
    readonly id: number,
    readonly first_name = "Benji",
    readonly username?: string,
  ) {}

  get #from(): User {
    return { id: this.id, is_bot: false, first_name: this.first_name, ...(this.username && { username: this.username }) };
  }

  get #chat() {
    return { id: this.id, type: "private" as const, first_name: this.first_name };
  }

  /** What the bot said here. */
  get screen(): Said[] {
    return this.telegram.said.filter(({ chat_id }) => chat_id === this.id);
  }

  /** Writes something. @returns the number of the update */
  write(text: string, more: Partial<Message> = {}): number {
    return this.telegram.push({ message: { message_id: this.telegram.next(), date: 0, from: this.#from, chat: this.#chat, text, ...more } as never });
  }

  /** Writes something and waits for the first thing that the bot says to it. */
  async ask(text: string, more: Partial<Message> = {}): Promise<Said> {
    const before = this.screen.length;
    this.write(text, more);
    return until(() => this.screen[before]);
  }

  /** Presses a button under something that was said. @returns what the bot showed over it */
  async press(said: Said, label: string | RegExp): Promise<string | undefined> {
    const button = said.buttons.find(({ text }) => (typeof label === "string" ? text === label : label.test(text)));
    if (!button) throw new Error(`There is no button ${label} among ${said.buttons.map(({ text }) => text).join(", ")}`);
    return this.pressRaw(said.message_id, button.data);
  }

  /** As a client that is not Telegram's own would. */
  async pressRaw(message_id: number, data: string): Promise<string | undefined> {
    const id = this.telegram.pressed();
    const message = { message_id, date: 0, chat: this.#chat } as Message;
    this.telegram.push({ callback_query: { id, from: this.#from, chat_instance: "1", message, data } as CallbackQuery });
    return (await until(() => this.telegram.answered.find((one) => one.id === id))).text;
  }

  /** Sends a file. */
  sendFile(name: string, bytes: Uint8Array, caption?: string): void {
    const file_id = this.telegram.keep(bytes);
    this.write("", { text: undefined, caption, document: { file_id, file_unique_id: file_id, file_name: name, file_size: bytes.length } } as never);
  }

  /** Waits until something here fits. */
  shows(look: string | RegExp, after = 0): Promise<Said> {
    return until(() => this.screen.slice(after).find(({ text }) => (typeof look === "string" ? text.includes(look) : look.test(text))));
  }
}
