import { type Treaty, treaty } from "@elysiajs/eden";
import type { Static } from "@sinclair/typebox";
import type { Source as SourceModel, Step as StepModel } from "../../src/agents/model.ts";
import type { App } from "../../src/app.ts";

/** The server's API as the page uses it: this file and projects/api.ts, which comes with the first project, alone know its addresses. The session cookie speaks for the page. */
const server = treaty<App>(location.origin, { parseDate: false, fetch: { credentials: "same-origin" } });

export const socketUrl = `${location.origin.replace(/^http/, "ws")}/ws`;

/** Milliseconds after which a request is given up: longer than a slow phone needs, shorter than patience. */
const REQUEST_TIME = 30_000;

export type User = Treaty.Data<typeof server.api.auth.me.get>;
export type Channel = Treaty.Data<typeof server.api.channels.get>[number];
export type Message = Treaty.Data<ReturnType<typeof server.api.channels>["messages"]["get"]>[number];
export type Author = Message["user"];
export type Attachment = Message["attachments"][number];
export type MessageType = Message["type"];
export type NewChannel = Parameters<typeof server.api.channels.post>[0];
export type Notify = Channel["notify"];
export type Member = Treaty.Data<ReturnType<typeof server.api.channels>["members"]["get"]>[number];
/** Whether someone is here, and what they say they are at. */
export type Standing = Treaty.Data<typeof server.api.presence.get>[number];
export type Status = NonNullable<Standing["status"]>;
export type NewStatus = Parameters<typeof server.api.me.status.put>[0];
export type InboxPage = Treaty.Data<typeof server.api.inbox.get>;
export type InboxItem = InboxPage["items"][number];
export type OpenQuestion = Treaty.Data<typeof server.api.questions.get>[number];
export type SearchQuery = { q: string; sort: "relevance" | "newest"; limit: number; offset: number };
export type FoundPage = Treaty.Data<typeof server.api.search.get>;
export type Hit = FoundPage["hits"][number];
export type Page = { limit: number; before_seq?: number; after_seq?: number; type?: string; user_id?: string; session_id?: string; since?: string };
export type Token = Treaty.Data<typeof server.api.auth.keys.get>[number];
export type TokenMade = Token & { token: string; secret: string | null };
export type Telegram = Treaty.Data<typeof server.api.auth.telegram.get>;
export type TelegramLink = NonNullable<Telegram["link"]>;
export type TelegramCode = { code: string; expires_at: string; bot: string; url: string };
export type TelegramChange = Parameters<typeof server.api.auth.telegram.settings.patch>[0];
export type TelegramVerdict = Treaty.Data<typeof server.api.auth.telegram.verify.post>;
export type Registration = Treaty.Data<typeof server.api.auth.registration.get>["registration"];
export type Register = Parameters<typeof server.api.auth.register.post>[0];
export type Invite = Treaty.Data<typeof server.api.invites.get>[number];
export type NewInvite = { note?: string; expires_in_days?: number };
export type InviteMade = Invite & { code: string; url: string };
type Webhooks = ReturnType<typeof server.api.channels>["webhooks"];
export type Webhook = Treaty.Data<Webhooks["get"]>[number];
export type NewWebhook = Parameters<Webhooks["post"]>[0];
export type WebhookChange = Parameters<ReturnType<Webhooks>["patch"]>[0];
export type WebhookMade = Webhook & { post_url: string | null; secret: string | null };
export type Delivery = Treaty.Data<ReturnType<Webhooks>["ping"]["post"]>;
export type AuditPage = Treaty.Data<typeof server.api.audit.get>;
export type AuditEntry = AuditPage["entries"][number];
export type AuditQuery = { action?: string; user?: string; since?: string; before?: number };
export type Session = Treaty.Data<typeof server.api.auth.sessions.get>[number];
export type NewUser = Parameters<typeof server.api.users.post>[0];
export type UserChange = Parameters<ReturnType<typeof server.api.users>["patch"]>[0];
export type NewToken = Parameters<typeof server.api.auth.keys.post>[0];
export type ChannelChange = Parameters<ReturnType<typeof server.api.channels>["patch"]>[0];
export type Agents = Treaty.Data<typeof server.api.agents.get>;
export type Agent = Agents["agents"][number];
/** What a resident agent is at. */
export type AgentStatus = Treaty.Data<typeof server.api.agents.status.get>[number];
/** What was spent on models; `cost_usd` is null where no price is known. */
export type UsageSum = Usage["total"];
export type UsageRow = Usage["rows"][number];
export type UsageBy = Usage["by"];
export type Usage = Treaty.Data<typeof server.api.usage.get>;
export type KnowledgeFile = Treaty.Data<typeof server.api.knowledge.files.get>[number];
export type KnowledgePage = Treaty.Data<typeof server.api.knowledge.get>;
export type KnowledgeHit = KnowledgePage["hits"][number];
export type KnowledgeContents = Treaty.Data<typeof server.api.knowledge.sections.get>;
export type KnowledgeSection = Treaty.Data<typeof server.api.knowledge.section.get>;
/** What one did on the way to its answer, and a section of a document that an answer cites. */
export type Step = Static<typeof StepModel>;
export type Source = Static<typeof SourceModel>;
export type NewMessage = { content: string; type: MessageType; reply_to: string | null; attachments?: readonly Attachment[] };

/** Where a file goes up, under its name. */
export const filesAt = (name: string): string => `/api/files?name=${encodeURIComponent(name)}`;

/** Where a file is had. `download`: to be kept; `inline`: to be looked at in place; `thumbnail`: an image made small. */
export const fileAt = (id: string, part: "download" | "inline" | "thumbnail"): string => `/api/files/${encodeURIComponent(id)}/${part === "inline" ? "download?inline=1" : part}`;

/** A request that did not work. `status` 0: no answer came at all. */
export class Failure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Milliseconds until the server wants to be asked again; null when it did not say. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }

  /** Whether the same would be refused again. */
  get refused(): boolean {
    return this.status >= 400 && this.status < 500 && ![401, 408, 429].includes(this.status);
  }
}

type Answer<T> = { data: T | null; error: { value: unknown } | null; response?: Response };

const said = (value: unknown): { code?: string; message?: string; hint?: string } =>
  typeof value === "object" && value !== null && "error" in value && typeof value.error === "object" && value.error !== null ? value.error : {};

/** What an answer of the server says of what did not work. `status` 0: none came. `seconds`: until it wants to be asked again. */
export const refusal = (status: number, body: unknown, seconds = 0): Failure => {
  if (status === 0) return new Failure(0, "unreachable", "The server cannot be reached.");
  const { code = "unknown", message = `The server answered ${status}.`, hint } = said(body);
  return new Failure(status, code, hint ? `${message}${/\w$|'$/.test(message) ? "." : ""} ${hint}` : message, seconds > 0 ? seconds * 1000 : null);
};

const failureOf = ({ error, response }: Answer<unknown>): Failure => refusal(response?.status ?? 0, error?.value, Number(response?.headers.get("retry-after")));

const done = async (asked: Promise<Answer<unknown>>): Promise<void> => {
  const answer = await asked;
  if (answer.error) throw failureOf(answer);
};

const read = async <T>(asked: Promise<Answer<T>>): Promise<T> => {
  const answer = await asked;
  if (answer.error || answer.data === null) throw failureOf(answer);
  return answer.data;
};

const options = () => ({ fetch: { signal: AbortSignal.timeout(REQUEST_TIME) } });
const retriable = (key: string) => ({ ...options(), headers: { "idempotency-key": key } });
const channel = (id: string) => server.api.channels({ id: encodeURIComponent(id) });
const message = (id: string, message_id: string) => channel(id).messages({ msg_id: encodeURIComponent(message_id) });
const reaction = (id: string, message_id: string, emoji: string) => message(id, message_id).reactions({ emoji: encodeURIComponent(emoji) });
const agent = (name: string) => server.api.agents({ name: encodeURIComponent(name) });
const user = (id: string) => server.api.users({ id: encodeURIComponent(id) });

const webhook = (channel_id: string, id: string) => channel(channel_id).webhooks({ hook_id: encodeURIComponent(id) });

/** Each call answers with what was asked for, or throws a `Failure`. */
export const api = {
  me: (): Promise<User> => read(server.api.auth.me.get(options())),
  login: async (username: string, password: string): Promise<User> => (await read(server.api.auth.login.post({ username, password }, options()))).user,
  registration: async (): Promise<Registration> => (await read(server.api.auth.registration.get(options()))).registration,
  register: async (body: Register, key: string): Promise<User> => ((await read(server.api.auth.register.post(body, retriable(key)))) as { user: User }).user,
  logout: () => done(server.api.auth.logout.post(undefined, options())),
  channels: (): Promise<Channel[]> => read(server.api.channels.get(options())),
  /** Without what was said last: that stands in their timelines, where it follows what becomes of it. */
  conversations: async (): Promise<Channel[]> => (await read(server.api.dms.conversations.get(options()))).map(({ last_message: _, ...channel }) => channel),
  converse: (users: string[], key: string) => read(server.api.dms.conversations.post({ users }, retriable(key))) as Promise<Channel>,
  channel: (id: string): Promise<Channel> => read(channel(id).get(options())),
  makeChannel: (body: NewChannel, key: string) => read(server.api.channels.post(body, retriable(key))) as Promise<Channel>,
  join: (id: string): Promise<Channel> => read(channel(id).join.post(undefined, options())),
  leave: (id: string) => done(channel(id).leave.post(undefined, options())),
  notify: (id: string, notify: Notify): Promise<Channel> => read(channel(id).notify.put({ notify }, options())),
  members: (id: string): Promise<Member[]> => read(channel(id).members.get(options())),
  addMember: (id: string, user_id: string, key: string) => done(channel(id).members.post({ user: user_id }, retriable(key))),
  removeMember: (id: string, user_id: string) => done(channel(id).members({ user: user_id }).delete(undefined, options())),
  presence: (): Promise<Standing[]> => read(server.api.presence.get(options())),
  setStatus: (status: NewStatus) => done(server.api.me.status.put(status, options())),
  clearStatus: () => done(server.api.me.status.delete(undefined, options())),
  markRead: (id: string, seq: number): Promise<Channel> => read(channel(id).read.put({ seq }, options())),
  history: (id: string, query: Page): Promise<Message[]> => read(channel(id).messages.get({ query, ...options() })),
  message: (id: string, message_id: string): Promise<Message> => read(message(id, message_id).get(options())),
  thread: (id: string, message_id: string): Promise<Message[]> => read(message(id, message_id).thread.get(options())),
  post: (id: string, { attachments = [], ...words }: NewMessage, key: string) =>
    read(channel(id).messages.post({ ...words, ...(attachments.length > 0 && { attachments: attachments.map((file) => file.id) }) }, retriable(key))) as Promise<Message>,
  uploadLimits: () => read(server.api.files.limits.get(options())),
  removeFile: (id: string) => done(server.api.files({ id: encodeURIComponent(id) }).delete(undefined, options())),
  edit: (id: string, message_id: string, content: string, type: MessageType): Promise<Message> => read(message(id, message_id).patch({ content, type }, options())),
  react: (id: string, message_id: string, emoji: string): Promise<Message> => read(reaction(id, message_id, emoji).put(undefined, options())),
  unreact: (id: string, message_id: string, emoji: string): Promise<Message> => read(reaction(id, message_id, emoji).delete(undefined, options())),
  answer: (id: string, message_id: string, option: string, note: string | null) => read(message(id, message_id).answer.post({ option, note }, options())),
  remove: (id: string, message_id: string) => done(message(id, message_id).delete(undefined, options())),
  search: (query: SearchQuery): Promise<FoundPage> => read(server.api.search.get({ query, ...options() })),
  inbox: (query: { after_seq?: number; limit: number }): Promise<InboxPage> => read(server.api.inbox.get({ query, ...options() })),
  questions: (): Promise<OpenQuestion[]> => read(server.api.questions.get(options())),
  moveInbox: (seq: number) => done(server.api.inbox.put({ seq }, options())),
  /** The beginning of a file that is a text. `bytes`: as many of it at most. */
  fileText: async (id: string, bytes: number): Promise<string> => {
    const response = await fetch(fileAt(id, "download"), { headers: { range: `bytes=0-${bytes - 1}` }, signal: AbortSignal.timeout(REQUEST_TIME) });
    if (!response.ok) throw refusal(response.status, await response.json().catch(() => null));
    return response.text();
  },
  changeChannel: (id: string, change: ChannelChange): Promise<Channel> => read(channel(id).patch(change, options())),
  archiveChannel: (id: string) => done(channel(id).delete(undefined, options())),
  users: (): Promise<User[]> => read(server.api.users.get(options())),
  makeUser: (body: NewUser, key: string) => read(server.api.users.post(body, retriable(key))) as Promise<User & { token?: TokenMade }>,
  changeUser: (id: string, change: UserChange): Promise<User> => read(user(id).patch(change, options())),
  changePassword: (current: string, next: string) => done(server.api.auth.password.post({ current, new: next }, options())),
  tokens: (): Promise<Token[]> => read(server.api.auth.keys.get(options())),
  makeToken: (body: NewToken, key: string) => read(server.api.auth.keys.post(body, retriable(key))) as Promise<TokenMade>,
  endToken: (id: string) => done(server.api.auth.keys({ id: encodeURIComponent(id) }).delete(undefined, options())),
  tokensOf: (user_id: string): Promise<Token[]> => read(user(user_id).keys.get(options())),
  makeTokenOf: (user_id: string, body: NewToken, key: string) => read(user(user_id).keys.post(body, retriable(key))) as Promise<TokenMade>,
  endTokenOf: (user_id: string, id: string) =>
    done(
      user(user_id)
        .keys({ key_id: encodeURIComponent(id) })
        .delete(undefined, options()),
    ),
  telegram: (): Promise<Telegram> => read(server.api.auth.telegram.get(options())),
  makeTelegramCode: (key: string) => read(server.api.auth.telegram.link.post(undefined, retriable(key))) as Promise<TelegramCode>,
  /** Whether a code was shown to the bot; waits for it for `wait` seconds. */
  checkTelegramCode: (code: string, wait: number): Promise<TelegramVerdict> => read(server.api.auth.telegram.verify.post({ code }, { query: { wait }, ...options() })),
  changeTelegram: (change: TelegramChange): Promise<TelegramLink> => read(server.api.auth.telegram.settings.patch(change, options())),
  unlinkTelegram: () => done(server.api.auth.telegram.delete(undefined, options())),
  invites: (): Promise<Invite[]> => read(server.api.invites.get(options())),
  makeInvite: (body: NewInvite, key: string) => read(server.api.invites.post(body, retriable(key))) as Promise<InviteMade>,
  endInvite: (id: string) => done(server.api.invites({ id: encodeURIComponent(id) }).delete(undefined, options())),
  audit: (query: AuditQuery): Promise<AuditPage> => read(server.api.audit.get({ query, ...options() })),
  webhooks: (channel_id: string): Promise<Webhook[]> => read(channel(channel_id).webhooks.get(options())),
  makeWebhook: (channel_id: string, body: NewWebhook, key: string) => read(channel(channel_id).webhooks.post(body, retriable(key))) as Promise<WebhookMade>,
  changeWebhook: (channel_id: string, id: string, change: WebhookChange): Promise<Webhook> => read(webhook(channel_id, id).patch(change, options())),
  endWebhook: (channel_id: string, id: string) => done(webhook(channel_id, id).delete(undefined, options())),
  pingWebhook: (channel_id: string, id: string): Promise<Delivery> => read(webhook(channel_id, id).ping.post(undefined, options())),
  agents: (): Promise<Agents> => read(server.api.agents.get(options())),
  agentStatus: (): Promise<AgentStatus[]> => read(server.api.agents.status.get(options())),
  usage: (query: { by: UsageBy; from?: string; to?: string; project?: string }): Promise<Usage> => read(server.api.usage.get({ query, ...options() })),
  knowledgeFiles: (): Promise<KnowledgeFile[]> => read(server.api.knowledge.files.get(options())),
  knowledge: (q: string, limit: number): Promise<KnowledgePage> => read(server.api.knowledge.get({ query: { q, limit }, ...options() })),
  knowledgeSections: (file: string): Promise<KnowledgeContents> => read(server.api.knowledge.sections.get({ query: { file }, ...options() })),
  knowledgeSection: (file: string, heading: string): Promise<KnowledgeSection> => read(server.api.knowledge.section.get({ query: { file, heading }, ...options() })),
  /** Ends what a resident is at. `message_id`: the question, or the answer to it. */
  stopAgent: (name: string, message_id: string) => done(agent(name).stop.post({ message_id }, options())),
  /** Has an answer written anew, in its place. */
  retryAgent: (name: string, message_id: string) => done(agent(name).retry.post({ message_id }, options())),
  sessions: (): Promise<Session[]> => read(server.api.auth.sessions.get(options())),
  endSession: (id: string) => done(server.api.auth.sessions({ id: encodeURIComponent(id) }).delete(undefined, options())),
  endOtherSessions: () => done(server.api.auth.sessions.delete(undefined, options())),
};

export type Api = typeof api;
