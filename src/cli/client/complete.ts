import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import tab, { script } from "@bomb.sh/tab";
import fill from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { CLIENT_NAMES_LIFE, CLIENT_NAMES_TIME } from "../../limits.ts";
import { CommandError } from "../failure.ts";
import { readKept } from "./kept.ts";
import { say } from "./say.ts";
import { openServer } from "./server.ts";
import { sha256 } from "./signing.ts";

/**
 * For bash and zsh we have words of our own: those of @bomb.sh/tab evaluate what is typed (`$(…)` would run at a press of Tab),
 * and for bash they need the package bash-completion.
 */
const BASH = `# bash completion for colony: source <(colony completion bash)
_colony() {
  local line directive=0 IFS=
  COMPREPLY=()
  while read -r line; do
    case $line in
      :*) directive=\${line#:} ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(colony complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  # 4: nothing but these, no files of the folder.
  [ "$directive" = 4 ] && compopt +o default 2>/dev/null
  return 0
}
complete -o default -F _colony colony`;

const ZSH = `#compdef colony
# zsh completion for colony: source <(colony completion zsh), after compinit
_colony() {
  local line directive=0
  local -a found
  while IFS= read -r line; do
    case $line in
      :*) directive=\${line#:} ;;
      *) line=\${line//:/\\\\:}; found+=("\${line/$'\\t'/:}") ;;
    esac
  done < <(colony complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)
  [[ $PREFIX = -*=* ]] && compset -P 1 '*='
  if (( $#found )); then
    _describe colony found
  elif [[ $directive != 4 ]]; then
    _files
  fi
}
if [[ \${funcstack[1]} = _colony ]]; then _colony "$@"; else compdef _colony colony; fi`;

/** Writes the shell's part of the completion. */
export const completionScript = (shell: string): void => {
  if (shell === "bash") say.line(BASH);
  else if (shell === "zsh") say.line(ZSH);
  else script(shell, "colony", "colony");
};

type Names = { channels: string[]; users: string[]; projects: string[] };

/** Whose names an argument or an option takes, by what it is called. */
const kinds: Record<string, keyof Names> = { channel: "channels", to: "users", user: "users", project: "projects", member: "users" };
/** Arguments that are files here: the shell knows them. */
const files = /^(files?|path|output|env-file|data)$/;

/** Says what the last of `words` may become, a line each, as the shell's part takes it. The last is empty where a new word begins. */
export const complete = async (program: Command, words: string[]): Promise<void> => {
  const names = words.length > 1 ? await known() : null;
  fill(program);
  tab.commands.delete("complete");
  teach(program, names);
  const { lines, directive } = asked(() => tab.parse([...words]));
  const filesWanted = lines.length === 0 && takesFiles(program, words);
  say.line([...lines, `:${filesWanted ? 0 : directive}`].join("\n"));
};

/** What `work` prints: the library gives its answer in no other way. */
const asked = (work: () => void): { lines: string[]; directive: string } => {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => void lines.push(line);
  try {
    work();
  } finally {
    console.log = log;
  }
  return { directive: lines.pop()?.slice(1) ?? "4", lines };
};

/** Gives the library what our commands do not say: whose names stand where. */
const teach = (program: Command, names: Names | null): void => {
  const commandOf = (path: string): Command | undefined =>
    path.split(" ").reduce<Command | undefined>((command, name) => command?.commands.find((one) => one.name() === name), program);
  for (const [path, command] of tab.commands) {
    const ours = commandOf(path);
    for (const [name, argument] of command.arguments) argument.handler ??= namesFor(name === "name" && path === "servers use" ? "server" : name, names);
    for (const option of ours?.options ?? []) {
      const theirs = command.options.get(option.long?.slice(2) ?? "");
      const what = path === "upload" && option.long === "--to" ? "channel" : (option.long?.slice(2) ?? "");
      if (theirs && (option.required || option.optional) && !option.argChoices) theirs.handler = namesFor(what, names);
    }
  }
};

type Handler = (give: (value: string, description: string) => void) => void;

const namesFor = (what: string, names: Names | null): Handler => {
  const list = what === "server" ? Object.keys(readKept().servers) : names && kinds[what] ? names[kinds[what]] : [];
  return (give) => {
    for (const name of list) give(name, "");
  };
};

const takesFiles = (program: Command, words: string[]): boolean => {
  const command = program.commands.find((one) => one.name() === words[0]);
  const before = words.at(-2) ?? "";
  const option = command?.options.find(({ long, short }) => before !== "" && (long === before || short === before));
  if (option?.required || option?.optional) return files.test(option.long?.slice(2) ?? "");
  return command?.registeredArguments.some((argument) => files.test(argument.name())) ?? false;
};

/** Whoever presses Tab waits: names are asked for shortly, and kept for a moment; what was kept longer is better than none. */
const known = async (): Promise<Names | null> => {
  let file = "";
  try {
    const server = openServer().signedIn();
    const { token, url } = server.access;
    file = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "colony", `names-${sha256(`${url} ${token}`).slice(0, 16)}.json`);
    const kept = read(file);
    if (kept && Date.now() - kept.at < CLIENT_NAMES_LIFE) return kept.names;
    const signal = AbortSignal.timeout(CLIENT_NAMES_TIME);
    const list = async (path: string, pick: (one: { name?: string | null; username?: string; slug?: string }) => string | null | undefined) =>
      (await server.call<{ name?: string | null; username?: string; slug?: string }[]>("GET", path, { signal })).map(pick).filter(isPlain);
    const [channels, users, projects] = await Promise.all([
      list("/api/channels", ({ name }) => name),
      list("/api/users", ({ username }) => username),
      list("/api/projects", ({ slug }) => slug),
    ]);
    const names = { channels, users, projects };
    keep(file, names);
    return names;
  } catch (error) {
    if (error instanceof CommandError || (error instanceof Error && /^(AbortError|TimeoutError)$/.test(error.name))) return file === "" ? null : (read(file)?.names ?? null);
    throw error;
  }
};

/** What a server says is offered to a shell: only names that no shell takes for anything else. */
const isPlain = (name: string | null | undefined): name is string => typeof name === "string" && /^[\w.-]+$/.test(name);

const read = (file: string): { at: number; names: Names } | null => {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
};

const keep = (file: string, names: Names): void => {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const fresh = `${file}.${process.pid}`;
    writeFileSync(fresh, JSON.stringify({ at: Date.now(), names }), { mode: 0o600 });
    renameSync(fresh, file);
  } catch {
    // Without a cache the next Tab asks again.
  }
};
