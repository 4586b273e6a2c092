import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Context } from "../context.ts";
import type { Sockets } from "../feed/websocket.ts";

/** Seconds; a post takes a millisecond, a long poll up to 55. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 60];

/** What Prometheus reads at /metrics. Labels hold no names of people, channels or addresses. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<"method" | "status">;
  readonly #seconds: Histogram;

  constructor(ctx: Context, sockets: () => Sockets) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: 20 });
    this.#requests = new Counter({ name: "colony_requests_total", help: "Requests answered", labelNames: ["method", "status"], registers });
    this.#seconds = new Histogram({ name: "colony_request_seconds", help: "Time to answer, long polls included", buckets: BUCKETS, registers });
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    gauge("colony_seq", "The newest number of the number line", () => ctx.feed.head);
    gauge("colony_sockets", "Open WebSockets", () => sockets().count);
    gauge("colony_users", "Users, the deactivated too", () => ctx.users.all().length);
    gauge("colony_channels", "Channels, the archived too", () => ctx.channels.all().length);
  }

  request(method: string, status: number, ms: number): void {
    this.#requests.inc({ method, status: String(status) });
    this.#seconds.observe(ms / 1000);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
