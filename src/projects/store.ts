import { eq } from "drizzle-orm";
import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { type projectSecrets, projects } from "./table.ts";

export type ProjectRow = typeof projects.$inferSelect;
type SecretRow = typeof projectSecrets.$inferSelect;
type Change = Partial<Pick<typeof projects.$inferInsert, "slug" | "name" | "description" | "limits" | "deleted_at" | "cleared_at">>;

const statements = prepare(({ raw }) => ({
  slug: raw.query<{ no: number }, [string]>("SELECT no FROM projects WHERE slug = ?"),
  count: raw.query<{ n: number }, []>("SELECT count(*) AS n FROM projects WHERE deleted_at IS NULL"),
  listedSecrets: raw.query<Omit<SecretRow, "project_no" | "sealed">, [number]>("SELECT name, user_no, changed_at FROM project_secrets WHERE project_no = ? ORDER BY name"),
  otherSecrets: raw.query<{ n: number }, [number, string]>("SELECT count(*) AS n FROM project_secrets WHERE project_no = ? AND name <> ?"),
  putSecret: raw.query<unknown, [number, string, string, number, string]>(
    "INSERT OR REPLACE INTO project_secrets (project_no, name, sealed, user_no, changed_at) VALUES (?, ?, ?, ?, ?)",
  ),
  removeSecret: raw.query<unknown, [number, string]>("DELETE FROM project_secrets WHERE project_no = ? AND name = ?"),
  removeSecrets: raw.query<unknown, [number]>("DELETE FROM project_secrets WHERE project_no = ?"),
  secrets: raw.query<{ name: string; sealed: string }, [number]>("SELECT name, sealed FROM project_secrets WHERE project_no = ? ORDER BY name"),
  ended: raw.query<{ no: number; id: string }, []>("SELECT no, id FROM projects WHERE deleted_at IS NOT NULL AND cleared_at IS NULL ORDER BY no"),
  deleted: raw.query<{ deleted_at: string | null }, [number]>("SELECT deleted_at FROM projects WHERE no = ?"),
}));

export const loadProjects = (db: Connection): ProjectRow[] => db.sql.select().from(projects).orderBy(projects.no).all();

export const loadProject = (db: Connection, no: number): ProjectRow | undefined => db.sql.select().from(projects).where(eq(projects.no, no)).get();

export const slugTaken = (tx: Tx, slug: string): boolean => statements(tx).slug.get(slug) !== null;

/** Projects that stand. */
export const countProjects = (tx: Tx): number => statements(tx).count.get()?.n ?? 0;

/** Whether a project stands in this very transaction, which may be ahead of memory. */
export const isDeleted = (tx: Tx, no: number): boolean => (statements(tx).deleted.get(no)?.deleted_at ?? null) !== null;

/** The deleted projects of which something may be left. */
export const uncleared = (db: Connection): { no: number; id: string }[] => statements(db).ended.all();

export const insertProject = (tx: Tx, row: Omit<typeof projects.$inferInsert, "no">): ProjectRow => tx.sql.insert(projects).values(row).returning().get();

export const updateProject = (tx: Tx, no: number, change: Change): void => {
  tx.sql.update(projects).set(change).where(eq(projects.no, no)).run();
};

export const sealedSecrets = (db: Connection, project_no: number): { name: string; sealed: string }[] => statements(db).secrets.all(project_no);

/** A project's secrets without their values. */
export const listedSecrets = (db: Connection, project_no: number): Omit<SecretRow, "project_no" | "sealed">[] => statements(db).listedSecrets.all(project_no);

/** How many secrets a project has but for one. */
export const countSecrets = (tx: Tx, project_no: number, but: string): number => statements(tx).otherSecrets.get(project_no, but)?.n ?? 0;

export const putSecret = (tx: Tx, { project_no, name, sealed, user_no, changed_at }: SecretRow): void =>
  void statements(tx).putSecret.run(project_no, name, sealed, user_no, changed_at);

/** @returns whether there was one */
export const removeSecret = (tx: Tx, project_no: number, name: string): boolean => statements(tx).removeSecret.run(project_no, name).changes > 0;

export const removeSecrets = (tx: Tx, project_no: number): void => void statements(tx).removeSecrets.run(project_no);
