import type { Server } from "bun";
import { type Actor, type Credential } from "../accounts/credentials.ts";
import { authenticate } from "../accounts/service.ts";
import type { Context } from "../context.ts";
import { AppError, invalid } from "../errors.ts";
import { tooLarge } from "../files/form.ts";
import { newId } from "../ids.ts";
import { RATE_BURST, REQUEST_BODY_BYTES, STRANGER_REQUESTS_PER_MINUTE, UPLOAD_FORM_BYTES, WEBHOOK_POSTS_PER_MINUTE } from "../limits.ts";
import { bounded } from "./body.ts";
import { openToStrangers } from "./guard.ts";
import type { Metrics } from "./metrics.ts";
import { RateLimiter } from "./rate.ts";
import { fromOwnPage, holdAddress, loggable, type RequestInfo, sessionCookie, setInfo } from "./request.ts";
import { verifySigned } from "./signed.ts";

const API = "/api/";
const V1 = "/api/v1/";
/** Where MCP clients come in: programs alone, with a token and no cookie. */
const isMcp = (path: string): boolean => path === "/mcp" || path === "/mcp/";
const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** How Colony's own command line names itself, before its version. */
export const COMMAND_LINE = "colony-cli/";

/** The status of a connection that became a WebSocket. */
const SWITCHING = 101;

type Handle = (request: Request) => Response | Promise<Response>;

/**
 * The one way in: names each request, finds out who asks, counts it against its limit, hands it to the app, and puts the
 * server's headers on the answer. The `/api/v1` dialect is a wrapping of the same answers.
 */
export class Gateway {
  readonly #limiter = new RateLimiter();

  constructor(
    private readonly ctx: Context,
    private readonly handle: Handle,
    private readonly metrics: Metrics,
  ) {}

  /** Answers a request. `path` is its path, without the query. */
  async answer(request: Request, server: Server<unknown>, path: string): Promise<Response> {
    const started = performance.now();
    const info = this.describe(request, server);
    const envelope = path.startsWith(V1);
    let response: Response;
    try {
      // Most credentials are known: those do not wait a turn.
      const unknown = this.#examine(path, request, info);
      if (unknown) await unknown;
      this.#count(path, info);
      this.#admit(path, info);
      this.#holdParameters(request.url);
      const signed = this.#mustBeSigned(path, request, info) ? await verifySigned(this.ctx, info.actor as Actor, request) : request;
      const upload = isUpload(path, request);
      if (upload) info.upload = { body: signed.body };
      let asked = envelope || upload || request.method === "HEAD" || hasShortHost(request.url) ? rewrite(signed, envelope, upload) : signed;
      if (request.headers.has("transfer-encoding") && !upload) asked = await bounded(asked);
      setInfo(asked, info);
      response = await this.handle(asked);
    } catch (error) {
      response = this.failure(error, info);
    }
    if (envelope) response = await wrap(response, info.id, this.ctx.clock());
    if (request.method === "HEAD") {
      // Nobody reads it: a stream must not wait for readers for ever.
      response.body?.cancel().catch(() => {});
      response = new Response(null, response);
    }
    this.#setHeaders(response.headers, info);
    // MCP clients look for this to know that a token is wanted, and that they need not ask for one elsewhere.
    if (response.status === 401 && isMcp(path)) response.headers.set("www-authenticate", `Bearer realm="colony"${info.refusal ? ', error="invalid_token"' : ""}`);
    this.#log(request.method, path, response.status, performance.now() - started, info);
    return response;
  }

  /** A request of another door: names it and writes it down as those of the API. `door` gives nothing when it took the connection over as a WebSocket. */
  async pass(
    request: Request,
    server: Server<unknown>,
    path: string,
    door: (info: RequestInfo) => Response | undefined | Promise<Response | undefined>,
  ): Promise<Response | undefined> {
    const started = performance.now();
    const info = this.describe(request, server);
    let response: Response | undefined;
    try {
      response = await door(info);
    } catch (error) {
      response = this.failure(error, info);
    }
    if (response) this.#setHeaders(response.headers, info);
    this.#log(request.method, path, response?.status ?? SWITCHING, performance.now() - started, info);
    return response;
  }

  /** What can be known of a caller without asking the database. */
  describe(request: Request, server: Server<unknown>): RequestInfo {
    const { trustProxy, publicUrl } = this.ctx.config;
    const peer = server.requestIP(request)?.address ?? "unknown";
    const forwarded = trustProxy ? request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
    const scheme = trustProxy ? request.headers.get("x-forwarded-proto") : null;
    return {
      ctx: this.ctx,
      id: newId(),
      address: forwarded || peer,
      secure: scheme === "https" || publicUrl?.startsWith("https:") === true,
      actor: null,
      refusal: null,
      basic: null,
      rate: null,
      upload: null,
      unsigned: false,
    };
  }

  /** Looks at a request from outside, and finds out who sends it. @throws AppError, URIError where the path's escapes are not UTF-8 */
  #examine(path: string, request: Request, info: RequestInfo): Promise<void> | undefined {
    if (path.includes("%")) decodeURIComponent(path);
    this.#holdSize(path, request);
    const mcp = isMcp(path);
    if (mcp) holdAddress(this.ctx, request);
    const header = request.headers.get("authorization");
    if (header !== null) return this.#identify(header, mcp ? "mcp" : request.headers.get("user-agent")?.startsWith(COMMAND_LINE) ? "cli" : "api", info);
    const cookie = mcp ? null : sessionCookie(request);
    return cookie === null ? undefined : this.#identifyPage(cookie, request, info);
  }

  /** Refuses a body that says it is too large before any of it is read. @throws AppError `payload_too_large` */
  #holdSize(path: string, request: Request): void {
    const bytes = Number(request.headers.get("content-length") ?? 0);
    if (bytes <= REQUEST_BODY_BYTES) return;
    const upload = isUpload(path, request);
    const limit = upload ? this.ctx.config.maxUpload : REQUEST_BODY_BYTES;
    if (bytes <= limit + (upload ? UPLOAD_FORM_BYTES : 0)) return;
    throw upload ? tooLarge(limit) : new AppError("payload_too_large", { details: [{ bytes, limit }] });
  }

  /** The answer to whatever was thrown outside a route. */
  failure(error: unknown, info: RequestInfo): Response {
    if (error instanceof URIError)
      return this.failure(
        new AppError("not_found", { message: "The address has escapes that are no UTF-8.", hint: "Escape its parts with encodeURIComponent, or curl --data-urlencode." }),
        info,
      );
    if (error instanceof AppError) return Response.json(error.body(), { status: error.status, headers: error.headers });
    this.ctx.log.error({ event: "fault", request_id: info.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    const { error: body } = new AppError("internal").body();
    return Response.json({ error: { ...body, request_id: info.id } }, { status: 500 });
  }

  /** Whether a request is held against a signature. One that came by MCP without may read: what it would write is refused where it is asked for. */
  #mustBeSigned(path: string, request: Request, info: RequestInfo): boolean {
    if (!info.actor?.credential.signed || safeMethods.has(request.method)) return false;
    info.unsigned = isMcp(path) && !request.headers.has("x-colony-signature");
    return !info.unsigned;
  }

  #identify(header: string, via: "api" | "cli" | "mcp", info: RequestInfo): Promise<void> | undefined {
    const space = header.indexOf(" ");
    const scheme = header.slice(0, space).toLowerCase();
    if (scheme === "bearer") {
      const credential = authenticate(this.ctx, header.slice(space + 1).trim());
      if (credential instanceof Promise) return credential.then((verified) => this.#accept(verified, via, info));
      this.#accept(credential, via, info);
    } else if (scheme === "basic") info.basic = header.slice(space + 1);
    else info.refusal = new AppError("unauthorized", { message: "The Authorization header is neither Bearer nor Basic." });
    return undefined;
  }

  async #identifyPage(cookie: string, request: Request, info: RequestInfo): Promise<void> {
    this.#accept(await authenticate(this.ctx, cookie), "web", info);
    if (info.actor && !safeMethods.has(request.method) && !fromOwnPage(this.ctx, request)) {
      info.actor = null;
      info.refusal = new AppError("origin_mismatch");
    }
  }

  #accept(credential: Credential | null, via: Actor["via"], info: RequestInfo): void {
    const user = credential && this.ctx.users.byNo(credential.user_no);
    if (credential && user) {
      info.actor = { user, credential, via, address: info.address, seen: this.ctx.credentials.changes };
      if (credential.kind === "token" || credential.kind === "session") this.ctx.credentials.used.set(credential.id, { kind: credential.kind, at: this.ctx.clock().toISOString() });
    } else info.refusal = new AppError("unauthorized", { message: via === "web" ? "The sign-in has ended." : "The token is unknown, expired or revoked." });
  }

  /**
   * Counts the request against its credential's limit, or a stranger's address: what programs post there to webhooks apart
   * from the rest, so that a busy build server keeps nobody of its house from signing in. @throws AppError `rate_limited`
   */
  #count(path: string, info: RequestInfo): void {
    const usual = this.ctx.config.rateLimit;
    const credential = info.actor?.credential;
    // Whoever is told to wait is told so by the page, which must be there for that.
    if (credential && !path.startsWith(API) && !path.startsWith("/hooks/") && !isMcp(path)) return;
    const [stranger, allowed] = path.startsWith("/hooks/") ? [`${info.address} hooks`, WEBHOOK_POSTS_PER_MINUTE] : [info.address, STRANGER_REQUESTS_PER_MINUTE];
    const limit = credential ? (credential.rate_limit ?? usual) : usual === 0 ? 0 : allowed;
    if (limit === 0) return;
    const standing = this.#limiter.take(credential?.id ?? stranger, limit);
    info.rate = standing;
    if (standing.passed) return;
    throw new AppError("rate_limited", {
      message: `More than ${Math.min(RATE_BURST, limit)} requests at once, or ${limit} a minute.`,
      hint: `Wait ${standing.retryAfter} s, then go on at an even pace. To wait for something, use a long poll (GET /api/events?wait=55).`,
      headers: { "retry-after": String(standing.retryAfter) },
    });
  }

  /** Refuses a parameter that stands twice: one of the two would be dropped without a word. @throws AppError `validation_failed` */
  #holdParameters(url: string): void {
    const query = url.indexOf("?");
    if (query < 0) return;
    const names = [...new URLSearchParams(url.slice(query + 1)).keys()];
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) throw invalid(twice.slice(0, 80), "stands twice in the query", "Send it once; where several are taken, with commas between.");
  }

  /** Turns strangers away before anything of their request is read. A name and password are for the routes to look at. @throws AppError */
  #admit(path: string, { actor, basic, refusal }: RequestInfo): void {
    if (actor) return;
    if (!isMcp(path) && (basic !== null || !path.startsWith(API) || openToStrangers.has(path.replace(V1, API)))) return;
    throw refusal ?? new AppError("unauthorized");
  }

  #setHeaders(headers: Headers, { id, rate, actor }: RequestInfo): void {
    headers.set("x-request-id", id);
    headers.set("x-content-type-options", "nosniff");
    if (!rate || !actor) return;
    headers.set("ratelimit-limit", String(rate.limit));
    headers.set("ratelimit-remaining", String(rate.remaining));
    headers.set("ratelimit-reset", String(rate.reset));
  }

  #log(method: string, path: string, status: number, ms: number, { id, address, actor }: RequestInfo): void {
    this.metrics.request(method, status, ms);
    this.ctx.log.request({ id, method, path: loggable(path), status, ms: Math.round(ms * 100) / 100, user: actor?.user.username, address });
  }
}

/** Content types of a JSON body; no type at all is one too. */
const isJson = (type: string | null): boolean => type === null || /^application\/(x-www-form-urlencoded|([\w.+-]+\+)?json)\s*(;|$)/i.test(type);

/** Whether a request's body is a file: those go to disk as they come, and have a limit of their own. */
const isUpload = (path: string, { method, headers }: Request): boolean => {
  if (method === "POST") return /^\/api\/(v1\/)?(projects\/[^/]+\/files\/upload|files(\/upload)?)\/?$/.test(path);
  // A project's file may be sent as JSON too.
  return method === "PUT" && /^\/api\/(v1\/)?projects\/[^/]+\/files(\/|$)/.test(path) && !isJson(headers.get("content-type"));
};

/** Letters of a URL in which the framework does not look for the path's first slash. */
const SKIPPED = 11;
const hasShortHost = (url: string): boolean => url.indexOf("/", "http://".length) < SKIPPED;

/** The same request in the plain dialect, as GET when only the head of the answer is wanted, an upload without its body, with a host the framework can read past. */
const rewrite = (request: Request, envelope: boolean, upload: boolean): Request => {
  const plain = envelope ? request.url.replace(V1, API) : request.url;
  const url = hasShortHost(plain) ? plain.replace(/^https?:\/\/[^/]*/, "http://localhost") : plain;
  const { headers, signal } = request;
  if (request.method === "HEAD") return new Request(url, { method: "GET", headers, signal });
  if (upload) return new Request(url, { method: request.method, headers, signal });
  return new Request(url, request);
};

/** Puts a JSON answer into the `/api/v1` envelope; streams and files pass unchanged. */
const wrap = async (response: Response, request_id: string, now: Date): Promise<Response> => {
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("application/json") || response.headers.has("content-disposition")) return response;
  const metadata = { timestamp: now.toISOString(), request_id, version: "1.0" };
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  if (response.ok) return new Response(envelopeStream(response, `,"error":null,"metadata":${JSON.stringify(metadata)}}`), { status: response.status, headers });
  const { error } = (await response.json()) as { error: unknown };
  return Response.json({ success: false, data: null, error, metadata }, { status: response.status, headers });
};

/** The answer's own bytes between the envelope's two ends: a long history is never held whole for its wrapping. */
const envelopeStream = (response: Response, end: string): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder();
  const transform = new TransformStream<Uint8Array, Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode('{"success":true,"data":')),
    flush: (controller) => controller.enqueue(encoder.encode(end)),
  });
  return (response.body ?? new Response("null").body)?.pipeThrough(transform) ?? new ReadableStream();
};
