/**
 * The floor: the least a durable chat can do on this runtime. No accounts, no rules, no validation beyond JSON.parse.
 * What it promises is the same as Colony: a 201 is on disk (WAL, `synchronous=FULL`), then told to the sockets.
 *
 *   bun bench/floor.ts <database file> [port]
 */
import { Database } from "bun:sqlite";

const [file, port = "0"] = Bun.argv.slice(2);
if (!file) throw new Error("usage: bun bench/floor.ts <database file> [port]");

const PAGE = 1_000;
const CHANNEL = "01920000-0000-7000-8000-000000000001";
const USER = { id: "01920000-0000-7000-8000-000000000002", username: "admin", display_name: "admin", role: "ape" };

interface Input {
  content: string;
  type?: string;
}

interface Row {
  seq: number;
  id: string;
  channel_id: string;
  user_id: string;
  type: string;
  content: string;
  metadata: string | null;
  reply_to: string | null;
  created_at: number;
  updated_at: number | null;
  deleted_at: number | null;
}

const db = new Database(file, { create: true });
db.run("pragma journal_mode = wal");
db.run("pragma synchronous = full");
db.run(`create table if not exists messages (
  seq integer primary key, id text not null, channel_id text not null, user_id text not null, type text not null,
  content text not null, metadata text, reply_to text, created_at integer not null, updated_at integer, deleted_at integer)`);

const insert = db.query(`insert into messages (seq, id, channel_id, user_id, type, content, created_at) values (?, ?, ?, ?, ?, ?, ?)`);
const page = db.query<Row, [number, number]>(`select * from messages where seq > ? order by seq limit ?`);

let head = db.query<{ seq: number }, []>("select coalesce(max(seq), 0) as seq from messages").get()?.seq ?? 0;
let turn: { row: Row; answer: (response: Response) => void }[] = [];

function post(input: Input): Promise<Response> {
  if (turn.length === 0) {
    db.run("begin immediate");
    setImmediate(commit);
  }
  const row = draft(++head, input);
  insert.run(row.seq, row.id, row.channel_id, row.user_id, row.type, row.content, row.created_at);
  return new Promise((answer) => turn.push({ row, answer }));
}

function draft(seq: number, input: Input): Row {
  return {
    seq,
    id: Bun.randomUUIDv7(),
    channel_id: CHANNEL,
    user_id: USER.id,
    type: input.type ?? "text",
    content: input.content,
    metadata: null,
    reply_to: null,
    created_at: Date.now(),
    updated_at: null,
    deleted_at: null,
  };
}

function commit(): void {
  const posted = turn;
  turn = [];
  db.run("commit");
  for (const { row, answer } of posted) {
    const text = JSON.stringify(message(row));
    server.publish(CHANNEL, `{"seq":${row.seq},"event":"message","channel_id":"${CHANNEL}","data":${text}}`, false);
    answer(new Response(text, { status: 201, headers: { "content-type": "application/json" } }));
  }
}

function message(row: Row) {
  return {
    id: row.id,
    seq: row.seq,
    channel_id: row.channel_id,
    user: USER,
    type: row.type,
    content: row.content,
    metadata: row.metadata === null ? null : JSON.parse(row.metadata),
    reply_to: row.reply_to,
    attachments: [],
    reactions: [],
    mentions: [],
    created_at: new Date(row.created_at).toISOString(),
    updated_at: row.updated_at === null ? null : new Date(row.updated_at).toISOString(),
    deleted_at: row.deleted_at === null ? null : new Date(row.deleted_at).toISOString(),
  };
}

/** What a direct stream hands to `pull`, as far as it is used here. */
interface Sink {
  write(text: string): number | Promise<number>;
  flush(): number | Promise<number>;
  close(): void;
}

/** Pages, a wait for the socket and a turn of the loop between them: a post that arrives meanwhile is not held up. */
function history(): Response {
  const source = {
    type: "direct",
    async pull(controller: Sink) {
      let after = 0;
      let open = "[";
      for (;;) {
        const rows = page.all(after, PAGE);
        const last = rows.at(-1);
        if (!last) break;
        after = last.seq;
        await controller.write(open + JSON.stringify(rows.map(message)).slice(1, -1));
        await controller.flush();
        await new Promise((next) => setImmediate(next));
        open = ",";
      }
      controller.write(open === "[" ? "[]" : "]");
      controller.close();
    },
  };
  // The browser's types know no direct streams.
  const body = new ReadableStream(source as unknown as UnderlyingDefaultSource<Uint8Array>);
  return new Response(body, { headers: { "content-type": "application/json" } });
}

/** SQLite's own full-text search over the same texts, made when it is first asked for. */
function search(words: string): Response {
  found ??= indexed();
  return Response.json(found.all(words).map(message));
}
let found: ReturnType<typeof indexed> | undefined;

function indexed() {
  db.run("create virtual table if not exists words using fts5(content, content='messages', content_rowid='seq')");
  db.run("insert into words (words) values ('rebuild')");
  db.run("insert into words (words) values ('optimize')");
  return db.query<Row, [string]>("select m.* from words join messages m on m.seq = words.rowid where words match ? order by words.rank limit 20");
}

const NOTHING = JSON.stringify(message(draft(1, { content: "n".repeat(200) })));

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  reusePort: false,
  idleTimeout: 0,
  routes: {
    "/healthz": () => new Response("ok"),
    "/messages": { POST: async (request) => post((await request.json()) as Input) },
    // Same bytes in and out, nothing stored: how fast the load generator is when no server holds it back.
    "/nothing": { POST: async (request) => new Response((await request.json()) && NOTHING, { status: 201 }) },
    "/history": { GET: history },
    "/search": { GET: (request) => search(new URL(request.url).searchParams.get("q") ?? "") },
    "/ws": (request, self) => (self.upgrade(request) ? undefined : new Response("not a socket", { status: 400 })),
  },
  fetch: () => new Response("not found", { status: 404 }),
  websocket: {
    perMessageDeflate: false,
    closeOnBackpressureLimit: true,
    open: (socket) => void socket.subscribe(CHANNEL),
    message() {},
  },
});

process.on("SIGTERM", () => {
  server.stop(true);
  db.close();
  process.exit(0);
});

console.log(`listening on ${server.url.origin}`);
