/** What the typed messages hold beside their words. Each reads plain content and never fails: what is not found is just text. */

export type Code = { language: string; text: string };
export type Step = { text: string; done: boolean; depth: number };
export type Plan = { parts: (Step[] | string)[]; done: number; total: number };
export type Figure = { name: string; value: string };
export type Fault = { cause: string; place: string | null; trace: string };

const wholeFence = /^\s*(`{3,}|~{3,})([^\n`]*)\n([\s\S]*?)\n?\1\s*$/;

/** A program's text, out of the fence it may come in. */
export const codeOf = (content: string, metadata: Record<string, unknown> | null): Code => {
  const [, , tag, fenced] = wholeFence.exec(content) ?? [];
  const named = metadata?.language ?? metadata?.lang;
  return { language: tag?.trim() || (typeof named === "string" ? named : ""), text: (fenced ?? content).replace(/\n+$/, "") };
};

const step = /^(\s*)(?:[-*+]|\d+[.)])\s+\[([ xX])\]\s+(.*)$/;

/** A checklist with whatever stands between its items. */
export const planOf = (content: string): Plan => {
  const parts: Plan["parts"] = [];
  let [done, total] = [0, 0];
  for (const line of content.split("\n")) {
    const [, indent, tick, text = ""] = step.exec(line) ?? [];
    const last = parts.at(-1);
    if (tick === undefined) {
      if (typeof last === "string") parts[parts.length - 1] = `${last}\n${line}`;
      else if (line.trim() !== "") parts.push(line);
      continue;
    }
    const item = { text, done: tick !== " ", depth: Math.min(4, Math.floor((indent ?? "").replaceAll("\t", "  ").length / 2)) };
    total++;
    if (item.done) done++;
    if (Array.isArray(last)) last.push(item);
    else parts.push([item]);
  }
  return { parts, done, total };
};

const FIGURES = 12;
/** Names are short, and bounded so that hostile text costs no time. */
const figureName = String.raw`[A-Za-z][\w@%/-]{0,30}(?:\.[\w@%/-]{1,30}){0,3}(?: [\w@%/-]{1,30}){0,2}?`;
const amount = String.raw`[-+−]?[$€£]?\d[\d,_]{0,30}(?:\.\d{1,30})?(?:e[-+]?\d{1,4})?(?:\s?(?:%|[kKMGT]i?B|[µnm]?s|min|h|x|Hz|FPS|tokens?|tok\/s))?(?:\s?\/\s?\d{1,15})?`;
const pair = new RegExp(
  String.raw`(?:^|[\s,;|(*_\x60])(${figureName})[*_\x60]{0,2}(?::[*_\x60]{0,2}\s{1,4}|\s{0,4}=\s{0,4})[*_\x60]{0,2}(${amount})(?=$|[\s,;|)*_\x60]|\.(?:\s|$))`,
  "gm",
);

/** The figures a result names, as `loss: 0.023` or `acc=91%`, in their order, each name once. */
export const figuresOf = (content: string): Figure[] => {
  const figures = new Map<string, Figure>();
  for (const [, name = "", value = ""] of content.slice(0, 20_000).matchAll(pair)) {
    const key = name.toLowerCase();
    if (!figures.has(key)) figures.set(key, { name, value });
    if (figures.size === FIGURES) break;
  }
  return [...figures.values()];
};

/** Whether a result's words are its figures and nothing else, so that they need not stand twice. */
export const isFigures = (content: string, figures: Figure[]): boolean => {
  const lines = content.split("\n").filter((line) => line.trim() !== "");
  return lines.length === figures.length && lines.every((line, at) => line.replace(/[\s*_`:=-]+/g, "") === `${figures[at]?.name}${figures[at]?.value}`.replace(/[\s*_`:=-]+/g, ""));
};

/** Lines at each end of a trace, and characters of each, in which its cause and place are looked for. */
const LINES = 200;
const WIDTH = 400;
const pythonError = /^(?:\w+\.){0,8}[A-Z]\w*(?:Error|Exception|Interrupt|Exit|Warning)\b/;
const anyError = /(?:error|exception|panic|panicked|fatal|failed|failure|segmentation fault|killed)\b/i;
const pythonPlace = /File "([^"]+)", line (\d+)/;
const anyPlace = /(?<![\w@./\\-])((?:[A-Z]:)?[\w@./\\-]+\.\w{1,10}):(\d{1,7})/;
/** Frames of what the program stands on say little about where it went wrong. */
const foreign = /node_modules|node:|site-packages|<frozen|\/rustc\/|\/usr\/lib/;

/** What went wrong in a line and where; the rest is the trace. */
export const faultOf = (content: string): Fault => {
  const [, , , fenced] = wholeFence.exec(content) ?? [];
  const text = (fenced ?? content).trim();
  const lines = text.split("\n");
  const near = (lines.length > 2 * LINES ? [...lines.slice(0, LINES), ...lines.slice(-LINES)] : lines).map((line) => line.slice(0, WIDTH));
  const isPython = near.some((line) => line.includes("Traceback (most recent call last)"));
  const cause = (isPython && near.findLast((line) => pythonError.test(line))) || near.find((line) => anyError.test(line)) || lines[0] || "";
  return { cause: cause.trim().replace(/^[#>*\s]+/, ""), place: placeOf(near, isPython), trace: lines.length > 1 || text.length > WIDTH ? text : "" };
};

const placeOf = (lines: string[], isPython: boolean): string | null => {
  const own = lines.filter((line) => !foreign.test(line));
  const python = own.map((line) => pythonPlace.exec(line)).filter((found) => found !== null);
  const [, file, line] = (isPython ? python.at(-1) : python[0]) ?? own.map((line) => anyPlace.exec(line)).find((found) => found !== null) ?? [];
  return file ? `${file}:${line}` : null;
};

/** The labels of a session that the page shows; any may be missing, and any may be nonsense. */
export type Labels = { model?: string; host?: string; session?: string };

const label = (value: unknown): string | undefined => (typeof value === "string" && value.trim() !== "" ? value.trim() : undefined);

export const labelsOf = (metadata: Record<string, unknown> | null): Labels => ({
  model: label(metadata?.model),
  host: label(metadata?.hostname)?.replace(/\.(?:local|lan)$/, ""),
  session: label(metadata?.session_id),
});
