import { CREDENTIAL_ENTRIES } from "../limits.ts";
import type { User } from "./directory.ts";

/**
 * What a caller showed. `expires` is in milliseconds since 1970, null for never; `rate_limit` in requests a minute, null
 * for the default; `signed`: whatever it writes must carry a signature.
 */
export type Credential = { kind: "token" | "session" | "password" | "telegram"; id: string; user_no: number; expires: number | null; rate_limit: number | null; signed?: boolean };

/** That a token or session was used, and when (ISO). */
export type Used = { kind: "token" | "session"; at: string };

/** Who is doing something, by which road, from where. `seen` is how many credentials had ended when this one was looked at. */
export type Actor = {
  user: User;
  credential: Credential;
  via: "web" | "api" | "cli" | "mcp" | "telegram" | "webhook" | "resident";
  address: string;
  seen: number;
  /** The number of the user by whose right it acts that has none of its own: of a webhook's agent, its maker. */
  right_no?: number;
  /** The account on the machine whose command acts here with this user's rights. */
  operator?: string;
};

/**
 * Credentials that were verified, by the SHA-256 of their secret, so that argon2 runs once for each and not on every
 * request. A user's entries are forgotten in the turn in which one of that user's credentials ends.
 */
export class CredentialCache {
  readonly #byHash = new Map<string, Credential>();
  readonly #hashesOfUser = new Map<number, Set<string>>();
  /** Ids of tokens and sessions seen since the last flush. */
  readonly used = new Map<string, Used>();
  /** Counts the times that someone's credentials or rights changed. */
  changes = 0;

  get(hash: string): Credential | undefined {
    return this.#byHash.get(hash);
  }

  put(hash: string, credential: Credential): void {
    if (this.#byHash.size >= CREDENTIAL_ENTRIES) {
      const oldest = this.#byHash.keys().next().value;
      if (oldest !== undefined) this.#drop(oldest);
    }
    this.#byHash.set(hash, credential);
    const hashes = this.#hashesOfUser.get(credential.user_no) ?? new Set();
    this.#hashesOfUser.set(credential.user_no, hashes.add(hash));
  }

  forgetUser(user_no: number): void {
    this.changes++;
    for (const hash of this.#hashesOfUser.get(user_no) ?? []) this.#byHash.delete(hash);
    this.#hashesOfUser.delete(user_no);
  }

  #drop(hash: string): void {
    const credential = this.#byHash.get(hash);
    this.#byHash.delete(hash);
    if (credential) this.#hashesOfUser.get(credential.user_no)?.delete(hash);
  }
}

/** The key under which a secret is held in memory. */
export const secretHash = (secret: string): string => Bun.SHA256.hash(secret, "base64");
