import type { Doer } from "../accounts/audit.ts";
import { keepUser, letUserGo } from "../accounts/kept.ts";
import { insertNewUser } from "../accounts/service.ts";
import type { Context } from "../context.ts";
import type { Connection } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { AppError } from "../errors.ts";
import type { Written } from "./files.ts";
import type { Problem, Resident } from "./residents.ts";
import { insertResident, othersNamed, residentRows } from "./store.ts";

/** Nobody signed in: the server follows its files. */
const itself: Doer = { address: "server" };

/**
 * Gives every persona its user: made when it is new, named as its file says, active again when the file came back, and
 * deactivated when it went. A user whom somebody else made under that name is not touched; the agent waits for another name.
 * @returns the agents there are now, and those whose name is taken
 */
export const keepUsers = (ctx: Context, personas: readonly Written[]): Promise<{ residents: Resident[]; problems: Problem[] }> =>
  ctx.write((tx) => {
    const known = new Map(residentRows(tx).map(({ name, user_no }) => [name, user_no]));
    const residents: Resident[] = [];
    const problems: Problem[] = [];
    for (const { line, enabled, ...persona } of personas) {
      const user_no = known.get(persona.username) ?? makeUser(ctx, tx, persona.username, persona.display_name);
      if (user_no === null) {
        problems.push(takenProblem({ line, enabled, ...persona }));
        continue;
      }
      keepUser(tx, itself, user_no, persona.display_name);
      residents.push({ ...persona, user_no });
    }
    const kept = new Set(residents.map(({ user_no }) => user_no));
    for (const user_no of known.values()) if (!kept.has(user_no)) letUserGo(tx, itself, user_no);
    return { residents, problems };
  });

/** Whether a username is that of a user whom the server does not run. */
export const isOthers = (db: Connection, username: string): boolean => othersNamed(db, [username]).has(username);

/** What is said of an agent whose username is somebody's. */
export const takenProblem = ({ username, file, line }: Written): Problem => ({
  file: file ?? `${username}.md (built in)`,
  line,
  message: `username: the name '${username}' is taken by a user. ${file === null ? "It stays theirs. To have this agent all the same, describe it in a file of <data>/agents/ under another username." : "Give the agent another username."}`,
});

/** Makes the user of a new agent: no password, no token, and a member of nothing. @returns its number; null when the name is somebody's */
const makeUser = (ctx: Context, tx: Tx, username: string, display_name: string): number | null => {
  try {
    const { no } = insertNewUser(ctx, tx, itself, { username, display_name, role: "agent", password_hash: null, apart: true });
    insertResident(tx, username, no);
    return no;
  } catch (error) {
    if (error instanceof AppError && error.code === "username_taken") return null;
    throw error;
  }
};
