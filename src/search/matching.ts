import type { MessageRow } from "../messages/wire.ts";
import { facetsOf, textOf } from "./facets.ts";
import { mayStand, type Phrase, placesOf } from "./phrases.ts";
import type { Query } from "./query.ts";
import { termsOf } from "./terms.ts";

const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const written = ({ terms, prefix }: Phrase): string => quote(terms.join(" ")) + (prefix ? " *" : "");
const all = (parts: string[]): string => parts.map((part) => `(${part})`).join(" AND ");
const any = (parts: string[]): string => parts.join(" OR ");

/** One phrase as an FTS5 expression. Everything in it is a quoted string of terms: what a person wrote is never syntax. */
export const expressionOf = written;

/**
 * A query as an FTS5 expression over words and facets; null when nothing can match it. Times are not in it.
 * @param channels any of these, when the index shall look there alone
 */
export const indexExpression = ({ phrases, without, every, none }: Query, channels: string[] | null): string | null => {
  const groups = channels ? [...every, channels] : every;
  if (groups.some((group) => group.length === 0)) return null;
  const wanted = all([...phrases.map(written), ...groups.map((group) => any(group.map(quote)))]);
  const unwanted = [...without.map(written), ...none.map(quote)];
  return unwanted.length === 0 ? wanted : `(${wanted}) NOT (${any(unwanted)})`;
};

/** Whether a message that is not in the index yet is what is searched for: the same terms, asked of the row itself. */
export const matches = ({ phrases, without, every, none, after, before }: Query, row: MessageRow): boolean => {
  if (row.deleted_at !== null || (after !== null && row.created_at < after) || (before !== null && row.created_at >= before)) return false;
  const facets = facetsOf(row);
  if (!every.every((group) => group.some((facet) => facets.includes(facet))) || none.some((facet) => facets.includes(facet))) return false;
  if (phrases.length + without.length === 0) return true;
  const text = textOf(row);
  if (!phrases.every((phrase) => mayStand(phrase, text))) return false;
  const terms = termsOf(text);
  const stands = (phrase: Phrase) => placesOf(phrase, terms, 1).length > 0;
  return phrases.every(stands) && !without.some(stands);
};
