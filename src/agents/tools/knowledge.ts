import { Type } from "@sinclair/typebox";
import { readSection, searchKnowledge } from "../../knowledge/service.ts";
import { SEARCH_CHARACTERS, TOOL_HITS } from "../../limits.ts";
import { estimateTokens } from "../../messages/transcript.ts";
import { sectionEntry, sectionTokens } from "../entries.ts";
import { ability, Refusal } from "./desk.ts";

/** Looks sections of the company's documents up. Each gets its number for citing, the same one throughout the answer. */
export const searchDocuments = ability({
  name: "search_knowledge",
  description: "Searches the company's documents by a question or words. Returns sections under the numbers by which they are cited.",
  input: Type.Object(
    {
      query: Type.String({ minLength: 1, maxLength: SEARCH_CHARACTERS }),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: TOOL_HITS.max, description: `Most sections; ${TOOL_HITS.default} when left out` })),
    },
    { additionalProperties: false },
  ),
  shown: ({ query }) => query,
  run: (desk, { query, limit = TOOL_HITS.default }) => {
    const sections = searchKnowledge(desk.ctx, query, limit);
    if (sections.length === 0) return { text: "No document matches. Try other words; if nothing does, say that the documents do not answer it.", line: "no sections" };
    let text = "";
    let given = 0;
    for (const section of sections) {
      const left = desk.room - estimateTokens(text);
      // A section that is not shown takes no number: what is cited was read.
      if (given > 0 && sectionTokens(section) > left) continue;
      text += sectionEntry(desk.citations, section, left);
      given++;
    }
    const more = given < sections.length ? `${sections.length - given} more sections are left out for room: ask for something narrower.` : "";
    return { text: text + more, line: `${given} section${given === 1 ? "" : "s"}` };
  },
});

/** Reads one section whole. */
export const readDocument = ability({
  name: "read_knowledge",
  description: "Reads a section of the company's documents whole: by the number under which it was given, or by its file and heading.",
  input: Type.Object(
    {
      n: Type.Optional(Type.Integer({ minimum: 1, description: "Number of a section that you were given" })),
      file: Type.Optional(Type.String({ maxLength: 1_000 })),
      heading: Type.Optional(Type.String({ maxLength: 2_000, description: "From the outermost to its own, with ' > ' between; left out: what stands before the first" })),
    },
    { additionalProperties: false },
  ),
  shown: ({ n, file, heading }) => (n === undefined ? [file, heading].filter(Boolean).join(" > ") : `[${n}]`),
  run: (desk, { n, file, heading = "" }) => {
    const place = n === undefined ? file !== undefined && { file, heading } : desk.citations.given(n);
    if (!place) throw new Refusal(n === undefined ? "Say which section: n, or file and heading." : `No section was given the number ${n}. search_knowledge gives sections.`);
    const section = readSection(desk.ctx, place.file, place.heading);
    return { text: sectionEntry(desk.citations, section, desk.room).trimEnd(), line: `${section.tokens} tokens` };
  },
});
