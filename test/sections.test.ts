import { describe, expect, test } from "bun:test";
import { markdownPieces, type Piece, plainPieces } from "../src/knowledge/sections.ts";
import { KNOWLEDGE_PIECE_TOKENS } from "../src/limits.ts";

const shown = ({ headings, text }: Piece): [string, string] => [headings.join(" > "), text];
const cut = (text: string): [string, string][] => [...markdownPieces(text)].map(shown);

describe("markdown is cut at its headings", () => {
  test("of both kinds, named by their words alone", () => {
    const text = "before\n\n# One **bold** [link](https://x.y/z) `code`\n\n1\n\nTwo\n===\n2\n\nThree\n---\n3\n\n#### Deep ##\n4\n## snake_case \\*kept\\* <b>tag</b> &\n5";
    expect(cut(text)).toEqual([
      ["", "before"],
      ["One bold link code", "1"],
      ["Two", "2"],
      ["Two > Three", "3"],
      ["Two > Three > Deep", "4"],
      ["Two > snake_case *kept* tag &", "5"],
    ]);
  });

  test("and not at what only looks like one", () => {
    const text = "# Real\n- item\n---\ny\n\n---\n\n#nospace\n####### seven\n    # code\n> # quote";
    expect(cut(text)).toEqual([["Real", text.slice("# Real\n".length)]]);
  });

  test("and not in code, comments and raw HTML, however they end", () => {
    const before = "```\n# no\n```\n~~~sh\n# no\n```\n# no\n~~~";
    expect(cut(`${before}\n# Yes\n<!--\n# no\n-->\n# One <!-- -->\n<!-- # one line -->\n# Two\n<pre>\n# no\n</pre>\nThree\n---\n\`\`\`js\n# never closed`)).toEqual([
      ["", before],
      ["Yes", "<!--\n# no\n-->"],
      ["One <!-- -->", "<!-- # one line -->"],
      ["Two", "<pre>\n# no\n</pre>"],
      ["Two > Three", "```js\n# never closed"],
    ]);
  });

  test("with the title of its front matter above them, and nothing else of that", () => {
    expect(cut('---\ntitle: "The Title"\nowner: nobody\n---\nintro\n## Sub\nx\n')).toEqual([
      ["The Title", "intro"],
      ["The Title > Sub", "x"],
    ]);
    // Many write it once more, as the first heading.
    for (const heading of ["# The *title*", "\n\nThe title\n==="])
      expect(cut(`---\ntitle: The Title\n---\n${heading}\nx\n## Sub\ny\n`)).toEqual([
        ["The title", "x"],
        ["The title > Sub", "y"],
      ]);
    expect(cut("---\ntitle: A\n---\nintro\n# B\nx\n")).toEqual([
      ["A", "intro"],
      ["B", "x"],
    ]);
    expect(cut("---\n# no front matter\ntext\n")).toEqual([
      ["", "---"],
      ["no front matter", "text"],
    ]);
  });

  test("that have the same name are told apart", () => {
    expect(cut("# A\n1\n## B\n2\n# A\n3\n## B\n4\n")).toEqual([
      ["A", "1"],
      ["A > B", "2"],
      ["A (2)", "3"],
      ["A (2) > B", "4"],
    ]);
  });

  test("of which one without text stands for itself, unless others are under it", () => {
    expect(cut("# Only\n## Is it open on Sundays? No.\n## Full\nx\n# Last\n")).toEqual([
      ["Only > Is it open on Sundays? No.", "Is it open on Sundays? No."],
      ["Only > Full", "x"],
      ["Last", "Last"],
    ]);
  });
});

describe("what is too long for one piece", () => {
  const small = (pieces: Piece[]) => {
    for (const { tokens } of pieces) expect(tokens).toBeLessThanOrEqual(KNOWLEDGE_PIECE_TOKENS);
    return pieces;
  };

  test("is parted between paragraphs, under the same heading", () => {
    const paragraphs = Array.from({ length: 40 }, (_, n) => `Paragraph ${n} ${"says a word ".repeat(20)}`.trim());
    const pieces = small([...markdownPieces(`# Long\n\n${paragraphs.join("\n\n")}\n`)]);
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.map(({ text }) => text).join("\n\n")).toBe(paragraphs.join("\n\n"));
    for (const { headings } of pieces) expect(headings).toEqual(["Long"]);
  });

  test("is parted between words where it is one line, and nowhere within a character", () => {
    const words = "walrus ".repeat(3_000).trim();
    const joined = small([...plainPieces(words)])
      .map(({ text }) => text)
      .join(" ");
    expect(joined === words).toBe(true);
    const signs = "🦭".repeat(3_000);
    const pieces = small([...plainPieces(signs)]);
    expect(pieces.map(({ text }) => text).join("") === signs).toBe(true);
    for (const { text } of pieces) expect(text.isWellFormed()).toBe(true);
  });
});

test("no text, however odd, grows by being cut", () => {
  const odd = ["# ", ">", "_", "[", "`", "<a", "\n", "```\n", "<!--\n", "- \n  ", "\\", "| "].map((bit) => bit.repeat(Math.ceil(300_000 / bit.length)));
  for (const text of odd) {
    const size = [...markdownPieces(text)].reduce((sum, piece) => sum + piece.text.length, 0);
    expect(size).toBeLessThan(text.length * 1.01);
  }
});
