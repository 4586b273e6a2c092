import type { Static } from "@sinclair/typebox";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { AppError } from "../errors.ts";
import { type Once, type Retry, writeOnce } from "../idempotency/once.ts";
import { newId } from "../ids.ts";
import { TOKENS_PER_USER } from "../limits.ts";
import { type Doer, record } from "./audit.ts";
import type { Actor, Credential } from "./credentials.ts";
import { credentialsChanged } from "./events.ts";
import type { NewToken, TokenMade, Token as TokenModel } from "./model.ts";
import { hashToken, randomText, verifySecret } from "./passwords.ts";
import { actorNow, adminOnly, notResident } from "./standing.ts";
import { countTokens, findToken, findTokenByPrefix, insertToken, listTokens, loadUser, revokeToken, type TokenRow } from "./store.ts";

const DAY = 24 * 60 * 60 * 1000;
const PREFIX_LETTERS = 8;
/** 52 letters of 31: 257 bits. */
const SECRET_LETTERS = 52;
const shape = new RegExp(`^col_([a-z0-9]{${PREFIX_LETTERS}})_[a-z0-9]{${SECRET_LETTERS}}$`);

/** `signing`: what the requests of a signed token are signed with, which unlike the token is never sent. */
export type TokenSecret = { token: string; prefix: string; hash: string; signing: { secret: string; sealed: string } | null };

/** Makes the secret parts of a token, before the transaction that stores it: hashing must not hold the writer. */
export const newSecret = async (ctx: Context, signed = false): Promise<TokenSecret> => {
  const prefix = randomText(PREFIX_LETTERS);
  const token = `col_${prefix}_${randomText(SECRET_LETTERS)}`;
  const secret = signed ? `cos_${randomText(SECRET_LETTERS)}` : null;
  return { token, prefix, hash: await hashToken(token), signing: secret === null ? null : { secret, sealed: ctx.keys.secrets.seal(secret) } };
};

/** Stores a token inside a transaction. @throws AppError `too_many_tokens` */
export const storeToken = (tx: Tx, doer: Doer, user: { no: number; id: string }, input: Static<typeof NewToken>, secret: TokenSecret): Static<typeof TokenMade> => {
  if (countTokens(tx, user.no) >= TOKENS_PER_USER) throw new AppError("too_many_tokens");
  const expires_at = input.expires_in_days === undefined ? null : new Date(Date.parse(tx.now) + input.expires_in_days * DAY).toISOString();
  const row = {
    id: newId(),
    user_no: user.no,
    name: input.name,
    token_prefix: secret.prefix,
    hash: secret.hash,
    signing: secret.signing?.sealed ?? null,
    rate_limit: input.rate_limit ?? null,
    created_at: tx.now,
    expires_at,
  };
  insertToken(tx, row);
  record(tx, doer, "token_created", row.id, { user: user.id, name: input.name, prefix: secret.prefix, signed: secret.signing !== null });
  return { ...tokenWire({ ...row, last_used_at: null, revoked_at: null }), token: secret.token, secret: secret.signing?.secret ?? null };
};

const tokenWire = ({ id, name, token_prefix, signing, rate_limit, created_at, expires_at, last_used_at }: TokenRow): Static<typeof TokenModel> => ({
  id,
  name,
  token_prefix,
  signed: signing !== null,
  rate_limit,
  created_at,
  expires_at,
  last_used_at,
});

/** Makes a token for `actor`; its secret is in the answer and nowhere else. @throws AppError `forbidden`, `too_many_tokens` */
export const createToken = async (ctx: Context, actor: Actor, input: Static<typeof NewToken>, retry: Retry): Promise<Once<Static<typeof TokenMade>>> => {
  const ceiling = ctx.config.rateLimit;
  if (input.rate_limit !== undefined && ceiling > 0 && !actor.user.admin && (input.rate_limit === 0 || input.rate_limit > ceiling))
    throw new AppError("forbidden", { message: `Only an admin may set a rate limit above ${ceiling} a minute.`, hint: "Leave rate_limit out, or ask an admin." });
  const secret = await newSecret(ctx, input.signed);
  return writeOnce(ctx, actor, retry, (tx) => {
    actorNow(ctx, actor);
    return { answer: storeToken(tx, actor, actor.user, input, secret) };
  });
};

/**
 * Makes a token for an agent, as an admin: an agent has no password to make one with. People make their own.
 * @throws AppError `forbidden`, `not_found`, `resident_agent`, `user_deactivated`, `too_many_tokens`
 */
export const createTokenFor = async (ctx: Context, actor: Actor, ref: string, input: Static<typeof NewToken>, retry: Retry): Promise<Once<Static<typeof TokenMade>>> => {
  adminOnly(actor);
  const user = ctx.users.get(ref);
  notResident(user);
  const secret = await newSecret(ctx, input.signed);
  return writeOnce(ctx, actor, retry, (tx) => {
    adminOnly(actorNow(ctx, actor));
    const now = loadUser(tx, user.no);
    if (now?.role !== "agent")
      throw new AppError("forbidden", {
        message: "Only an agent's tokens are made by an admin: with a person's, the admin could speak as that person.",
        hint: "They make their own: POST /api/auth/token.",
      });
    if (now.deactivated_at !== null) throw new AppError("user_deactivated");
    return { answer: storeToken(tx, actor, user, input, secret) };
  });
};

/** A user's tokens that still work, newest first, without their secrets. */
export const tokensOf = (ctx: Context, user_no: number): Static<typeof TokenModel>[] =>
  listTokens(ctx.db, user_no, ctx.clock().toISOString()).map((row) => tokenWire({ ...row, last_used_at: ctx.credentials.used.get(row.id)?.at ?? row.last_used_at }));

/** As `tokensOf`, of anyone, as an admin. @throws AppError `forbidden`, `not_found` */
export const tokensOfUser = (ctx: Context, actor: Actor, ref: string): Static<typeof TokenModel>[] => {
  adminOnly(actor);
  return tokensOf(ctx, ctx.users.get(ref).no);
};

/** Ends a token, one's own or as an admin: at once, its open sockets too. @throws AppError `not_found` */
export const endToken = async (ctx: Context, actor: Actor, id: string): Promise<void> => {
  const token = findToken(ctx.db, id);
  if (!token || token.revoked_at !== null || (token.user_no !== actor.user.no && !actor.user.admin))
    throw new AppError("not_found", { message: "You have no such token.", hint: "GET /api/auth/keys lists yours." });
  await ctx.write((tx) => {
    revokeToken(tx, id);
    credentialsChanged(tx, actor, token.user_no);
    record(tx, actor, "token_revoked", id, { prefix: token.token_prefix });
  });
};

/** Ends a token of a user, as an admin. @throws AppError `forbidden`, `not_found` when that user has no such token */
export const endTokenOf = async (ctx: Context, actor: Actor, ref: string, id: string): Promise<void> => {
  adminOnly(actor);
  const user = ctx.users.get(ref);
  if (findToken(ctx.db, id)?.user_no !== user.no)
    throw new AppError("not_found", { message: `${user.username} has no such token.`, hint: `GET /api/users/${user.username}/keys lists them.` });
  await endToken(ctx, actor, id);
};

/** Reads an API token. @returns the credential, or null when it is unknown, wrong, expired or revoked */
export const verifyToken = async (ctx: Context, token: string): Promise<Credential | null> => {
  const prefix = shape.exec(token)?.[1];
  const row = prefix === undefined ? undefined : findTokenByPrefix(ctx.db, prefix);
  if (!row || row.revoked_at !== null) return null;
  if (!(await verifySecret(token, row.hash))) return null;
  return {
    kind: "token",
    id: row.id,
    user_no: row.user_no,
    expires: row.expires_at === null ? null : Date.parse(row.expires_at),
    rate_limit: row.rate_limit,
    signed: row.signing !== null,
  };
};
