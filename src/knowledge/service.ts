import type { Context } from "../context.ts";
import type { Connection } from "../db/open.ts";
import { AppError } from "../errors.ts";
import { KNOWLEDGE_CONTENTS, KNOWLEDGE_READ_TOKENS } from "../limits.ts";
import { estimateTokens } from "../messages/transcript.ts";
import { snippetOf } from "../search/snippet.ts";
import { find } from "./finding.ts";
import { readQuestion } from "./question.ts";
import { type FileRow, hasLibrary, readContents, readFile, readFiles, readPieces, type SectionRow } from "./store.ts";

/**
 * A section of the company's documents, or a piece of one that is long. `heading` is from the outermost to its own, with
 * " > " between; "" before the first. `page`: of a PDF, from 1. `tokens` of the text, as counted here.
 */
export type Section = SectionRow;

export type KnowledgeHit = { file: string; heading: string; page: number | null; snippet: string; score: number };
export type KnowledgeFile = { path: string; mime: string; size: number; sections: number; updated_at: string; problem: string | null };

/**
 * The sections that a question in plain language is best answered from, best first; at most `limit`. Whatever is written
 * is only words. Empty when nothing is found, or no folder is set.
 */
export const searchKnowledge = (ctx: Context, question: string, limit: number): Section[] => {
  const asked = readQuestion(question);
  if (!asked) return [];
  return find(ctx.db, asked, limit).map(({ file, heading, page, text, tokens }) => ({ file, heading, page, text, tokens }));
};

/** As searchKnowledge, with a line of each that shows what was found: HTML in which nothing but `<mark>` is an element. */
export const findKnowledge = (ctx: Context, question: string, limit: number): { hits: KnowledgeHit[]; has_more: boolean } => {
  const asked = readQuestion(question);
  if (!asked) return { hits: [], has_more: false };
  const found = find(ctx.db, asked, limit + 1);
  const hits = found
    .slice(0, limit)
    .map(({ file, heading, page, text, score }) => ({ file, heading, page, snippet: snippetOf(text, asked.phrases), score: Number(score.toFixed(3)) }));
  return { hits, has_more: found.length > limit };
};

/**
 * One section whole, put together from its pieces. Beyond KNOWLEDGE_READ_TOKENS it is cut, and its last line says so.
 * @throws AppError `not_found`
 */
export const readSection = (ctx: Context, file: string, heading: string): Section => {
  const pieces = readPieces(ctx.db, file, heading);
  const [first] = pieces;
  if (!first) {
    // Many know a section by its own heading alone.
    const own = heading.toLowerCase();
    const meant = listSections(ctx, file).sections.find((one) => one.heading.toLowerCase().split(" > ").at(-1) === own);
    throw new AppError("not_found", {
      message: `${JSON.stringify(file)} has no section ${JSON.stringify(heading)}.`,
      hint: `${meant ? `Did you mean ${JSON.stringify(meant.heading)}? ` : ""}GET /api/knowledge/sections?file= lists a document's headings.`,
    });
  }
  const texts: string[] = [];
  let tokens = 0;
  for (const piece of pieces) {
    tokens += piece.tokens;
    if (tokens > KNOWLEDGE_READ_TOKENS) {
      texts.push(`(Cut here: the section is longer than ${KNOWLEDGE_READ_TOKENS} tokens. The rest stands in the file.)`);
      break;
    }
    texts.push(piece.text);
  }
  const text = texts.join("\n\n");
  return { file, heading, page: first.page, text, tokens: estimateTokens(text) };
};

/**
 * What sections a document has, in its order, so that it can be read from one to the next; at most KNOWLEDGE_CONTENTS.
 * @throws AppError `not_found`
 */
export const listSections = (ctx: Context, file: string): { file: string; sections: { heading: string; page: number | null }[]; has_more: boolean } => {
  const known = readFile(ctx.db, file);
  if (!known) throw noDocument(file);
  const found = readContents(ctx.db, known.no, KNOWLEDGE_CONTENTS + 1);
  return { file, sections: found.slice(0, KNOWLEDGE_CONTENTS), has_more: found.length > KNOWLEDGE_CONTENTS };
};

const noDocument = (file: string): AppError =>
  new AppError("not_found", { message: `There is no document ${JSON.stringify(file)}.`, hint: "GET /api/knowledge/files lists the documents." });

/** All documents of the folder, those that cannot be read too; also what else keeps the folder from being read. By path. */
export const listKnowledge = (ctx: Context): KnowledgeFile[] => readFiles(ctx.db).map(shown);

const shown = ({ path, mime, size, sections, updated_at, problem }: FileRow): KnowledgeFile => ({ path, mime, size, sections, updated_at, problem });

/** What an operator wants to know of the documents; null when the database is from before there were any. */
export const knowledgeHealth = (db: Connection): { files: number; sections: number; problems: { path: string; problem: string }[] } | null => {
  if (!hasLibrary(db)) return null;
  const rows = readFiles(db).filter(({ path }) => path !== ".");
  const problems = readFiles(db).flatMap(({ path, problem }) => (problem === null ? [] : [{ path, problem }]));
  return { files: rows.length, sections: rows.reduce((sum, row) => sum + row.sections, 0), problems };
};
