import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * The documents of the company's folder as they were read last, those that cannot be read too (`problem` says why). `no`
 * is new with every reading, so that a file's earlier sections stand until all of the new ones do. `stamp` is what the
 * disk says of the file without reading it; `hash` the SHA-256 of its bytes, empty where it was not read.
 */
export const knowledgeFiles = sqliteTable("knowledge_files", {
  no: integer().primaryKey(),
  path: text().notNull().unique(),
  mime: text().notNull(),
  size: integer().notNull(),
  stamp: text().notNull(),
  hash: text().notNull(),
  sections: integer().notNull(),
  /** When the file was last changed, as it says itself. */
  updated_at: text().notNull(),
  problem: text(),
});

/**
 * Pieces of documents as they are found and cited, in the order of the file. A section that is too long for one piece is
 * several of the same heading. Beside it stands `knowledge_index`, an FTS5 table of the same numbers without the text.
 */
export const knowledgeSections = sqliteTable(
  "knowledge_sections",
  {
    no: integer().primaryKey(),
    file_no: integer().notNull(),
    heading: text().notNull(),
    page: integer(),
    text: text().notNull(),
    tokens: integer().notNull(),
  },
  (table) => [index("knowledge_sections_heading").on(table.file_no, table.heading)],
);
