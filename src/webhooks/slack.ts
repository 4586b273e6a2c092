/** The parts of Slack's message that its senders use: https://api.slack.com/messaging/webhooks. Whatever else they send is passed over. */
export type SlackMessage = { text?: unknown; username?: unknown; blocks?: unknown; attachments?: unknown };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const objects = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isObject) : []);
const words = (value: unknown): string => (typeof value === "string" ? value : isObject(value) && typeof value.text === "string" ? value.text : "");

/** How what Slack names by an id is called here, `label` being what it calls it itself; and its `:names:` of emoji. */
export type Names = { user: (id: string, label: string | undefined) => string; channel: (id: string, label: string | undefined) => string; emoji: (text: string) => string };

/** Where nobody is known: what the sender calls them stands for them. */
const labels: Names = { user: (id, label) => label ?? `<@${id}>`, channel: (id, label) => label ?? `<#${id}>`, emoji: (text) => text };

/** A Slack message's words as markdown: its text, else its blocks; then its attachments. Empty when it has none. */
export const slackText = ({ text, blocks, attachments }: SlackMessage, names: Names = labels): string => {
  const body = words(text) || objects(blocks).map(blockText).filter(Boolean).join("\n\n");
  return [body, ...objects(attachments).map(attachmentText)]
    .filter(Boolean)
    .map((part) => asMarkdown(part, names))
    .join("\n\n");
};

const blockText = (block: Record<string, unknown>): string => {
  if (block.type === "rich_text") return objects(block.elements).map(richText).join("").trim();
  const parts = [words(block.text), ...objects(block.fields).map(words), ...(block.type === "context" ? objects(block.elements).map(words) : [])].filter(Boolean);
  return block.type === "header" ? parts.map((part) => `*${part}*`).join("\n") : parts.join("\n");
};

/** What stands in a rich text, in the marks of Slack's plain one: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
const richText = (element: Record<string, unknown>): string => {
  const inner = () => objects(element.elements).map(richText).join("");
  const style = isObject(element.style) ? element.style : {};
  const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  switch (element.type) {
    case "rich_text_section":
      return `${inner()}\n`;
    case "rich_text_list":
      return objects(element.elements)
        .map((item, at) => `${"  ".repeat(Number(element.indent) || 0)}${element.style === "ordered" ? `${at + 1}.` : "-"} ${richText(item).trimEnd()}\n`)
        .join("");
    case "rich_text_quote":
      return `${inner().trimEnd().replace(/^/gm, "&gt; ")}\n`;
    case "rich_text_preformatted":
      return `\`\`\`\n${inner()}\n\`\`\`\n`;
    case "user":
      return `<@${words(element.user_id)}>`;
    case "channel":
      return `<#${words(element.channel_id)}>`;
    case "broadcast":
      return `<!${words(element.range)}>`;
    case "emoji":
      return `:${words(element.name)}:`;
    case "link":
      return words(element.text) ? `<${words(element.url)}|${escaped(words(element.text))}>` : `<${words(element.url)}>`;
    default: {
      const text = escaped(words(element.text));
      const mark = style.code ? "`" : style.bold ? "*" : style.italic ? "_" : style.strike ? "~" : "";
      // A mark holds only where it touches the word.
      return text.replace(/^(\s*)(.*?)(\s*)$/s, (_, before: string, words: string, after: string) => (words === "" ? text : before + mark + words + mark + after));
    }
  }
};

const attachmentText = (attachment: Record<string, unknown>): string => {
  const title = words(attachment.title);
  const link = words(attachment.title_link);
  const fields = objects(attachment.fields).map(({ title, value }) => [words(title), words(value)].filter(Boolean).join(": "));
  const nested = objects(attachment.blocks).map(blockText);
  const parts = [words(attachment.pretext), title && link ? `<${link}|${title}>` : title && `*${title}*`, words(attachment.text), ...fields, ...nested].filter(Boolean);
  return parts.length > 0 ? parts.join("\n") : words(attachment.fallback);
};

/** Slack's own markup, where it differs from markdown: links, calls, bold and struck text, and its three escapes. Code is left as it is. */
const asMarkdown = (text: string, names: Names): string =>
  text
    .split(/(```[\s\S]*?```|`[^`\n]*`)/)
    .map((part, at) => unescaped(at % 2 === 1 ? fenced(part) : marked(part, names)))
    .join("");

/** Slack opens a block of code wherever its three marks stand; markdown takes what follows them on the line for a language. */
const fenced = (code: string): string => {
  const inner = /^```([\s\S]*)```$/.exec(code)?.[1];
  return inner === undefined || !inner.includes("\n") ? code : `\n\`\`\`\n${inner.replace(/^\n|\n$/g, "")}\n\`\`\`\n`;
};

const marked = (text: string, names: Names): string =>
  names
    .emoji(text)
    .replace(/<(https?:\/\/[^|<>\s]+)\|([^<>\n]+)>/g, (_, url: string, label: string) => `[${label.replace(/[[\]]/g, "\\$&")}](${url})`)
    .replace(/<((?:https?|mailto):[^|<>\s]+)(?:\|[^<>\n]*)?>/g, "$1")
    .replace(/<!(here|channel|everyone)(?:\|[^<>]*)?>/g, (_, call: string) => (call === "here" ? "@here" : "@channel"))
    .replace(/<!subteam\^\w+\|([^<>\n]+)>/g, "$1")
    .replace(/<!date\^[^<>|\n]*\|([^<>\n]+)>/g, "$1")
    .replace(/<@([A-Z0-9]+)(?:\|([^<>\n]*))?>/g, (_, id: string, label?: string) => names.user(id, label || undefined))
    .replace(/<#([A-Z0-9]+)(?:\|([^<>\n]*))?>/g, (_, id: string, label?: string) => names.channel(id, label || undefined))
    .replace(/(?<![\w*])\*(?![\s*])([^*\n]+?)(?<!\s)\*(?![\w*])/g, "**$1**")
    .replace(/(?<![\w~])~(?![\s~])([^~\n]+?)(?<!\s)~(?![\w~])/g, "~~$1~~");

const unescaped = (text: string): string => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
