import { Elysia } from "elysia";
import type { Actor } from "../accounts/credentials.ts";
import { actorByPassword } from "../accounts/service.ts";
import { actorNow } from "../accounts/standing.ts";
import type { Context } from "../context.ts";
import { AppError, invalid } from "../errors.ts";
import type { Retry } from "../idempotency/once.ts";
import { IDEMPOTENCY_KEY_CHARACTERS } from "../limits.ts";
import { infoOf } from "./request.ts";

/** The documented routes that take no credential. Whatever else stands under /api is closed. */
export const openToStrangers: ReadonlySet<string> = new Set([
  "/api/auth/login",
  "/api/auth/register",
  "/api/auth/registration",
  "/hooks/:secret",
  "/healthz",
  "/readyz",
  "/llms.txt",
  "/skill.md",
  "/skill/:page",
  "/skill.tar",
]);

const signedIn = (request: Request): Actor => {
  const { ctx, actor, refusal } = infoOf(request);
  // Looked at again: the body has come in since the gateway did, perhaps slowly.
  if (actor) return actorNow(ctx, actor);
  throw refusal ?? new AppError("unauthorized");
};

/** Gives a route its `actor`; a stranger never comes this far under /api. */
export const guard = new Elysia({ name: "guard" }).derive({ as: "scoped" }, ({ request }) => ({ actor: signedIn(request) }));

/** As `guard`, and takes a name and password by HTTP Basic too: how one curl makes a token. */
export const passwordGuard = (ctx: Context) =>
  new Elysia({ name: "passwordGuard" }).derive({ as: "scoped" }, async ({ request }) => {
    const info = infoOf(request);
    if (info.basic === null) return { actor: signedIn(request) };
    const [username, password] = parseBasic(info.basic);
    const actor = await actorByPassword(ctx, username, password, info.address);
    info.actor = actor;
    return { actor };
  });

/** RFC 7617: base64 of `name:password`, in UTF-8. */
const parseBasic = (encoded: string): [string, string] => {
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 0) throw new AppError("unauthorized", { message: "The Basic credential is not name:password." });
  return [text.slice(0, colon), text.slice(colon + 1)];
};

/**
 * The request's Idempotency-Key with a fingerprint of what is asked. `apart` names a query parameter that may differ when
 * the same is asked again: how long to wait for it. @throws AppError `validation_failed`
 */
export const retryOf = (request: Request, body: unknown, apart?: string): Retry => {
  const key = request.headers.get("idempotency-key");
  if (key === null) return null;
  if (key.length === 0 || key.length > IDEMPOTENCY_KEY_CHARACTERS) throw invalid("Idempotency-Key", `must have 1 to ${IDEMPOTENCY_KEY_CHARACTERS} characters`, "Send a UUID.");
  const url = new URL(request.url);
  if (apart !== undefined) url.searchParams.delete(apart);
  const { pathname, search } = url;
  const asked = JSON.stringify([request.method, pathname, search, body]);
  return { key, fingerprint: new Bun.CryptoHasher("sha256").update(asked).digest("hex") };
};
