import type { Actor } from "../accounts/credentials.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import type { Standing } from "./rate.ts";

/** What the gateway knows of a request before a route sees it. */
export type RequestInfo = {
  ctx: Context;
  id: string;
  address: string;
  secure: boolean;
  /** Null for a stranger. */
  actor: Actor | null;
  /** Why the credential that was shown is no good; null when none was shown, or it is good. */
  refusal: AppError | null;
  /** The Authorization header when it is of the Basic kind, which only the token routes take. */
  basic: string | null;
  rate: Standing | null;
  /** Of an upload, its body as it comes in: a request that is made anew for another address would hold all of it. */
  upload: { body: ReadableStream<Uint8Array> | null } | null;
  /** Whether its credential's writes must be signed, and this request is not: it came by MCP, where reading needs a POST too. */
  unsigned: boolean;
};

/** Where a request carries what is known of it: a map beside it costs more, on every request. */
const INFO = Symbol("info");

type Known = Request & { [INFO]?: RequestInfo };

export const setInfo = (request: Request, info: RequestInfo): void => {
  (request as Known)[INFO] = info;
};

export const infoOf = (request: Request): RequestInfo => {
  const info = (request as Known)[INFO];
  if (!info) throw new Error("A request came in without passing the gateway");
  return info;
};

export const SESSION_COOKIE = "colony_session";
const cookiePattern = new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=([^;]+)`);

/** What an answer sets so that the page is signed in from then on. */
export const signInCookie = ({ token, expires_at }: { token: string; expires_at: string }, secure: boolean): string =>
  `${SESSION_COOKIE}=${token}; Path=/; HttpOnly; SameSite=Lax; Expires=${new Date(expires_at).toUTCString()}${secure ? "; Secure" : ""}`;

export const sessionCookie = (request: Request): string | null => cookiePattern.exec(request.headers.get("cookie") ?? "")?.[1] ?? null;

/** Whether a request comes from this server's own pages: its Origin names the host it was sent to. */
export const fromOwnPage = (ctx: Context, request: Request): boolean => {
  const origin = request.headers.get("origin");
  if (origin === null) return false;
  if (origin === ctx.config.publicUrl) return true;
  return URL.canParse(origin) && new URL(origin).host === request.headers.get("host");
};

/** Holds a page of another origin off what would sign its reader in here. Requests of programs name no origin. @throws AppError `origin_mismatch` */
export const ownPageOnly = (ctx: Context, request: Request): void => {
  if (request.headers.has("origin") && !fromOwnPage(ctx, request)) throw new AppError("origin_mismatch");
};

/** Names by which no page of another can reach this server, whatever it has the browser look up: of this machine, numbers, and names without a dot, which nobody owns. */
const ownHost = /^(localhost|[^.:]+|.+\.localhost|\d+\.\d+\.\d+\.\d+|\[[\da-f:.]+\])$/i;

/**
 * Holds a request to the addresses that are this server's own, so that no page of another origin speaks to it, also not one whose
 * name was made to lead here (DNS rebinding). @throws AppError `host_unknown`, `origin_mismatch`
 */
export const holdAddress = (ctx: Context, request: Request): void => {
  const { host: listens, publicUrl } = ctx.config;
  const host = request.headers.get("host") ?? "";
  const address = `http://${host}`;
  const { hostname } = URL.canParse(address) ? new URL(address) : { hostname: "" };
  const known = ownHost.test(hostname) || hostname === listens || (publicUrl !== null && new URL(publicUrl).hostname === hostname);
  if (!known) throw new AppError("host_unknown", { message: `'${host.slice(0, 80)}' is not known as an address of this server.` });
  if (request.headers.has("origin") && !fromOwnPage(ctx, request))
    throw new AppError("origin_mismatch", {
      message: "A page of another origin may not use this address.",
      hint: "Programs send no Origin header; browsers' pages cannot be let in.",
    });
};

/** The address this server is reached by: as configured, else as this request did. */
export const addressOf = (ctx: Context, request: Request): string =>
  ctx.config.publicUrl ?? `${infoOf(request).secure ? "https" : "http"}://${request.headers.get("host") ?? new URL(request.url).host}`;

/** A path as it may stand in the log: a webhook's holds its secret, also where it was called with something before or doubled strokes. */
export const loggable = (path: string): string => path.replace(/\/hooks\/.*/is, "/hooks/…");
