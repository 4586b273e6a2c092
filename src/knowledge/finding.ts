import type { Connection } from "../db/open.ts";
import { KNOWLEDGE_MATCHES } from "../limits.ts";
import type { Question } from "./question.ts";
import { anySections, countMatches, type FoundRow, findSections } from "./store.ts";

const any = (parts: string[]): string => parts.join(" OR ");

/**
 * The sections that hold any of a question's words, best first. What begins as a word does counts too, for less. The
 * rarest are looked up until KNOWLEDGE_MATCHES sections must be weighed; words that more hold tell little. When all are
 * so common, headings that hold them are looked for, and else any sections.
 */
export const find = (db: Connection, { words }: Question, most: number): FoundRow[] => {
  const parts: { expression: string; count: number }[] = [];
  for (const { exact, beginning } of words) {
    const count = countMatches(db, exact);
    if (count > 0) parts.push({ expression: exact, count });
    // Even to count what begins like a word that is everywhere costs more than it tells.
    if (beginning !== null && count <= KNOWLEDGE_MATCHES / 2) parts.push({ expression: beginning, count: countMatches(db, beginning) });
  }
  parts.sort((one, other) => one.count - other.count);
  const rare: string[] = [];
  let matches = 0;
  for (const { expression, count } of parts) {
    matches += count;
    if (matches > KNOWLEDGE_MATCHES) break;
    rare.push(expression);
  }
  if (rare.length > 0) return findSections(db, any(rare), most);
  if (parts.length === 0) return [];
  const common = any(parts.map(({ expression }) => expression));
  const headed = `{place heading} : (${common})`;
  const found = countMatches(db, headed) > KNOWLEDGE_MATCHES ? [] : findSections(db, headed, most);
  return found.length > 0 ? found : anySections(db, common, most);
};
