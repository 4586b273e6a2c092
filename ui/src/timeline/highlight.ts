import { Kept } from "../parts/kept.ts";
import type { Runs } from "./runs.ts";
import { countLines } from "./shapes.ts";

/** What is longer is shown without colours: each piece of colour is an element, and who reads that much reads it elsewhere. Characters, lines, characters of a line. */
const CHARACTERS = 64 * 1024;
const LINES = 2_000;
const WIDTH = 2_000;
/** Milliseconds that one text may take once the worker is there. Usual ones take a few; one that was made to take for ever is given up. */
const PATIENCE = 2_000;
/** What is kept at most, in numbers of eight bytes: some thousand blocks, their texts and their colours, in about 4 MB. */
const KEPT = 500_000;
/** Letters of a text, of two bytes at most, that weigh as much as a number. */
const LETTERS = 4;

type Job = { key: string; language: string; text: string; take: (runs: Runs) => void };

const kept = new Kept<Runs>(KEPT, (runs, key) => runs.length + key.length / LETTERS + 10);
/** Those who wait, the newest last: it is the one in view. */
const waiting: Job[] = [];
let worker: Worker | null = null;
let job: Job | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let isSet = false;
/** The worker has come: what goes wrong from now on is of the text. */
let isThere = false;

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
  if (isThere) time();
};

const time = (): void => {
  timer = setTimeout(giveUp, PATIENCE);
};

const begin = (): Worker => {
  const made = new Worker(new URL("./highlight.worker.ts", import.meta.url), { type: "module" });
  isThere = false;
  made.onmessage = ({ data }: MessageEvent<Runs | "there">) => {
    if (data !== "there") return done(data);
    isThere = true;
    time();
  };
  made.onerror = giveUp;
  return made;
};

/** The text stays without colours, and the next has a worker of its own. Where none came the text is not to blame: it is tried again when it is next shown. */
const giveUp = (): void => {
  worker?.terminate();
  worker = null;
  done([], isThere);
};

const done = (runs: Runs, keep = true): void => {
  clearTimeout(timer);
  if (job !== null) {
    if (keep) kept.set(job.key, runs);
    job.take(runs);
  }
  job = null;
  next();
};
