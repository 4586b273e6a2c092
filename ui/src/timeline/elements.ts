import type { MarkedToken, Token, Tokens } from "marked";
import { type Child, element } from "./element.ts";
import { decoded } from "./entities.ts";
import { goalOf, otherHost } from "./links.ts";
import { type Reader, withMentions } from "./mentions.ts";
import { withUnits } from "./units.ts";

/**
 * Draws parsed markdown. Elements are made one by one, of the kinds named here, and words are only ever put in as text: HTML is never parsed, so none
 * of a message can become an element, an attribute, a style or a handler.
 */
type Pen = Reader & { inLink: boolean };

export const draw = (tokens: readonly Token[], reader: Reader): DocumentFragment => {
  const fragment = document.createDocumentFragment();
  fragment.append(...all(tokens, { ...reader, inLink: false }));
  return fragment;
};

const all = (tokens: readonly Token[] | undefined, pen: Pen): Child[] => (tokens ?? []).flatMap((token) => one(token as MarkedToken, pen));

const one = (token: MarkedToken, pen: Pen): Child[] => {
  switch (token.type) {
    case "text":
      return token.tokens ? all(token.tokens, pen) : words(token.text, pen);
    case "paragraph":
      return [element("p", all(token.tokens, pen))];
    case "strong":
    case "em":
    case "del":
    case "blockquote":
      return [element(token.type, all(token.tokens, pen))];
    case "br":
    case "hr":
      return [element(token.type, [])];
    case "codespan":
      return [element("code", [token.text])];
    case "code":
      return [fenced(token)];
    case "escape":
      return [token.text];
    case "html":
      return token.block ? [element("p", [token.text.trim()], "raw")] : [token.text];
    case "heading":
      // The page's own headings are its landmarks; a message's would break their order, and be in the way of whoever goes by them.
      return [element("p", all(token.tokens, pen), token.depth < 3 ? "title" : "subtitle")];
    case "list":
      return [list(token, pen)];
    case "checkbox":
      return [tick(token.checked)];
    case "table":
      return [table(token, pen)];
    case "link":
      return link(token.href, all(token.tokens, { ...pen, inLink: true }), pen);
    case "image":
      // A picture would ask another host for itself, and tell it who reads.
      return link(token.href, [decoded(token.text) || token.href], pen);
    default:
      return [];
  }
};

const words = (text: string, pen: Pen): Child[] => {
  const read = withUnits(decoded(text));
  return pen.inLink ? [read] : withMentions(read, pen);
};

const fenced = (token: Tokens.Code): HTMLElement => {
  const block = element("pre", [element("code", [token.text])]);
  block.dataset.language = token.lang?.trim().split(/\s/)[0] ?? "";
  return block;
};

const list = (token: Tokens.List, pen: Pen): HTMLElement => {
  const made = element(
    token.ordered ? "ol" : "ul",
    token.items.map((item) => element("li", all(item.tokens, pen), item.task ? "task" : "")),
  );
  if (typeof token.start === "number" && token.start !== 1) made.setAttribute("start", String(token.start));
  return made;
};

/** A small box that says whether something is done; nothing to click on. */
export const tick = (done: boolean): HTMLElement => {
  const box = element("span", [], done ? "tick tick-done" : "tick");
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", done ? "Done" : "To do");
  return box;
};

const table = (token: Tokens.Table, pen: Pen): HTMLElement => {
  const row = (cells: Tokens.TableCell[], tag: "th" | "td") =>
    element(
      "tr",
      cells.map((cell) => {
        const made = element(tag, all(cell.tokens, pen));
        if (cell.align) made.setAttribute("align", cell.align);
        return made;
      }),
    );
  const rows = element(
    "tbody",
    token.rows.map((cells) => row(cells, "td")),
  );
  return element("table", [element("thead", [row(token.header, "th")]), rows]);
};

/** A link opens apart from the page and learns nothing of it; only our own permalinks are followed inside. It says where it leads when its words say otherwise. */
const link = (href: string, children: Child[], pen: Pen): Child[] => {
  const goal = pen.inLink ? null : goalOf(href);
  if (goal === null) return children;
  const made = element("a", children);
  made.setAttribute("href", goal.address);
  if (goal.kind !== "ours" || !/^\/(?:c\/|$)/.test(goal.address)) {
    made.rel = "noopener noreferrer nofollow";
    made.target = "_blank";
  }
  const host = otherHost(made.textContent ?? "", goal);
  if (host !== null) made.append(element("span", [` (${host})`], "leads"));
  return [made];
};
