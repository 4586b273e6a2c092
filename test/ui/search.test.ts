import { expect, test } from "bun:test";
import { askedOf, holds, operatorsIn, piecesOf, searchAddress, toggled, unfinishedAt } from "../../ui/src/search/words.ts";

test("A search stands in the address and comes back from it", () => {
  for (const [q, sort] of [
    ["loss", "relevance"],
    ['from:me "a & b" #1 +ü', "newest"],
    ["", "relevance"],
  ] as const) {
    const address = searchAddress(q, sort);
    expect(askedOf(new URL(address, "http://colony").search)).toEqual({ q, sort });
  }
  expect(searchAddress("  ")).toBe("/search");
});

test("Operators with a value are its chips; a phrase that looks like one is a phrase, and what is half written is none", () => {
  expect(operatorsIn('loss from:me -type:plan session:"s 1" "in:general" foo:bar has: IN:ci')).toEqual(["from:me", "-type:plan", 'session:"s 1"', "IN:ci"]);
});

test("A chip puts its operator in, and takes it out wherever it stands", () => {
  expect(toggled("loss", "type:error")).toBe("loss type:error");
  expect(toggled("", "type:error")).toBe("type:error");
  expect(toggled("type:error loss Type:Error", "type:error")).toBe("loss");
  expect(toggled('"type:error" type:error', "type:error")).toBe('"type:error"');
  expect(holds("-type:error", "type:error")).toBe(false);
});

test("The value at the caret is completed, all of its word", () => {
  expect(unfinishedAt("lo from:be x", 10)).toEqual({ operator: "from", value: "be", from: 8, to: 10 });
  expect(unfinishedAt("in:gen", 4)).toEqual({ operator: "in", value: "g", from: 3, to: 6 });
  expect(unfinishedAt("-type:", 6)).toEqual({ operator: "type", value: "", from: 6, to: 6 });
  expect(unfinishedAt("from:me x", 9)).toBe(null);
  expect(unfinishedAt("begin:x", 7)).toBe(null);
});

test("A snippet is pieces of text: its marks are found, and what looks like HTML is what was written", () => {
  expect(piecesOf("a &lt;b&gt; <mark>l&amp;ss</mark> &quot;&#39;&amp;lt;<mark>x</mark>")).toEqual([
    { text: "a <b> ", found: false },
    { text: "l&ss", found: true },
    { text: " \"'&lt;", found: false },
    { text: "x", found: true },
  ]);
});
