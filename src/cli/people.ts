import { existsSync } from "node:fs";
import { operator } from "../accounts/audit.ts";
import type { Actor } from "../accounts/credentials.ts";
import type { User } from "../accounts/directory.ts";
import { Job, Username } from "../accounts/model.ts";
import { hashPassword, randomText } from "../accounts/passwords.ts";
import { changeUser, deactivateUser, insertNewUser } from "../accounts/service.ts";
import { notResident } from "../accounts/standing.ts";
import { endToken, newSecret, storeToken, tokensOf } from "../accounts/tokens.ts";
import type { Config } from "../config.ts";
import { type Context, openContext } from "../context.ts";
import { databaseFile } from "../db/open.ts";
import { LINE_CHARACTERS, PASSWORD_CHARACTERS } from "../limits.ts";
import { CommandError, EXIT } from "./failure.ts";

/** Opens the data folder for one command. The server may be running: it sees the change within a moment. */
export const withContext = async (config: Config, work: (ctx: Context) => Promise<void>): Promise<void> => {
  if (!existsSync(databaseFile(config.data))) throw new CommandError(`There is no Colony in ${config.data}. Name its folder with --data, or start it once: colony serve`);
  const ctx = openContext(config);
  try {
    await work(ctx);
  } finally {
    ctx.close();
  }
};

/** Whoever may open the data folder may do all: the operator acts as `user`, with an admin's rights. */
const actAs = (user: User): Actor => ({
  user: { ...user, admin: true },
  credential: { kind: "password", id: user.id, user_no: user.no, expires: null, rate_limit: null },
  via: "api",
  ...operator,
  seen: 0,
});

const anyAdmin = (ctx: Context): Actor => {
  const admin = ctx.users.all().find((user) => user.admin);
  if (!admin) throw new CommandError("There is no admin in this Colony.");
  return actAs(admin);
};

const print = (rows: string[][]): void => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
};

type Output = { json?: boolean };

export const listUsers = (config: Config, { json }: Output): Promise<void> =>
  withContext(config, async (ctx) => {
    const users = ctx.users.all();
    if (json)
      console.log(JSON.stringify(users.map(({ author, job, admin, resident, created_at, deactivated_at }) => ({ ...author, job, admin, resident, created_at, deactivated_at }))));
    else print([["USERNAME", "ROLE", "ADMIN", "STATE", "NAME"], ...users.map((user) => [user.username, user.role, user.admin ? "yes" : "", stateOf(user), user.display_name])]);
  });

/** A resident is an agent that the server itself runs. */
const stateOf = ({ deactivated_at, resident }: User): string => {
  if (deactivated_at !== null) return "deactivated";
  return resident ? "resident" : "active";
};

export type AddOptions = Output & { agent?: boolean; admin?: boolean; name?: string; job?: string; password?: string; token?: string };

/** Makes a user; a person's password is made up and printed when none is given. */
export const addUser = (config: Config, username: string, options: AddOptions): Promise<void> =>
  withContext(config, async (ctx) => {
    if (!new RegExp(Username.pattern ?? "").test(username)) throw new CommandError(`'${username}' cannot be a username: ${Username.description}.`, EXIT.usage);
    const role = options.agent ? "agent" : "ape";
    if (options.job !== undefined && !new RegExp(Job.pattern ?? "").test(options.job))
      throw new CommandError(`A job is one line of at most ${LINE_CHARACTERS} characters.`, EXIT.usage);
    checkPasswordLength(options.password);
    const password = options.password ?? (role === "ape" ? randomText(20) : undefined);
    const password_hash = password === undefined ? null : await hashPassword(password);
    const secret = options.token === undefined ? null : await newSecret(ctx);
    const made = await ctx.write((tx) => {
      const user = insertNewUser(ctx, tx, operator, { username, display_name: options.name ?? username, role, job: options.job, admin: options.admin ?? false, password_hash });
      const token = secret && storeToken(tx, operator, user, { name: options.token ?? "" }, secret);
      return { user, token };
    });
    const shown = { username, role, ...(options.password === undefined && password !== undefined && { password }), ...(made.token && { token: made.token.token }) };
    if (options.json) console.log(JSON.stringify(shown));
    else {
      console.log(`Made ${role} ${username}.`);
      if (shown.password) console.log(`Password (shown this once): ${shown.password}`);
      if (shown.token) console.log(`Token (shown this once): ${shown.token}`);
    }
  });

const checkPasswordLength = (password: string | undefined): void => {
  const { min, max } = PASSWORD_CHARACTERS;
  if (password !== undefined && (password.length < min || password.length > max)) throw new CommandError(`A password has ${min} to ${max} characters.`, EXIT.usage);
};

/** Gives a user a new password; all their sign-ins end. */
export const setPassword = (config: Config, username: string, given: string | undefined): Promise<void> =>
  withContext(config, async (ctx) => {
    checkPasswordLength(given);
    const password = given ?? randomText(20);
    await changeUser(ctx, anyAdmin(ctx), username, { password });
    console.log(given ? `The password of ${username} is changed.` : `New password of ${username} (shown this once): ${password}`);
    if (ctx.users.get(username).deactivated_at !== null) console.error(`${username} is deactivated and cannot sign in: colony user activate ${username}`);
  });

export const setAdmin = (config: Config, username: string, admin: boolean): Promise<void> =>
  withContext(config, async (ctx) => {
    await changeUser(ctx, anyAdmin(ctx), username, { admin });
    console.log(`${username} is ${admin ? "an admin" : "no longer an admin"}.`);
  });

export const activateUser = (config: Config, username: string): Promise<void> =>
  withContext(config, async (ctx) => {
    const { role } = await changeUser(ctx, anyAdmin(ctx), username, { active: true });
    console.log(`${username} is active. To come in: ${role === "ape" ? `colony user password ${username}` : `colony token create ${username} NAME`}`);
  });

export const removeUser = (config: Config, username: string): Promise<void> =>
  withContext(config, async (ctx) => {
    await deactivateUser(ctx, anyAdmin(ctx), username);
    console.log(`${username} is deactivated: credentials are dead, messages stay.`);
  });

/** Makes a token for a user and prints it: the one time it is shown. Alone on its line, so that a script can take it. */
export const createTokenFor = (config: Config, username: string, name: string, options: Output & { days?: number; signed?: boolean }): Promise<void> =>
  withContext(config, async (ctx) => {
    const user = ctx.users.get(username);
    notResident(user);
    if (user.deactivated_at !== null) throw new CommandError(`${username} is deactivated: a token of theirs would open nothing.`, EXIT.refused);
    const secret = await newSecret(ctx, options.signed);
    const made = await ctx.write((tx) => storeToken(tx, operator, user, { name, expires_in_days: options.days }, secret));
    console.log(options.json ? JSON.stringify(made) : [made.token, made.secret ?? []].flat().join("\n"));
  });

export const listTokensOf = (config: Config, username: string, { json }: Output): Promise<void> =>
  withContext(config, async (ctx) => {
    const tokens = tokensOf(ctx, ctx.users.get(username).no);
    if (json) console.log(JSON.stringify(tokens));
    else
      print([
        ["ID", "PREFIX", "NAME", "CREATED", "LAST USED", "EXPIRES"],
        ...tokens.map((token) => [token.id, token.token_prefix, token.name, token.created_at, token.last_used_at ?? "never", token.expires_at ?? "never"]),
      ]);
  });

export const revokeTokenById = (config: Config, id: string): Promise<void> =>
  withContext(config, async (ctx) => {
    await endToken(ctx, anyAdmin(ctx), id);
    console.log("The token is dead.");
  });
