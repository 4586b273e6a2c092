import { CONSOLE_FAULT_CHARACTERS, CONSOLE_FAULT_TIMES, CONSOLE_FAULTS_PER_RUN, CONSOLE_LOOKED_AT_CHARACTERS } from "../../limits.ts";
import { withoutColours } from "../controls.ts";
import type { Found, Recogniser } from "./found.ts";
import { Go } from "./go.ts";
import { Java } from "./java.ts";
import { JavaScript } from "./javascript.ts";
import { Python } from "./python.ts";
import { Rust } from "./rust.ts";
import { Words } from "./words.ts";

/** A fault with what is the same whenever it comes. */
export type Fault = Found & { fingerprint: string };

/** Looks for known errors in what a run says, line by line: at the beginning of each line only, so that a line costs the same however long it is. */
export class Finder {
  readonly #streams = { stdout: recognisers(), stderr: recognisers() };
  #found: Fault[] = [];
  #count = 0;
  readonly #kinds = new Set<string>();
  /** How often each was told. */
  readonly #told = new Map<string, number>();

  /** Takes the next line, in order. */
  hear(stream: "stdout" | "stderr", seq: number, content: string): void {
    if (this.#count >= CONSOLE_FAULTS_PER_RUN) return;
    // Colours take room too; what is cut is no shorter for it.
    const text = withoutColours(content.slice(0, 4 * CONSOLE_LOOKED_AT_CHARACTERS)).slice(0, CONSOLE_LOOKED_AT_CHARACTERS);
    const line = { seq, text: text.trimEnd() };
    for (const recogniser of this.#streams[stream]) if (recogniser.hear(line, this.#tell)) return;
  }

  /** Takes up a fault that is known otherwise, unless one of its kind was found. */
  add(found: Found): void {
    if (!this.#kinds.has(found.kind)) this.#tell(found);
  }

  /** No more comes: what is unfinished is as whole as it gets. */
  settle(): void {
    for (const list of Object.values(this.#streams)) for (const recogniser of list) recogniser.settle(this.#tell);
  }

  /** Hands over what was found since this was last asked. */
  take(): Fault[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  readonly #tell = (found: Found): void => {
    if (this.#count >= CONSOLE_FAULTS_PER_RUN) return;
    const message = found.message.trim().slice(0, CONSOLE_FAULT_CHARACTERS);
    const fingerprint = fingerprintOf({ ...found, message });
    const told = this.#told.get(fingerprint) ?? 0;
    // Runners say twice which tests failed.
    if (told >= (found.kind === "failed_test" ? 1 : CONSOLE_FAULT_TIMES)) return;
    this.#told.set(fingerprint, told + 1);
    this.#count++;
    this.#kinds.add(found.kind);
    this.#found.push({ ...found, message, fingerprint });
  };
}

/** In the order in which they are asked: what is sure of itself first. */
const recognisers = (): Recogniser[] => [new Python(), new Rust(), new Go(), new Java(), new JavaScript(), new Words()];

/** Tells errors apart by what does not change from one time to the next: no numbers, addresses or temporary files. */
export const fingerprintOf = ({ language, kind, message, spot }: Found): string => {
  const same = message
    .replace(/\/(?:tmp|var\/folders)\/\S+/g, "<tmp>")
    .replace(/\b0x[0-9a-fA-F]+\b/g, "<n>")
    .replace(/\b[0-9a-f]{8,}(?:-[0-9a-f]{4,}){0,4}\b/gi, "<n>")
    .replace(/\d+/g, "<n>");
  return new Bun.CryptoHasher("sha256")
    .update(JSON.stringify([language, kind, same, spot?.file ?? null]))
    .digest("hex")
    .slice(0, 24);
};
