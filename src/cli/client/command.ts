import type { Command, CommandOptions } from "commander";

/** What every command of a client takes. */
export type Shared = { server?: string; json?: boolean };

/** Defines a command that talks to a server. Its action is loaded when it is called: definitions are all that a start waits for. `json`: what it prints with --json. */
export const clientCommand = (parent: Command, name: string, about: string, more: CommandOptions = {}, json = "exactly the API's answer"): Command =>
  parent.command(name, more).description(about).option("--server <name>", "one of the servers that 'colony servers' lists (COLONY_SERVER)").option("--json", json);

/** Gathers an option that may stand several times. */
export const several = (value: string, before: string[] = []): string[] => [...before, value];

/** Shows lines below a command's help that work as they stand. */
export const examples = (command: Command, ...lines: string[]): Command => command.addHelpText("after", `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`);

/** What may stand before a command too, as other programs have it, and whether a value follows. */
const before: Record<string, boolean> = { "--server": true, "--project": true, "-p": true, "--json": false };

/** The words of a command line with such options behind the command that they stand before. */
export const commandFirst = (program: Command, words: string[]): string[] => {
  let at = 0;
  for (let word = words[at]; word !== undefined; word = words[at]) {
    const [name = ""] = word.split("=");
    if (!Object.hasOwn(before, name)) break;
    at += before[name] && name === word ? 2 : 1;
  }
  let to = at;
  for (let command: Command | undefined = program; at > 0 && command; ) {
    command = command.commands.find((one) => one.name() === words[to]);
    if (command) to++;
  }
  return [...words.slice(at, to), ...words.slice(0, at), ...words.slice(to)];
};
