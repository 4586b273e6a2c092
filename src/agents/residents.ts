import type { Connection } from "../db/open.ts";
import { AppError } from "../errors.ts";
import type { Persona } from "./persona.ts";
import { isResident } from "./store.ts";

/** A resident agent as it is now: its persona and the number of its user. */
export type Resident = Persona & { user_no: number };

/** What keeps an agent's file from being used: `line` from 1. */
export type Problem = { file: string; line: number; message: string };

/** The agents that the server itself runs, held in memory. */
export class Residents {
  readonly #byNo = new Map<number, Resident>();
  problems: Problem[] = [];

  constructor(private readonly db: Connection) {}

  /**
   * Refuses to change a user whom the server runs, or has run: its file says who it is. Asked of the database, since an
   * operator's command knows no agents' files.
   * @throws AppError `resident_agent`
   */
  notOneOf(user_no: number): void {
    if (isResident(this.db, user_no)) throw new AppError("resident_agent");
  }

  /** By the number of its user; undefined for who is none, or is none any more. */
  byNo(user_no: number): Resident | undefined {
    return this.#byNo.get(user_no);
  }

  byName(username: string): Resident | undefined {
    return this.all().find((one) => one.username === username);
  }

  all(): Resident[] {
    return [...this.#byNo.values()];
  }

  /** Takes up what the files say now. */
  put(residents: Resident[], problems: Problem[]): void {
    this.#byNo.clear();
    for (const one of residents) this.#byNo.set(one.user_no, one);
    this.problems = problems;
  }
}
