import DOMPurify, { type Config } from "dompurify";
import { Marked } from "marked";

/**
 * Markdown of others, as elements that do nothing: HTML in it is shown as text, pictures become links, and what is left
 * passes a list of what may stand. No class, style, id or handler of the source comes through.
 */

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text }) => escaped(text),
    code: ({ text, lang }) => `<pre data-language="${escaped(lang?.split(/\s/)[0] ?? "")}"><code>${escaped(text)}</code></pre>`,
    image: ({ href, text }) => `<a href="${escaped(href)}">${escaped(text || href)}</a>`,
    checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
  },
});

const allowed: Config & { RETURN_DOM_FRAGMENT: true } = {
  ALLOWED_TAGS: [..."a b blockquote br code del em h1 h2 h3 h4 h5 h6 hr i li ol p pre s strong table tbody td th thead tr ul".split(" ")],
  ALLOWED_ATTR: ["href", "start", "align", "data-language"],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ADD_URI_SAFE_ATTR: ["start", "align", "data-language"],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|\/(?!\/)|#)/i,
  RETURN_DOM_FRAGMENT: true,
};

export type Reader = { mentions: readonly string[]; me: string | undefined };

/** Characters of markdown at most: what is longer is a log, and some of it would take minutes to read as markdown. */
const LONGEST = 32_000;

/** Renders a message's markdown. Names that it mentions are marked; the reader's own stands out. */
export const render = (source: string, reader: Reader): DocumentFragment => {
  const fragment = DOMPurify.sanitize(htmlOf(source), allowed);
  for (const link of fragment.querySelectorAll("a")) secure(link);
  if (reader.mentions.length > 0) markMentions(fragment, reader);
  return fragment;
};

const htmlOf = (source: string): string => {
  if (source.length <= LONGEST) {
    try {
      return marked.parse(source, { async: false });
    } catch {
      // Nested deeper than the stack: it stands as it was written.
    }
  }
  return `<p>${escaped(source).replaceAll("\n", "<br>")}</p>`;
};

/** The text of markdown in one line, for a reply's parent or an announcement. */
export const excerpt = (source: string, characters = 140): string => {
  const line = source
    .slice(0, characters * 4)
    .replace(/[`*_~#>|]+/g, "")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > characters ? `${line.slice(0, characters - 1)}…` : line;
};

/** A link of others opens apart from the page and learns nothing of it; only our own permalinks are followed inside. What leads nowhere is just words. */
const secure = (link: HTMLAnchorElement): void => {
  const href = link.getAttribute("href");
  if (href === null) {
    link.replaceWith(...link.childNodes);
    return;
  }
  link.rel = "noopener noreferrer nofollow";
  if (!href.startsWith("/c/")) link.target = "_blank";
};

const name = /(?<![\w@./-])@([a-z0-9][a-z0-9._-]*)/gi;

const markMentions = (fragment: DocumentFragment, { mentions, me }: Reader): void => {
  const walker = document.createTreeWalker(fragment, 4);
  const texts: Text[] = [];
  while (walker.nextNode()) {
    const text = walker.currentNode as Text;
    if (text.data.includes("@") && !text.parentElement?.closest("a, code")) texts.push(text);
  }
  for (const text of texts) {
    const pieces: (Node | string)[] = [];
    let from = 0;
    for (const match of text.data.matchAll(name)) {
      const called = mentioned(match[1] ?? "", mentions);
      if (called === undefined) continue;
      const mark = document.createElement("span");
      mark.className = called === me || called === "here" || called === "channel" ? "mention mention-me" : "mention";
      mark.textContent = `@${called}`;
      pieces.push(text.data.slice(from, match.index), mark);
      from = match.index + 1 + called.length;
    }
    if (pieces.length > 0) text.replaceWith(...pieces, text.data.slice(from));
  }
};

/** The server says who is mentioned; a full stop or dash after the name may belong to the sentence. */
const mentioned = (written: string, mentions: readonly string[]): string | undefined => {
  for (let called = written.toLowerCase(); called !== ""; called = called.slice(0, -1)) {
    if (mentions.includes(called)) return called;
    if (!/[._-]$/.test(called)) return undefined;
  }
  return undefined;
};
