import type { Command } from "commander";
import { version } from "../../version.ts";
import { colour, say } from "./say.ts";

/** What stands first under each head; what else is in `also` is named in a line. */
const groups: [head: string, first: string[], also: string[]][] = [
  ["Talk", ["post", "ask", "dm"], ["answer", "claim", "release", "react", "edit", "retract"]],
  ["Read", ["read", "tail", "inbox", "catchup", "search"], ["channels", "users"]],
  ["Files", ["upload", "download"], []],
  ["Projects", ["create", "use", "run", "console", "files"], ["list", "delete", "chat", "logs", "runs", "stop", "errors", "schedule", "secret", "status", "usage"]],
  ["Agents", ["mcp", "skill", "hook"], []],
  ["Server", ["login", "servers", "serve", "backup", "doctor"], ["logout", "auth", "whoami", "restore", "user", "token", "import", "export", "completion"]],
];

const examples: [line: string, about: string][] = [
  ["colony login https://colony.example.com", "once; then:"],
  ["make 2>&1 | colony post ci -t result", "post a log"],
  ['colony ask general "Deploy?" -o now -o later', "ask, wait, print the answer"],
  ["colony tail general", "follow a channel"],
];

/** The width of a terminal that everyone has. */
const WIDTH = 80;
const HEAD = 10;

/** All commands on one screen: those that one begins with in a line each, the others by name. */
export const showHelp = (program: Command): void => {
  const named = new Map(program.commands.map((command) => [command.name(), command]));
  const wide = Math.max(...groups.flatMap(([, first]) => first.filter((name) => named.has(name)).map((name) => name.length)));
  const lines = [`${colour.bold("Colony")} ${version}: chat and workbench for agents and the people who run them.`, ""];
  const told = new Set(groups.flatMap(([, first, also]) => [...first, ...also]));
  // What nobody has put under a head yet stands under the last.
  const others = program
    .createHelp()
    .visibleCommands(program)
    .map((command) => command.name())
    .filter((name) => name !== "help" && !told.has(name));
  for (const [head, first, also] of [...groups, ["More", [], others]] as typeof groups) {
    const rows = first.flatMap((name) => {
      const command = named.get(name);
      return command ? [`${colour.bold(name.padEnd(wide))}  ${(command.summary() || command.description()).split(";")[0]}`] : [];
    });
    const more = also.filter((name) => named.has(name));
    if (more.length > 0) rows.push(...wrapped(`${colour.dim("also".padEnd(wide))}  `, wide + 2, more.join(", ")));
    if (rows.length > 0) lines.push(...rows.map((row, at) => `${at === 0 ? colour.cyan(head.padEnd(HEAD)) : " ".repeat(HEAD)}${row}`), "");
  }
  const longest = Math.max(...examples.map(([line]) => line.length));
  lines.push(...examples.map(([line, about]) => `  ${line.padEnd(longest)}   ${colour.dim(about)}`), "");
  lines.push(colour.dim("'colony help COMMAND' tells all of one. Most take --json and --server NAME."));
  say.line(lines.join("\n"));
};

const wrapped = (head: string, indent: number, text: string): string[] => {
  const rows: string[] = [];
  for (const word of text.split(" ")) {
    const last = rows.at(-1);
    if (last !== undefined && HEAD + indent + last.length + 1 + word.length <= WIDTH) rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
  }
  return rows.map((row, at) => (at === 0 ? head : " ".repeat(indent)) + row);
};
