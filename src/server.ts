import type { BunWebSocket, WebSocketData } from "@socket.io/bun-engine";
import type { Server, ServerWebSocket, WebSocketHandler } from "bun";
import { removeOldSessions, removeOldSignatures, touchCredential } from "./accounts/store.ts";
import { queueOf } from "./agents/queue.ts";
import { AgentFiles } from "./agents/reload.ts";
import { createApp } from "./app.ts";
import type { Context } from "./context.ts";
import type { Tx } from "./db/write.ts";
import { consoleRef } from "./feed/console.ts";
import type { Socket } from "./feed/socket.ts";
import { SOCKET_IO, SocketIo } from "./feed/socketio.ts";
import { prune } from "./feed/store.ts";
import { Strangers } from "./feed/strangers.ts";
import { Sockets } from "./feed/websocket.ts";
import { removeUnusedFiles, sweepBlobs } from "./files/sweep.ts";
import { clearUploads } from "./files/upload.ts";
import { Gateway } from "./http/gateway.ts";
import { Metrics } from "./http/metrics.ts";
import { fromOwnPage, sessionCookie } from "./http/request.ts";
import { removeOldKeys } from "./idempotency/store.ts";
import { Library } from "./knowledge/library.ts";
import { BLOB_SWEEP, DRAIN_TIME, HOUSEKEEPING, HOUSEKEEPING_ROWS, IDEMPOTENCY_LIFE, LAST_USED_FLUSH, SIGNATURE_LIFE } from "./limits.ts";
import { writeListedPrices } from "./models/prices.ts";
import { removeOldStatuses } from "./presence/store.ts";
import { ProjectEnds } from "./projects/ends.ts";
import { runsOf } from "./runs/engine.ts";
import { sandboxOf } from "./sandbox/sandboxes.ts";
import { clockOf } from "./schedules/clock.ts";
import { Indexer } from "./search/indexing.ts";
import { outboxOf } from "./webhooks/outbox.ts";
import { removeOldVersions } from "./workspace/retention.ts";

/** Seconds without a byte after which Bun drops a connection: more than a long poll waits. */
const IDLE_SECONDS = 120;
const DAY = 24 * 60 * 60 * 1000;

export type Running = { url: string; stop: () => Promise<void> };

/** Opens the port and joins app, sockets and feed. @throws Error when the port is taken */
export const startServer = async (ctx: Context): Promise<Running> => {
  clearUploads(ctx.config.data);
  writeListedPrices(ctx.config.data);
  const agents = new AgentFiles(ctx);
  await agents.load();
  const strangers = new Strangers();
  const sockets = new Sockets(ctx, strangers);
  const socketIo = new SocketIo(ctx, strangers);
  const metrics = new Metrics(ctx, () => ({ sockets, socketIo }));
  const app = await createApp(ctx, metrics);
  const gateway = new Gateway(ctx, (request) => app.fetch(request), metrics);

  const server = Bun.serve<Socket | WebSocketData>({
    hostname: ctx.config.host,
    port: ctx.config.port,
    reusePort: false,
    idleTimeout: IDLE_SECONDS,
    // Bodies are bounded by the gateway, which says so in the contract's form.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    websocket: byTransport(sockets, socketIo),
    fetch(request, server) {
      const path = pathOf(request.url);
      if (path === SOCKET_IO || `${path}/` === SOCKET_IO) return gateway.pass(request, server, path, (info) => socketIo.answer(request, server, info));
      if (path !== "/ws" && !path.startsWith("/ws/") && consoleRef(path) === undefined) return gateway.answer(request, server, path);
      return gateway.pass(request, server, path, ({ id, address }) => {
        const cookie = fromOwnPage(ctx, request) ? sessionCookie(request) : null;
        sockets.upgrade(request, server as Server<Socket>, path, cookie, address, { "x-request-id": id });
        return undefined;
      });
    },
    error: (error) => {
      ctx.log.error({ event: "fault", error: error.stack ?? error.message });
      return new Response(null, { status: 500 });
    },
  });
  sockets.start(server as Server<Socket>);
  ctx.feed.watchOutside();
  ctx.roster.start();
  agents.start();
  const outbox = outboxOf(ctx);
  outbox.start();
  const queue = queueOf(ctx);
  await queue.start();
  sandboxOf(ctx).start();
  const runs = runsOf(ctx);
  runs.start();
  const schedules = clockOf(ctx);
  schedules.start();
  new ProjectEnds(ctx).start();
  const indexer = new Indexer(ctx);
  indexer.start();
  const library = new Library(ctx);
  library.start();
  const telegram = await startTelegram(ctx);
  const timers = [setInterval(() => flushUsed(ctx), LAST_USED_FLUSH), setInterval(() => keepHouse(ctx), HOUSEKEEPING), setInterval(() => sweep(ctx), BLOB_SWEEP)];
  // Once after the start too, for what the server before left; not at once, when there is enough to do.
  timers.push(setTimeout(() => sweep(ctx), HOUSEKEEPING));

  return {
    url: `http://${server.hostname?.includes(":") ? `[${server.hostname}]` : server.hostname}:${server.port}`,
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      indexer.stop();
      schedules.stop();
      const shelved = library.stop();
      outbox.stop();
      const silenced = telegram?.stop();
      const putBack = queue.stop();
      const runsEnded = runs.stop();
      await agents.stop();
      ctx.feed.close();
      sockets.stop();
      socketIo.stop();
      await Promise.race([server.stop(), Bun.sleep(DRAIN_TIME)]);
      await server.stop(true);
      await shelved;
      await silenced;
      await putBack;
      await runsEnded;
      await flushUsed(ctx);
    },
  };
};

/** The server's Telegram bot, loaded where there is one. */
const startTelegram = async (ctx: Context) => {
  const { token } = ctx.config.telegram;
  if (token === null) return null;
  const { Bot } = await import("./telegram/bot.ts");
  const bot = new Bot(ctx, token);
  bot.start();
  return bot;
};

/** The one handler of all WebSockets, which gives each to the door it came by. */
const byTransport = (sockets: Sockets, socketIo: SocketIo): WebSocketHandler<Socket | WebSocketData> => {
  const { open, message, drain, close, ...settings } = sockets.handler;
  const isFeed = (ws: ServerWebSocket<Socket | WebSocketData>): ws is ServerWebSocket<Socket> => ws.data.transport === "feed";
  const io = socketIo.handler;
  return {
    ...settings,
    open: (ws) => (isFeed(ws) ? open?.(ws) : io.open(ws as BunWebSocket)),
    message: (ws, data) => (isFeed(ws) ? message?.(ws, data) : io.message(ws as BunWebSocket, data)),
    drain: (ws) => (isFeed(ws) ? drain?.(ws) : undefined),
    close: (ws, code, reason) => (isFeed(ws) ? close?.(ws, code, reason) : io.close(ws as BunWebSocket, code, reason)),
  };
};

/** The path of a URL without its query: cheaper than parsing it whole on each request. */
const pathOf = (url: string): string => {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const end = url.indexOf("?", start);
  return end < 0 ? url.slice(start) : url.slice(start, end);
};

/** Writes down when tokens and sessions were last used. */
const flushUsed = async (ctx: Context): Promise<void> => {
  const used = [...ctx.credentials.used];
  if (used.length === 0) return;
  ctx.credentials.used.clear();
  await ctx
    .write((tx) => {
      for (const [id, one] of used) touchCredential(tx, id, one);
    })
    .catch((error) => ctx.log.error({ event: "housekeeping_failed", error: String(error) }));
};

/** Removes what is no longer wanted, a little at a time, until nothing of it is left. */
const keepHouse = async (ctx: Context): Promise<void> => {
  const now = ctx.clock().getTime();
  const before = (age: number) => new Date(now - age).toISOString();
  const whole = async (remove: (tx: Tx) => boolean) => {
    while (await ctx.write(remove)) await new Promise<void>((resolve) => setImmediate(resolve));
  };
  try {
    await whole((tx) => removeOldKeys(tx, before(IDEMPOTENCY_LIFE), HOUSEKEEPING_ROWS));
    await whole((tx) => removeOldStatuses(tx, before(0), HOUSEKEEPING_ROWS));
    await whole((tx) => removeOldSessions(tx, before(DAY), HOUSEKEEPING_ROWS));
    // One from a clock that ran ahead is good for twice its life after it was used.
    await whole((tx) => removeOldSignatures(tx, before(2 * SIGNATURE_LIFE), HOUSEKEEPING_ROWS));
    if (ctx.config.feedDays > 0) await whole((tx) => prune(tx, before(ctx.config.feedDays * DAY), HOUSEKEEPING_ROWS) !== null);
    await removeUnusedFiles(ctx);
    await removeOldVersions(ctx);
    ctx.feed.readEpoch();
  } catch (error) {
    ctx.log.error({ event: "housekeeping_failed", error: String(error) });
  }
};

/** Removes stored bytes that no file has. */
const sweep = (ctx: Context): Promise<void> =>
  sweepBlobs(ctx).catch((error) => ctx.log.error({ event: "housekeeping_failed", error: `${error}${error?.cause === undefined ? "" : ` (${error.cause})`}` }));
