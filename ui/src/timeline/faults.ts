import { excerpt } from "./excerpt.ts";
import { lined, unfenced, withoutColours } from "./shapes.ts";

/** What went wrong in a line, in which code may stand in backticks, and where; under it the words of whoever tells of it in markdown, and what a program printed. */
export type Fault = { cause: string; place: string | null; trace: string; words: string };

/** Lines at each end of a trace, and characters of each, in which its cause and place are looked for. */
const LINES = 200;
const WIDTH = 400;

type Found = { cause: string; place: string | null };
/** Reads the trace of one kind of program; null when it is not of that kind. */
type Read = (lines: string[]) => Found | null;

/** Frames of what the program stands on say little about where it went wrong. */
const foreign =
  /node_modules|\(?node:|\(?bun:|internal\/|site-packages|dist-packages|<frozen|\/rustc\/|\/\.cargo\/registry\/|\/usr\/lib|\/usr\/local\/go\/|\/go\/pkg\/mod\/|\/lib\/python|\bat (?:java|javax|jdk|sun|kotlin|scala|org\.(?:springframework|junit|apache|hibernate|gradle))\./;
const own = (lines: string[]): string[] => lines.filter((line) => !foreign.test(line));

const anyPlace = /(?<![\w@./\\-])((?:file:\/\/|[A-Z]:)?[\w@./\\-]{1,300}\.[a-zA-Z]\w{0,9}):(\d{1,7})/;
const placeIn = (lines: string[], form: RegExp, last = false): string | null => {
  const mine = own(lines);
  const line = last ? mine.findLast((line) => form.test(line)) : mine.find((line) => form.test(line));
  const [, file, number] = (line && form.exec(line)) || [];
  return file && number ? `${file.replace(/^file:\/\//, "")}:${number}` : null;
};

const pythonFrame = /File "([^"]{1,300})", line (\d{1,7})/;
const pythonError = /^(?:[A-Za-z_]\w{0,60}\.){0,8}[A-Z]\w{0,80}(?:Error|Exception|Interrupt|Exit|Warning|Iteration)\b/;

/** Of exceptions that led to one another the last is the one that ended it. */
const python: Read = (lines) => {
  const last = lines.findLastIndex((line) => line.includes("Traceback (most recent call last)"));
  if (last < 0 && !(lines.some((line) => pythonFrame.test(line)) && lines.some((line) => pythonError.test(line)))) return null;
  const end = lines.findIndex((line, at) => at > last && /^[A-Za-z_][\w.]{0,200}(?::|$)/.test(line) && (at > last + 1 || pythonError.test(line)));
  const named = lines.findLastIndex((line) => pythonError.test(line));
  const at = Math.max(end, named);
  if (at < 0) return null;
  return { cause: lines[at] ?? "", place: placeIn(lines.slice(0, at), pythonFrame, true) };
};

const pytest: Read = (lines) => {
  const told = lines.find((line) => /^E {2,}\S/.test(line));
  if (told === undefined) return null;
  return { cause: told.replace(/^E\s+/, ""), place: placeIn(lines, /^([\w./\\-]{1,300}\.py):(\d{1,7}): /, true) ?? placeIn(lines, anyPlace) };
};

const javaFrame = /\bat [\w.$/<>]{1,200}\(([\w$]{1,80}\.(?:java|kt|scala|groovy)):(\d{1,7})\)/;

const java: Read = (lines) => {
  if (!lines.some((line) => /^\s+at [\w.$/<>]{1,200}\([^)]{0,200}\)/.test(line) && !/:\d+:\d+\)/.test(line)) || !lines.some((line) => javaFrame.test(line))) return null;
  const caused = lines.findLastIndex((line) => /^\s*Caused by: /.test(line));
  const at = Math.max(0, caused >= 0 ? caused : lines.findIndex((line) => /(?:Exception|Error)\b/.test(line)));
  const cause = (lines[at] ?? "").replace(/^\s*Caused by: /, "").replace(/^Exception in thread "[^"]{0,80}" /, "");
  return { cause, place: placeIn(lines.slice(at), javaFrame) ?? placeIn(lines, javaFrame) };
};

const rust: Read = (lines) => {
  const at = lines.findLastIndex((line) => /\bpanicked at /.test(line));
  if (at < 0) return null;
  const line = lines[at] ?? "";
  // Up to Rust 1.72 the words stood first, in quotes.
  const [, said] = /panicked at '(.{0,300})', /.exec(line) ?? [];
  return { cause: said ?? lines[at + 1] ?? line, place: placeIn([line], anyPlace) ?? placeIn(lines.slice(at), anyPlace) };
};

const go: Read = (lines) => {
  const at = lines.findLastIndex((line) => /^\s*(?:panic|fatal error): /.test(line));
  if (at < 0 || !lines.some((line) => /^goroutine \d+ /.test(line))) return null;
  return { cause: (lines[at] ?? "").trim(), place: placeIn(lines.slice(at), /^\s+(\S{1,300}\.go):(\d{1,7})/) };
};

const scriptFrame = /^\s+at .{1,300}:\d{1,7}/;
const scriptError = /^(?:Uncaught |\s*\[cause\]: )?(?:\w{0,60}(?:Error|Exception)\b|error: |Error: )/;

/** JavaScript of Node, Bun and browsers. What an error was caused by is nearer to the fault than what was made of it. */
const script: Read = (lines) => {
  if (!lines.some((line) => scriptFrame.test(line))) return null;
  const inner = lines.findLastIndex((line) => /\[cause\]: /.test(line));
  const named = lines.findIndex((line) => scriptError.test(line));
  const before = lines.findIndex((line) => scriptFrame.test(line)) - 1;
  const at = Math.max(0, inner >= 0 ? inner : named >= 0 ? named : before);
  const cause = (lines[at] ?? "")
    .replace(/^.{0,40}\[cause\]: /, "")
    .replace(/^Uncaught /, "")
    .replace(/ \{$/, "");
  return { cause, place: placeIn(lines.slice(at), anyPlace) ?? placeIn(lines, anyPlace) };
};

/** `file:line:column: error: words` of compilers, and tsc's `file(line,column): error TS1: words`. */
const compiler: Read = (lines) => {
  for (const line of lines) {
    const [, file, number, words] =
      /^([^\s:(]{1,300})\((\d{1,7}),\d{1,7}\): error (TS\d+: .*)/.exec(line) ??
      /^([^\s:]{1,300}):(\d{1,7}):\d{1,7} - error (TS\d+: .*)/.exec(line) ??
      /^((?:[A-Z]:)?[^\s:]{1,300}):(\d{1,7})(?::\d{1,7})?: (?:fatal )?error: (.*)/.exec(line) ??
      [];
    if (words !== undefined) return { cause: words, place: `${file}:${number}` };
  }
  const at = lines.findIndex((line) => /^error(?:\[E\d{1,5}\])?: /.test(line));
  const [, file, number] =
    lines
      .slice(at)
      .map((line) => /^\s*--> (\S{1,300}?):(\d{1,7})/.exec(line))
      .find((found) => found !== null) ?? [];
  return at >= 0 && file ? { cause: lines[at] ?? "", place: `${file}:${number}` } : null;
};

const npm: Read = (lines) => {
  const told = lines.flatMap((line) => /^npm (?:ERR!|error) (.*)/.exec(line)?.[1]?.trim() ?? []);
  if (told.length === 0) return null;
  const code = told.find((line) => line.startsWith("code "))?.slice(5);
  const said = told.find((line) => line !== "" && !/^(?:code|errno|syscall|path|command|cwd|dest|A complete log|\/|\d+$)/.test(line)) ?? told[0] ?? "";
  return { cause: code && !said.includes(code) ? `${code}: ${said}` : said, place: null };
};

const shell: Read = (lines) => {
  const line = lines.find((line) => /: (?:command )?not found$|: No such file or directory$|: Permission denied$/.test(line));
  if (line === undefined) return null;
  const [, file, number] = /^(\S{1,300}): (?:line )?(\d{1,7}): /.exec(line) ?? [];
  return { cause: line, place: file && number && /[./]/.test(file) ? `${file}:${number}` : null };
};

const anyError = /(?:error|exception|panic|panicked|fatal|failed|failure|segmentation fault|killed)\b/i;

const readers: Read[] = [python, pytest, rust, go, java, script, compiler, npm, shell];

/** Markdown that somebody wrote, rather than what a program printed. */
const written = /^(?:#{1,6} |[-*] |\d{1,3}\. |> )|\*\*\S|(?<!`)`[^`\n]{1,80}`(?!`)|\]\(https?:/m;
const innerFence = /^ {0,3}(?:`{3,}|~{3,})/m;

/** The cause of an error, its place and the rest. It never fails, and loses nothing: what is not understood is told by its first line that speaks of an error. */
export const faultOf = (content: string): Fault => {
  const fenced = unfenced(content)?.text;
  const text = lined(withoutColours(fenced ?? content)).trim();
  const lines = text.split("\n");
  const near = (lines.length > 2 * LINES ? [...lines.slice(0, LINES), ...lines.slice(-LINES)] : lines).map((line) => line.slice(0, WIDTH));
  const found = readers.reduce<Found | null>((found, read) => found ?? read(near), null);
  const first = lines[0] ?? "";
  const isTold = fenced === undefined && lines.length > 1 && text.length <= LINES * WIDTH && (innerFence.test(text) || (found === null && written.test(text)));
  if (isTold) {
    const { words, trace, named } = toldIn(text);
    const known = named ?? found;
    if (known !== null) return { cause: known.cause.trim(), place: known.place, trace, words };
    const isLong = first.length > WIDTH || innerFence.test(first);
    return { cause: excerpt(first, WIDTH, true), place: placeIn(near, anyPlace), trace, words: isLong ? words : words.slice(first.length).trim() };
  }
  const cause = (found?.cause ?? near.find((line) => anyError.test(line)) ?? near[0] ?? "").trim().replace(/^(?:#{1,6}\s|[>*\s])+/, "");
  return { cause, place: found ? found.place : placeIn(near, anyPlace), trace: lines.length > 1 || text.length > WIDTH ? text : "", words: "" };
};

/** A paragraph that says nothing but the error and its place, as Colony tells of runs: `` `cause`, in `file` line 7 ``. */
const recognised = /^(`+) ?(.{1,600}?) ?\1(?:, in (`+) ?(.{1,300}?) ?\3(?: line (\d{1,7}))?)?$/;

/** What somebody tells in markdown, without what stands in the head already: the error where it has a paragraph of its own, and what a program printed where all ends with that. */
const toldIn = (text: string): { words: string; trace: string; named: Found | null } => {
  const parts = text.split(/\n{2,}(?=(`{3,}|~{3,})[^\n`]*\n)/);
  const last = parts.length === 3 ? unfenced(parts[2] ?? "") : null;
  const paragraphs = (last ? (parts[0] ?? "") : text).split(/\n{2,}/);
  const [, , cause, , file, line] = paragraphs.map((one) => recognised.exec(one)).find((match) => match !== null) ?? [];
  const named = cause === undefined ? null : { cause, place: file === undefined ? null : `${file}${line === undefined ? "" : `:${line}`}` };
  const words = named && last ? paragraphs.filter((one) => !recognised.test(one)) : paragraphs;
  return { words: words.join("\n\n").trim(), trace: last?.text ?? "", named };
};

/** A text in a fence that nothing in it can close. */
const fence = (text: string): string => {
  const longest = text.match(/`{3,}/g)?.reduce((most, run) => Math.max(most, run.length), 2) ?? 2;
  const mark = "`".repeat(longest + 1);
  return `${mark}\n${text}\n${mark}`;
};

/** What an agent needs to take an error up: cause, place, where it was said, and all of it. `where`: none while it is on its way. */
export const forAgent = (content: string, where: { address: string; channel: string; seq: number } | undefined): string => {
  const { cause, place } = faultOf(content);
  const said = where && `In #${where.channel}, message ${where.seq}: ${where.address}`;
  return [`Error: ${cause}`, place && `At: ${place}`, said, "", fence(unfenced(content)?.text ?? content)].filter((line) => line !== null && line !== undefined).join("\n");
};
