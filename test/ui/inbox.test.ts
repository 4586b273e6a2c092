import { expect, test } from "bun:test";
import { withoutSeen } from "../../ui/src/inbox/withoutSeen.ts";

const after = (waiting: number[], seen: number[]) => {
  const { left, dealt } = withoutSeen(
    waiting.map((seq) => ({ seq })),
    new Set(seen),
  );
  return { left: left.map(({ seq }) => seq), dealt };
};

test("An answer that I saw come waits no longer, and takes nothing older with it that I have not dealt with", () => {
  expect(after([3, 4], [3, 4])).toEqual({ left: [], dealt: 4 });
  expect(after([3, 5, 9], [3, 9])).toEqual({ left: [5], dealt: 3 });
  expect(after([2, 4], [4])).toEqual({ left: [2], dealt: null });
  expect(after([2, 4], [])).toEqual({ left: [2, 4], dealt: null });
  expect(after([], [7])).toEqual({ left: [], dealt: null });
});
