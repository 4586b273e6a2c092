import { jwtVerify, SignJWT } from "jose";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { newId } from "../ids.ts";
import type { Credential } from "./credentials.ts";
import { findSession, insertSession } from "./store.ts";

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

export const storeSession = (tx: Tx, user_no: number, session: NewSession): void =>
  insertSession(tx, { id: session.id, user_no, created_at: tx.now, expires_at: session.expires_at });

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
