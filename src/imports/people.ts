import { operator } from "../accounts/audit.ts";
import type { User } from "../accounts/directory.ts";
import { keepUser } from "../accounts/kept.ts";
import { insertNewUser, reservedNames } from "../accounts/service.ts";
import type { Tx } from "../db/write.ts";
import { IMPORT_PEOPLE, LINE_CHARACTERS, USERNAME_CHARACTERS } from "../limits.ts";
import { ArchiveError } from "./archive.ts";
import type { Person } from "./format.ts";
import { asName, called, freeName, type Run, SOURCE } from "./run.ts";
import { findImported, importedOf, putImported } from "./store.ts";
import { write } from "./writing.ts";

/** The account that every Colony has from its first start. */
export const EVERYBODYS = "admin";
/** The state of someone who was made and let in by nobody yet. */
const MADE = "made";

/** What becomes of someone: a user that there is already, or a new one of a name. */
type Fate = { user: User } | { username: string };

/** Whom the people of a workspace are here. Whoever is needed and not there is made; nobody gets a right by it. */
export class People {
  readonly #nos = new Map<string, number>();
  readonly #listed: Map<string, Person>;
  /** A program speaks under another id than the one it is listed under. */
  readonly #programs: Map<string, string>;
  /** Names given out in this run, which memory may not know yet. */
  readonly #given = new Set<string>();

  constructor(
    private readonly run: Run,
    listed: readonly Person[],
  ) {
    this.#listed = new Map(listed.map((person) => [person.id, person]));
    this.#programs = new Map(listed.flatMap(({ bot_id, id }) => (bot_id === "" || this.#listed.has(bot_id) ? [] : [[bot_id, id]])));
    for (const [id, no] of importedOf(run.ctx.db, SOURCE, run.team, "user")) this.#nos.set(id, no);
  }

  /** Someone's number here; undefined for whom nobody made. In a dry run 0 for who would be. */
  no(id: string): number | undefined {
    return this.#nos.get(id) ?? this.#nos.get(this.#programs.get(id) ?? "");
  }

  /** How someone is called in a text. */
  mention(id: string, label: string | undefined): string {
    const user = this.run.ctx.users.byNo(this.no(id) ?? 0);
    return `@${user?.username ?? (label || this.#listed.get(id)?.name || id)}`;
  }

  /** Everyone whom the export lists. @throws ArchiveError for a user to be mapped to who is not there */
  async takeListed(): Promise<void> {
    const { summary, ctx, wishes } = this.run;
    for (const name of wishes.as.values())
      if (!ctx.users.byUsername(name)) throw new ArchiveError(`There is no user '${name}' to map somebody to: colony user list shows who there is.`);
    summary.users.known = [...this.#listed.keys()].filter((id) => this.#nos.has(id)).length;
    await this.take(this.#listed.values());
    if (wishes.activate) for (const person of this.#listed.values()) if (!person.deleted) await this.#letIn(person);
  }

  /** Activates whom an earlier import made, once: who was deactivated since stays so. */
  async #letIn(person: Person): Promise<void> {
    const { ctx, summary, wishes } = this.run;
    const external = called(this.run, "user", person.id);
    const known = findImported(ctx.db, external);
    const user = known?.version === MADE ? ctx.users.byNo(known.subject) : undefined;
    if (!user) return;
    summary.users.activated++;
    if (wishes.dry) return;
    await write(ctx, (tx) => {
      keepUser(tx, operator, user.no, user.display_name);
      putImported(tx, { ...external, subject: user.no, version: "" });
    });
  }

  /** Sees to it that these are here, as users there are already or new ones. */
  async take(people: Iterable<Person>): Promise<void> {
    const missing = new Map<string, Person>();
    for (const person of people) if (this.no(person.id) === undefined) missing.set(person.id, this.#listed.get(person.id) ?? person);
    const all = [...missing.values()];
    for (let from = 0; from < all.length; from += IMPORT_PEOPLE) {
      const some = all.slice(from, from + IMPORT_PEOPLE);
      const taken = this.run.wishes.dry
        ? some.map((person) => ({ person, no: 0, fate: this.#fate(person) }))
        : await write(this.run.ctx, (tx) => some.map((person) => this.#put(tx, person)));
      for (const { person, no, fate } of taken) {
        this.#nos.set(person.id, no);
        if (fate) this.#note(person, fate);
      }
    }
  }

  #put(tx: Tx, person: Person): { person: Person; no: number; fate: Fate | null } {
    const external = called(this.run, "user", person.id);
    const known = findImported(tx, external);
    if (known) return { person, no: known.subject, fate: null };
    const fate = this.#fate(person);
    const no = "user" in fate ? fate.user.no : this.#insert(tx, person, fate.username);
    putImported(tx, { ...external, subject: no, version: "user" in fate || this.#isActive(person) ? "" : MADE });
    return { person, no, fate };
  }

  #insert(tx: Tx, person: Person, username: string): number {
    const { ctx } = this.run;
    const deactivated = !this.#isActive(person);
    return insertNewUser(ctx, tx, operator, { username, display_name: shown(person), role: person.bot ? "agent" : "ape", password_hash: null, deactivated }).no;
  }

  #isActive({ deleted }: Person): boolean {
    return this.run.wishes.activate && !deleted;
  }

  /**
   * Whoever has the same name here, in letters and kind, is the same person, unless everyone is to stand apart: a company's names are
   * one's own. Residents and whoever left are nobody's; the admin account is only who is said to be.
   */
  #fate(person: Person): Fate {
    const { ctx, wishes } = this.run;
    const wished = wishes.as.get(person.id) ?? wishes.as.get(person.name);
    const name = asName(person.name, /[^a-z0-9._-]+/g, USERNAME_CHARACTERS) || asName(person.id, /[^a-z0-9]+/g, USERNAME_CHARACTERS) || "someone";
    const same = ctx.users.byUsername(wished ?? (wishes.apart ? "" : name));
    if (same && (wished || (same.username !== EVERYBODYS && same.deactivated_at === null && !same.resident && same.role === (person.bot ? "agent" : "ape")))) return { user: same };
    const username = freeName(name, USERNAME_CHARACTERS, (free) => !reservedNames.has(free) && !this.#given.has(free) && !ctx.users.byUsername(free));
    this.#given.add(username);
    return { username };
  }

  #note(person: Person, fate: Fate): void {
    const { users } = this.run.summary;
    if ("user" in fate) users.mapped.push({ slack: person.name || person.id, username: fate.user.username });
    else {
      users.made++;
      if (fate.username !== person.name) users.renamed.push({ slack: person.name || person.id, username: fate.username });
    }
  }
}

const shown = ({ display_name }: Person): string =>
  display_name
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .trim()
    .slice(0, LINE_CHARACTERS)
    .toWellFormed() || "someone";
