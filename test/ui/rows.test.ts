import { expect, test } from "bun:test";
import type { Message } from "../../ui/src/api.ts";
import { layOut, noRows } from "../../ui/src/timeline/rows.ts";

const said = (id: string, reply_to: string | null = null) =>
  ({ id, seq: Number(id), reply_to, deleted_at: null, created_at: "2026-03-29T16:41:30.000Z", via: "web", user: { id: `by ${id}` }, metadata: null }) as Message;

/** What is told of replies at each row: that it is one, and how many it has. */
const told = (messages: Message[], ofTwo: boolean) =>
  [...layOut({ messages, pending: [], me: "me", newFrom: null, ofTwo }, noRows).rows.values()].map((row) => row.kind === "message" && [row.answers, row.replies]);

test("In a conversation of two an answer right under its question is not told to be one; elsewhere it is", () => {
  const talk = [said("1"), said("2", "1"), said("3"), said("4", "3")];
  expect(told(talk, true)).toEqual(Array(4).fill([false, 0]));
  expect(told(talk, false)).toEqual([
    [false, 1],
    [true, 0],
    [false, 1],
    [true, 0],
  ]);
});

test("In a conversation of two an answer that stands apart from its question leads there and back", () => {
  expect(told([said("1"), said("2"), said("3", "1")], true)).toEqual([
    [false, 1],
    [false, 0],
    [true, 0],
  ]);
  expect(told([said("1"), said("2", "1"), said("3", "1")], true)).toEqual([
    [false, 2],
    [false, 0],
    [true, 0],
  ]);
});
