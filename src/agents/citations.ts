import type { Section } from "../knowledge/service.ts";
import { withoutCode } from "../messages/mentions.ts";
import type { Source } from "./answer.ts";

/** A citation as it is written: [2], or several as [2, 5]. */
const cited = /\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]/g;

/** The numbers under which a model is given sections of documents: the same section has the same one throughout an answer. */
export class Citations {
  readonly #numbers = new Map<string, Source>();

  /** The number of a section, the next one where it is new. */
  number({ file, heading, page }: Pick<Section, "file" | "heading" | "page">): number {
    const key = JSON.stringify([file, heading, page]);
    const known = this.#numbers.get(key);
    if (known) return known.n;
    const n = this.#numbers.size + 1;
    this.#numbers.set(key, { n, file, heading, page });
    return n;
  }

  /** The section that a number was given to; undefined for none. */
  given(n: number): Source | undefined {
    return [...this.#numbers.values()][n - 1];
  }

  /** What a text cites outside of code, in the order of the numbers; a number that was never given cites nothing. */
  sourcesOf(text: string): Source[] {
    const found = new Set([...withoutCode(text).matchAll(cited)].flatMap(([, list = ""]) => list.split(/[,;]/).map(Number)));
    return [...this.#numbers.values()].filter(({ n }) => found.has(n));
  }
}
