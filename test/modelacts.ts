import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { anthropicWire, chatWire, type End, failureBody, type Provider, responsesWire, type Tokens, type Wire } from "./modelwires.ts";

/** What was asked of a model: the request whole, and its words by where they stand. */
export type Asked = {
  provider: Provider;
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, any>;
  model: string;
  /** The instructions. */
  system: string;
  /** What the first message of the user says: the question with all that was put around it. */
  prompt: string;
  /** Names of the tools that are offered. */
  tools: string[];
  /** What tools gave, in the order of their calls. */
  results: string[];
  /** Everything that was sent, as text. */
  text: string;
  /** Whether whoever asked went away before the answer was whole. */
  left: boolean;
};

/** Something that a model does. */
export type Act = (stage: Stage) => void | Promise<void>;
export type Script = string | Act | readonly Act[];

/** Says `text` in so many pieces, cut wherever it falls; `between` is waited for before each but the first. */
export const say =
  (text: string, { pieces = 3, between }: { pieces?: number; between?: () => Promise<unknown> } = {}): Act =>
  async (stage) => {
    const letters = [...text];
    const size = Math.max(1, Math.ceil(letters.length / pieces));
    for (let from = 0; from < letters.length; from += size) {
      if (from > 0) await between?.();
      stage.send((wire) => wire.text(letters.slice(from, from + size).join("")));
    }
  };
/** Goes on when `released`: what was said before is on its way. */
export const hold =
  (released: Promise<unknown> | (() => Promise<unknown>)): Act =>
  async (stage) => {
    stage.send(() => "");
    await (typeof released === "function" ? released() : released);
  };
/** As `hold`, but before the answer's first byte. */
export const wait =
  (released: Promise<unknown>): Act =>
  async () => {
    await released;
  };
/** Calls a tool; its input comes in pieces. `input` as text is sent as it is, JSON or not. */
export const call =
  (name: string, input: Record<string, unknown> | string): Act =>
  (stage) => {
    const text = typeof input === "string" ? input : JSON.stringify(input);
    const half = Math.ceil(text.length / 2);
    stage.send((wire) => wire.call(`call_${Bun.randomUUIDv7().replaceAll("-", "")}`, name, [text.slice(0, half), text.slice(half)]));
    stage.why = "tool";
  };
/** Tokens that the answer says it cost; null: it says nothing of them. Stands first in a script. */
export const tokens =
  (used: Tokens): Act =>
  (stage) => {
    stage.tokens = used;
  };
/** Answers with a failure in place of a stream. `error`: what the provider calls it, and its words. */
export const fail =
  (status: number, error: { type?: string; message?: string } = {}, headers: Record<string, string> = {}): Act =>
  (stage) => {
    const type =
      error.type ??
      { 400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error", 529: "overloaded_error" }[status] ??
      "api_error";
    stage.fail(status, type, error.message ?? type, headers);
  };
/** An error in the midst of the stream, which ends with it. */
export const fault =
  (type = "overloaded_error", message = "Overloaded"): Act =>
  (stage) => {
    stage.send((wire) => wire.fault(type, message));
    stage.response.end();
  };
/** Breaks the connection off. What was said right before may be lost with it, as it may in the world: `hold` until it was heard to be sure that it is seen. */
export const cut = (): Act => (stage) => {
  stage.send(() => "");
  stage.response.destroy();
};
/** Ends the stream as if it were whole, but without its last events. */
export const stopShort = (): Act => (stage) => {
  stage.send(() => "");
  stage.response.end();
};
/** Says nothing more and does not end, until whoever asked goes away. */
export const hang = (): Act => (stage) => stage.gone;
/** Declines to answer, in words or without. */
export const refuse =
  (text = ""): Act =>
  (stage) => {
    stage.send((wire) => wire.refuse(text));
    stage.why = "refusal";
  };
/** Has reached the most tokens that it may say. */
export const full = (): Act => (stage) => {
  stage.why = "length";
};

/** One answer on its way. */
export class Stage {
  tokens: Tokens = { input: 100, output: 20, cache_read: 0, cache_write: 0 };
  why: End = "stop";
  readonly gone: Promise<void>;
  #wire: Wire | undefined;

  constructor(
    readonly asked: Asked,
    readonly response: ServerResponse,
  ) {
    this.gone = new Promise((resolve) => response.on("close", resolve));
    this.gone.then(() => {
      asked.left = !response.writableFinished;
    });
  }

  get over(): boolean {
    return this.response.destroyed || this.response.writableEnded;
  }

  /** Sends what `frames` gives, behind the beginning of the stream. */
  send(frames: (wire: Wire) => string): void {
    if (this.over) return;
    let begun = "";
    if (!this.#wire) {
      const { provider, model, body } = this.asked;
      if (provider === "anthropic") this.#wire = anthropicWire(model, this.tokens);
      else if (provider === "openai") this.#wire = responsesWire(model, this.tokens);
      else this.#wire = chatWire(model, this.tokens, body.stream_options?.include_usage === true);
      this.response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
      begun = this.#wire.begin();
    }
    const text = begun + frames(this.#wire);
    if (text !== "") this.response.write(text);
  }

  fail(status: number, type: string, message: string, headers: Record<string, string> = {}): void {
    if (this.over) return;
    this.response.writeHead(status, { "content-type": "application/json", ...headers });
    this.response.end(JSON.stringify(failureBody(this.asked.provider, type, message)));
  }

  end(): void {
    if (this.over) return;
    this.send((wire) => wire.end(this.why));
    this.response.end();
  }
}
