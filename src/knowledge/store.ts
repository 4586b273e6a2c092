import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { KNOWLEDGE_MERGE_PAGES, KNOWLEDGE_SAMPLE, KNOWLEDGE_WEIGHTS } from "../limits.ts";

export type FileRow = { no: number; path: string; mime: string; size: number; stamp: string; hash: string; sections: number; updated_at: string; problem: string | null };
export type SectionRow = { file: string; heading: string; page: number | null; text: string; tokens: number };
/** A piece as it is put into the index: its text, and its terms with spaces between. */
export type NewSection = Omit<SectionRow, "file"> & { terms: { place: string; heading: string; words: string } };

const { place, heading, words } = KNOWLEDGE_WEIGHTS;

const statements = prepare(({ raw }) => ({
  files: raw.query<FileRow, [string, number]>("SELECT * FROM knowledge_files WHERE path > ? ORDER BY path LIMIT ?"),
  file: raw.query<FileRow, [string]>("SELECT * FROM knowledge_files WHERE path = ?"),
  lastNo: raw.query<{ no: number | null }, []>("SELECT max(no) AS no FROM (SELECT max(no) AS no FROM knowledge_files UNION ALL SELECT max(file_no) FROM knowledge_sections)"),
  putFile: raw.query<unknown, [number, string, string, number, string, string, number, string, string | null]>(
    `INSERT INTO knowledge_files (no, path, mime, size, stamp, hash, sections, updated_at, problem) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (path) DO UPDATE SET no = excluded.no, mime = excluded.mime, size = excluded.size, stamp = excluded.stamp, hash = excluded.hash,
       sections = excluded.sections, updated_at = excluded.updated_at, problem = excluded.problem`,
  ),
  dropFile: raw.query<unknown, [number]>("DELETE FROM knowledge_files WHERE no = ?"),
  putSection: raw.query<{ no: number }, [number, string, number | null, string, number]>(
    "INSERT INTO knowledge_sections (file_no, heading, page, text, tokens) VALUES (?, ?, ?, ?, ?) RETURNING no",
  ),
  index: raw.query<unknown, [number, string, string, string]>("INSERT INTO knowledge_index (rowid, place, heading, words) VALUES (?, ?, ?, ?)"),
  unindex: raw.query<unknown, [number]>("DELETE FROM knowledge_index WHERE rowid = ?"),
  merge: raw.query<unknown, [number]>("INSERT INTO knowledge_index (knowledge_index, rank) VALUES ('merge', ?)"),
  some: raw.query<{ no: number }, [number, number]>("SELECT no FROM knowledge_sections WHERE file_no = ? LIMIT ?"),
  dropSection: raw.query<unknown, [number]>("DELETE FROM knowledge_sections WHERE no = ?"),
  // Files of which there are sections, by jumps through the index from one to the next.
  strays: raw.query<{ no: number }, []>(
    `WITH RECURSIVE numbers (no) AS (SELECT min(file_no) FROM knowledge_sections UNION ALL SELECT (SELECT min(file_no) FROM knowledge_sections WHERE file_no > numbers.no) FROM numbers WHERE no IS NOT NULL)
     SELECT no FROM numbers WHERE no IS NOT NULL AND no NOT IN (SELECT no FROM knowledge_files)`,
  ),
  // Numbers first: a match that is not among the best is not read. Sections of a file that is being read are passed over.
  find: raw.query<SectionRow & { score: number }, [string, number, number]>(
    `SELECT f.path AS file, s.heading, s.page, s.text, s.tokens, -h.score AS score
     FROM (SELECT rowid AS no, bm25(knowledge_index, ${place}, ${heading}, ${words}) AS score FROM knowledge_index WHERE knowledge_index MATCH ? ORDER BY score, rowid LIMIT ?) h
     CROSS JOIN knowledge_sections s ON s.no = h.no CROSS JOIN knowledge_files f ON f.no = s.file_no ORDER BY h.score, h.no LIMIT ?`,
  ),
  any: raw.query<SectionRow & { score: number }, [string, number, number]>(
    `SELECT f.path AS file, s.heading, s.page, s.text, s.tokens, 0 AS score
     FROM (SELECT rowid AS no FROM knowledge_index WHERE knowledge_index MATCH ? LIMIT ?) h
     CROSS JOIN knowledge_sections s ON s.no = h.no CROSS JOIN knowledge_files f ON f.no = s.file_no LIMIT ?`,
  ),
  sample: raw.query<{ n: number; oldest: number | null }, [string, number]>(
    "SELECT count(*) AS n, min(rowid) AS oldest FROM (SELECT rowid FROM knowledge_index WHERE knowledge_index MATCH ? ORDER BY rowid DESC LIMIT ?)",
  ),
  last: raw.query<{ no: number | null }, []>("SELECT max(no) AS no FROM knowledge_sections"),
  contents: raw.query<{ heading: string; page: number | null }, [number, number]>(
    "SELECT heading, min(page) AS page FROM knowledge_sections WHERE file_no = ? GROUP BY heading ORDER BY min(no) LIMIT ?",
  ),
  sections: raw.query<SectionRow, [string, string]>(
    `SELECT f.path AS file, s.heading, s.page, s.text, s.tokens FROM knowledge_files f CROSS JOIN knowledge_sections s ON s.file_no = f.no
     WHERE f.path = ? AND s.heading = ? ORDER BY s.no`,
  ),
}));

/** Whether the database has a place for documents: one of an older version gets it at the next start. */
export const hasLibrary = ({ raw }: Connection): boolean => raw.query("SELECT 1 FROM sqlite_master WHERE name = 'knowledge_files'").get() !== null;

/** All files of the folder as they were read last, by path. */
export const readFiles = (db: Connection): FileRow[] => readFilesAfter(db, "", Number.MAX_SAFE_INTEGER);

/** The first files after a path, at most `most`. */
export const readFilesAfter = (db: Connection, path: string, most: number): FileRow[] => statements(db).files.all(path, most);

export const readFile = (db: Connection, path: string): FileRow | undefined => statements(db).file.get(path) ?? undefined;

/** A number that no file and no section has. */
export const nextFileNo = (db: Connection): number => (statements(db).lastNo.get()?.no ?? 0) + 1;

/** Puts a file's row in place of what its path had. */
export const putFile = (tx: Tx, { no, path, mime, size, stamp, hash, sections, updated_at, problem }: FileRow): void => {
  statements(tx).putFile.run(no, path, mime, size, stamp, hash, sections, updated_at, problem);
};

export const removeFile = (tx: Tx, no: number): void => {
  statements(tx).dropFile.run(no);
};

/** Adds pieces of a file, in their order. They are found once a row of the file has its number. */
export const putSections = (tx: Tx, file_no: number, sections: NewSection[]): void => {
  const { putSection, index } = statements(tx);
  for (const { heading, page, text, tokens, terms } of sections) {
    const no = putSection.get(file_no, heading, page, text, tokens)?.no ?? 0;
    index.run(no, terms.place, terms.heading, terms.words);
  }
};

/** Merges a bounded piece of what batches have left, so that a search looks in few places; nothing is merged by itself, in lumps of many ms. */
export const tidyIndex = (tx: Tx): void => {
  statements(tx).merge.run(KNOWLEDGE_MERGE_PAGES);
};

/** Removes at most `most` pieces of a file. @returns whether there may be more */
export const removeSections = (tx: Tx, file_no: number, most: number): boolean => {
  const { some, dropSection, unindex } = statements(tx);
  const rows = some.all(file_no, most);
  for (const { no } of rows) {
    unindex.run(no);
    dropSection.run(no);
  }
  return rows.length === most;
};

/** Numbers of files that are gone, but have sections still. */
export const strayFiles = (db: Connection): number[] =>
  statements(db)
    .strays.all()
    .map(({ no }) => no);

export type FoundRow = SectionRow & { score: number };

/** Matches beside those wanted that are looked at: some may belong to a file that is just being read. */
const SPARE = 50;

/** The sections that an FTS5 expression matches, best first, at most `most`. `score`: more is better. Each match costs a microsecond, which is for the caller to bound. */
export const findSections = (db: Connection, expression: string, most: number): FoundRow[] => statements(db).find.all(expression, 3 * most + SPARE, most);

/** Some sections that an FTS5 expression matches, in no order that means anything: however many there are, it costs little. */
export const anySections = (db: Connection, expression: string, most: number): FoundRow[] => statements(db).any.all(expression, 3 * most + SPARE, most);

/** About how many sections an FTS5 expression matches, judged by the newest `KNOWLEDGE_SAMPLE` of them. */
export const countMatches = (db: Connection, expression: string): number => {
  const { sample, last } = statements(db);
  const { n, oldest } = sample.get(expression, KNOWLEDGE_SAMPLE) ?? { n: 0, oldest: null };
  if (n < KNOWLEDGE_SAMPLE || oldest === null) return n;
  const newest = last.get()?.no ?? 0;
  return Math.ceil((n * newest) / Math.max(1, newest - oldest + 1));
};

/** The sections of one file in its order, at most `most`. */
export const readContents = (db: Connection, file_no: number, most: number): { heading: string; page: number | null }[] => statements(db).contents.all(file_no, most);

/** The pieces of one section, in order. */
export const readPieces = (db: Connection, file: string, heading: string): SectionRow[] => statements(db).sections.all(file, heading);
