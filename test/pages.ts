/** The text of a page's fences that are no shell's. */
export const otherFences = (page: string): string[] =>
  [...page.matchAll(/^[ \t]*(`{3,})([^`\n]*)\n([\s\S]*?)^[ \t]*\1[ \t]*$/gm)].filter(([, , kind = ""]) => !/^(sh|bash|shell)\b/.test(kind)).map(([, , , text = ""]) => text);

/** The cells of a line of a table; none of another line. */
export const cells = (line: string): string[] =>
  line.startsWith("|")
    ? line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("\\|", "|"))
    : [];
