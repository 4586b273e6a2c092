import { Kept } from "../parts/kept.ts";
import type { Runs } from "./runs.ts";
import { countLines } from "./shapes.ts";

/** What is longer is shown without colours: each piece of colour is an element, and who reads that much reads it elsewhere. Characters, lines, characters of a line. */
const CHARACTERS = 64 * 1024;
const LINES = 2_000;
const WIDTH = 2_000;
/** Milliseconds that one text may take. Usual ones take a few; one that was made to take for ever is given up. */
const PATIENCE = 2_000;
/** Numbers kept at most: the colours of some thousand blocks in about 4 MB. */
const KEPT = 500_000;

type Job = { key: string; language: string; text: string; take: (runs: Runs) => void };

const kept = new Kept<Runs>(KEPT, (runs) => runs.length + 10);
/** Those who wait, the newest last: it is the one in view. */
const waiting: Job[] = [];
let worker: Worker | null = null;
let job: Job | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let isSet = false;

const keyOf = (language: string, text: string): string => `${language}\n${text}`;

/** The colours of a text that was coloured lately. */
export const coloursOf = (language: string, text: string): Runs | undefined => kept.get(keyOf(language, text));

/** Colours a text when the page has nothing better to do; gives back how to leave it. `language`: as languageOf names it. */
export const colour = (language: string, text: string, take: (runs: Runs) => void): (() => void) => {
  if (text.length > CHARACTERS || countLines(text) > LINES || text.split("\n").some((line) => line.length > WIDTH)) return () => {};
  const mine: Job = { key: keyOf(language, text), language, text, take };
  waiting.push(mine);
  if (!isSet) {
    isSet = true;
    soon(next);
  }
  return () => {
    const at = waiting.indexOf(mine);
    if (at >= 0) waiting.splice(at, 1);
    mine.take = () => {};
  };
};

/** Not while a frame is being drawn. Safari has no requestIdleCallback. */
const soon = (work: () => void): void => {
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: 500 });
  else setTimeout(work, 50);
};

const next = (): void => {
  if (job !== null) return;
  job = waiting.pop() ?? null;
  isSet = job !== null;
  if (job === null) return;
  worker ??= begin();
  worker.postMessage({ language: job.language, text: job.text });
  timer = setTimeout(giveUp, PATIENCE);
};

const begin = (): Worker => {
  const made = new Worker(new URL("./highlight.worker.ts", import.meta.url), { type: "module" });
  made.onmessage = ({ data }: MessageEvent<Runs>) => done(data);
  made.onerror = giveUp;
  return made;
};

/** The text stays without colours, and the next has a worker of its own. */
const giveUp = (): void => {
  worker?.terminate();
  worker = null;
  done([]);
};

const done = (runs: Runs): void => {
  clearTimeout(timer);
  if (job !== null) {
    kept.set(job.key, runs);
    job.take(runs);
  }
  job = null;
  next();
};
