import type { ConsoleMoment, SandboxMoment } from "./projects/moments.ts";
import type { FeedEvent } from "./reduce.ts";
import type { PresenceMoment } from "./team/presence.ts";
import type { AgentMoment } from "./team/residents.ts";
import type { TypingMoment } from "./team/typing.ts";

export type Connection = "connecting" | "online" | "offline" | "ended";
export type Cursor = { seq: number; epoch: string };

/** How the server closes a socket on purpose. */
const UNAUTHORIZED = 4401;
const CURSOR_EXPIRED = 4410;

/** Milliseconds. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
/** Browsers do not tell when a connection has silently died, as after sleep: a ping that nobody answers does. */
const PING_EVERY = 25_000;
const PONG_WITHIN = 8_000;
/** Where packets are swallowed a connection is begun and never made; the browser's own patience lasts for minutes. */
const CONNECT_WITHIN = 15_000;
/** Whoever asks to try now does not wait for a try older than this. */
const YOUNG = 3_000;

/** What is told without a number, and is not told again. */
export type Moment = TypingMoment | PresenceMoment | AgentMoment | ConsoleMoment | SandboxMoment;

const moments = new Set<string>(["typing", "presence", "presences", "agent_status", "console", "sandbox"] satisfies Moment["event"][]);

export type Heard = {
  onState: (state: Connection) => void;
  /** A connection stands. `fresh`: it starts from now, so what is held must be read anew. */
  onReady: (cursor: Cursor, fresh: boolean) => void;
  onEvent: (event: FeedEvent) => void;
  onMoment: (moment: Moment) => void;
};

/** Follows the server's feed, and takes it up again after every break from the last event it heard. */
export const follow = (url: string, { onState, onReady, onEvent, onMoment }: Heard) => {
  let socket: WebSocket | undefined;
  let cursor: Cursor | null = null;
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let heardAt = 0;
  let begunAt = 0;
  let patience: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const open = () => {
    clearTimeout(retry);
    if (closed) return;
    const old = socket;
    const mine = new WebSocket(url);
    socket = mine;
    begunAt = Date.now();
    old?.close();
    clearTimeout(patience);
    patience = setTimeout(drop, CONNECT_WITHIN);
    mine.onopen = () => mine.send(JSON.stringify({ type: "auth", ...(cursor && { after_seq: cursor.seq, epoch: cursor.epoch }) }));
    mine.onmessage = ({ data }) => {
      if (socket !== mine) return;
      heardAt = Date.now();
      clearTimeout(patience);
      take(JSON.parse(String(data)));
    };
    mine.onclose = ({ code }) => socket === mine && lost(code);
  };

  const take = (frame: FeedEvent | Moment | { event: "ready"; data: { seq: number; epoch: string } }) => {
    if (frame.event === "ready") {
      const fresh = cursor === null;
      cursor = { seq: frame.data.seq, epoch: frame.data.epoch };
      failures = 0;
      onState("online");
      onReady(cursor, fresh);
    } else if ("seq" in frame && cursor) {
      cursor = { ...cursor, seq: frame.seq };
      onEvent(frame);
    } else if (moments.has(frame.event)) onMoment(frame as Moment);
  };

  const lost = (code: number) => {
    socket = undefined;
    clearTimeout(patience);
    if (code === UNAUTHORIZED) {
      close();
      onState("ended");
      return;
    }
    if (code === CURSOR_EXPIRED) cursor = null;
    onState("offline");
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures++);
    retry = setTimeout(open, wait * (0.75 + Math.random() / 2));
  };

  const drop = () => {
    const dead = socket;
    socket = undefined;
    dead?.close();
    lost(0);
  };

  const ping = () => {
    if (socket?.readyState !== WebSocket.OPEN) return;
    const asked = Date.now();
    const pinged = socket;
    pinged.send('{"type":"ping"}');
    setTimeout(() => socket === pinged && heardAt < asked && drop(), PONG_WITHIN);
  };

  /** Back from sleep, or from a place without network: now is the time to look. */
  const wake = () => {
    if (closed || document.visibilityState === "hidden") return;
    if (socket?.readyState === WebSocket.OPEN) ping();
    else if (!socket || Date.now() - begunAt > YOUNG) open();
  };

  const away = () => socket && drop();

  const close = () => {
    closed = true;
    clearTimeout(retry);
    clearTimeout(patience);
    clearInterval(pings);
    removeEventListener("online", wake);
    removeEventListener("offline", away);
    document.removeEventListener("visibilitychange", wake);
    const last = socket;
    socket = undefined;
    last?.close();
  };

  const pings = setInterval(ping, PING_EVERY);
  addEventListener("online", wake);
  addEventListener("offline", away);
  document.addEventListener("visibilitychange", wake);
  onState("connecting");
  open();
  /** Tells the server something that is lost while there is no line. */
  const send = (frame: object) => failures === 0 && socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify(frame));

  return { close, retry: wake, send };
};
