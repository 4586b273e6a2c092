import type { Doer } from "../accounts/audit.ts";
import { randomText } from "../accounts/passwords.ts";
import { insertNewUser } from "../accounts/service.ts";
import type { Channel } from "../channels/directory.ts";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";

const SLUG_LETTERS = 24;

/**
 * Makes the agent that a webhook speaks as, inside a transaction: it has no password and no token, and is a member of
 * nothing: it posts by its maker's right. Everyone sees who there is, so the agent of a private channel's webhook has a
 * name that tells nothing.
 * @returns its number
 */
export const makeAgent = (ctx: Context, tx: Tx, doer: Doer, channel: Channel, name: string): number => {
  const hidden = channel.visibility !== "public";
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, SLUG_LETTERS);
  const username = ["hook", ...(hidden || slug === "" ? [] : [slug]), randomText(6)].join("-");
  const { no } = insertNewUser(ctx, tx, doer, { username, display_name: hidden ? "Webhook" : name, role: "agent", password_hash: null, apart: true });
  return no;
};
