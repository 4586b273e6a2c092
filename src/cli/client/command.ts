import type { Command, CommandOptions } from "commander";

/** What every command of a client takes. */
export type Shared = { server?: string; json?: boolean };

/** Defines a command that talks to a server. Its action is loaded when it is called: definitions are all that a start waits for. */
export const clientCommand = (parent: Command, name: string, about: string, more: CommandOptions = {}): Command =>
  parent
    .command(name, more)
    .description(about)
    .option("--server <name>", "one of the servers that 'colony servers' lists (COLONY_SERVER)")
    .option("--json", "exactly the API's answer");

/** Gathers an option that may stand several times. */
export const several = (value: string, before: string[] = []): string[] => [...before, value];

/** Shows lines below a command's help that work as they stand. */
export const examples = (command: Command, ...lines: string[]): Command => command.addHelpText("after", `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`);
