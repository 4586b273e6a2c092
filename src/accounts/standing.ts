import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { type Actor, type Credential, secretHash } from "./credentials.ts";
import type { User } from "./directory.ts";
import { findSession, findToken, passwordHash, telegramLinked } from "./store.ts";

/** Whether a credential's user is active and its time not over. */
export const usable = (ctx: Context, credential: Credential): boolean => {
  const user = ctx.users.byNo(credential.user_no);
  return user !== undefined && user.deactivated_at === null && (credential.expires === null || credential.expires > ctx.clock().getTime());
};

/** Whether a credential that was good has not ended since. Asked of the database: for sockets, whose first frame is long past. */
export const stands = (ctx: Context, credential: Credential): boolean => {
  if (!usable(ctx, credential)) return false;
  if (credential.kind === "session") return findSession(ctx.db, credential.id)?.ended_at === null;
  if (credential.kind === "token") return findToken(ctx.db, credential.id)?.revoked_at === null;
  if (credential.kind === "telegram") return telegramLinked(ctx.db, credential.id);
  return passwordMark(passwordHash(ctx.db, credential.user_no)) === credential.id;
};

/** By what a password that was shown is known again: not the hash itself. */
export const passwordMark = (hash: string | null): string => secretHash(hash ?? "");

/**
 * The actor as of now. A body may come slowly and hashing takes its time: whose credential ended meanwhile is nobody, who
 * lost a right has it no more.
 * @throws AppError `unauthorized`
 */
export const actorNow = (ctx: Context, actor: Actor): Actor => {
  if (actor.seen === ctx.credentials.changes) return actor;
  const user = ctx.users.byNo(actor.credential.user_no);
  if (!user || !stands(ctx, actor.credential)) throw new AppError("unauthorized", { message: "The credential has ended." });
  return { ...actor, user, seen: ctx.credentials.changes };
};

/** @throws AppError `forbidden` */
export const adminOnly = (actor: Pick<Actor, "user">): void => {
  if (!actor.user.admin) throw new AppError("forbidden", { message: "Only an admin may do this.", hint: "Ask an admin." });
};

/** Refuses to change a user whom the server runs, or to speak as it: its file says who it is. @throws AppError `resident_agent` */
export const notResident = (user: User): void => {
  if (user.resident) throw new AppError("resident_agent");
};
