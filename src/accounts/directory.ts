import type { Static } from "@sinclair/typebox";
import type { Connection } from "../db/open.ts";
import { AppError } from "../errors.ts";
import type { Author as AuthorModel, User as UserModel } from "./model.ts";
import { loadUser, loadUsers } from "./store.ts";
import type { users } from "./table.ts";

export type UserRow = typeof users.$inferSelect;
export type Author = Static<typeof AuthorModel>;
/** A user as held in memory: without the password's hash. `resident`: whether the server itself runs it, or has run it. */
type Stored = Omit<UserRow, "password_hash" | "inbox_seq"> & { resident: boolean };
export type User = Stored & { author: Author };

const withAuthor = (row: Stored): User => ({
  ...row,
  author: { id: row.id, username: row.username, display_name: row.display_name, role: row.role },
});

/** The public face of a user. */
export const userWire = ({ id, username, display_name, role, job, admin, resident, created_at, deactivated_at }: Omit<User, "author">): Static<typeof UserModel> => ({
  id,
  username,
  display_name,
  role,
  job,
  admin,
  resident,
  created_at,
  deactivated_at,
});

/** All users, in memory: every message names one, and a company has thousands at most. */
export class UserDirectory {
  readonly #byNo = new Map<number, User>();
  readonly #byId = new Map<string, User>();
  readonly #byName = new Map<string, User>();

  constructor(private readonly db: Connection) {
    for (const row of loadUsers(db)) this.#put(withAuthor(row));
  }

  byNo(no: number): User | undefined {
    return this.#byNo.get(no);
  }

  byUsername(username: string): User | undefined {
    return this.#byName.get(username);
  }

  /** Finds `{id}` of a path: an id or a username. The id goes before, since a name may look like one. */
  find(ref: string): User | undefined {
    return this.#byId.get(ref) ?? this.#byName.get(ref);
  }

  /** As `find`. @throws AppError `not_found` */
  get(ref: string): User {
    const user = this.find(ref);
    if (!user) throw new AppError("not_found", { message: `There is no user '${ref.slice(0, 80)}'.`, hint: "GET /api/users lists them." });
    return user;
  }

  /** Who wrote a message. Every author has a row: users are deactivated, never removed. */
  author(no: number): Author {
    const user = this.#byNo.get(no);
    if (!user) throw new Error(`No user ${no}`);
    return user.author;
  }

  /** Everyone, in the order they came, the deactivated ones too. */
  all(): User[] {
    return [...this.#byNo.values()];
  }

  /** Takes up a change of one user from the database. */
  reload(no: number): void {
    const row = loadUser(this.db, no);
    if (row) this.#put(withAuthor(row));
  }

  #put(user: User): void {
    this.#byNo.set(user.no, user);
    this.#byId.set(user.id, user);
    this.#byName.set(user.username, user);
  }
}
