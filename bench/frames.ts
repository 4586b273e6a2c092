/** WebSocket (RFC 6455) as far as a measure needs it: count what comes, answer pings, say hello. */

export const TEXT = 1;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/**
 * Finds frames in a byte stream. A frame whose payload has `skip` bytes or more is only counted: `seen` gets no payload.
 * Smaller ones are handed over whole. A frame counts when its last byte is here.
 */
export class Frames {
  private cut: Buffer | null = null;
  private left = 0;
  private opcode = 0;
  private length = 0;

  constructor(
    private readonly seen: (opcode: number, length: number, payload: Buffer | null) => void,
    public skip = Number.POSITIVE_INFINITY,
  ) {}

  feed(chunk: Buffer): void {
    let bytes = chunk;
    if (this.cut) {
      bytes = Buffer.concat([this.cut, chunk]);
      this.cut = null;
    }
    let at = 0;
    while (at < bytes.length) {
      if (this.left === 0) {
        const start = this.payloadStart(bytes, at);
        if (start < 0) {
          this.cut = bytes.subarray(at);
          return;
        }
        if (this.length < this.skip) {
          if (start + this.length > bytes.length) {
            this.cut = bytes.subarray(at);
            return;
          }
          at = start + this.length;
          this.seen(this.opcode, this.length, bytes.subarray(start, at));
          continue;
        }
        this.left = this.length;
        at = start;
      }
      const taken = Math.min(this.left, bytes.length - at);
      at += taken;
      this.left -= taken;
      if (this.left === 0) this.seen(this.opcode, this.length, null);
    }
  }

  /** Reads the header at `at` → where the payload begins, or -1 when the header is not all here. */
  private payloadStart(bytes: Buffer, at: number): number {
    if (at + 2 > bytes.length) return -1;
    this.opcode = (bytes[at] as number) & 15;
    this.length = (bytes[at + 1] as number) & 127;
    if (this.length < 126) return at + 2;
    if (this.length === 126) {
      if (at + 4 > bytes.length) return -1;
      this.length = bytes.readUInt16BE(at + 2);
      return at + 4;
    }
    if (at + 10 > bytes.length) return -1;
    this.length = Number(bytes.readBigUInt64BE(at + 2));
    return at + 10;
  }
}

/** A client's frame. The mask is four zeros: allowed, and the payload stays as it is. */
export function frame(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  if (length > 65_535) throw new Error("no client frame here is that long");
  const head = length < 126 ? [128 | opcode, 128 | length] : [128 | opcode, 254, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]);
}

export function textFrame(text: string): Buffer {
  return frame(TEXT, Buffer.from(text));
}

/** The request that opens a WebSocket; it offers no compression. */
export function upgrade(path: string): Buffer {
  return Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: Y29sb255LWJlbmNoLWtleQ==\r\n\r\n`,
  );
}
