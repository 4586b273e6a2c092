// The peer: a small chat as people write it on Node today. Fastify checks the body by its schema, a bearer token is
// looked up in a table, better-sqlite3 commits each post on disk (WAL, synchronous=FULL), socket.io tells the room.
//
//   PEER_TOKEN=… node bench/peer/server.js <database file> [port]
import { createHash, randomUUID } from "node:crypto";
import Database from "better-sqlite3";
import Fastify from "fastify";
import { Server } from "socket.io";

const [file, port = "0"] = process.argv.slice(2);
const secret = process.env.PEER_TOKEN;
if (!file || !secret) throw new Error("usage: PEER_TOKEN=… node server.js <database file> [port]");

const db = new Database(file);
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
db.exec(`
  create table if not exists users (id text primary key, username text unique not null, display_name text not null, role text not null);
  create table if not exists tokens (hash text primary key, user_id text not null references users (id));
  create table if not exists channels (id text primary key, name text unique not null);
  create table if not exists messages (
    seq integer primary key, id text unique not null, channel_id text not null references channels (id),
    user_id text not null references users (id), type text not null, content text not null, metadata text, reply_to text,
    created_at text not null, updated_at text, deleted_at text);
  create index if not exists messages_by_channel on messages (channel_id, seq);
`);

const hash = (token) => createHash("sha256").update(token).digest("hex");

db.prepare("insert or ignore into users values ('u1', 'admin', 'admin', 'ape')").run();
db.prepare("insert or ignore into tokens values (?, 'u1')").run(hash(secret));
db.prepare("insert or ignore into channels values ('c1', 'general')").run();

const userByToken = db.prepare("select users.* from tokens join users on users.id = tokens.user_id where tokens.hash = ?");
const channelByName = db.prepare("select * from channels where name = ?");
const insert = db.prepare("insert into messages (id, channel_id, user_id, type, content, metadata, reply_to, created_at) values (?, ?, ?, ?, ?, ?, ?, ?)");

const app = Fastify();
const io = new Server(app.server, { perMessageDeflate: false });

io.use((socket, next) => {
  socket.data.user = userByToken.get(hash(String(socket.handshake.auth.token)));
  next(socket.data.user ? undefined : new Error("unauthorized"));
});
io.on("connection", (socket) => {
  socket.join("general");
  socket.emit("joined");
});

app.addHook("preHandler", async (request, reply) => {
  const token = request.headers.authorization?.replace(/^Bearer /, "");
  request.user = token && userByToken.get(hash(token));
  if (!request.user) return reply.code(401).send({ error: "unauthorized" });
});

const body = {
  type: "object",
  required: ["content"],
  additionalProperties: false,
  properties: {
    content: { type: "string", minLength: 1, maxLength: 262_144 },
    type: { enum: ["text", "code", "result", "error", "plan"], default: "text" },
    metadata: { type: "object" },
    reply_to: { type: "string" },
  },
};

app.post("/api/channels/:name/messages", { schema: { body } }, async (request, reply) => {
  const channel = channelByName.get(request.params.name);
  if (!channel) return reply.code(404).send({ error: "not_found" });
  const { content, type, metadata = null, reply_to = null } = request.body;
  const id = randomUUID();
  const created_at = new Date().toISOString();
  const { lastInsertRowid } = insert.run(id, channel.id, request.user.id, type, content, metadata && JSON.stringify(metadata), reply_to, created_at);
  const message = {
    id,
    seq: Number(lastInsertRowid),
    channel_id: channel.id,
    user: request.user,
    type,
    content,
    metadata,
    reply_to,
    attachments: [],
    reactions: [],
    mentions: [],
    created_at,
    updated_at: null,
    deleted_at: null,
  };
  io.to(channel.name).emit("message", message);
  return reply.code(201).send(message);
});

await app.listen({ host: "127.0.0.1", port: Number(port) });
console.log(`listening on http://127.0.0.1:${app.server.address().port}`);

process.on("SIGTERM", () => {
  io.close();
  app.server.closeAllConnections();
  db.close();
  process.exit(0);
});
