/** A search as the address has it: what is searched for, and in which order it is shown. */
export type Asked = { q: string; sort: "relevance" | "newest" };

export const searchAddress = (q: string, sort: Asked["sort"] = "relevance"): string => {
  const query = new URLSearchParams();
  if (q.trim() !== "") query.set("q", q.trim());
  if (sort === "newest") query.set("sort", sort);
  return `/search${query.size > 0 ? `?${query}` : ""}`;
};

export const askedOf = (address: string): Asked => {
  const query = new URLSearchParams(address);
  return { q: query.get("q") ?? "", sort: query.get("sort") === "newest" ? "newest" : "relevance" };
};

/** What can be asked of a message beside its words, and how the page tells of it. `name`: how one begins to write it, where that is by a word. */
export const operators = [
  { name: "from:", example: "from:me", words: "by this person or agent" },
  { name: "in:", example: "in:general", words: "in this channel; in:@benji in your conversation" },
  { name: "type:", example: "type:error", words: "text, code, result, error or plan" },
  { name: "has:", example: "has:file", words: "with a file" },
  { name: "after:", example: "after:2026-03-29", words: "on this day or later" },
  { name: "before:", example: "before:2026-03-30", words: "earlier than this day" },
  { name: "session:", example: "session:cc_abc123", words: "of this session of an agent" },
  { name: null, example: '"loss curve"', words: "these words one after the other" },
  { name: null, example: "deploy*", words: "words that begin so" },
  { name: null, example: "-draft", words: "without: before a word, a phrase or any of these" },
] as const;

const item = /-?(?:(?:from|in|type|has|before|after|session):(?:"[^"]*"?|\S*)|"[^"]*"?|\S+)/gi;
const operator = /^-?(?:from|in|type|has|before|after|session):(?="?[^\s"])/i;

/** The operators in a search that have a value, as they are written. */
export const operatorsIn = (q: string): string[] => [...q.matchAll(item)].flatMap(([written]) => (operator.test(written) ? [written] : []));

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

export const holds = (q: string, written: string): boolean => operatorsIn(q).some((one) => same(one, written));

/** A search with an operator put in, or taken out where it stands already. */
export const toggled = (q: string, written: string): string =>
  holds(q, written)
    ? q
        .replace(item, (one) => (same(one, written) ? "" : one))
        .replace(/\s+/g, " ")
        .trim()
    : `${q.trim()} ${written}`.trim();

/** What is being written at the caret of an operator's value: where it stands, and what there is of it. */
export type Unfinished = { operator: "from" | "in" | "type" | "has" | "after" | "before"; value: string; from: number; to: number };

export const unfinishedAt = (q: string, caret: number): Unfinished | null => {
  const found = /(?:^|\s)-?(from|in|type|has|after|before):([^\s"]*)$/i.exec(q.slice(0, caret));
  if (!found) return null;
  const [, name = "", value = ""] = found;
  const rest = /^\S*/.exec(q.slice(caret))?.[0].length ?? 0;
  return { operator: name.toLowerCase() as Unfinished["operator"], value, from: caret - value.length, to: caret + rest };
};

/** A text in pieces, what was found apart from the rest. */
export type Piece = { text: string; found: boolean };

const entities: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };
const plain = (html: string): string => html.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);

/** The server's snippet, HTML with nothing but `<mark>` in it, as pieces of text: no HTML is made of it here. */
export const piecesOf = (snippet: string): Piece[] =>
  snippet
    .split(/<mark>(.*?)<\/mark>/s)
    .map((part, at) => ({ text: plain(part), found: at % 2 === 1 }))
    .filter(({ text }) => text !== "");
