import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Bytes of gzipped script that a timeline may need for its first paint: what a phone on a poor line takes in about a second. */
export const FIRST_PAINT_BYTES = 120 * 1024;

/** What a first paint runs, wherever the bundler puts it: made lazy it counts all the same. */
const drawn = ["src/main.tsx", "src/Deck.tsx", "src/sidebar/Sidebar.tsx", "src/timeline/Timeline.tsx", "src/composer/Composer.tsx"];

/** As much of a built chunk as counting needs; `modules` maps a module's path to its length in the chunk, in bytes before gzip. */
export type Chunk = { fileName: string; code: string; imports: string[]; modules: Record<string, { renderedLength: number }> };

export type FirstPaint = { bytes: number; chunks: { name: string; bytes: number }[]; modules: { name: string; bytes: number }[] };

const KB = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;

const largestFirst = (sizes: { name: string; bytes: number }[]) => sizes.toSorted((a, b) => b.bytes - a.bytes);

/**
 * Counts the script of a timeline's first paint: every chunk that holds a module it draws with, and whatever those import statically.
 * @param root the viewer's folder, as module paths begin
 * @returns gzipped bytes in all and of each chunk, and the modules by their bytes before gzip, each list with the largest first
 * @throws when a module that is to be drawn is in no chunk: it was renamed, and would go uncounted
 */
export const firstPaint = (chunks: Chunk[], root: string): FirstPaint => {
  const named = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const needed = new Set<Chunk>();
  const need = (chunk: Chunk | undefined) => {
    if (!chunk || needed.has(chunk)) return;
    needed.add(chunk);
    for (const name of chunk.imports) need(named.get(name));
  };
  for (const module of drawn) {
    const holder = chunks.find(({ modules }) => `${root}/${module}` in modules);
    if (!holder) throw new Error(`No chunk holds ${module}. Name in ui/firstpaint.ts what draws a timeline now.`);
    need(holder);
  }
  const sizes = [...needed].map(({ fileName, code }) => ({ name: fileName, bytes: gzipSync(code, { level: 9 }).length }));
  const modules = [...needed].flatMap((chunk) =>
    Object.entries(chunk.modules).map(([id, { renderedLength }]) => ({ name: id.replace(`${root}/`, "").replace(/^.*\/node_modules\//, ""), bytes: renderedLength })),
  );
  return { bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0), chunks: largestFirst(sizes), modules: largestFirst(modules) };
};

/** Says what the first paint needs, and stops a build whose first paint needs too much. */
export const firstPaintGate = (root: string): Plugin => ({
  name: "first-paint",
  apply: "build",
  // Not before the files are written: only then is a chunk's code what browsers are sent.
  writeBundle(_, bundle) {
    const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
    const { bytes, ...found } = firstPaint(chunks, root);
    const line = `first paint of a timeline: ${KB(bytes)} of script gzipped, of ${KB(FIRST_PAINT_BYTES)}`;
    if (bytes <= FIRST_PAINT_BYTES) return this.info(line);
    const listed = (sizes: { name: string; bytes: number }[]) => sizes.map(({ name, bytes }) => `  ${KB(bytes).padStart(9)}  ${name}`).join("\n");
    this.error(`${line}\nchunks, gzipped:\n${listed(found.chunks)}\nlargest modules, before gzip:\n${listed(found.modules.slice(0, 20))}`);
  },
});
