import type { Static } from "@sinclair/typebox";
import { type Doer, record } from "../accounts/audit.ts";
import { type Actor, secretHash } from "../accounts/credentials.ts";
import { userWire } from "../accounts/directory.ts";
import type { SignedIn } from "../accounts/model.ts";
import { hashPassword, randomText } from "../accounts/passwords.ts";
import { insertNewUser } from "../accounts/service.ts";
import { type Origin, signSession, storeSession } from "../accounts/sessions.ts";
import { actorNow, adminOnly } from "../accounts/standing.ts";
import { Throttle } from "../accounts/throttle.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { type Once, type Retry, writeOnce } from "../idempotency/once.ts";
import { newId } from "../ids.ts";
import { INVITE_DAYS, REGISTRATIONS_PER_MINUTE } from "../limits.ts";
import type { InviteMade, Invite as InviteModel, NewInvite, Register } from "./model.ts";
import { findOpenInvite, type InviteRow, insertInvite, listInvites, revokeInvite, spendInvite } from "./store.ts";

const DAY = 24 * 60 * 60 * 1000;
const CODE_LETTERS = 32;

/** Under whose number the Idempotency-Keys of those are kept who are nobody yet. */
const STRANGER = { user: { no: 0 } };

const throttles = new WeakMap<Context, Throttle>();
const throttle = (ctx: Context): Throttle => {
  const found = throttles.get(ctx) ?? new Throttle(REGISTRATIONS_PER_MINUTE, "Too many registrations from this address.");
  throttles.set(ctx, found);
  return found;
};

/**
 * Makes an account for a stranger and signs it in. Every try counts against its address, whatever comes of it: codes and
 * names are not to be guessed.
 * @throws AppError `registration_closed`, `invite_required`, `invite_invalid`, `username_taken`, `rate_limited`
 */
export const register = async (ctx: Context, input: Static<typeof Register>, origin: Origin, retry: Retry): Promise<Once<Static<typeof SignedIn>>> => {
  const { registration } = ctx.config;
  if (registration !== "open" && input.invite === undefined) throw new AppError(registration === "closed" ? "registration_closed" : "invite_required");
  const [tried] = await throttle(ctx).attempt(
    origin.address,
    () => Promise.allSettled([makeAccount(ctx, input, origin, retry)]),
    () => true,
  );
  if (tried.status === "rejected") throw tried.reason;
  return tried.value;
};

const makeAccount = async (ctx: Context, input: Static<typeof Register>, origin: Origin, retry: Retry): Promise<Once<Static<typeof SignedIn>>> => {
  const { username, display_name = username } = input;
  const { address } = origin;
  const stranger: Doer = { address };
  const code_hash = input.invite === undefined ? null : secretHash(input.invite);
  const password_hash = await hashPassword(input.password);
  const id = newId();
  const session = await signSession(ctx, id);
  try {
    return await writeOnce(ctx, STRANGER, retry && { ...retry, key: `${username} ${retry.key}` }, (tx) => {
      const invite = code_hash === null ? null : findOpenInvite(tx, code_hash, tx.now);
      if (invite === undefined) throw new AppError("invite_invalid");
      const user = insertNewUser(ctx, tx, stranger, { id, username, display_name, role: "ape", password_hash });
      if (invite) spendInvite(tx, invite.id, user.no);
      storeSession(tx, user.no, session, origin);
      record(tx, { user, address }, "registered", id, { invite: invite?.id ?? null });
      return { answer: { token: session.token, expires_at: session.expires_at, user: userWire(user) } };
    });
  } catch (error) {
    if (error instanceof AppError && error.code === "invite_invalid") await ctx.write((tx) => record(tx, stranger, "registration_failed", null));
    throw error;
  }
};

const inviteWire = (ctx: Context, { id, note, created_by, created_at, expires_at }: InviteRow): Static<typeof InviteModel> => ({
  id,
  note,
  created_by: ctx.users.author(created_by),
  created_at,
  expires_at,
});

/** Makes an invitation for one account, as an admin. `page`: this server's address. @throws AppError `forbidden` */
export const createInvite = (ctx: Context, actor: Actor, input: Static<typeof NewInvite>, page: string, retry: Retry): Promise<Once<Static<typeof InviteMade>>> => {
  adminOnly(actor);
  const code = randomText(CODE_LETTERS);
  return writeOnce(ctx, actor, retry, (tx) => {
    adminOnly(actorNow(ctx, actor));
    const expires_at = new Date(Date.parse(tx.now) + (input.expires_in_days ?? INVITE_DAYS.default) * DAY).toISOString();
    const row = { id: newId(), code_hash: secretHash(code), note: input.note ?? null, created_by: actor.user.no, created_at: tx.now, expires_at };
    insertInvite(tx, row);
    record(tx, actor, "invite_created", row.id, { note: row.note, expires_at });
    return { answer: { ...inviteWire(ctx, { ...row, used_at: null, used_by: null, revoked_at: null }), code, url: `${page}/register#${code}` } };
  });
};

/** Invitations that can still be used, newest first, as an admin; without their codes. @throws AppError `forbidden` */
export const openInvites = (ctx: Context, actor: Actor): Static<typeof InviteModel>[] => {
  adminOnly(actor);
  return listInvites(ctx.db, ctx.clock().toISOString()).map((row) => inviteWire(ctx, row));
};

/** Takes an invitation back, as an admin. @throws AppError `forbidden`, `not_found` also when it was used or is over */
export const endInvite = (ctx: Context, actor: Actor, id: string): Promise<void> => {
  adminOnly(actor);
  return ctx.write((tx) => {
    adminOnly(actorNow(ctx, actor));
    if (!revokeInvite(tx, id)) throw new AppError("not_found", { message: "There is no such invitation, or it cannot be used any more.", hint: "GET /api/invites lists them." });
    record(tx, actor, "invite_revoked", id);
  });
};
