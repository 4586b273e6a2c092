import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AUTH, answers, describe } from "../http/describe.ts";
import { guard } from "../http/guard.ts";
import { KNOWLEDGE_HITS, KNOWLEDGE_PATH_CHARACTERS, KNOWLEDGE_QUESTION_CHARACTERS, KNOWLEDGE_WORDS } from "../limits.ts";
import { KnowledgeContents, KnowledgeFiles, KnowledgeHits, KnowledgeSection } from "./model.ts";
import { findKnowledge, listKnowledge, listSections, readSection } from "./service.ts";

const KNOWLEDGE = "Knowledge";

const ABOUT = `The company's documents: markdown, text and PDF in the folder that the operator sets as \`COLONY_KNOWLEDGE\`, cut into sections by their headings, a PDF by its pages. Resident agents answer from them; everyone signed in may read them. Without a folder nothing is found. What changes in the folder is found some seconds later.

\`q\` is a question in plain language, German or English or any other. The sections that hold most of its words come first, those in a heading, and rare ones, counting more; case and accents do not matter, and words also find those that begin as they do (\`vacation\`: vacations). It has no operators. \`snippet\` is HTML, escaped (\`&amp;\` for &), with \`<mark>\` around what was found: what is to be run or quoted is taken from \`/section\`, which gives the text as it stands. The first ${KNOWLEDGE_WORDS} different words that say something are looked up.`;

const Path = t.String({ minLength: 1, maxLength: KNOWLEDGE_PATH_CHARACTERS, examples: ["handbook/leave.md"] });

export const knowledgeRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/knowledge" })
    .use(guard)
    .get("", ({ query: { q, limit = KNOWLEDGE_HITS.default } }) => findKnowledge(ctx, q, limit), {
      query: t.Object({
        q: t.String({ minLength: 1, maxLength: KNOWLEDGE_QUESTION_CHARACTERS, examples: ["How long is parental leave?"] }),
        limit: t.Optional(t.Integer({ minimum: 1, maximum: KNOWLEDGE_HITS.max, default: KNOWLEDGE_HITS.default })),
      }),
      response: answers(200, KnowledgeHits),
      detail: describe(KNOWLEDGE, "Search the company's documents", `curl -G ${AUTH} --data-urlencode 'q=How long is parental leave?' $URL/api/knowledge`, ABOUT),
    })
    .get("/files", () => listKnowledge(ctx), {
      response: answers(200, KnowledgeFiles),
      detail: describe(
        KNOWLEDGE,
        "List the documents, and what keeps some from being read",
        `curl ${AUTH} $URL/api/knowledge/files`,
        "By path. Empty when the operator has set no folder (`COLONY_KNOWLEDGE`).",
      ),
    })
    .get("/sections", ({ query: { file } }) => listSections(ctx, file), {
      query: t.Object({ file: Path }),
      response: answers(200, KnowledgeContents),
      detail: describe(
        KNOWLEDGE,
        "List the sections of a document",
        `curl -G ${AUTH} --data-urlencode file=handbook/leave.md $URL/api/knowledge/sections`,
        "In its order, so that it can be read from one to the next.",
      ),
    })
    .get("/section", ({ query: { file, heading = "" } }) => knowledgeSection(ctx, file, heading), {
      query: t.Object({
        file: Path,
        heading: t.Optional(t.String({ description: "As a search gives it; empty, or left out, for what stands before the first heading", examples: ["Leave > Parental leave"] })),
      }),
      response: answers(200, KnowledgeSection),
      detail: describe(
        KNOWLEDGE,
        "Read a section of a document",
        `curl -G ${AUTH} --data-urlencode file=handbook/leave.md --data-urlencode 'heading=Leave > Parental leave' $URL/api/knowledge/section`,
      ),
    });

const knowledgeSection = (ctx: Context, file: string, heading: string) => {
  const { page, text } = readSection(ctx, file, heading);
  return { file, heading, page, text };
};
