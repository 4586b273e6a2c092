import type { KnowledgeContents } from "../api.ts";

/** A line of a document's contents. `heading`: of the section that it opens; null where only others stand under it. */
export type Line = { label: string; depth: number; heading: string | null };

/** The contents of a document, by its sections in their order: each under the headings that it stands under. */
export const linesOf = (sections: KnowledgeContents["sections"]): Line[] => {
  const lines: Line[] = [];
  let before: string[] = [];
  for (const { heading } of sections) {
    const path = heading === "" ? [] : heading.split(" > ");
    const fork = path.findIndex((part, at) => part !== before[at]);
    for (let depth = fork < 0 ? path.length : fork; depth < path.length - 1; depth++) lines.push({ label: path[depth] ?? "", depth, heading: null });
    lines.push({ label: path.at(-1) ?? "Beginning", depth: Math.max(0, path.length - 1), heading });
    before = path;
  }
  return lines;
};
