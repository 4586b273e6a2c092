/** The parts of Slack's message that its senders use: https://api.slack.com/messaging/webhooks. Whatever else they send is passed over. */
export type SlackMessage = { text?: unknown; username?: unknown; blocks?: unknown; attachments?: unknown };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const objects = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isObject) : []);
const words = (value: unknown): string => (typeof value === "string" ? value : isObject(value) && typeof value.text === "string" ? value.text : "");

/** A Slack message's words as markdown: its text, else its blocks; then its attachments. Empty when it has none. */
export const slackText = ({ text, blocks, attachments }: SlackMessage): string => {
  const body = words(text) || objects(blocks).map(blockText).filter(Boolean).join("\n\n");
  return [body, ...objects(attachments).map(attachmentText)].filter(Boolean).map(asMarkdown).join("\n\n");
};

const blockText = (block: Record<string, unknown>): string => {
  const parts = [words(block.text), ...objects(block.fields).map(words), ...(block.type === "context" ? objects(block.elements).map(words) : [])].filter(Boolean);
  return block.type === "header" ? parts.map((part) => `*${part}*`).join("\n") : parts.join("\n");
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
const asMarkdown = (text: string): string =>
  text
    .split(/(```[\s\S]*?```|`[^`\n]*`)/)
    .map((part, at) => unescaped(at % 2 === 1 ? part : marked(part)))
    .join("");

const marked = (text: string): string =>
  text
    .replace(/<(https?:\/\/[^|<>\s]+)\|([^<>\n]+)>/g, (_, url: string, label: string) => `[${label.replace(/[[\]]/g, "\\$&")}](${url})`)
    .replace(/<((?:https?|mailto):[^|<>\s]+)(?:\|[^<>\n]*)?>/g, "$1")
    .replace(/<!(here|channel|everyone)(?:\|[^<>]*)?>/g, (_, call: string) => (call === "here" ? "@here" : "@channel"))
    .replace(/<[#@][A-Z0-9]+\|([^<>\n]+)>/g, "$1")
    .replace(/(?<![\w*])\*(?![\s*])([^*\n]+?)(?<!\s)\*(?![\w*])/g, "**$1**")
    .replace(/(?<![\w~])~(?![\s~])([^~\n]+?)(?<!\s)~(?![\w~])/g, "~~$1~~");

const unescaped = (text: string): string => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
