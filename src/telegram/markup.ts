import { TELEGRAM_NAME_CHARACTERS, TELEGRAM_TEXT_CHARACTERS } from "../limits.ts";

/** A terminal's sequences (ECMA-48) whole, so that no rest of them is left to be read. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out
const sequences = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?/g;
/** Controls that a text may not hold, and marks that turn the direction of what follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** A text as Telegram's HTML has it (https://core.telegram.org/bots/api#html-style): nothing of it is markup. */
export const escaped = (text: string): string =>
  text.toWellFormed().replace(sequences, "").replace(unseen, "").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** Markup without its tags: for when Telegram does not take it. */
export const bare = (html: string): string =>
  html
    .replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

/** A text of at most so many characters, its beginning or its end; what is cut off is shown by a mark. */
export const fitting = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`);
export const ending = (text: string, most: number): string => (text.length <= most ? text : `…${text.slice(1 - most).toWellFormed()}`);

/** A name in one line. */
export const named = (name: string): string => escaped(fitting(name.replace(/\s+/g, " "), TELEGRAM_NAME_CHARACTERS));

export const bold = (text: string): string => `<b>${named(text)}</b>`;
export const code = (text: string): string => `<code>${escaped(text)}</code>`;

/** A moment as people say it: `Mon, 23 Nov 2026 09:00 UTC`. @param iso as the API has it */
export const moment = (iso: string): string => new Date(iso).toUTCString().replace(/:\d\d GMT$/, " UTC");

/** Output as it stands, in monospace. */
export const pre = (text: string): string => `<pre>${escaped(text)}</pre>`;

/** Markdown as far as Telegram shows it: fences and code in monospace, what is bold in bold; all else as it was written. */
export const fromMarkdown = (markdown: string, most = TELEGRAM_TEXT_CHARACTERS): string => {
  const html: string[] = [];
  let fence: { mark: string; language: string; lines: string[] } | null = null;
  let prose: string[] = [];
  const endProse = () => {
    const text = prose.join("\n").trim();
    if (text !== "") html.push(inline(text));
    prose = [];
  };
  const endFence = () => {
    if (!fence) return;
    const text = escaped(fence.lines.join("\n"));
    if (text.trim() !== "") html.push(fence.language === "" ? `<pre>${text}</pre>` : `<pre><code class="language-${fence.language}">${text}</code></pre>`);
    fence = null;
  };
  for (const line of fitting(markdown, most).split("\n")) {
    const [, mark = "", language = ""] = /^\s{0,3}(`{3,}|~{3,})\s*([\w+#-]{0,20})[^`]*$/.exec(line) ?? [];
    if (fence && mark.startsWith(fence.mark) && language === "") endFence();
    else if (fence) fence.lines.push(line);
    else if (mark !== "") {
      endProse();
      fence = { mark, language, lines: [] };
    } else prose.push(line);
  }
  endFence();
  endProse();
  return html.join("\n");
};

/** Code and bold in a text without fences. */
const inline = (text: string): string =>
  text
    .split(/(`+)((?:(?!\1).)+?)\1(?!`)/)
    .map((part, at) => {
      if (at % 3 === 1) return "";
      if (at % 3 === 2) return code(part.trim());
      return escaped(part).replace(/\*\*(?=\S)([^*\n]+?)\*\*/g, "<b>$1</b>");
    })
    .join("");
