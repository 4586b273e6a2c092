import { CLIENT_FOLLOW_AGAIN, CLIENT_FOLLOW_SILENCE } from "../../limits.ts";
import { ApiError, ConnectionError, type Server } from "./server.ts";

/** As the line says it (SPEC 6). `seq` is missing where it only passes. */
export type LiveEvent<T = unknown> = { seq?: number; event: string; channel_id?: string | null; data: T };

export type Ready = { seq: number; head_seq: number; epoch: string };

export type Following = {
  after_seq?: number;
  /** Of the database that `after_seq` is from: checked when given. */
  epoch?: string;
  /** Called whenever the line stands, at first and again. */
  ready?: (ready: Ready) => void;
  /** Called once when the server cannot be reached any more; `ready` says when it can. */
  lost?: (why: string) => void;
};

/**
 * Follows server-sent events and goes on from the last seq that was given when the connection breaks, until `signal`. The
 * first connection must succeed: a wrong address is no server that is away.
 * @throws CommandError when the server refuses: no right any more, signed out, or 410 `cursor_expired`
 */
export async function* follow(server: Server, path: string, following: Following, signal: AbortSignal): AsyncGenerator<LiveEvent> {
  let { after_seq: cursor, epoch } = following;
  let stood = false;
  let told = false;
  let pause: number = CLIENT_FOLLOW_AGAIN.first;
  while (!signal.aborted) {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), CLIENT_FOLLOW_SILENCE);
    try {
      const response = await server.stream("GET", path, {
        query: { after_seq: cursor, epoch: cursor === undefined ? undefined : epoch },
        headers: { accept: "text/event-stream" },
        signal: AbortSignal.any([signal, silence.signal]),
      });
      for await (const event of eventsOf(response)) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), CLIENT_FOLLOW_SILENCE);
        if (event === null) continue;
        if (event.event === "ready") {
          const ready = event.data as Ready;
          cursor ??= ready.seq;
          epoch = ready.epoch;
          stood = true;
          told = false;
          pause = CLIENT_FOLLOW_AGAIN.first;
          following.ready?.(ready);
        } else if (event.seq === undefined) yield event;
        else if (cursor === undefined || event.seq > cursor) {
          cursor = event.seq;
          yield event;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      const again = error instanceof ApiError && (error.status >= 500 || error.status === 429);
      const broken = error instanceof ConnectionError || silence.signal.aborted || again || !(error instanceof Error && "exit" in error);
      if (!stood || !broken) throw error;
      if (!told) following.lost?.(error instanceof ConnectionError || again ? (error as Error).message : "The connection was lost.");
      told = true;
      if (error instanceof ApiError && error.retryAfter !== null) pause = Math.max(pause, error.retryAfter * 1000);
    } finally {
      clearTimeout(timer);
    }
    if (signal.aborted) return;
    await nap(pause * (0.75 + Math.random() / 2), signal);
    pause = Math.min(CLIENT_FOLLOW_AGAIN.most, pause * 2);
  }
}

/** Waits, or until the signal. */
export const nap = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });

/** The events of a stream (WHATWG HTML, 9.2); null for a sign of life. */
async function* eventsOf(response: Response): AsyncGenerator<LiveEvent | null> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of response.body ?? []) {
    rest += decoder.decode(chunk, { stream: true });
    const blocks = rest.split("\n\n");
    rest = blocks.pop() ?? "";
    if (blocks.length === 0) yield null;
    for (const block of blocks) {
      const data = block
        .split("\n")
        .filter((line) => line.startsWith("data:"))
        .map((line) => line.slice(5).trimStart())
        .join("\n");
      yield data === "" ? null : (JSON.parse(data) as LiveEvent);
    }
  }
}
