import { afterEach, beforeEach, expect, setSystemTime, test } from "bun:test";
import { follow } from "../../ui/src/socket.ts";

/** A connection of which nothing is heard, as where packets are swallowed. */
class Silent {
  static readonly OPEN = 1;
  static made: Silent[] = [];
  readonly readyState = 0;
  closed = false;
  constructor() {
    Silent.made.push(this);
  }
  close(): void {
    this.closed = true;
  }
}

const { WebSocket: real, setTimeout: wait, document: before } = globalThis;
let due: { work: () => void; after: number }[] = [];

beforeEach(() => {
  Silent.made = [];
  due = [];
  const page = { visibilityState: "visible", addEventListener: () => {}, removeEventListener: () => {} };
  Object.assign(globalThis, { WebSocket: Silent, document: page, setTimeout: (work: () => void, after: number) => due.push({ work, after }) });
});

afterEach(() => {
  Object.assign(globalThis, { WebSocket: real, document: before, setTimeout: wait });
  setSystemTime();
});

const begin = () => {
  const states: string[] = [];
  return { states, feed: follow("ws://nowhere/ws", { onState: (now) => states.push(now), onReady: () => {}, onEvent: () => {}, onMoment: () => {} }) };
};

test("A connection that is not made within a while is given up, and another is tried", () => {
  const { states, feed } = begin();
  due.shift()?.work();
  expect(Silent.made.map(({ closed }) => closed)).toEqual([true]);
  expect(states).toEqual(["connecting", "offline"]);
  due.shift()?.work();
  expect(Silent.made).toHaveLength(2);
  feed.close();
});

test("To try now ends a try that has hung for some seconds, and lets a young one be", () => {
  const { feed } = begin();
  feed.retry();
  expect(Silent.made).toHaveLength(1);
  setSystemTime(Date.now() + 5_000);
  feed.retry();
  expect(Silent.made.map(({ closed }) => closed)).toEqual([true, false]);
  feed.close();
});
