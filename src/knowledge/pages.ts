import { KNOWLEDGE_PDF_PAGES } from "../limits.ts";

/**
 * What the child says of a PDF, a JSON line each: a page's text; that a page cannot be read; and, last, how many pages it
 * has or what keeps it from being read. The end is missing when the child was ended before.
 */
export type Line = { page: number; text: string } | { page: number; text: null } | { pages: number } | { fault: "encrypted" | "broken" };

const say = (line: Line): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

/** The work of the child process: reads a PDF from standard input and says what is on its pages, at most KNOWLEDGE_PDF_PAGES. */
export const sayPages = async (): Promise<void> => {
  const bytes = new Uint8Array(await Bun.stdin.arrayBuffer());
  const { getDocumentProxy } = await import("unpdf");
  try {
    const pdf = await getDocumentProxy(bytes, { useSystemFonts: false, disableFontFace: true, verbosity: 0 });
    for (let page = 1; page <= Math.min(pdf.numPages, KNOWLEDGE_PDF_PAGES); page++) {
      try {
        const one = await pdf.getPage(page);
        const { items } = await one.getTextContent();
        say({ page, text: items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join("") });
        one.cleanup();
      } catch {
        say({ page, text: null });
      }
    }
    say({ pages: pdf.numPages });
  } catch (error) {
    say({ fault: error instanceof Error && error.name === "PasswordException" ? "encrypted" : "broken" });
  }
};
