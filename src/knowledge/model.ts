import { Type } from "@sinclair/typebox";
import { Nullable, Time } from "../accounts/model.ts";
import { KNOWLEDGE_CONTENTS, KNOWLEDGE_READ_TOKENS } from "../limits.ts";

const File = Type.String({ description: "Its path under the folder of documents", examples: ["handbook/leave.md"] });
const Heading = Type.String({ description: "From the outermost heading to its own; empty before the first", examples: ["Leave > Parental leave"] });
const Page = Nullable(Type.Integer({ description: "Of a PDF, from 1" }));

export const KnowledgeHits = Type.Object({
  hits: Type.Array(
    Type.Object({
      file: File,
      heading: Heading,
      page: Page,
      snippet: Type.String({ description: "A line of HTML: all escaped (`&amp;` is &, `&lt;` is <) but for `<mark>` around what was found" }),
      score: Type.Number({ description: "BM25 over path, headings and text: more is better; comparable within one answer" }),
    }),
  ),
  has_more: Type.Boolean({ description: "More sections hold words of the question" }),
});
export const KnowledgeFiles = Type.Array(
  Type.Object({
    path: File,
    mime: Type.String({ description: "text/markdown, text/plain, application/pdf; inode/directory for a folder that cannot be read" }),
    size: Type.Integer({ description: "Bytes" }),
    sections: Type.Integer({ description: "Pieces that can be found" }),
    updated_at: Time,
    problem: Nullable(Type.String({ description: "Why it, or some of it, cannot be read, and what to do; `.` is the folder itself" })),
  }),
);
export const KnowledgeContents = Type.Object({
  file: File,
  sections: Type.Array(Type.Object({ heading: Heading, page: Page }), { description: "In the order of the document; none of one that cannot be read" }),
  has_more: Type.Boolean({ description: `It has more than ${KNOWLEDGE_CONTENTS} sections` }),
});
export const KnowledgeSection = Type.Object({
  file: File,
  heading: Heading,
  page: Page,
  text: Type.String({ description: `Markdown where the file is; beyond ${KNOWLEDGE_READ_TOKENS} tokens it is cut, and its last line says so` }),
});
