import { Database } from "bun:sqlite";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Answer, Colony } from "./colony.ts";

export type User = {
  id: string;
  username: string;
  display_name: string;
  role: string;
  job: string | null;
  admin: boolean;
  resident: boolean;
  created_at: string;
  deactivated_at: string | null;
};
export type Key = { id: string; name: string; token_prefix: string; last_used_at: string | null; expires_at: string | null };
export type AuditRow = { at: string; action: string; subject: string | null; actor: string | null; address: string | null; details: string | null };

export const DAY = 24 * 60 * 60 * 1000;

export const basic = (username: string, password: string) => ({ authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` });

/** What a test does with people on the server that `colony` gives at that moment. */
export const peopleOf = (colony: () => Colony) => {
  const login = (username: string, password: string, on = colony()) => on.post("/api/auth/login", { username, password }, { token: null });
  const me = (token: string | null, on = colony()) => on.get("/api/auth/me", { token });

  /** A person of a new name, signed in. */
  const person = async (username: string, more: Record<string, unknown> = {}) => {
    const token = await colony().user(username, "ape", more);
    const password = `password of ${username}`;
    const { body } = await login(username, password);
    return { username, password, token, session: body.token as string, cookie: `colony_session=${body.token}`, id: body.user.id as string };
  };
  return { login, me, person };
};

/** The session cookie an answer sets, its attributes in small letters. */
export const cookieOf = (answer: Answer): { value: string; attributes: string[] } => {
  const [first = "", ...attributes] = (answer.headers.get("set-cookie") ?? "").split("; ");
  return { value: first.replace("colony_session=", ""), attributes: attributes.map((attribute) => attribute.toLowerCase()) };
};

/** Reads the database beside the server. */
export const readRows = <T>(data: string, sql: string): T[] => {
  const database = new Database(join(data, "colony.db"), { readonly: true });
  const rows = database.query<T, []>(sql).all();
  database.close();
  return rows;
};

export const auditRows = (data: string): AuditRow[] =>
  readRows(data, "SELECT a.at, a.action, a.subject, u.username AS actor, a.address, a.details FROM audit a LEFT JOIN users u ON u.no = a.actor_no ORDER BY a.no");

/** Every byte of the database, its write-ahead log included. */
export const bytesOnDisk = (data: string): Buffer =>
  Buffer.concat(
    readdirSync(data)
      .filter((name) => name.startsWith("colony.db"))
      .map((name) => readFileSync(join(data, name))),
  );
