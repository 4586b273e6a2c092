import { eq } from "drizzle-orm";
import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { projects } from "./table.ts";

export type ProjectRow = typeof projects.$inferSelect;
type Change = Partial<Pick<typeof projects.$inferInsert, "slug" | "name" | "description" | "limits" | "deleted_at">>;

const statements = prepare(({ raw }) => ({
  slug: raw.query<{ no: number }, [string]>("SELECT no FROM projects WHERE slug = ?"),
  count: raw.query<{ n: number }, []>("SELECT count(*) AS n FROM projects WHERE deleted_at IS NULL"),
  secrets: raw.query<{ name: string; sealed: string }, [number]>("SELECT name, sealed FROM project_secrets WHERE project_no = ? ORDER BY name"),
  deleted: raw.query<{ deleted_at: string | null }, [number]>("SELECT deleted_at FROM projects WHERE no = ?"),
}));

export const loadProjects = (db: Connection): ProjectRow[] => db.sql.select().from(projects).orderBy(projects.no).all();

export const loadProject = (db: Connection, no: number): ProjectRow | undefined => db.sql.select().from(projects).where(eq(projects.no, no)).get();

export const slugTaken = (tx: Tx, slug: string): boolean => statements(tx).slug.get(slug) !== null;

/** Projects that stand. */
export const countProjects = (tx: Tx): number => statements(tx).count.get()?.n ?? 0;

/** Whether a project stands in this very transaction, which may be ahead of memory. */
export const isDeleted = (tx: Tx, no: number): boolean => (statements(tx).deleted.get(no)?.deleted_at ?? null) !== null;

export const insertProject = (tx: Tx, row: Omit<typeof projects.$inferInsert, "no">): ProjectRow => tx.sql.insert(projects).values(row).returning().get();

export const updateProject = (tx: Tx, no: number, change: Change): void => {
  tx.sql.update(projects).set(change).where(eq(projects.no, no)).run();
};

export const sealedSecrets = (db: Connection, project_no: number): { name: string; sealed: string }[] => statements(db).secrets.all(project_no);
