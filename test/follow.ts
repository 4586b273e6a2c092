import type { Colony } from "./colony.ts";

export type Event = { seq?: number; event: string; channel_id?: string | null; data: any };

/** Milliseconds after which a wait is given up: far more than anything here takes. */
const forever = 20_000;

/** Frames of one socket, kept in order, and whoever waits for one. */
export class Listener {
  readonly frames: Event[] = [];
  closed: { code: number; reason: string } | null = null;
  #wake: (() => void)[] = [];

  constructor(readonly socket: WebSocket) {
    socket.onmessage = ({ data }) => {
      this.frames.push(JSON.parse(String(data)));
      this.#changed();
    };
    socket.onclose = ({ code, reason }) => {
      this.closed = { code, reason };
      this.#changed();
    };
  }

  /** Opens `/ws` or `/ws/{channel}`, says who it is, and waits for `ready`. */
  static async open(colony: Colony, path: string, first: Record<string, unknown>, headers: Record<string, string> = {}): Promise<Listener> {
    const listener = Listener.connect(colony, path, headers);
    await listener.opened();
    listener.send({ type: "auth", ...first });
    await listener.until(() => listener.closed !== null || listener.frames.some(({ event }) => event === "ready"));
    return listener;
  }

  static connect(colony: Colony, path: string, headers: Record<string, string> = {}): Listener {
    return new Listener(new WebSocket(colony.url.replace("http", "ws") + path, { headers } as unknown as string[]));
  }

  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.onopen = () => resolve();
      this.socket.onerror = () => reject(new Error("The socket did not open"));
    });
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** The durable events seen so far. */
  get events(): Event[] {
    return this.frames.filter(({ seq }) => seq !== undefined);
  }

  /** Resolves when `look` is true, asked after every frame and at the close. @throws Error after twenty seconds */
  async until(look: () => boolean): Promise<void> {
    const late = AbortSignal.timeout(forever);
    while (!look()) {
      if (late.aborted) throw new Error(`Waited in vain; closed ${JSON.stringify(this.closed)}, last frames ${JSON.stringify(this.frames.slice(-3))}`);
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve);
        late.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  async waitFor(event: string): Promise<Event> {
    const find = () => this.frames.find((frame) => frame.event === event);
    await this.until(() => find() !== undefined);
    return find() as Event;
  }

  async waitClosed(): Promise<{ code: number; reason: string }> {
    await this.until(() => this.closed !== null);
    return this.closed as { code: number; reason: string };
  }

  close(): void {
    this.socket.close();
  }

  #changed(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** Reads server-sent events one by one (WHATWG HTML, 9.2), comments left out. Ends when the server ends the stream. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<{ id?: string; event?: string; data: Event }> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const field = (name: string) => block.match(new RegExp(`^${name}: (.*)$`, "m"))?.[1];
      const data = field("data");
      if (data !== undefined) yield { id: field("id"), event: field("event"), data: JSON.parse(data) };
    }
  }
}
