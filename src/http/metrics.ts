import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Context } from "../context.ts";
import type { SocketIo } from "../feed/socketio.ts";
import type { Sockets } from "../feed/websocket.ts";
import type { Count } from "../models/tally.ts";
import { runsOf } from "../runs/engine.ts";
import { behindHead } from "../search/health.ts";

/** Seconds; a post takes a millisecond, a long poll up to 55. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 60];

/** What Prometheus reads at /metrics. Labels hold no names of people, channels or addresses. */
export class Metrics {
  readonly #registry = new Registry();
  /** Requests by method and status, and by the bucket of their time; counted by hand, since prom-client's own counting costs a post two microseconds. */
  readonly #requests = new Map<string, Map<number, number>>();
  readonly #buckets = BUCKETS.map(() => 0);
  #count = 0;
  #seconds = 0;

  constructor(ctx: Context, doors: () => { sockets: Sockets; socketIo: SocketIo }) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: 20 });
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    /** Of counts that are kept elsewhere. */
    const counter = (name: string, help: string, labelNames: string[], counts: Map<string, Count>) =>
      new Counter({
        name,
        help,
        labelNames,
        registers,
        collect() {
          this.reset();
          for (const { labels, count } of counts.values()) this.inc(labels, count);
        },
      });
    gauge("colony_seq", "The newest number of the number line", () => ctx.feed.head);
    gauge("colony_search_behind", "Numbers of the line that search reads one by one, since its index has not come to them", () => behindHead(ctx));
    gauge("colony_sockets", "Open WebSockets", () => doors().sockets.count);
    gauge("colony_live_sockets", "WebSockets that have said who they are and take part", () => doors().sockets.live);
    gauge("colony_socketio_clients", "Socket.IO clients, by polling and by WebSocket", () => doors().socketIo.count);
    gauge("colony_present_users", "Users who are online or away", () => [...ctx.feed.presence.all()].length);
    gauge("colony_users", "Users, the deactivated too", () => ctx.users.all().length);
    counter("colony_model_calls_total", "Calls of models since the start", ["provider", "outcome"], ctx.tally.calls);
    counter("colony_model_tokens_total", "Their tokens: input that was in no cache, cache_read, cache_write, output", ["provider", "kind"], ctx.tally.tokens);
    gauge("colony_model_spent_today_dollars", "What calls of models cost since midnight UTC, those without a price not counted", () => ctx.tally.today());
    gauge("colony_runs", "Commands that run in projects' sandboxes now", () => runsOf(ctx).going().length);
    counter("colony_runs_ended_total", "Commands that ended since the start, by how", ["state"], runsOf(ctx).ended);
    gauge("colony_channels", "Channels, the archived too, conversations not", () => ctx.channels.all().filter(({ visibility }) => visibility !== "direct").length);
  }

  /** Counts a request answered after `ms` milliseconds. */
  request(method: string, status: number, ms: number): void {
    const byStatus = this.#requests.get(method) ?? new Map<number, number>();
    if (byStatus.size === 0) this.#requests.set(method, byStatus);
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    const seconds = ms / 1000;
    const bucket = BUCKETS.findIndex((bound) => seconds <= bound);
    if (bucket >= 0) this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count++;
    this.#seconds += seconds;
  }

  /** Everything in Prometheus' text format, version 0.0.4. */
  async text(): Promise<string> {
    return `${await this.#registry.metrics()}${this.#requestMetrics()}`;
  }

  #requestMetrics(): string {
    const lines = ["# HELP colony_requests_total Requests answered", "# TYPE colony_requests_total counter"];
    for (const [method, byStatus] of this.#requests) for (const [status, count] of byStatus) lines.push(`colony_requests_total{method="${method}",status="${status}"} ${count}`);
    lines.push("# HELP colony_request_seconds Time to the answer's first byte, long polls included", "# TYPE colony_request_seconds histogram");
    let below = 0;
    for (const [at, bound] of BUCKETS.entries()) {
      below += this.#buckets[at] ?? 0;
      lines.push(`colony_request_seconds_bucket{le="${bound}"} ${below}`);
    }
    lines.push(`colony_request_seconds_bucket{le="+Inf"} ${this.#count}`, `colony_request_seconds_sum ${this.#seconds}`, `colony_request_seconds_count ${this.#count}`);
    return `${lines.join("\n")}\n`;
  }
}
