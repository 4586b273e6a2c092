import { expect, test } from "bun:test";
import hljs from "highlight.js/lib/core";
import typescript from "highlight.js/lib/languages/typescript";
import { roles, runsOf } from "../../ui/src/timeline/runs.ts";

hljs.registerLanguage("typescript", typescript);

/** Each piece of a text with the role that its colours give it. */
const coloured = (text: string): string[] => {
  const runs = runsOf(hljs.highlight(text, { language: "typescript" }).value);
  const pieces: string[] = [];
  let from = 0;
  for (let at = 0; at < runs.length; at += 2) {
    pieces.push(`${roles[runs[at + 1] ?? 0]}:${text.slice(from, from + (runs[at] ?? 0))}`);
    from += runs[at] ?? 0;
  }
  expect(from).toBe(text.length);
  return pieces;
};

test("Colours say of each piece of a text what it is, and cover all of it", () => {
  expect(coloured('const a = "<b> & \\"c\\" \'";')).toEqual(["keyword:const", ": a = ", 'string:"<b> & \\"c\\" \'"', ":;"]);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the program that is coloured
  expect(coloured("`a ${b} c` // </span>")).toEqual(["string:`a ", ":${b}", "string: c`", ": ", "comment:// </span>"]);
});

test("What is not known has no colour", () => {
  expect(runsOf('<span class="hljs-new">x</span>y<span class="evil">z</span>')).toEqual([3, 0]);
});
