import { type Call, type Colony, until } from "./colony.ts";

/**
 * Who asks: someone with no credential; three who are signed in and in nothing that is private here, one of whom was a
 * member and was taken out, and one an admin; and who made it all.
 */
export const roles = ["stranger", "outsider", "former", "admin", "member"] as const;
export type Role = (typeof roles)[number];

/** Stands in whatever nobody but a member may see: names, topics, messages, files, questions. */
export const CANARY = "quokka";

/** What there is to ask for: a private channel, a conversation, and what is in them. All of it is `member`'s. */
export type World = {
  colony: Colony;
  tokens: Record<Role, string | null>;
  channel: string;
  name: string;
  conversation: string;
  /** A message of the channel that carries a file, and one that asks something. */
  message: string;
  question: string;
  direct: string;
  file: string;
  /** A picture that the conversation's message carries. */
  picture: string;
  /** A private project, by its slug. */
  workshop: string;
  /** What ran in it and has ended. */
  run: string;
  /** Makes another private project of the member's. @returns its slug */
  project: () => Promise<string>;
  /** Makes another private channel of the member's. @returns its id */
  room: () => Promise<string>;
  /** Posts another message of the member's. @returns its id */
  said: (channel?: string, more?: object) => Promise<string>;
};

export type Asked = { path: string } & Pick<Call, "body" | "raw" | "headers">;

/** A documented route, what is asked of it, and the status for a stranger, an outsider, an admin and a member; `shows`: the member is shown the canary. */
export type Row = { route: string; ask: (world: World, role: Role) => Asked | Promise<Asked>; statuses: readonly [number, number, number, number]; shows?: true };

/** Who was a member is as much an outsider as who never was. */
export const statusFor = ({ statuses }: Row, role: Role): number => statuses[{ stranger: 0, outsider: 1, former: 1, admin: 2, member: 3 }[role]] as number;

type Ask = Row["ask"];

/** Of the private channel and, where the same is asked of it, of the conversation. */
const hidden = (route: string, member: number, of: (at: string, message: string) => Asked, more: { only?: "channel"; shows?: true } = {}): Row[] => {
  const row = (ask: Ask): Row => ({ route, ask, statuses: [401, 404, 404, member], ...(more.shows && { shows: more.shows }) });
  const byName = row(({ name, message }) => of(`/api/channels/${name}`, message));
  const byId = row(({ channel, message }) => of(`/api/channels/${channel}`, message));
  return more.only ? [byName, byId] : [byName, byId, row(({ conversation, direct }) => of(`/api/channels/${conversation}`, direct))];
};

/** Of the private project. */
const inProject = (route: string, member: number, of: (at: string) => Asked, shows?: true): Row => ({
  route,
  ask: ({ workshop }) => of(`/api/projects/${workshop}`),
  statuses: [401, 404, 404, member],
  ...(shows && { shows }),
});

const everyone = (route: string, ask: Ask, shows?: true): Row => ({ route, ask, statuses: [401, 200, 200, 200], ...(shows && { shows }) });
const own = (route: string, status: number, ask: Ask): Row => ({ route, ask, statuses: [401, status, status, status] });
const adminOnly = (route: string, status: number, ask: Ask): Row => ({ route, ask, statuses: [401, 403, status, 403] });
const open = (route: string, status: number, ask: Ask): Row => ({ route, ask, statuses: [status, status, status, status] });
const at =
  (path: string, more: Omit<Asked, "path"> = {}): Ask =>
  () => ({ path, ...more });

let count = 0;
const next = (): string => `made-${++count}`;
const nobody = "0195e0c4-7b1e-7cc3-a1f5-3d2f2f6f7b10";

const accounts: Row[] = [
  open("GET /healthz", 200, at("/healthz")),
  open("GET /readyz", 200, at("/readyz")),
  open("GET /llms.txt", 200, at("/llms.txt")),
  open("GET /skill.md", 200, at("/skill.md")),
  open("GET /skill.tar", 200, at("/skill.tar")),
  open("GET /skill/{page}", 200, at("/skill/projects.md")),
  { route: "GET /metrics", ask: at("/metrics"), statuses: [200, 403, 200, 403] },
  open("POST /api/auth/login", 200, (_, role) => ({
    path: "/api/auth/login",
    body: role === "stranger" ? { username: "outsider", password: "password of outsider" } : { username: "member", password: "password of member" },
  })),
  open("GET /api/auth/registration", 200, at("/api/auth/registration")),
  open("POST /api/auth/register", 403, at("/api/auth/register", { body: { username: "newcomer", password: "long enough", display_name: "New" } })),
  own("POST /api/auth/token", 201, at("/api/auth/token", { body: { name: "one" } })),
  own("POST /api/auth/keys", 201, at("/api/auth/keys", { body: { name: "one" } })),
  everyone("GET /api/auth/keys", at("/api/auth/keys")),
  {
    route: "DELETE /api/auth/keys/{id}",
    ask: async ({ colony, tokens }) => ({ path: `/api/auth/keys/${(await colony.post("/api/auth/keys", { name: "ending" }, { token: tokens.member })).body.id}` }),
    statuses: [401, 404, 204, 204],
  },
  everyone("GET /api/auth/me", at("/api/auth/me")),
  own("POST /api/auth/logout", 422, at("/api/auth/logout")),
  everyone("GET /api/auth/sessions", at("/api/auth/sessions")),
  own("DELETE /api/auth/sessions/{id}", 404, at(`/api/auth/sessions/${nobody}`)),
  own("DELETE /api/auth/sessions", 204, at("/api/auth/sessions")),
  own("POST /api/auth/password", 401, at("/api/auth/password", { body: { current: "not the one", new: "long enough" } })),
  everyone("GET /api/auth/telegram", at("/api/auth/telegram")),
  own("DELETE /api/auth/telegram", 204, at("/api/auth/telegram")),
  // Of a server without a bot; the whole of it stands in telegram.test.ts.
  own("POST /api/auth/telegram/link", 503, at("/api/auth/telegram/link")),
  own("POST /api/auth/telegram/verify", 200, at("/api/auth/telegram/verify", { body: { code: "none" } })),
  own("PATCH /api/auth/telegram/settings", 404, at("/api/auth/telegram/settings", { body: { direct: false } })),
  everyone("GET /api/users", at("/api/users")),
  adminOnly("POST /api/users", 201, () => ({ path: "/api/users", body: { username: next(), role: "agent" } })),
  everyone("GET /api/users/{id}", at("/api/users/member")),
  { route: "PATCH /api/users/{id}", ask: at("/api/users/member", { body: { display_name: "Member" } }), statuses: [401, 403, 200, 200] },
  adminOnly("DELETE /api/users/{id}", 204, at("/api/users/leaver")),
  adminOnly("GET /api/users/{id}/keys", 200, at("/api/users/member/keys")),
  adminOnly("POST /api/users/{id}/keys", 201, at("/api/users/robot/keys", { body: { name: "machine" } })),
  { route: "DELETE /api/users/{id}/keys/{key_id}", ask: at(`/api/users/robot/keys/${nobody}`), statuses: [401, 403, 404, 403] },
  adminOnly("POST /api/invites", 201, at("/api/invites", { body: { note: "for anna" } })),
  adminOnly("GET /api/invites", 200, at("/api/invites")),
  { route: "DELETE /api/invites/{id}", ask: at(`/api/invites/${nobody}`), statuses: [401, 403, 404, 403] },
];

const models: Row[] = [everyone("GET /api/usage", at("/api/usage?by=user&from=2026-03-01&to=2026-03-31"))];

/** A call of MCP's tools. */
const tool = (name: string, given: object): Ask =>
  at("/mcp", {
    body: { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: given } },
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
  });

const mcp: Row[] = [everyone("POST /mcp", tool("channels", {}), true), everyone("POST /mcp", tool("catchup", {}), true), everyone("POST /mcp", tool("inbox", {}), true)];

const channels: Row[] = [
  everyone("GET /api/channels", at("/api/channels"), true),
  own("POST /api/channels", 201, () => ({ path: "/api/channels", body: { name: next() } })),
  own("POST /api/channels", 409, ({ name }) => ({ path: "/api/channels", body: { name } })),
  ...hidden("GET /api/channels/{id}", 200, (path) => ({ path }), { only: "channel", shows: true }),
  ...hidden("GET /api/channels/{id}", 200, (path) => ({ path })),
  ...hidden("PATCH /api/channels/{id}", 200, (path) => ({ path, body: { topic: CANARY } }), { only: "channel", shows: true }),
  { route: "PATCH /api/channels/{id}", ask: ({ conversation }) => ({ path: `/api/channels/${conversation}`, body: { topic: "x" } }), statuses: [401, 404, 404, 409] },
  { route: "DELETE /api/channels/{id}", ask: async ({ room }) => ({ path: `/api/channels/${await room()}` }), statuses: [401, 404, 404, 204] },
  { route: "DELETE /api/channels/{id}", ask: ({ conversation }) => ({ path: `/api/channels/${conversation}` }), statuses: [401, 404, 404, 409] },
  ...hidden("PUT /api/channels/{id}/read", 200, (path) => ({ path: `${path}/read`, body: { seq: 1 } })),
  ...hidden("PUT /api/channels/{id}/notify", 200, (path) => ({ path: `${path}/notify`, body: { notify: "all" } })),
  ...hidden("POST /api/channels/{id}/join", 200, (path) => ({ path: `${path}/join` }), { only: "channel", shows: true }),
  { route: "POST /api/channels/{id}/leave", ask: async ({ room }) => ({ path: `/api/channels/${await room()}/leave` }), statuses: [401, 404, 404, 200], shows: true },
  ...hidden("GET /api/channels/{id}/members", 200, (path) => ({ path: `${path}/members` })),
  ...hidden("POST /api/channels/{id}/members", 201, (path) => ({ path: `${path}/members`, body: { user: "partner" } }), { only: "channel" }),
  ...hidden("DELETE /api/channels/{id}/members/{user}", 204, (path) => ({ path: `${path}/members/robot` }), { only: "channel" }),
  ...hidden("POST /api/channels/{id}/typing", 204, (path) => ({ path: `${path}/typing` })),
  ...hidden("GET /api/channels/{id}/events", 200, (path) => ({ path: `${path}/events?after_seq=0` }), { shows: true }),
];

const webhooks: Row[] = [
  ...hidden("GET /api/channels/{id}/webhooks", 200, (path) => ({ path: `${path}/webhooks` }), { only: "channel" }),
  ...hidden("POST /api/channels/{id}/webhooks", 201, (path) => ({ path: `${path}/webhooks`, body: { kind: "in", name: CANARY } }), { only: "channel", shows: true }),
  {
    route: "POST /api/channels/{id}/webhooks",
    ask: ({ conversation }) => ({ path: `/api/channels/${conversation}/webhooks`, body: { kind: "in", name: "x" } }),
    statuses: [401, 404, 404, 409],
  },
  {
    route: "POST /api/channels/{id}/webhooks",
    ask: () => ({ path: "/api/channels/general/webhooks", body: { kind: "in", name: "open to all" } }),
    statuses: [401, 403, 201, 403],
  },
  ...hidden("PATCH /api/channels/{id}/webhooks/{hook_id}", 404, (path) => ({ path: `${path}/webhooks/${nobody}`, body: { name: "x" } }), { only: "channel" }),
  ...hidden("DELETE /api/channels/{id}/webhooks/{hook_id}", 404, (path) => ({ path: `${path}/webhooks/${nobody}` }), { only: "channel" }),
  ...hidden("GET /api/channels/{id}/webhooks/{hook_id}/deliveries", 404, (path) => ({ path: `${path}/webhooks/${nobody}/deliveries` }), { only: "channel" }),
  ...hidden("POST /api/channels/{id}/webhooks/{hook_id}/ping", 404, (path) => ({ path: `${path}/webhooks/${nobody}/ping` }), { only: "channel" }),
  ...hidden(
    "POST /api/channels/{id}/webhooks/{hook_id}/deliveries/{delivery_id}/redeliver",
    404,
    (path) => ({ path: `${path}/webhooks/${nobody}/deliveries/${nobody}/redeliver` }),
    {
      only: "channel",
    },
  ),
  open("POST /hooks/{secret}", 404, at("/hooks/nothing", { body: { text: "x" } })),
];

const messages: Row[] = [
  ...hidden("GET /api/channels/{id}/messages", 200, (path) => ({ path: `${path}/messages` }), { shows: true }),
  ...hidden("GET /api/channels/{id}/messages", 200, (path) => ({ path: `${path}/messages?format=md` }), { shows: true }),
  ...hidden("GET /api/channels/{id}/messages", 200, (path) => ({ path: `${path}/messages?since=2020-01-01` }), { shows: true }),
  ...hidden("POST /api/channels/{id}/messages", 201, (path) => ({ path: `${path}/messages`, body: { content: `more ${CANARY}` } }), { shows: true }),
  ...hidden("GET /api/channels/{id}/messages/{msg_id}", 200, (path, message) => ({ path: `${path}/messages/${message}` }), { shows: true }),
  ...hidden("PATCH /api/channels/{id}/messages/{msg_id}", 200, (path, message) => ({ path: `${path}/messages/${message}`, body: { content: `changed ${CANARY}` } }), {
    shows: true,
  }),
  ...hidden("GET /api/channels/{id}/messages/{msg_id}/thread", 200, (path, message) => ({ path: `${path}/messages/${message}/thread` }), { shows: true }),
  ...hidden("PUT /api/channels/{id}/messages/{msg_id}/reactions/{emoji}", 200, (path, message) => ({ path: `${path}/messages/${message}/reactions/%F0%9F%A6%98` }), {
    shows: true,
  }),
  ...hidden("DELETE /api/channels/{id}/messages/{msg_id}/reactions/{emoji}", 200, (path, message) => ({ path: `${path}/messages/${message}/reactions/%F0%9F%A6%98` }), {
    shows: true,
  }),
  ...hidden("PUT /api/channels/{id}/messages/{msg_id}/pin", 200, (path, message) => ({ path: `${path}/messages/${message}/pin` }), { shows: true }),
  ...hidden("GET /api/channels/{id}/pins", 200, (path) => ({ path: `${path}/pins` }), { shows: true }),
  ...hidden("DELETE /api/channels/{id}/messages/{msg_id}/pin", 204, (path, message) => ({ path: `${path}/messages/${message}/pin` })),
  ...hidden("POST /api/channels/{id}/messages/{msg_id}/claim", 200, (path, message) => ({ path: `${path}/messages/${message}/claim`, body: { ttl_seconds: 60 } })),
  ...hidden("DELETE /api/channels/{id}/messages/{msg_id}/claim", 204, (path, message) => ({ path: `${path}/messages/${message}/claim` })),
  {
    route: "DELETE /api/channels/{id}/messages/{msg_id}",
    ask: async ({ channel, said }) => ({ path: `/api/channels/${channel}/messages/${await said()}` }),
    statuses: [401, 404, 404, 204],
  },
  // A hidden message under the address of a channel that all may read.
  ...["", "/thread", "/answer"].map(
    (end): Row => ({
      route: `GET /api/channels/{id}/messages/{msg_id}${end}`,
      ask: ({ question }) => ({ path: `/api/channels/general/messages/${question}${end}` }),
      statuses: [401, 404, 404, 404],
    }),
  ),
  own("POST /api/channels/{id}/messages", 422, ({ message }) => ({ path: "/api/channels/general/messages", body: { content: "x", reply_to: message } })),
  // What one cannot see cannot be leant on; the member does it where it stays hidden.
  ...(["caused_by", "attachments"] as const).map(
    (field): Row => ({
      route: "POST /api/channels/{id}/messages",
      ask: ({ channel, message, file }, role) => ({
        path: `/api/channels/${role === "member" ? channel : "general"}/messages`,
        body: { content: "x", [field]: field === "caused_by" ? message : [file] },
      }),
      statuses: [401, 422, 422, 201],
    }),
  ),
  {
    route: "GET /api/channels/{id}/messages/{msg_id}/answer",
    ask: ({ channel, question }) => ({ path: `/api/channels/${channel}/messages/${question}/answer` }),
    statuses: [401, 404, 404, 200],
  },
  {
    route: "POST /api/channels/{id}/messages/{msg_id}/answer",
    ask: ({ channel, question }) => ({ path: `/api/channels/${channel}/messages/${question}/answer`, body: { option: `${CANARY} one` } }),
    statuses: [401, 404, 404, 200],
    shows: true,
  },
  everyone("GET /api/questions", at("/api/questions")),
];

const direct: Row[] = [
  own("POST /api/dms", 201, at("/api/dms", { body: { user: "robot", content: "hello" } })),
  own("POST /api/dms/conversations", 200, at("/api/dms/conversations", { body: { users: ["robot"] } })),
  everyone("GET /api/dms/conversations", at("/api/dms/conversations"), true),
  everyone("GET /api/dms/{user}/messages", at("/api/dms/partner/messages"), true),
  everyone("GET /api/dms/{user}/messages", at("/api/dms/partner/messages?format=md"), true),
];

const files: Row[] = [
  own("POST /api/files", 201, at("/api/files?name=a.txt", { raw: "words" })),
  own("POST /api/files/upload", 201, at("/api/files/upload?name=a.txt", { raw: "words" })),
  everyone("GET /api/files", at("/api/files"), true),
  { route: "GET /api/files", ask: ({ channel }) => ({ path: `/api/files?channel=${channel}` }), statuses: [401, 404, 404, 200], shows: true },
  { route: "GET /api/files/{id}", ask: ({ file }) => ({ path: `/api/files/${file}` }), statuses: [401, 404, 404, 200], shows: true },
  { route: "GET /api/files/{id}", ask: ({ picture }) => ({ path: `/api/files/${picture}` }), statuses: [401, 404, 404, 200], shows: true },
  { route: "GET /api/files/{id}/thumbnail", ask: ({ picture }) => ({ path: `/api/files/${picture}/thumbnail` }), statuses: [401, 404, 404, 200] },
  everyone("GET /api/files/limits", at("/api/files/limits")),
  { route: "GET /api/files/{id}/download", ask: ({ file }) => ({ path: `/api/files/${file}/download` }), statuses: [401, 404, 404, 200], shows: true },
  {
    route: "DELETE /api/files/{id}",
    ask: async ({ colony, tokens }) => ({ path: `/api/files/${(await colony.call("POST", `/api/files?name=${CANARY}.txt`, { token: tokens.member, raw: "x" })).body.id}` }),
    statuses: [401, 404, 404, 204],
  },
];

/** A question of the member's to an agent, which has ended: no model is set up here. @returns its id */
const failed = async ({ colony, tokens: { member: token }, channel, said }: World, to = channel): Promise<string> => {
  const about = to === channel ? { content: `@grimlock is the ${CANARY} out?` } : { content: "@grimlock is all well?", metadata: null };
  const question = await said(to, about);
  await until(async () => {
    const { body } = await colony.get(`/api/channels/${to}/messages/${question}/thread`, { token });
    return body.length > 1 || undefined;
  });
  return question;
};

const agents: Row[] = [
  everyone("GET /api/agents", at("/api/agents")),
  everyone("GET /api/agents/status", at("/api/agents/status")),
  everyone("GET /api/agents/{name}", at("/api/agents/grimlock")),
  own("GET /api/agents/{name}", 404, at("/api/agents/robot")),
  own("POST /api/agents/{name}/direct", 201, at("/api/agents/grimlock/direct", { body: { message: "hello" } })),
  own("POST /api/agents/{name}/direct", 404, at("/api/agents/robot/direct", { body: { message: "hello" } })),
  ...(["stop", "retry"] as const).flatMap((order): Row[] => {
    const route = `POST /api/agents/{name}/${order}`;
    const done = order === "stop" ? 200 : 202;
    const ask = async (world: World, to?: string) => ({ path: `/api/agents/grimlock/${order}`, body: { message_id: await failed(world, to) } });
    return [
      { route, ask: (world) => ask(world), statuses: [401, 404, 404, done], shows: true },
      { route, ask: (world) => ask(world, "general"), statuses: [401, 403, done, done] },
      own(route, 404, at(`/api/agents/grimlock/${order}`, { body: { message_id: nobody } })),
    ];
  }),
];

const around: Row[] = [
  everyone("GET /api/events", at("/api/events?after_seq=0"), true),
  everyone("GET /api/inbox", at("/api/inbox?after_seq=0"), true),
  everyone("PUT /api/inbox", at("/api/inbox", { body: { seq: 0 } })),
  everyone("GET /api/catchup", at("/api/catchup?max_tokens=50000"), true),
  everyone("GET /api/catchup", at("/api/catchup?max_tokens=50000&format=md"), true),
  everyone("GET /api/search", at(`/api/search?q=${CANARY}`), true),
  everyone("GET /api/knowledge", at("/api/knowledge?q=leave")),
  everyone("GET /api/knowledge/files", at("/api/knowledge/files")),
  own("GET /api/knowledge/sections", 404, at("/api/knowledge/sections?file=leave.md")),
  own("GET /api/knowledge/section", 404, at("/api/knowledge/section?file=leave.md&heading=Leave")),
  everyone("GET /api/presence", at("/api/presence")),
  everyone("PUT /api/me/status", at("/api/me/status", { body: { state: "idle" } })),
  own("DELETE /api/me/status", 204, at("/api/me/status")),
  adminOnly("GET /api/audit", 200, at("/api/audit")),
];

const projectFiles: Row[] = [
  inProject("POST /api/projects/{id}/files", 201, (path) => ({ path: `${path}/files`, body: { path: `${CANARY}/${next()}`, content: CANARY } }), true),
  inProject("GET /api/projects/{id}/files", 200, (path) => ({ path: `${path}/files?path=note.txt` }), true),
  inProject("PUT /api/projects/{id}/files", 201, (path) => ({ path: `${path}/files?path=${next()}`, body: { content: CANARY } })),
  inProject("DELETE /api/projects/{id}/files", 422, (path) => ({ path: `${path}/files?path=..` })),
  inProject("GET /api/projects/{id}/files/{path}", 200, (path) => ({ path: `${path}/files/note.txt` }), true),
  inProject("PUT /api/projects/{id}/files/{path}", 201, (path) => ({ path: `${path}/files/${next()}`, body: { content: CANARY } })),
  inProject("DELETE /api/projects/{id}/files/{path}", 422, (path) => ({ path: `${path}/files/.git%2F..` })),
  inProject("GET /api/projects/{id}/files/tree", 200, (path) => ({ path: `${path}/files/tree` }), true),
  inProject("GET /api/projects/{id}/files/versions", 200, (path) => ({ path: `${path}/files/versions?path=${CANARY}.txt` }), true),
  inProject("GET /api/projects/{id}/files/download", 200, (path) => ({ path: `${path}/files/download?path=note.txt` }), true),
  inProject("GET /api/projects/{id}/files/download/{path}", 200, (path) => ({ path: `${path}/files/download/note.txt` }), true),
  inProject("POST /api/projects/{id}/files/upload", 201, (path) => ({ path: `${path}/files/upload?path=${CANARY}-${next()}`, raw: CANARY }), true),
  inProject("POST /api/projects/{id}/files/move", 422, (path) => ({ path: `${path}/files/move`, body: { from: "note.txt", to: "note.txt/in" } })),
  inProject("POST /api/projects/{id}/files/restore", 200, (path) => ({ path: `${path}/files/restore`, body: { path: `${CANARY}.txt`, version: 1 } }), true),
];

const runs: Row[] = [
  inProject("POST /api/projects/{id}/container/execute", 200, (at) => ({ path: `${at}/container/execute?wait=25`, body: { command: `echo ${CANARY}` } }), true),
  inProject("POST /api/projects/{id}/container/start", 200, (at) => ({ path: `${at}/container/start` })),
  inProject("GET /api/projects/{id}/container/status", 200, (at) => ({ path: `${at}/container/status` })),
  inProject("GET /api/projects/{id}/container/logs", 200, (at) => ({ path: `${at}/container/logs` }), true),
  inProject("POST /api/projects/{id}/container/restart", 200, (at) => ({ path: `${at}/container/restart` })),
  inProject("POST /api/projects/{id}/container/stop", 200, (at) => ({ path: `${at}/container/stop` })),
  inProject("GET /api/projects/{id}/runs", 200, (at) => ({ path: `${at}/runs` }), true),
  { route: "GET /api/projects/{id}/runs/{run_id}", ask: ({ workshop, run }) => ({ path: `/api/projects/${workshop}/runs/${run}` }), statuses: [401, 404, 404, 200], shows: true },
  {
    route: "GET /api/projects/{id}/runs/{run_id}/output",
    ask: ({ workshop, run }) => ({ path: `/api/projects/${workshop}/runs/${run}/output` }),
    statuses: [401, 404, 404, 200],
    shows: true,
  },
  { route: "POST /api/projects/{id}/runs/{run_id}/stop", ask: ({ workshop, run }) => ({ path: `/api/projects/${workshop}/runs/${run}/stop` }), statuses: [401, 404, 404, 409] },
];

const projects: Row[] = [
  everyone("GET /api/projects", at("/api/projects"), true),
  own("POST /api/projects", 201, () => ({ path: "/api/projects", body: { name: next() } })),
  inProject("GET /api/projects/{id}", 200, (path) => ({ path }), true),
  inProject("PATCH /api/projects/{id}", 200, (path) => ({ path, body: { description: CANARY } }), true),
  inProject("POST /api/projects/{id}/chat", 201, (at) => ({ path: `${at}/chat`, body: { message: CANARY } }), true),
  inProject("GET /api/projects/{id}/chat/history", 200, (at) => ({ path: `${at}/chat/history` }), true),
  inProject("GET /api/projects/{id}/agents", 200, (at) => ({ path: `${at}/agents` })),
  inProject("POST /api/projects/{id}/agents/{agent}/direct", 201, (at) => ({ path: `${at}/agents/engineer/direct`, body: { message: CANARY } }), true),
  inProject("GET /api/usage", 200, (at) => ({ path: `/api/usage?project=${at.split("/").at(-1)}` })),
  ...projectFiles,
  ...runs,
  inProject("GET /api/projects/{id}/events", 200, (path) => ({ path: `${path}/events?after_seq=0` })),
  inProject("GET /api/projects/{id}/console/history", 200, (path) => ({ path: `${path}/console/history` })),
  inProject("GET /api/projects/{id}/console/follow", 200, (at) => ({ path: `${at}/console/follow?after_seq=0` }), true),
  inProject("GET /api/projects/{id}/console/errors", 200, (path) => ({ path: `${path}/console/errors` })),
  inProject("POST /api/projects/{id}/console/analyze", 404, (path) => ({ path: `${path}/console/analyze`, body: { error: "none" } })),
  inProject("DELETE /api/projects/{id}/console/clear", 204, (path) => ({ path: `${path}/console/clear` })),
  inProject("GET /api/projects/{id}/secrets", 200, (at) => ({ path: `${at}/secrets` })),
  inProject("PUT /api/projects/{id}/secrets/{name}", 204, (at) => ({ path: `${at}/secrets/KEY`, body: { value: "some value" } })),
  inProject("DELETE /api/projects/{id}/secrets/{name}", 404, (at) => ({ path: `${at}/secrets/NONE` })),
  inProject("GET /api/projects/{id}/schedules", 200, (at) => ({ path: `${at}/schedules` })),
  inProject("POST /api/projects/{id}/schedules", 201, (at) => ({ path: `${at}/schedules`, body: { name: CANARY, cron: "0 9 1 1 *", command: "true" } }), true),
  inProject("POST /api/projects/{id}/schedules/validate", 200, (at) => ({ path: `${at}/schedules/validate`, body: { cron: "0 9 * * *" } })),
  inProject("PUT /api/projects/{id}/schedules/{sid}", 404, (at) => ({ path: `${at}/schedules/${nobody}`, body: { enabled: false } })),
  inProject("DELETE /api/projects/{id}/schedules/{sid}", 404, (at) => ({ path: `${at}/schedules/${nobody}` })),
  inProject("GET /api/projects/{id}/schedules/{sid}/runs", 404, (at) => ({ path: `${at}/schedules/${nobody}/runs` })),
  inProject("POST /api/projects/{id}/schedules/{sid}/run", 404, (at) => ({ path: `${at}/schedules/${nobody}/run` })),
  { route: "DELETE /api/projects/{id}", ask: async ({ project }) => ({ path: `/api/projects/${await project()}` }), statuses: [401, 404, 404, 204] },
];

export const rows: Row[] = [...accounts, ...agents, ...projects, ...channels, ...webhooks, ...messages, ...direct, ...files, ...models, ...mcp, ...around];
