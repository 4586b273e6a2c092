import { existsSync } from "node:fs";
import type { Config } from "../config.ts";
import type { Connection } from "../db/open.ts";
import { keyFile, openKeys, type Sealer } from "../keys.ts";
import type { Finding } from "./doctor.ts";

const what = "secrets";
/** Secrets that are told one by one. */
const TOLD = 5;

/** What is kept under the server's key because the server must know it again: what it is, in words, and what is sealed. */
type Kept = { words: string; sealed: string };

const kept = ({ raw }: Connection): Kept[] => {
  const tables = new Set(
    raw
      .query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all()
      .map(({ name }) => name),
  );
  const ask = (table: string, sql: string) => (tables.has(table) ? raw.query<Kept, []>(sql).all() : []);
  return [
    ...ask(
      "project_secrets",
      "SELECT s.name || ' of project ' || p.slug AS words, s.sealed FROM project_secrets s JOIN projects p ON p.no = s.project_no WHERE p.deleted_at IS NULL ORDER BY p.slug, s.name",
    ),
    ...ask("webhooks", "SELECT 'webhook ' || name AS words, signing AS sealed FROM webhooks WHERE signing IS NOT NULL AND ended_at IS NULL ORDER BY name"),
    ...ask(
      "tokens",
      "SELECT 'signed token ' || t.name || ' of ' || u.username AS words, t.signing AS sealed FROM tokens t JOIN users u ON u.no = t.user_no WHERE t.signing IS NOT NULL AND t.revoked_at IS NULL AND coalesce(t.expires_at, '9') > strftime('%Y-%m-%dT%H:%M:%fZ', 'now') ORDER BY words",
    ),
  ];
};

/** Whether what is kept under the server's key opens under the one that there is today. That there is none is said of the key. */
export const checkSecrets = (config: Config, db: Connection): Finding[] => {
  const all = kept(db);
  if (all.length === 0 || (config.secretKey === null && !existsSync(keyFile(config.data)))) return [];
  const name = config.secretKey === null ? keyFile(config.data) : "COLONY_SECRET_KEY";
  let secrets: Sealer;
  try {
    ({ secrets } = openKeys(config.data, config.secretKey));
  } catch (error) {
    return [{ level: "fail", what: "key", says: error instanceof Error ? error.message : String(error) }];
  }
  const lost = all.filter(({ sealed }) => {
    try {
      secrets.unseal(sealed);
      return false;
    } catch {
      return true;
    }
  });
  if (lost.length === 0) return [{ level: "ok", what, says: `All ${all.length} that are kept open under ${name}` }];
  const told = lost.slice(0, TOLD).map(({ words }) => JSON.stringify(words).slice(1, -1));
  const more = lost.length > told.length ? `, and ${lost.length - told.length} more` : "";
  const says = `${lost.length} of ${all.length} that are kept do not open under ${name}: ${told.join(", ")}${more}. It is another key than when they were set. Start the server with the key from before, COLONY_SECRET_KEY or ${keyFile(config.data)}, and give this command the same (--env-file); else set these anew`;
  return [{ level: "fail", what, says }];
};
