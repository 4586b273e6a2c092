import { eq } from "drizzle-orm";
import type { Connection } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { residents } from "./table.ts";

/** The users that the server runs or has run, by the name of their persona. */
export const residentRows = (db: Connection): { name: string; user_no: number }[] => db.sql.select().from(residents).all();

/** Whether a user is one that the server runs, or has run. */
export const isResident = (db: Connection, user_no: number): boolean =>
  db.sql.select({ no: residents.user_no }).from(residents).where(eq(residents.user_no, user_no)).get() !== undefined;

export const insertResident = (tx: Tx, name: string, user_no: number): void => {
  tx.sql.insert(residents).values({ name, user_no }).run();
};
