import { expect, test } from "bun:test";
import { Kept } from "../../ui/src/parts/kept.ts";

test("What is kept goes when there is no more room, what was unused for longest first", () => {
  const kept = new Kept<number>(3);
  for (const key of ["a", "b", "c"]) kept.set(key, 1);
  kept.get("a");
  kept.set("d", 1);
  expect(["a", "b", "c", "d"].map((key) => kept.get(key))).toEqual([1, undefined, 1, 1]);
});

test("Room is counted by weight, also when a value is replaced or dropped; what is heavier than all the room is not kept, and displaces nothing", () => {
  const kept = new Kept<string>(10, (value) => value.length);
  kept.set("a", "12345");
  kept.set("a", "123");
  kept.set("b", "1234567");
  expect([kept.get("a"), kept.get("b")]).toEqual(["123", "1234567"]);
  kept.drop("b");
  kept.set("c", "1234567");
  expect(kept.get("a")).toBe("123");
  kept.set("d", "x".repeat(11));
  expect(["a", "c", "d"].map((key) => kept.get(key))).toEqual(["123", "1234567", undefined]);
});
