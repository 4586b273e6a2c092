import { join } from "node:path";
import { bootstrap } from "../src/accounts/bootstrap.ts";
import type { Actor } from "../src/accounts/credentials.ts";
import { readConfig } from "../src/config.ts";
import { type Context, openContext } from "../src/context.ts";
import { indexSome } from "../src/search/indexing.ts";
import { ADMIN_PASSWORD, newFolder } from "./colony.ts";

/** A Colony without a server: nothing is indexed until a test says so. */
export const openIndexless = async (clock?: () => Date, data = join(newFolder(), "data")): Promise<{ ctx: Context; admin: Actor; data: string }> => {
  const ctx = openContext({ ...readConfig({ COLONY_DATA: data, COLONY_ADMIN_PASSWORD: ADMIN_PASSWORD }), logLevel: "silent" }, clock);
  await bootstrap(ctx);
  const user = ctx.users.get("admin");
  return { ctx, data, admin: { user, credential: { kind: "token", id: "", user_no: user.no, expires: null, rate_limit: null }, via: "api", address: "", seen: 0 } };
};

export const indexAll = async (ctx: Context): Promise<void> => {
  while (await ctx.write((tx) => indexSome(ctx, tx)));
};
