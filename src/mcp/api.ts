import { AppError, type ErrorBody } from "../errors.ts";
import { type RequestInfo, setInfo } from "../http/request.ts";

/** Answers a request of the API in this process, past the gateway: who asks was found out there. */
export type Handle = (request: Request) => Response | Promise<Response>;

/** What is sent. `key`: an Idempotency-Key. `upload`: bytes in the place of a JSON body, for the routes that take files. */
export type Sent = {
  query?: Record<string, string | number | boolean | undefined>;
  body?: object;
  key?: string;
  headers?: Record<string, string>;
  upload?: Uint8Array<ArrayBuffer>;
};

/** A failure as the API told it: `{code, message, hint, details?}`. */
export class Refused extends Error {
  constructor(readonly told: ErrorBody["error"]) {
    super(told.message);
  }
}

/** An address of the API, each value in it escaped: at`/api/channels/${name}/messages`. */
export const at = (parts: TemplateStringsArray, ...values: (string | number)[]): string => String.raw({ raw: parts }, ...values.map((value) => encodeURIComponent(value)));

/**
 * The API as one MCP request may use it, by its caller's credential: a tool asks it as any other client would, so no rule is
 * written down twice. `signal` ends whatever waits when the caller is gone or has enough.
 */
export class Api {
  /** `key`: the Idempotency-Key of the MCP request itself, under which what a tool makes is made once, too, where none was given to the tool. */
  constructor(
    private readonly handle: Handle,
    readonly info: RequestInfo,
    readonly signal: AbortSignal,
    private readonly key: string | undefined,
  ) {}

  /** @throws Refused for every answer that is no good one; `bad_signature` where a write should have been signed */
  async ask(method: string, path: string, { query = {}, body, key = this.key, headers = {}, upload }: Sent = {}): Promise<Response> {
    if (this.info.unsigned && method !== "GET")
      throw new Refused(
        new AppError("bad_signature", {
          hint: "Use a token that signs nothing here, or `colony mcp` with COLONY_TOKEN_SECRET, which signs for you. Reading works without.",
        }).body().error,
      );
    const asked = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
    const url = `http://localhost${path}${asked.size > 0 ? `?${asked}` : ""}`;
    const request = new Request(url, {
      method,
      headers: { ...(body && { "content-type": "application/json" }), ...(key !== undefined && method === "POST" && { "idempotency-key": key }), ...headers },
      body: body && JSON.stringify(body),
      signal: this.signal,
    });
    setInfo(request, { ...this.info, upload: upload ? { body: new Blob([upload]).stream() } : null });
    const response = await this.handle(request);
    if (response.ok) return response;
    throw new Refused(((await response.json()) as ErrorBody).error);
  }

  async json<T>(method: string, path: string, sent?: Sent): Promise<T> {
    const response = await this.ask(method, path, sent);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  /** A GET as text: of a route that has a form for models to read, that form. */
  async text(path: string, query: Sent["query"] = {}): Promise<string> {
    return (await this.ask("GET", path, { query })).text();
  }
}
