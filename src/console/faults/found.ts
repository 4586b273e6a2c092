/** A line as it is held against the patterns: without colours, and bounded. */
export type Plain = { seq: number; text: string };

/** Where something is: a path in the workspace. `guess`: only the end of it is known. */
export type Spot = { file: string; line: number | null; column: number | null; guess?: true };

/** A known error that was recognised. `seq` and `end_seq`: its first and last line. */
export type Found = { language: string; kind: string; message: string; spot: Spot | null; seq: number; end_seq: number };

export type Tell = (found: Found) => void;

/** Knows the errors of one language, line by line. `hear` says whether the line was a part of one, which nobody else looks at then. `settle`: nothing more comes. */
export type Recogniser = { hear: (line: Plain, tell: Tell) => boolean; settle: (tell: Tell) => void };

/** Folders of other people's code within a workspace. */
const foreign = /(?:^|\/)(?:node_modules|site-packages|dist-packages|\.venv|venv|vendor|\.cargo|\.rustup|\.bun|\.npm|\.cache)\//;
const WORKSPACE = "/workspace/";

/** A path of a trace as one in the workspace; null for files that are the system's, or somebody else's. `folder`: where relative ones begin, in the workspace. */
export const inWorkspace = (path: string, folder = ""): string | null => {
  const plain = path.startsWith("file://") ? decoded(path.slice("file://".length)) : path;
  const own = plain.startsWith(WORKSPACE) ? plain.slice(WORKSPACE.length) : plain.startsWith("/") || /^[\w-]+:/.test(plain) ? null : folder + plain.replace(/^(?:\.\/)+/, "");
  if (own === null || own === "" || own.startsWith("<") || own.split("/").includes("..") || foreign.test(own)) return null;
  return own;
};

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

/** A spot in the workspace; null for places elsewhere. */
export const spotAt = (path: string, line?: string, column?: string, folder?: string): Spot | null => {
  const file = inWorkspace(path, folder);
  return file === null ? null : { file, line: line === undefined ? null : Number(line), column: column === undefined ? null : Number(column) };
};

/** What an error is by its words, whatever the language; the first that fits. */
const kinds: [string, RegExp][] = [
  ["out_of_memory", /MemoryError|OutOfMemory|heap out of memory|[Oo]ut of memory|bad_alloc|Cannot allocate memory|ENOMEM/],
  ["port_in_use", /EADDRINUSE|[Aa]ddress already in use|[Pp]ort (?:\d+ )?is (?:already )?in use|port is already allocated/],
  ["disk_full", /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/],
  [
    "missing_module",
    /ModuleNotFoundError|ImportError|MODULE_NOT_FOUND|Cannot find (?:module|package)|No module named|Module not found|Could not resolve "|failed to resolve import|ClassNotFoundException|NoClassDefFoundError|no required module provides package|is not in (?:std|GOROOT)|unresolved import|can't find crate|no matching package named|package [\w.]+ does not exist|No matching distribution found/,
  ],
  ["syntax", /SyntaxError|IndentationError|TabError|[Ss]yntax error|^Unexpected |^Expected .+ but found /],
  ["network", /ENOTFOUND|EAI_AGAIN|ENETUNREACH|name resolution|Network is unreachable|Could not resolve host|UnknownHostException|no such host/],
  ["permission", /PermissionError|EACCES|EPERM|[Pp]ermission denied|AccessDeniedException|Read-only file system|Operation not permitted/],
  ["no_such_file", /FileNotFound|ENOENT|NoSuchFileException|[Nn]o such file or directory/],
];

/** What kind of error words speak of; `otherwise` when they speak of none that is known. */
export const kindOf = (words: string, otherwise: string): string => kinds.find(([, pattern]) => pattern.test(words))?.[0] ?? otherwise;
