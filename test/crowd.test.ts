import { expect, test } from "bun:test";
import type { Socket } from "bun";
import { Colony } from "./colony.ts";
import { type Event, Listener } from "./follow.ts";

test("5,000 sockets on one channel each receive a post, once", async () => {
  const colony = await Colony.start();
  const listeners: Listener[] = [];
  for (let n = 0; n < 5_000; n += 250) listeners.push(...(await Promise.all(Array.from({ length: 250 }, () => Listener.open(colony, "/ws/general", { token: colony.admin })))));
  const metrics = (await colony.get("/metrics")).text;
  expect(metrics).toContain("colony_sockets 5000");
  const message = await colony.say("general", "to everyone");
  await Promise.all(listeners.map((listener) => listener.waitFor("message")));
  const last = await colony.say("general", "and again");
  await Promise.all(listeners.map((listener) => listener.until(() => listener.events.length >= 2)));
  expect(new Set(listeners.map((listener) => listener.events.map(({ seq }) => seq).join()))).toEqual(new Set([`${message.seq},${last.seq}`]));
  for (const listener of listeners) listener.close();
}, 60_000);

/** A WebSocket client that can stop reading, as no library's can. Frames are read as RFC 6455, 5.2 lays them out. */
class RawSocket {
  frames: Event[] = [];
  closeCode: number | null = null;
  ended = false;
  #bytes = Buffer.alloc(0);
  #socket!: Socket;
  #upgraded = false;
  #wake: () => void = () => {};

  static async open(url: string, path: string): Promise<RawSocket> {
    const raw = new RawSocket();
    const { hostname, port, host } = new URL(url);
    raw.#socket = await Bun.connect({
      hostname,
      port: Number(port),
      socket: {
        data: (_, chunk) => raw.#take(chunk),
        close: () => {
          raw.ended = true;
          raw.#wake();
        },
      },
    });
    raw.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    await raw.until(() => raw.#upgraded);
    return raw;
  }

  send(frame: object): void {
    const payload = Buffer.from(JSON.stringify(frame));
    const head = payload.length < 126 ? Buffer.from([0x81, 0x80 | payload.length]) : Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 0xff]);
    // A mask of zeros leaves the payload as it is.
    this.#socket.write(Buffer.concat([head, Buffer.alloc(4), payload]));
  }

  stall(): void {
    this.#socket.pause();
  }

  goOn(): void {
    this.#socket.resume();
  }

  async until(look: () => boolean): Promise<void> {
    while (!look()) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  #take(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (!this.#upgraded) {
      const end = this.#bytes.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.#bytes = this.#bytes.subarray(end + 4);
      this.#upgraded = true;
    }
    while (this.#frame());
    this.#wake();
  }

  #frame(): boolean {
    if (this.#bytes.length < 2) return false;
    const kind = (this.#bytes[0] ?? 0) & 0x0f;
    const short = (this.#bytes[1] ?? 0) & 0x7f;
    const from = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (this.#bytes.length < from) return false;
    const length = short < 126 ? short : short === 126 ? this.#bytes.readUInt16BE(2) : Number(this.#bytes.readBigUInt64BE(2));
    if (this.#bytes.length < from + length) return false;
    const payload = this.#bytes.subarray(from, from + length);
    this.#bytes = this.#bytes.subarray(from + length);
    if (kind === 1) this.frames.push(JSON.parse(payload.toString()));
    if (kind === 8) this.closeCode = payload.readUInt16BE(0);
    return true;
  }
}

test("a reader that stalls is closed with 4408, others are not held up, and it resumes whole", async () => {
  const colony = await Colony.start();
  const quick = await Listener.open(colony, "/ws/general", { token: colony.admin });
  const slow = await RawSocket.open(colony.url, "/ws/general");
  slow.send({ type: "auth", token: colony.admin });
  await slow.until(() => slow.frames.length === 1);
  slow.stall();
  const sockets = async () => Number(/^colony_live_sockets (\d+)$/m.exec((await colony.get("/metrics")).text)?.[1]);
  expect(await sockets()).toBe(2);
  const sent: string[] = [];
  while ((await sockets()) === 2) sent.push((await colony.say("general", `${sent.length} ${"x".repeat(200_000)}`)).id);
  const last = await colony.say("general", "the last");
  sent.push(last.id);
  await quick.until(() => quick.events.at(-1)?.seq === last.seq);
  expect(quick.events.map(({ data }) => data.id)).toEqual(sent);

  slow.goOn();
  await slow.until(() => slow.closeCode !== null || slow.ended);
  expect(slow.closeCode).toBe(4408);
  const seen = slow.frames.filter(({ seq }) => seq !== undefined);
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.length).toBeLessThan(sent.length);
  const again = await Listener.open(colony, "/ws/general", { token: colony.admin, after_seq: seen.at(-1)?.seq });
  await again.until(() => again.events.at(-1)?.seq === last.seq);
  expect([...seen, ...again.events].map(({ data }) => data.id)).toEqual(sent);
}, 60_000);
