import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import type { imports } from "./table.ts";

export type ImportRow = typeof imports.$inferSelect;
export type Kind = ImportRow["kind"];
/** What was imported, by what it is called there. */
export type External = Pick<ImportRow, "source" | "team" | "kind" | "external">;

const statements = prepare(({ raw }) => ({
  find: raw.query<Pick<ImportRow, "subject" | "version">, [string, string, string, string]>(
    "SELECT subject, version FROM imports WHERE source = ? AND team = ? AND kind = ? AND external = ?",
  ),
  put: raw.query<unknown, [string, string, string, string, number, string]>(
    `INSERT INTO imports (source, team, kind, external, subject, version) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (source, team, kind, external) DO UPDATE SET version = excluded.version`,
  ),
  ofKind: raw.query<Pick<ImportRow, "external" | "subject">, [string, string, string]>(
    "SELECT external, subject FROM imports WHERE source = ? AND team = ? AND kind = ? ORDER BY external",
  ),
  teams: raw.query<{ team: string }, [string, string, string]>(
    "SELECT DISTINCT team FROM imports WHERE source = ? AND kind = ? AND external IN (SELECT value FROM json_each(?)) ORDER BY team LIMIT 2",
  ),
}));

/** What a thing of elsewhere is here, and in which state it came; undefined when it did not come yet. */
export const findImported = (db: Connection, { source, team, kind, external }: External): Pick<ImportRow, "subject" | "version"> | undefined =>
  statements(db).find.get(source, team, kind, external) ?? undefined;

/** Notes what a thing of elsewhere is here, or that it came in another state. */
export const putImported = (tx: Tx, { source, team, kind, external, subject, version }: ImportRow): void => {
  statements(tx).put.run(source, team, kind, external, subject, version);
};

/** All of a kind that came, as [external, subject]. */
export const importedOf = (db: Connection, source: string, team: string, kind: Kind): [string, number][] =>
  statements(db)
    .ofKind.all(source, team, kind)
    .map(({ external, subject }) => [external, subject]);

/** Of which workspaces things of these names came, two at most. */
export const teamsOf = (db: Connection, source: string, kind: Kind, externals: string[]): string[] =>
  statements(db)
    .teams.all(source, kind, JSON.stringify(externals))
    .map(({ team }) => team);
