import type { Static } from "@sinclair/typebox";
import { jwtVerify, SignJWT } from "jose";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import { USER_AGENT_CHARACTERS } from "../limits.ts";
import { record } from "./audit.ts";
import type { Actor, Credential } from "./credentials.ts";
import { credentialsChanged } from "./events.ts";
import type { Session as SessionModel } from "./model.ts";
import { actorNow } from "./standing.ts";
import { endSession, endSessions, findSession, insertSession, listSessions } from "./store.ts";

const ALGORITHM = "HS256";
const ISSUER = "colony";
const DAY = 24 * 60 * 60 * 1000;

export type NewSession = { id: string; token: string; expires_at: string };

/** Signs a session: a JWT that names it. Whether it still stands is asked of the database. */
export const signSession = async (ctx: Context, user_id: string): Promise<NewSession> => {
  const id = newId();
  const expires = new Date(ctx.clock().getTime() + ctx.config.sessionDays * DAY);
  const token = await new SignJWT({}).setProtectedHeader({ alg: ALGORITHM }).setIssuer(ISSUER).setSubject(user_id).setJti(id).setExpirationTime(expires).sign(ctx.keys.session);
  return { id, token, expires_at: expires.toISOString() };
};

/** Who signed in, as far as the request tells: its address, and what its User-Agent says. */
export type Origin = { address: string; user_agent: string | null };

/** Stores a session inside the transaction that signs someone in. */
export const storeSession = (tx: Tx, user_no: number, { id, expires_at }: NewSession, { address, user_agent }: Origin): void =>
  insertSession(tx, { id, user_no, created_at: tx.now, expires_at, address, user_agent: oneLine(user_agent) });

/** What a stranger wrote, fit to be shown: without controls and marks that turn or hide text, in one line, cut short. */
const oneLine = (written: string | null): string | null => {
  const line = (written ?? "")
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return line === "" ? null : line.slice(0, USER_AGENT_CHARACTERS).toWellFormed();
};

/** The sessions of `actor` that are still good, newest first; the one in use is marked. */
export const mySessions = (ctx: Context, actor: Actor): Static<typeof SessionModel>[] =>
  listSessions(ctx.db, actor.user.no, ctx.clock().toISOString()).map(({ id, user_agent, address, created_at, expires_at, last_used_at }) => ({
    id,
    current: id === actor.credential.id,
    user_agent,
    address,
    created_at,
    expires_at,
    last_used_at: ctx.credentials.used.get(id)?.at ?? last_used_at,
  }));

/** Ends one of one's own sessions: at once, its open sockets too. @throws AppError `not_found` */
export const endMySession = (ctx: Context, actor: Actor, id: string): Promise<void> =>
  ctx.write((tx) => {
    actorNow(ctx, actor);
    const session = findSession(tx, id);
    if (!session || session.user_no !== actor.user.no || session.ended_at !== null || session.expires_at <= tx.now)
      throw new AppError("not_found", { message: "You have no such session.", hint: "GET /api/auth/sessions lists yours." });
    endSession(tx, id);
    credentialsChanged(tx, actor, actor.user.no);
    record(tx, actor, "session_ended", id);
  });

/** Ends all of one's own sessions but the one in use; under an API token, which is none, all of them. */
export const endMyOtherSessions = (ctx: Context, actor: Actor): Promise<void> =>
  ctx.write((tx) => {
    actorNow(ctx, actor);
    const ended = endSessions(tx, actor.user.no, actor.credential.kind === "session" ? actor.credential.id : null);
    if (ended === 0) return;
    credentialsChanged(tx, actor, actor.user.no);
    record(tx, actor, "other_sessions_ended", actor.user.id, { sessions: ended });
  });

/** Reads a session's JWT. @returns the credential, or null when it is forged, expired or ended */
export const verifySession = async (ctx: Context, token: string): Promise<Credential | null> => {
  const id = await jwtVerify(token, ctx.keys.session, { algorithms: [ALGORITHM], issuer: ISSUER, currentDate: ctx.clock() }).then(
    ({ payload }) => payload.jti,
    () => undefined,
  );
  const session = id === undefined ? undefined : findSession(ctx.db, id);
  if (!session || session.ended_at !== null) return null;
  return { kind: "session", id: session.id, user_no: session.user_no, expires: Date.parse(session.expires_at), rate_limit: null };
};
