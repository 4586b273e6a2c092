import type { User } from "../accounts/directory.ts";
import type { Context } from "../context.ts";
import { AppError, invalid } from "../errors.ts";

/**
 * The users that a field of a request names, by id or username, each once, in the order in which they are named.
 * @throws AppError `validation_failed` for a name nobody has, `user_deactivated`
 */
export const peopleNamed = (ctx: Context, field: string, refs: string[]): User[] => [...new Set(refs.map((ref, at) => personNamed(ctx, `${field}.${at}`, ref)))];

/** As `peopleNamed`, of a field that names one. */
export const personNamed = (ctx: Context, field: string, ref: string): User => {
  const user = ctx.users.find(ref);
  if (!user) throw invalid(field, `there is no user '${ref.slice(0, 80)}'`, ref.startsWith("@") ? "Write the username without its @." : "GET /api/users lists them.");
  if (user.deactivated_at !== null) throw new AppError("user_deactivated", { message: `${user.username} is deactivated.`, details: [{ path: field, message: "is deactivated" }] });
  return user;
};
