import type { MessageType } from "../api.ts";

/** The box: its text and what is selected in it. */
export type Box = { text: string; start: number; end: number };

/** A change of the box: what stands from `from` to `to` becomes `text`, and then `select` is selected, or the end of it. */
export type Edit = { from: number; to: number; text: string; select?: [start: number, end: number] };

const STEP = "  ";

/** Types whose content is shown as markdown. */
export const isMarkdown = (type: MessageType): boolean => type !== "code" && type !== "error";

const lineStart = (text: string, at: number): number => text.lastIndexOf("\n", at - 1) + 1;

const opening = /^ {0,3}(?:(`{3,})[^`]*|(~{3,}).*)$/;

/** Whether a fence of code stands open at the cursor, its first line included. */
export const isInFence = ({ text, start }: Box): boolean => {
  let fence = "";
  for (const line of text.slice(0, start).split("\n")) {
    const [, ticks, waves] = opening.exec(line) ?? [];
    const mark = ticks ?? waves;
    if (fence === "") fence = mark ?? "";
    else if (mark?.[0] === fence[0] && (mark?.length ?? 0) >= fence.length && line.trim() === mark) fence = "";
  }
  return fence !== "";
};

/** Whether the cursor stands in code, where an @ calls nobody. */
export const isInCode = (box: Box): boolean => {
  const line = box.text.slice(lineStart(box.text, box.start), box.start);
  return isInFence(box) || (line.match(/`/g)?.length ?? 0) % 2 === 1;
};

const item = /^(\s*)(?:([-*+])|(\d{1,9})([.)]))(\s+)(\[[ xX]\]\s+)?/;
const quote = /^(?:\s*>\s?)+/;

/** A new line as the text around it wants it: lists and quotes go on, an empty item ends its list, code keeps its indent. */
export const newLine = (box: Box, type: MessageType): Edit => {
  const { text, start, end } = box;
  const begin = lineStart(text, start);
  const line = text.slice(begin, start);
  const put = (more: string): Edit => ({ from: start, to: end, text: `\n${more}` });
  if (!isMarkdown(type) || isInFence(box)) return put(/^[ \t]*/.exec(line)?.[0] ?? "");
  const [marker, indent = "", bullet, number, dot = "", space = " ", task] = item.exec(line) ?? [];
  if (marker === undefined) {
    const cited = quote.exec(line)?.[0];
    if (cited !== undefined) return line.trim() === cited.trim() ? { from: begin, to: end, text: "" } : put(cited);
    return put(type === "plan" && line.trim() !== "" ? "- [ ] " : "");
  }
  if (line === marker) return { from: begin, to: end, text: indent.length >= STEP.length ? marker.slice(STEP.length) : "" };
  return put(`${indent}${bullet ?? `${Number(number) + 1}${dot}`}${space}${task ? "[ ] " : ""}`);
};

/** Sets marks around what is selected, or takes them away. With nothing selected: opens them, or steps out of those that end here. */
export const mark = ({ text, start, end }: Box, marks: string): Edit => {
  const { length } = marks;
  if (start === end) {
    if (text.startsWith(marks, start)) return { from: start, to: start, text: "", select: [start + length, start + length] };
    return { from: start, to: start, text: marks + marks, select: [start + length, start + length] };
  }
  const chosen = text.slice(start, end);
  const inner = chosen.trim();
  const from = start + chosen.indexOf(inner);
  const to = from + inner.length;
  if (text.slice(0, from).endsWith(marks) && text.startsWith(marks, to)) return { from: from - length, to: to + length, text: inner, select: [from - length, to - length] };
  if (inner.length > 2 * length && inner.startsWith(marks) && inner.endsWith(marks)) return { from, to, text: inner.slice(length, -length), select: [from, to - 2 * length] };
  return { from, to, text: marks + inner + marks, select: [from + length, to + length] };
};

/** Marks as code: a word by backticks, lines by a fence. */
export const code = (box: Box): Edit => {
  const { text, start, end } = box;
  const chosen = text.slice(start, end);
  if (!chosen.includes("\n")) return mark(box, "`");
  const before = start === lineStart(text, start) ? "" : "\n";
  const words = `${before}\`\`\`\n${chosen.replace(/\n$/, "")}\n\`\`\`\n`;
  return { from: start, to: end, text: words };
};

/** Makes a link of what is selected. Without an address the cursor goes where it belongs; without words, where they do. */
export const link = ({ text, start, end }: Box, address = ""): Edit => {
  const words = text.slice(start, end);
  const safe = address.replace(/[()\s]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
  const at = words === "" ? start + 1 : start + words.length + 3;
  return { from: start, to: end, text: `[${words}](${safe})`, select: address === "" ? [at, at] : undefined };
};

/** The address, when `pasted` is one and is pasted over words. */
export const addressOver = ({ text, start, end }: Box, pasted: string): string | null => {
  const words = text.slice(start, end);
  const address = pasted.trim();
  return words.trim() !== "" && !/[\n[\]]/.test(words) && !/^https?:/.test(words) && /^https?:\/\/\S{1,2000}$/.test(address) ? address : null;
};

/** Moves lines in by a step, or out. In code with nothing selected the step goes in at the cursor. */
export const indent = ({ text, start, end }: Box, type: MessageType, out: boolean): Edit => {
  if (!out && type === "code" && start === end) return { from: start, to: end, text: STEP };
  const from = lineStart(text, start);
  const lines = text.slice(from, end).split("\n");
  const moved = lines.map((line) => (out ? line.replace(/^(?: {1,2}|\t)/, "") : STEP + line));
  const [first = 0, all = 0] = [(moved[0]?.length ?? 0) - (lines[0]?.length ?? 0), moved.join("\n").length - lines.join("\n").length];
  return { from, to: end, text: moved.join("\n"), select: [Math.max(from, start + first), end + all] };
};

/** A word at the very start that names a type: `/code ` makes the message one of that type. */
export const slash = /^\/(text|code|result|error|plan)[ \n]/;

/** What a plan begins with. */
export const FIRST_STEP = "- [ ] ";

/** Whether nothing was written but what the box itself put there. */
export const isBlank = (text: string, type: MessageType): boolean => text.trim() === "" || (type === "plan" && text.trim() === FIRST_STEP.trim());

/** What is sent of what was written: not the line, or the empty step of a plan, that Enter began last. */
export const finished = (text: string, type: MessageType): string => {
  if (type !== "plan") return text.trimEnd();
  const lines = text.split("\n");
  while (lines.length > 0 && /^\s*(?:[-*+] \[ \])?\s*$/.test(lines.at(-1) ?? "")) lines.pop();
  return lines.join("\n").trimEnd();
};
