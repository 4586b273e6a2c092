import { afterAll } from "bun:test";
import { until } from "./colony.ts";

/** What came to a receiver. `body`: as JSON, an empty object when it is none. */
export type Received = { path: string; headers: Record<string, string>; text: string; body: Record<string, any> };

const open = new Set<Bun.Server<undefined>>();
afterAll(async () => {
  await Promise.all([...open].map((server) => server.stop(true)));
});

/** A program on loopback that webhooks send to. */
export class Receiver {
  readonly received: Received[] = [];
  /** What it answers; set anew by a test. */
  answer: (received: Received) => Response = () => new Response("thanks");
  readonly url: string;

  private constructor(tls: { key: string; cert: string } | undefined) {
    const server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      tls,
      fetch: async (request) => {
        const text = await request.text();
        const { pathname, search } = new URL(request.url);
        const received = { path: pathname + search, headers: Object.fromEntries(request.headers), text, body: text.startsWith("{") ? JSON.parse(text) : {} };
        this.received.push(received);
        return this.answer(received);
      },
    });
    open.add(server);
    this.url = `${tls ? "https" : "http"}://127.0.0.1:${server.port}/`;
  }

  static open(tls?: { key: string; cert: string }): Receiver {
    return new Receiver(tls);
  }

  /** Waits until so many have come. */
  has(count: number): Promise<Received[]> {
    return until(() => (this.received.length >= count ? [...this.received] : undefined));
  }
}
