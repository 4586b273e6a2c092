import { CLIENT_ANSWER_TIME, CLIENT_RETRIES } from "../../limits.ts";
import { version } from "../../version.ts";
import { CommandError, EXIT } from "../failure.ts";
import { adviceOf, exitOf } from "./advice.ts";
import { readAnswer } from "./came.ts";
import { type Access, chooseServer } from "./kept.ts";
import type { Following, LiveEvent } from "./live.ts";
import { inLine } from "./say.ts";
import { sha256, signature } from "./signing.ts";
import type { Downloaded, Downloading, Uploading } from "./transfer.ts";

export type Asked = {
  /** What is left out (undefined, null) is not sent. */
  query?: Record<string, string | number | boolean | null | undefined>;
  /** Sent as JSON. */
  body?: unknown;
  /** Bytes that are sent instead of JSON: their length and hash (hex SHA-256, for signed tokens), and how to begin to read them, again at each try. */
  raw?: { size: number; digest: () => Promise<string>; stream: () => ReadableStream<Uint8Array> };
  headers?: Record<string, string>;
  /** The Idempotency-Key of a POST; one is made up when it is left out, and serves all its tries. */
  key?: string;
  /** Not tried again when the connection breaks: whoever asks sees to that. */
  once?: boolean;
  signal?: AbortSignal;
  /** Whether what came with a status of failure is an answer all the same, of a protocol that goes over this one. */
  foreign?: (text: string) => boolean;
};

/** A failure in the API's own words. `code`: as /docs lists it. */
export class ApiError extends CommandError {
  constructor(
    message: string,
    exit: CommandError["exit"],
    readonly status: number,
    readonly code: string,
    readonly details: unknown[],
    /** Seconds after which to ask again, where the server says so. */
    readonly retryAfter: number | null,
  ) {
    super(message, exit);
  }
}

/** The server did not answer, or no longer. `sent`: whether the connection broke with the request on its way, which is worth another try at once. */
export class ConnectionError extends CommandError {
  constructor(
    message: string,
    readonly sent: boolean,
  ) {
    super(message);
  }
}

/** Whom a command talks to: `options.server` is what --server says. Needs no connection yet. @throws CommandError */
export const openServer = (options: { server?: string } = {}): Server => new Server(chooseServer(options.server));

/** One server, as somebody. Each method throws CommandError with what to do next in one line, and the exit code of a script's `case`. */
export class Server {
  constructor(readonly access: Access) {}

  /** @throws CommandError unless a token is known; gives the server back */
  signedIn(): this {
    if (this.access.token === null) throw new CommandError("You are not signed in: run 'colony login URL', or set COLONY_URL and COLONY_TOKEN.", EXIT.notSignedIn);
    return this;
  }

  /** Asks for JSON. @returns the answer; undefined for 204 */
  call<T>(method: string, path: string, asked: Asked = {}): Promise<T> {
    return this.#ask(method, path, asked, async (response) => {
      const text = await response.text();
      if (response.status === 204) return undefined as T;
      try {
        return readAnswer<T>(text);
      } catch {
        throw this.#stranger(`${response.status}`);
      }
    });
  }

  /** Asks for bytes or a text, to be read as it comes. Statuses of failure are thrown. */
  stream(method: string, path: string, asked: Asked = {}): Promise<Response> {
    return this.#ask(method, path, asked, async (response) => response);
  }

  /**
   * What happens from `after_seq` (from now, when left out) until `signal`: each event with a seq once and in order, across
   * lost connections and restarts of the server; events without one (typing, console output) as they pass.
   */
  async *follow(path: string, following: Following, signal: AbortSignal): AsyncGenerator<LiveEvent> {
    yield* (await import("./live.ts")).follow(this, path, following, signal);
  }

  /** Sends a file's bytes as the body of a POST. @returns the answer */
  async upload<T>(path: string, file: string, uploading: Uploading = {}): Promise<T> {
    return (await import("./transfer.ts")).upload<T>(this, path, file, uploading);
  }

  /** Fetches bytes into a file that appears under its name when it is whole, and goes on from what an earlier try has fetched. */
  async download(path: string, downloading: Downloading): Promise<Downloaded> {
    return (await import("./transfer.ts")).download(this, path, downloading);
  }

  async #ask<T>(method: string, path: string, asked: Asked, read: (response: Response) => Promise<T>): Promise<T> {
    const key = method === "POST" ? (asked.key ?? crypto.randomUUID()) : undefined;
    let signedAgain = false;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#attempt(method, path, { ...asked, key }, read);
      } catch (error) {
        if (asked.signal?.aborted) throw error;
        // Two requests alike in one second have one signature, and the second is taken for a replay: another second makes another.
        if (error instanceof ApiError && error.code === "bad_signature" && this.access.secret !== null && !signedAgain) {
          signedAgain = true;
          continue;
        }
        // A server that is not there at the first try is no server that went away.
        const lost = error instanceof ConnectionError && (error.sent || attempt > 0);
        const closing = error instanceof ApiError && error.code === "shutting_down";
        const pause = asked.once ? undefined : CLIENT_RETRIES[attempt];
        if (!(lost || closing) || pause === undefined) throw error;
        await Bun.sleep(pause);
      }
    }
  }

  async #attempt<T>(method: string, path: string, asked: Asked, read: (response: Response) => Promise<T>): Promise<T> {
    const { body, headers, key, query = {}, raw, signal } = asked;
    const { secret, token, url } = this.access;
    const parameters = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value === undefined || value === null ? [] : [[name, String(value)]])));
    const target = parameters.size > 0 ? `${path}${path.includes("?") ? "&" : "?"}${parameters}` : path;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const digest = secret === null || method === "GET" || method === "HEAD" ? null : raw ? await raw.digest() : sha256(text ?? "");
    const late = new AbortController();
    const patience = raw ? 0 : CLIENT_ANSWER_TIME + Number(query.wait ?? 0) * 1000;
    const timer = patience > 0 ? setTimeout(() => late.abort(), patience) : undefined;
    try {
      const response = await fetch(url + target, {
        method,
        headers: {
          "user-agent": `colony-cli/${version}`,
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(text !== undefined && { "content-type": "application/json" }),
          ...(raw && { "content-type": "application/octet-stream", "content-length": String(raw.size) }),
          ...(key !== undefined && { "idempotency-key": key }),
          ...(digest !== null && secret !== null && { "x-colony-signature": signature(secret, method, target, digest), ...(raw && { "x-colony-content-sha256": digest }) }),
          ...headers,
        },
        body: raw ? raw.stream() : text,
        // A redirect would carry the token to whoever is named.
        redirect: "manual",
        signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal,
      });
      if (response.status >= 300 && response.status !== 304) {
        const text = await response.text();
        const { status, headers: said } = response;
        if (asked.foreign?.(text)) return await read(new Response(text, { status, headers: said }));
        throw await this.#failure(new Response(text, { status, headers: said }));
      }
      return await read(response);
    } catch (error) {
      if (error instanceof CommandError || signal?.aborted) throw error;
      if (late.signal.aborted) throw new ConnectionError(`${url} did not answer within ${patience / 1000} s: try again, or look whether it is well (curl ${url}/readyz).`, false);
      throw this.#lost(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What Bun's fetch fails with, in words. Its codes are those of the system calls. */
  #lost(error: unknown): Error {
    if (!(error instanceof Error)) return new CommandError(String(error));
    const { url } = this.access;
    const code = "code" in error ? String(error.code) : "";
    if (code === "ECONNREFUSED")
      return new ConnectionError(`No server answers at ${url}: start one with 'colony serve', or name another (colony servers, --server, COLONY_URL).`, false);
    if (code === "ENOTFOUND" || code === "EAI_AGAIN") return new ConnectionError(`The name of ${url} is not known: check the address (colony servers) and the network.`, false);
    if (code === "EPROTO" && url.startsWith("https:")) return new CommandError(`${url} speaks no TLS: is it ${url.replace(/^https/, "http")}?`);
    if (/CERT|TLS|SSL|SIGNATURE|SELF_SIGNED/.test(code)) return new CommandError(`The certificate of ${url} is not trusted (${code}): ask its operator.`);
    if (code.startsWith("E") || error instanceof TypeError) return new ConnectionError(`The connection to ${url} was lost (${code || inLine(error.message)}): try again.`, true);
    return error;
  }

  #stranger(what: string): CommandError {
    return new CommandError(`${this.access.url} answers, but not as Colony does (${what}): check the address (colony servers).`);
  }

  async #failure(response: Response): Promise<CommandError> {
    const { status } = response;
    const where = response.headers.get("location");
    if (status < 400) return new CommandError(`${this.access.url} sends on to ${inLine(where ?? "nowhere")}: sign in there (colony login URL).`);
    let said: { code?: unknown; message?: unknown; hint?: unknown; details?: unknown };
    try {
      said = ((await response.json()) as { error: typeof said }).error;
      if (typeof said.code !== "string") throw new TypeError();
    } catch {
      // What stands before a server says so when nothing is behind it.
      return status === 502 || status === 503 || status === 504
        ? new ConnectionError(`${this.access.url} is not there at the moment (${status}): try again.`, true)
        : this.#stranger(`${status}`);
    }
    const { code, details, hint, message } = said;
    const known = this.#advice(String(code));
    const words = String(message ?? code);
    const told = inLine(known ? `${words} ${known}` : adviceOf(words, String(hint ?? "")));
    const again = Number(response.headers.get("retry-after"));
    return new ApiError(told, exitOf(status, String(code), details), status, String(code), Array.isArray(details) ? details : [], again > 0 ? again : null);
  }

  /** What to do next where the API's own hint is for whoever writes requests by hand. */
  #advice(code: string): string | undefined {
    const { name, secret, url } = this.access;
    if (code === "unauthorized") return `Sign in: colony login ${url}${process.env.COLONY_TOKEN && name === null ? " (COLONY_TOKEN is set, and wins)" : ""}`;
    if (code === "bad_signature")
      return secret === null ? "This token signs what it writes: set COLONY_TOKEN_SECRET to its secret." : "Check COLONY_TOKEN_SECRET and this machine's clock.";
    return undefined;
  }
}
