import { CLOSE, Frames, frame, PING, PONG, TEXT, textFrame, upgrade } from "./frames.ts";
import { connect, type Line } from "./wire.ts";

/** How a server's live door is opened: what to send after the upgrade, and the text that tells that one is in. */
export interface Door {
  path: string;
  hello: string[];
  /** Part of the first frame after which nothing is missed; null: the upgrade itself. */
  ready: string | null;
}

export interface LiveEars {
  /** A frame of at least `skip` bytes; its payload is not looked at. */
  message(): void;
  /** A smaller text frame. */
  text?(payload: string): void;
  /** The connection ended; `code` of the close frame, null when there was none. */
  closed(code: number | null): void;
}

const HEAD_END = Buffer.from("\r\n\r\n");
const ENGINE_PING = 50;

/** Opens one live connection and resolves when it is ready. Frames of `skip` payload bytes or more are messages. */
export async function connectLive(port: number, door: Door, skip: number, ears: LiveEars): Promise<Line> {
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  let upgraded = false;
  let open = false;
  let code: number | null = null;

  const frames = new Frames((opcode, length, payload) => {
    if (payload === null) ears.message();
    else if (opcode === PING) line.send(frame(PONG, payload));
    else if (opcode === CLOSE) code = length >= 2 ? payload.readUInt16BE(0) : null;
    else if (opcode === TEXT) hear(payload);
  });

  function hear(payload: Buffer): void {
    if (!open) {
      if (door.ready !== null && payload.includes(door.ready)) enter();
    } else if (payload.length === 1 && payload[0] === ENGINE_PING) line.send(textFrame("3"));
    else ears.text?.(payload.toString());
  }

  function enter(): void {
    open = true;
    frames.skip = skip;
    resolve();
  }

  const line = await connect(port, {
    data(chunk) {
      if (upgraded) {
        frames.feed(chunk);
        return;
      }
      const end = chunk.indexOf(HEAD_END);
      const head = chunk.toString("latin1", 0, 200);
      if (end < 0 || !head.startsWith("HTTP/1.1 101")) {
        reject(new Error(`no upgrade: ${head}`));
        return;
      }
      upgraded = true;
      for (const text of door.hello) line.send(textFrame(text));
      if (door.ready === null) enter();
      if (end + 4 < chunk.length) frames.feed(chunk.subarray(end + 4));
    },
    closed() {
      reject(new Error(`closed before it was ready (code ${code})`));
      if (open) ears.closed(code);
    },
  });
  line.send(upgrade(door.path));
  await ready;
  return line;
}
