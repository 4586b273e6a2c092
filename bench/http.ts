import { connect, type Line } from "./wire.ts";

const HEAD_END = Buffer.from("\r\n\r\n");
const NEWLINE = 10;

/**
 * Finds where HTTP/1.1 answers begin and end in a byte stream; bodies are counted, not kept.
 * `begun` is called at the first byte of an answer, `ended` with its status and the bytes of its body (chunk framing not counted).
 */
export class Answers {
  private state: "head" | "body" | "size" | "chunk" | "trailer" = "head";
  private cut: Buffer | null = null;
  private status = 0;
  private left = 0;
  private body = 0;
  private fresh = true;

  constructor(
    private readonly ended: (status: number, bytes: number) => void,
    private readonly begun?: () => void,
  ) {}

  feed(chunk: Buffer): void {
    if (this.fresh) {
      this.fresh = false;
      this.begun?.();
    }
    let bytes = chunk;
    if (this.cut) {
      bytes = Buffer.concat([this.cut, chunk]);
      this.cut = null;
    }
    let at = 0;
    while (at < bytes.length) {
      if (this.state === "head") {
        const start = at;
        const end = bytes.indexOf(HEAD_END, start);
        if (end < 0) {
          this.cut = bytes.subarray(at);
          return;
        }
        at = end + 4;
        this.readHead(bytes.toString("latin1", start, end));
      } else if (this.state === "size") {
        const byte = bytes[at++] as number;
        if (byte === NEWLINE) this.startChunk();
        else this.left = byte === 13 ? this.left : this.left * 16 + Number.parseInt(String.fromCharCode(byte), 16);
      } else {
        const taken = Math.min(this.left, bytes.length - at);
        at += taken;
        this.left -= taken;
        if (this.left === 0) this.endPart();
      }
    }
  }

  private readHead(head: string): void {
    this.status = Number(head.slice(9, 12));
    const length = /\ncontent-length: *(\d+)/i.exec(head);
    this.left = length ? Number(length[1]) : 0;
    this.body = this.left;
    if (length) this.state = "body";
    else if (/\ntransfer-encoding: *chunked/i.test(head)) this.state = "size";
    else throw new Error(`an answer of unknown length: ${head.slice(0, 200)}`);
    if (length && this.left === 0) this.finish();
  }

  private startChunk(): void {
    this.body += this.left;
    this.state = this.left === 0 ? "trailer" : "chunk";
    this.left += 2;
  }

  private endPart(): void {
    if (this.state === "chunk") this.state = "size";
    else this.finish();
  }

  private finish(): void {
    this.state = "head";
    this.left = 0;
    this.fresh = true;
    this.ended(this.status, this.body);
  }
}

export interface HttpLine extends Line {
  /** The last bytes that came, for a message when an answer was not the expected one. */
  last(): string;
}

/** A keep-alive HTTP connection: send whole requests, hear of each answer. A connection lost is an error. */
export async function connectHttp(port: number, ended: (status: number, bytes: number) => void, lost: (why: string) => void, begun?: () => void): Promise<HttpLine> {
  const answers = new Answers(ended, begun);
  let last: Buffer = Buffer.alloc(0);
  let closing = false;
  const line = await connect(port, {
    data(chunk) {
      last = chunk;
      answers.feed(chunk);
    },
    closed() {
      if (!closing) lost("the server closed the connection");
    },
  });
  return {
    ...line,
    last: () => last.toString("utf8", 0, 600),
    close() {
      closing = true;
      line.close();
    },
  };
}

/** One GET on a connection of its own → the status; to learn when a server first answers. */
export async function status(port: number, path: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const line = await connectHttp(port, resolve, (why) => reject(new Error(why)));
  line.send(Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`));
  try {
    return await promise;
  } finally {
    line.close();
  }
}
