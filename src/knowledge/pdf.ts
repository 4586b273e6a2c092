import { readFileSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import { KNOWLEDGE_PDF_LOOK, KNOWLEDGE_PDF_MEMORY, KNOWLEDGE_PDF_PAGES, KNOWLEDGE_PDF_TEXT_BYTES, KNOWLEDGE_PDF_TIME } from "../limits.ts";
import type { Line } from "./pages.ts";

/** The pages of a PDF that have text, and what keeps it, or the rest of it, from being read. */
export type Pdf = { pages: { page: number; text: string }[]; problem: string | null };

const MiB = 1024 * 1024;
/** Niceness of a child: what people wait for comes first. */
const NICE = 10;
const PAGE_SIZE = 4096;

/** This program, from the executable or from its sources. */
const program = (): string[] => (Bun.isStandaloneExecutable ? [process.execPath] : [process.execPath, "--no-env-file", join(import.meta.dir, "../main.ts")]);

/**
 * Reads a PDF in a process of its own, which knows no secret and ends with what it reads: it may take neither long nor much
 * memory, nor say much. What it had said before it went too far is kept.
 * @param file an open file's descriptor, at its beginning
 */
export const readPdf = async (file: number, signal: AbortSignal): Promise<Pdf> => {
  const child = Bun.spawn([...program(), "read-pdf"], { stdin: file, stdout: "pipe", stderr: "ignore", env: {}, cwd: "/", killSignal: "SIGKILL", signal });
  defer(child.pid);
  let over: string | null = null;
  const end = (why: string) => {
    over ??= why;
    child.kill("SIGKILL");
  };
  const timer = setTimeout(() => end(`reading it takes longer than ${KNOWLEDGE_PDF_TIME / 1000} s`), KNOWLEDGE_PDF_TIME);
  const look = setInterval(() => {
    if (memoryOf(child.pid) > KNOWLEDGE_PDF_MEMORY) end(`reading it takes more than ${KNOWLEDGE_PDF_MEMORY / MiB} MiB of memory`);
  }, KNOWLEDGE_PDF_LOOK);
  try {
    const lines: Line[] = [];
    let rest = "";
    let bytes = 0;
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) {
      bytes += chunk.length;
      if (bytes > KNOWLEDGE_PDF_TEXT_BYTES) {
        end(`it has more than ${KNOWLEDGE_PDF_TEXT_BYTES / MiB} MiB of text`);
        break;
      }
      const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts.map((line) => JSON.parse(line) as Line));
    }
    await child.exited;
    return outcome(lines, over);
  } finally {
    clearTimeout(timer);
    clearInterval(look);
    child.kill("SIGKILL");
  }
};

/** Lets a child wait for others, and be the first to go where memory runs out. */
const defer = (pid: number): void => {
  try {
    setPriority(pid, NICE);
    if (process.platform === "linux") writeFileSync(`/proc/${pid}/oom_score_adj`, "1000");
  } catch {
    // It has ended already, or the system does not have it so.
  }
};

/** Bytes of memory that a child has now; 0 when it has ended. */
const memoryOf = (pid: number): number => {
  try {
    if (process.platform === "linux") return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE_SIZE;
    return Number(Bun.spawnSync(["ps", "-o", "rss=", "-p", String(pid)]).stdout.toString()) * 1024;
  } catch {
    return 0;
  }
};

const faults = {
  encrypted: "It is encrypted: put it here without a password",
  broken: "It is damaged, or no PDF: save it anew from the program that made it",
};

const outcome = (lines: Line[], over: string | null): Pdf => {
  const pages = lines.flatMap((line) => ("text" in line && line.text !== null && line.text.trim() !== "" ? [{ page: line.page, text: line.text }] : []));
  const unread = lines.flatMap((line) => ("text" in line && line.text === null ? [line.page] : []));
  const last = lines.at(-1);
  const found = pages.length > 0 ? "; the pages before are found" : "";
  if (over !== null) return { pages, problem: `It is not read whole: ${over}${found}. Split it` };
  if (last && "fault" in last) return { pages, problem: faults[last.fault] };
  if (!last || !("pages" in last)) return { pages, problem: `${faults.broken}${found}` };
  if (last.pages > KNOWLEDGE_PDF_PAGES) return { pages, problem: `Only its first ${KNOWLEDGE_PDF_PAGES} of ${last.pages} pages are found: split it` };
  if (unread.length > 0) return { pages, problem: `It is damaged on page ${unread[0]}${unread.length > 1 ? ` and ${unread.length - 1} more` : ""}; the others are found` };
  if (pages.length === 0 && last.pages > 0) return { pages, problem: "Its pages are pictures without text: let a program recognise the text (OCR) first" };
  return { pages, problem: null };
};
