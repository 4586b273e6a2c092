import type { Persona } from "./persona.ts";

/** A resident agent as it is now: its persona and the number of its user. */
export type Resident = Persona & { user_no: number };

/** What keeps an agent's file from being used: `line` from 1. */
export type Problem = { file: string; line: number; message: string };

/** The agents that the server itself runs, held in memory. */
export class Residents {
  readonly #byNo = new Map<number, Resident>();
  problems: Problem[] = [];

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
