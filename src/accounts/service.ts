import type { Static } from "@sinclair/typebox";
import { GENERAL, joinChannel } from "../channels/service.ts";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { AppError, invalid } from "../errors.ts";
import { type Once, type Retry, writeOnce } from "../idempotency/once.ts";
import { newId } from "../ids.ts";
import { LOGIN_FAILURES_PER_MINUTE } from "../limits.ts";
import { type Doer, record } from "./audit.ts";
import { type Actor, type Credential, secretHash } from "./credentials.ts";
import { type User, userWire } from "./directory.ts";
import { credentialsChanged } from "./events.ts";
import type { NewUser, SignedIn, UserChange, UserMade, User as UserModel } from "./model.ts";
import { hashPassword, verifySecret } from "./passwords.ts";
import { type Origin, signSession, storeSession, verifySession } from "./sessions.ts";
import { actorNow, adminOnly, notResident, passwordMark, stands, usable } from "./standing.ts";
import { activeAdmins, endSession, endSessions, endTelegram, insertUser, loadUser, passwordHash, revokeTokens, updateUser, usernameTaken } from "./store.ts";
import { Throttle } from "./throttle.ts";
import { newSecret, storeToken, verifyToken } from "./tokens.ts";

const throttles = new WeakMap<Context, Throttle>();
const throttle = (ctx: Context): Throttle => {
  const found = throttles.get(ctx) ?? new Throttle(LOGIN_FAILURES_PER_MINUTE, "Too many failed sign-ins for this name from this address.");
  throttles.set(ctx, found);
  return found;
};

/** Names that mean something else after an @, or in a search's from: and in:. */
export const reservedNames: ReadonlySet<string> = new Set(["here", "channel", "everyone", "all", "me"]);

const verifying = new Map<string, Promise<Credential | null>>();

/**
 * Who holds this token: an API token or a login's JWT. Seen before: at once. New: verified, which many requests that
 * arrive together share. @returns null when it is no good
 */
export const authenticate = (ctx: Context, token: string): Credential | null | Promise<Credential | null> => {
  const hash = secretHash(token);
  const known = ctx.credentials.get(hash);
  if (known) return usable(ctx, known) ? known : null;
  const running = verifying.get(hash);
  if (running) return running;
  const work = verifyNew(ctx, token, hash).finally(() => verifying.delete(hash));
  verifying.set(hash, work);
  return work;
};

const verifyNew = async (ctx: Context, token: string, hash: string): Promise<Credential | null> => {
  const credential = await (token.startsWith("col_") ? verifyToken(ctx, token) : verifySession(ctx, token));
  // It may have ended while it was being verified; the cache must not outlive it.
  if (!credential || !usable(ctx, credential) || !stands(ctx, credential)) return null;
  ctx.credentials.put(hash, credential);
  return credential;
};

/** Someone who showed name and password, as an actor. @throws AppError as `checkPassword` */
export const actorByPassword = async (ctx: Context, username: string, password: string, address: string): Promise<Actor> => {
  const { changes } = ctx.credentials;
  const { user, hash } = await checkPassword(ctx, username, password, address);
  const credential: Credential = { kind: "password", id: passwordMark(hash), user_no: user.no, expires: null, rate_limit: null };
  return actorNow(ctx, { user, credential, via: "api", address, seen: changes });
};

/**
 * Checks a name and password. An unknown name and a wrong password answer alike and take alike long.
 * @throws AppError `unauthorized`, `rate_limited` after five failures within a minute
 */
const checkPassword = async (ctx: Context, username: string, password: string, address: string): Promise<{ user: User; hash: string | null }> => {
  const name = username.trim().toLowerCase();
  const user = ctx.users.byUsername(name);
  const active = user && user.deactivated_at === null ? user : undefined;
  const hash = active ? passwordHash(ctx.db, active.no) : null;
  const right = await throttle(ctx).attempt(
    `${name}\n${address}`,
    () => verifySecret(password, hash),
    (matched) => !matched,
  );
  if (!right || !active) {
    await ctx.write((tx) => record(tx, { address }, "login_failed", user?.id ?? null));
    throw new AppError("unauthorized", { message: "The username or the password is wrong.", hint: "Try again, or ask an admin for a new password." });
  }
  return { user: active, hash };
};

/** Signs someone in. @throws AppError as `checkPassword` */
export const login = async (ctx: Context, username: string, password: string, origin: Origin): Promise<Static<typeof SignedIn>> => {
  const { address } = origin;
  const actor = await actorByPassword(ctx, username, password, address);
  const { user } = actor;
  const session = await signSession(ctx, user.id);
  await ctx.write((tx) => {
    actorNow(ctx, actor);
    storeSession(tx, user.no, session, origin);
    record(tx, { user, address }, "login", session.id);
  });
  return { token: session.token, expires_at: session.expires_at, user: userWire(user) };
};

/** Ends the session in use, its sockets too. With an API token there is no session to end. @throws AppError `validation_failed` */
export const logout = async (ctx: Context, actor: Actor): Promise<void> => {
  const { kind, id } = actor.credential;
  if (kind !== "session") throw invalid("authorization", "this is an API token, not a sign-in", "DELETE /api/auth/keys/{id} ends an API token.");
  await ctx.write((tx) => {
    endSession(tx, id);
    credentialsChanged(tx, actor, actor.user.no);
    record(tx, actor, "logout", id);
  });
};

/** Changes one's own password; other sessions end. @throws AppError `unauthorized`, `rate_limited` */
export const changePassword = async (ctx: Context, actor: Actor, current: string, next: string): Promise<void> => {
  const shown = await actorByPassword(ctx, actor.user.username, current, actor.address);
  const password_hash = await hashPassword(next);
  await ctx.write((tx) => {
    actorNow(ctx, actor);
    actorNow(ctx, shown);
    updateUser(tx, actor.user.no, { password_hash });
    endSessions(tx, actor.user.no, actor.credential.kind === "session" ? actor.credential.id : null);
    credentialsChanged(tx, actor, actor.user.no);
    record(tx, actor, "password_changed", actor.user.id);
  });
};

/** Everyone, the deactivated too, in the order they came. */
export const listUsers = (ctx: Context): Static<typeof UserModel>[] => ctx.users.all().map(userWire);

/**
 * Makes a user, as an admin. A person needs a password; an agent lives by its tokens.
 * @throws AppError `forbidden`, `username_taken`, `validation_failed`
 */
export const createUser = async (ctx: Context, actor: Actor, input: Static<typeof NewUser>, retry: Retry): Promise<Once<Static<typeof UserMade>>> => {
  adminOnly(actor);
  if (input.role === "ape" && input.password === undefined) throw invalid("password", "a person needs one", "Send a password of 8 characters or more, or role agent.");
  const password_hash = input.password === undefined ? null : await hashPassword(input.password);
  const secret = input.with_token === undefined ? null : await newSecret(ctx);
  return writeOnce(ctx, actor, retry, (tx) => {
    adminOnly(actorNow(ctx, actor));
    const user = insertNewUser(ctx, tx, actor, { ...input, password_hash });
    const token = secret && storeToken(tx, actor, user, { name: input.with_token === true ? input.username : (input.with_token ?? "") }, secret);
    return { answer: { ...userWire(user), ...(token && { token }) } };
  });
};

type NewUserInput = Pick<Static<typeof NewUser>, "username" | "display_name" | "role" | "job" | "admin"> & {
  id?: string;
  password_hash: string | null;
  apart?: boolean;
  deactivated?: boolean;
};

/** Puts a user in, with events, inside a transaction. Everyone is a member of #general, but who stands `apart`. `id`: when it was needed beforehand. `deactivated`: from the start. @throws AppError `username_taken` */
export const insertNewUser = (ctx: Context, tx: Tx, doer: Doer, input: NewUserInput): Omit<User, "author"> => {
  const { id = newId(), username, display_name = username, role, job = null, admin = false, password_hash } = input;
  if (reservedNames.has(username) || usernameTaken(tx, username)) throw new AppError("username_taken", { details: [{ path: "username", message: `'${username}' is taken` }] });
  const deactivated_at = input.deactivated ? tx.now : null;
  const no = insertUser(tx, { id, username, display_name, role, job, admin, password_hash, created_at: tx.now, deactivated_at });
  tx.append({ kind: "user", channel_no: null, subject: no, actor_no: doer.user?.no ?? null });
  const general = input.apart ? undefined : ctx.channels.find(GENERAL);
  if (general) joinChannel(tx, general.no, no);
  record(tx, doer, "user_created", id, { username, role, admin });
  return { no, id, username, display_name, role, admin, job, resident: false, created_at: tx.now, deactivated_at };
};

/**
 * Changes a user: an admin anything, others their own display name and job.
 * @throws AppError `not_found`, `forbidden`, `resident_agent`, `last_admin`
 */
export const changeUser = async (ctx: Context, actor: Actor, ref: string, change: Static<typeof UserChange>): Promise<Static<typeof UserModel>> => {
  const user = ctx.users.get(ref);
  const { active, password, ...fields } = change;
  const ownProfile = user.no === actor.user.no && Object.keys(change).every((field) => field === "display_name" || field === "job");
  if (!ownProfile) adminOnly(actor);
  notResident(user);
  const password_hash = password === undefined ? undefined : await hashPassword(password);
  const deactivated_at = active === undefined ? undefined : active ? null : ctx.clock().toISOString();
  await ctx.write((tx) => {
    const now = actorNow(ctx, actor);
    if (!ownProfile) adminOnly(now);
    const before = loadUser(tx, user.no);
    updateUser(tx, user.no, { ...fields, ...(password_hash !== undefined && { password_hash }), ...(deactivated_at !== undefined && { deactivated_at }) });
    if (password_hash !== undefined) endSessions(tx, user.no, null);
    if (active === false) endCredentials(tx, user.no);
    keepAnAdmin(tx);
    tx.append({ kind: "user", channel_no: null, subject: user.no, actor_no: actor.user.no });
    if (password_hash !== undefined || active === false) credentialsChanged(tx, actor, user.no);
    const changes = Object.fromEntries(Object.entries(fields).map(([field, to]) => [field, { from: before?.[field as keyof typeof fields] ?? null, to }]));
    const deed = active === undefined ? "user_changed" : active ? "user_reactivated" : "user_deactivated";
    record(tx, actor, deed, user.id, { fields: Object.keys(change), changes });
  });
  return userWire(ctx.users.get(user.id));
};

/** Deactivates a user: credentials die at once, messages stay. @throws AppError `not_found`, `forbidden`, `resident_agent`, `last_admin` */
export const deactivateUser = async (ctx: Context, actor: Actor, ref: string): Promise<void> => {
  adminOnly(actor);
  await changeUser(ctx, actor, ref, { active: false });
};

/** Deactivates someone inside a transaction, whoever asks: for agents that end with what they were made for. */
export const retireUser = (tx: Tx, doer: Doer, user: Pick<User, "no" | "id">): void => {
  updateUser(tx, user.no, { deactivated_at: tx.now });
  endCredentials(tx, user.no);
  tx.append({ kind: "user", channel_no: null, subject: user.no, actor_no: doer.user?.no ?? null });
  credentialsChanged(tx, doer, user.no);
  record(tx, doer, "user_deactivated", user.id);
};

export { endTelegram } from "./store.ts";

const endCredentials = (tx: Tx, user_no: number): void => {
  endSessions(tx, user_no, null);
  revokeTokens(tx, user_no);
  endTelegram(tx, user_no);
};

const keepAnAdmin = (tx: Tx): void => {
  if (activeAdmins(tx) === 0) throw new AppError("last_admin");
};
