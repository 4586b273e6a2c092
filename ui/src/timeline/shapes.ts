/** What the typed messages hold beside their words. Each reads plain content and never fails: what is not found is just text. */

export type Code = { language: string; text: string };
export type Step = { text: string; done: boolean; depth: number; number: string | null };
export type Plan = { parts: (Step[] | string)[]; done: number; total: number };

/** Colours that a terminal would show; here they are only in the way. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with the control character ESC
const colours = /\u001b\[[\d;]{0,20}m/g;

export const withoutColours = (text: string): string => (text.includes("\u001b") ? text.replace(colours, "") : text);

/** Text whose lines end by a line feed, however they were ended: a progress bar's carriage returns too. */
export const lined = (text: string): string => (text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text);

export const countLines = (text: string): number => {
  let count = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
};

/** What is in a text that is one block of code and nothing else; null for any other. */
export const unfenced = (content: string): Code | null => {
  const text = content.trim();
  const [, mark = "", tag = ""] = /^(`{3,}|~{3,})([^\n`]*)\n/.exec(text) ?? [];
  if (mark === "" || !text.endsWith(`\n${mark}`)) return null;
  const inside = text.slice(text.indexOf("\n") + 1, -mark.length);
  // Two blocks are not one.
  if (new RegExp(String.raw`^ {0,3}${mark}\s*$`, "m").test(inside)) return null;
  return { language: tag.trim(), text: inside.replace(/\n$/, "") };
};

/** A program's text, out of the fence it may come in; its language from there, or from what the metadata say: the language, or a file's name. */
export const codeOf = (content: string, metadata: Record<string, unknown> | null): Code => {
  const fenced = unfenced(content);
  const named = [metadata?.language, metadata?.lang].find((value) => typeof value === "string");
  const file = [metadata?.file, metadata?.filename, metadata?.path].find((value) => typeof value === "string");
  const ending = typeof file === "string" ? /\.(\w{1,12})$/.exec(file)?.[1] : undefined;
  return { language: fenced?.language || (typeof named === "string" ? named : (ending ?? "")), text: (fenced?.text ?? content).replace(/\n+$/, "") };
};

const step = /^([ \t]{0,200})(?:[-*+]|(\d{1,9}[.)]))[ \t]+\[([ xX])\][ \t]+(.*)$/;

/** A checklist with whatever stands between its items. */
export const planOf = (content: string): Plan => {
  const parts: Plan["parts"] = [];
  let [done, total] = [0, 0];
  /** How far the steps are indented within which the next may stand. */
  let within: number[] = [];
  for (const line of lined(content).split("\n")) {
    const [, indent = "", number = null, tick, text = ""] = step.exec(line) ?? [];
    const last = parts.at(-1);
    if (tick === undefined) {
      const item = Array.isArray(last) ? last.at(-1) : undefined;
      // What is indented under a step belongs to it.
      if (item && /^(?: {2,}|\t)\s*\S/.test(line)) item.text += `\n${line.trim()}`;
      else if (typeof last === "string") parts[parts.length - 1] = `${last}\n${line}`;
      else if (line.trim() !== "") parts.push(line);
      continue;
    }
    const column = indent.replaceAll("\t", "  ").length;
    if (!Array.isArray(last)) within = [];
    within = [...within.filter((outer) => outer < column), column].slice(0, 5);
    const item = { text, done: tick !== " ", depth: within.length - 1, number };
    total++;
    if (item.done) done++;
    if (Array.isArray(last)) last.push(item);
    else parts.push([item]);
  }
  return { parts, done, total };
};

/** The labels of a session that the page shows; any may be missing, and any may be nonsense. */
export type Labels = { model?: string; host?: string; session?: string };

const label = (value: unknown): string | undefined => (typeof value === "string" && value.trim() !== "" ? value.trim() : undefined);

export const labelsOf = (metadata: Record<string, unknown> | null): Labels => ({
  model: label(metadata?.model),
  host: (label(metadata?.hostname) ?? label(metadata?.host))?.replace(/\.(?:local|lan)$/, ""),
  session: label(metadata?.session_id),
});
