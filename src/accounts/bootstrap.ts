import { GENERAL, insertNewChannel, joinChannel } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { beginEpoch } from "../feed/epoch.ts";
import { operator } from "./audit.ts";
import { hashPassword, randomText } from "./passwords.ts";
import { insertNewUser } from "./service.ts";

export const ADMIN = "admin";
const GENERATED_PASSWORD_LETTERS = 20;

/** A password that was made for someone, to be shown once. */
export type Generated = { username: string; password: string };

/**
 * Fills a new database: the admin, the people of COLONY_SEED_APES, #general and the name of the database's life.
 * Does nothing when there are users already. @returns the passwords it made up
 */
export const bootstrap = async (ctx: Context): Promise<Generated[]> => {
  if (ctx.users.all().length > 0) return [];
  const names = [ADMIN, ...ctx.config.seedApes.filter((name) => name !== ADMIN)];
  const people = await Promise.all(
    names.map(async (username) => {
      const given = username === ADMIN ? ctx.config.adminPassword : null;
      const password = given ?? randomText(GENERATED_PASSWORD_LETTERS);
      return { username, password, generated: given === null, password_hash: await hashPassword(password) };
    }),
  );
  const [admin, ...apes] = people;
  if (!admin) return [];
  const name = (username: string) => username.charAt(0).toUpperCase() + username.slice(1);
  await ctx.write((tx) => {
    beginEpoch(tx);
    const { no } = insertNewUser(ctx, tx, operator, { username: ADMIN, display_name: name(ADMIN), role: "ape", admin: true, password_hash: admin.password_hash });
    const general = insertNewChannel(tx, no, { name: GENERAL, description: "Everyone is here." });
    joinChannel(tx, general.no, no);
    for (const { username, password_hash } of apes) {
      const ape = insertNewUser(ctx, tx, operator, { username, display_name: name(username), role: "ape", password_hash });
      joinChannel(tx, general.no, ape.no);
    }
  });
  ctx.feed.readEpoch();
  return people.filter(({ generated }) => generated).map(({ username, password }) => ({ username, password }));
};
