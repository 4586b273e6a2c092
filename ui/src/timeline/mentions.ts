/** Who reads, and whom the server says a message mentions. */
export type Reader = { mentions: readonly string[]; me: string | undefined };

const name = /(?<![\w@./-])@([a-z0-9][a-z0-9._-]{0,99})/gi;

/** Names marked in one piece of text: whoever names more in it calls nobody. */
const MOST = 200;

/** Text as nodes, names that it mentions marked; the reader's own stands out. */
export const withMentions = (text: string, { mentions, me }: Reader): (Node | string)[] => {
  if (mentions.length === 0 || !text.includes("@")) return [text];
  const pieces: (Node | string)[] = [];
  let [from, marks] = [0, 0];
  for (const match of text.matchAll(name)) {
    const called = mentioned(match[1] ?? "", mentions);
    if (called === undefined) continue;
    if (marks++ === MOST) break;
    const mark = document.createElement("span");
    mark.className = called === me || called === "here" || called === "channel" ? "mention mention-me" : "mention";
    mark.textContent = `@${called}`;
    pieces.push(text.slice(from, match.index), mark);
    from = match.index + 1 + called.length;
  }
  pieces.push(text.slice(from));
  return pieces;
};

/** The server says who is mentioned; a full stop or dash after the name may belong to the sentence. */
const mentioned = (written: string, mentions: readonly string[]): string | undefined => {
  for (let called = written.toLowerCase(); called !== ""; called = called.slice(0, -1)) {
    if (mentions.includes(called)) return called;
    if (!/[._-]$/.test(called)) return undefined;
  }
  return undefined;
};
