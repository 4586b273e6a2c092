import { afterEach, beforeEach, expect, test } from "bun:test";
import { colour, coloursOf } from "../../ui/src/timeline/highlight.ts";
import type { Runs } from "../../ui/src/timeline/runs.ts";

/** A worker that says what the test has it say. */
class Puppet {
  static made: Puppet[] = [];
  onmessage: (event: { data: Runs | "there" }) => void = () => {};
  onerror: () => void = () => {};
  constructor() {
    Puppet.made.push(this);
  }
  postMessage(): void {}
  terminate(): void {}
}

/** The worker of now: one lives on from test to test until it is given up. */
const worker = () => Puppet.made.at(-1);
const idle = (work: () => void) => work();
const before = { Worker: globalThis.Worker, window: globalThis.window, requestIdleCallback: globalThis.requestIdleCallback };

beforeEach(() => {
  Object.assign(globalThis, { Worker: Puppet, window: { requestIdleCallback: idle }, requestIdleCallback: idle });
});

afterEach(() => {
  Object.assign(globalThis, before);
});

test("A text is shown plain while no worker comes, and coloured when one does", () => {
  const taken: Runs[] = [];
  const show = () => colour("python", "x = 1", (runs) => taken.push(runs));
  show();
  worker()?.onerror();
  expect(taken).toEqual([[]]);
  expect(coloursOf("python", "x = 1")).toBeUndefined();
  show();
  worker()?.onmessage({ data: "there" });
  worker()?.onmessage({ data: [4, 0, 1, 2] });
  expect(coloursOf("python", "x = 1")).toEqual([4, 0, 1, 2]);
});

test("A text that no worker can read stays plain, and is not tried again", () => {
  const text = "x = 2";
  colour("python", text, () => {});
  worker()?.onerror();
  expect(coloursOf("python", text)).toEqual([]);
});

test("Texts are kept by what they weigh: long ones without colours push out those that were shown before", () => {
  const texts = Array.from({ length: 50 }, (_, at) => `${at}${"\n# a line of some more words".repeat(1_990)}`);
  for (const text of texts) {
    colour("python", text, () => {});
    worker()?.onmessage({ data: "there" });
    worker()?.onmessage({ data: [] });
  }
  const kept = texts.map((text) => coloursOf("python", text) !== undefined);
  expect([kept[0], kept.at(-1)]).toEqual([false, true]);
});
