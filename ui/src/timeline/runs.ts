/** What a piece of code is, as the page colours it. The first is what has no colour of its own. */
export const roles = ["", "keyword", "type", "name", "string", "number", "comment", "attr", "addition", "deletion"] as const;

/** How a text is coloured: the length of each piece, then its role, in turn. */
export type Runs = number[];

const scopes: Readonly<Record<string, (typeof roles)[number]>> = {
  keyword: "keyword",
  literal: "keyword",
  "selector-tag": "keyword",
  "template-tag": "keyword",
  operator: "",
  built_in: "type",
  type: "type",
  class_: "type",
  title: "name",
  section: "name",
  name: "name",
  "selector-id": "name",
  "selector-class": "name",
  string: "string",
  regexp: "string",
  char: "string",
  symbol: "string",
  link: "string",
  code: "string",
  number: "number",
  comment: "comment",
  quote: "comment",
  doctag: "comment",
  meta: "attr",
  attr: "attr",
  attribute: "attr",
  variable: "attr",
  "template-variable": "attr",
  bullet: "keyword",
  addition: "addition",
  deletion: "deletion",
};

const piece = /<span class="([^"]*)">|<\/span>|&(?:amp|lt|gt|quot|#x27);|[^<&]+/g;

/** Reads what highlight.js writes: text with spans of `hljs-…` in each other. Only lengths and roles leave here, so nothing of it can become markup. */
export const runsOf = (html: string): Runs => {
  const runs: Runs = [];
  const open: number[] = [];
  for (const [written, scope] of html.matchAll(piece)) {
    if (scope !== undefined) open.push(roleOf(scope));
    else if (written === "</span>") open.pop();
    else add(runs, written.startsWith("&") ? 1 : written.length, open.at(-1) ?? 0);
  }
  return runs;
};

/** `hljs-title class_` is a class's name: what is said last says most. What is not known has no colour. */
const roleOf = (scope: string): number => {
  const known = scope.split(" ").flatMap((part) => scopes[part.replace(/^hljs-/, "")] ?? []);
  return Math.max(0, roles.indexOf(known.at(-1) ?? ""));
};

const add = (runs: Runs, length: number, role: number): void => {
  if (runs.length > 0 && runs.at(-1) === role) runs[runs.length - 2] = (runs.at(-2) ?? 0) + length;
  else runs.push(length, role);
};
