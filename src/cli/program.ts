import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { Argument, Command, CommanderError } from "commander";
import leven from "leven";
import { type Config, readConfig, SettingError, type SettingName } from "../config.ts";
import { AppError } from "../errors.ts";
import { version } from "../version.ts";
import { adviceOf, exitOf } from "./client/advice.ts";
import { chatCommands } from "./client/chat.ts";
import { commandFirst } from "./client/command.ts";
import { guideCommands } from "./client/guide.ts";
import { mcpCommand } from "./client/mcp.ts";
import { workbenchCommands } from "./client/workbench.ts";
import { CommandError, EXIT } from "./failure.ts";
import { transferCommands } from "./transfer.ts";

type Shared = { data?: string; envFile?: string };
type ServeOptions = Shared & { host?: string; port?: string };

const readSettings = (options: ServeOptions, quiet: boolean): Config => {
  const file = options.envFile === undefined ? {} : readEnvFile(options.envFile);
  const flags: Partial<Record<SettingName, string>> = {};
  if (options.data !== undefined) flags.COLONY_DATA = options.data;
  if (options.host !== undefined) flags.COLONY_HOST = options.host;
  if (options.port !== undefined) flags.COLONY_PORT = options.port;
  const config = readConfig({ ...file, ...process.env }, flags);
  return quiet ? { ...config, logLevel: "silent" } : config;
};

const readEnvFile = (path: string): Record<string, string | undefined> => {
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch {
    throw new CommandError(`The env file ${path} cannot be read.`);
  }
};

/** The command line. Each command's code is loaded when it is called, so that small ones start fast. */
export const createProgram = (): Command => {
  const program = new Command("colony")
    .description("Chat and workbench for agents and the people who run them.\nWithout a command it serves.")
    .version(version)
    .exitOverride()
    .configureOutput({
      outputError: (text, write) =>
        write(
          `colony: ${text
            .replace(/^error: /, "")
            .trim()
            .replace(/\s*\n\s*/g, " ")
            .replace(/(?<![.?)])$/, ".")} ${seeHelp(program)}\n`,
        ),
    });

  const command = (name: string, about: string, parent: Command = program): Command =>
    parent
      .command(name)
      .description(about)
      .exitOverride()
      .option("--data <folder>", "data folder (COLONY_DATA; ./colony-data)")
      .option("--env-file <file>", "read settings from a file");

  program
    .command("serve", { isDefault: true })
    .description("Start the server")
    .exitOverride()
    .option("--data <folder>", "data folder (COLONY_DATA; ./colony-data)")
    .option("--env-file <file>", "read settings from a file")
    .option("--host <address>", "address to listen on (COLONY_HOST; 127.0.0.1)")
    .option("--port <number>", "port to listen on, 0 for a free one (COLONY_PORT; 4747)")
    .action(async (options: ServeOptions) => (await import("./serve.ts")).serve(readSettings(options, false)));

  command("backup <file>", "Write one consistent file with everything; the server may be running")
    .summary("Write one file with everything, while serving")
    .action(async (file: string, options: Shared) => (await import("./backup.ts")).backup(readSettings(options, true), file));
  command("restore <file>", "Fill an empty data folder from a backup").action(async (file: string, options: Shared) =>
    (await import("./backup.ts")).restore(readSettings(options, true), file),
  );
  command("doctor", "Check database, search index, files, models, agents, budget, disk, key and clock, and say what to do")
    .summary("Check what a server needs, and say what to do")
    .option("--rebuild-search", "first take the search index away and build it anew from the messages")
    .action(async (options: Shared & { rebuildSearch?: boolean }) => {
      const config = readSettings(options, true);
      if (options.rebuildSearch) await (await import("./rebuild.ts")).rebuildSearch(config);
      if (!(await (await import("./doctor.ts")).doctor(config))) process.exitCode = EXIT.error;
    });

  // Not for people: the server starts itself so, to read what must not harm it. It reads no settings.
  program
    .command("read-pdf", { hidden: true })
    .exitOverride()
    .action(async () => (await import("../knowledge/pages.ts")).sayPages());

  const user = program.command("user").description("People and agents").exitOverride();
  command("list", "List users", user)
    .option("--json", "as JSON")
    .action(async (options: Shared & { json?: boolean }) => (await import("./people.ts")).listUsers(readSettings(options, true), options));
  command("add <username>", "Make a user and print the password or token", user)
    .option("--agent", "an agent instead of a person")
    .option("--admin", "with an admin's rights")
    .option("--name <name>", "display name")
    .option("--job <job>", "what they do: engineer, bd, exec, admin or words of your own")
    .option("--password <password>", "instead of a made-up one")
    .option("--token <name>", "make an API token of this name too")
    .option("--json", "as JSON")
    .action(async (username: string, options: Shared & { json?: boolean }) => (await import("./people.ts")).addUser(readSettings(options, true), username, options));
  command("password <username> [password]", "Set a new password; one is made up when none is given", user).action(
    async (username: string, password: string | undefined, options: Shared) => (await import("./people.ts")).setPassword(readSettings(options, true), username, password),
  );
  command("admin <username>", "Make someone an admin", user)
    .option("--revoke", "take it back")
    .action(async (username: string, options: Shared & { revoke?: boolean }) => (await import("./people.ts")).setAdmin(readSettings(options, true), username, !options.revoke));
  command("activate <username>", "Let a deactivated user in again, or one whom an import made", user).action(async (username: string, options: Shared) =>
    (await import("./people.ts")).activateUser(readSettings(options, true), username),
  );
  command("remove <username>", "Deactivate a user: credentials die, messages stay", user).action(async (username: string, options: Shared) =>
    (await import("./people.ts")).removeUser(readSettings(options, true), username),
  );

  const token = program.command("token").description("API tokens").exitOverride();
  command("create <username> <name>", "Make a token and print it", token)
    .option("--days <number>", "days until it expires", wholeNumber)
    .option("--signed", "what it writes must be signed, with a secret printed on a second line")
    .option("--json", "as JSON")
    .action(async (username: string, name: string, options: Shared & { json?: boolean; days?: number; signed?: boolean }) =>
      (await import("./people.ts")).createTokenFor(readSettings(options, true), username, name, options),
    );
  command("list <username>", "List a user's tokens", token)
    .option("--json", "as JSON")
    .action(async (username: string, options: Shared & { json?: boolean }) => (await import("./people.ts")).listTokensOf(readSettings(options, true), username, options));
  command("revoke <id>", "End a token at once", token).action(async (id: string, options: Shared) =>
    (await import("./people.ts")).revokeTokenById(readSettings(options, true), id),
  );

  chatCommands(program);
  guideCommands(program);
  mcpCommand(program);
  workbenchCommands(program);
  transferCommands(program, (options) => readSettings(options, true));
  program
    .command("completion")
    .description("Completion for a shell: source <(colony completion bash)")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"]))
    .action(async (shell: string) => (await import("./client/complete.ts")).completionScript(shell));

  return program;
};

/** Where more is told of the command that was meant. */
const seeHelp = (program: Command): string => {
  const name = process.argv[2] ?? "";
  return program.commands.some((command) => command.name() === name) ? `See 'colony help ${name}'.` : "See 'colony help'.";
};

const wholeNumber = (text: string): number => {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new CommandError(`'${text}' is not a number of days from 1 to 99999.`, EXIT.usage);
  return Number(text);
};

/** Refuses a first word that is no command: it would be taken for something that serving could do with. */
const holdKnown = (program: Command, first: string | undefined): void => {
  if (first === undefined || first.startsWith("-") || first === "help") return;
  const names = program.commands.flatMap((command) => [command.name(), ...command.aliases()]);
  if (names.includes(first)) return;
  const near = names.filter((name) => leven(name, first) <= 2).toSorted((a, b) => leven(a, first) - leven(b, first))[0];
  throw new CommandError(`there is no command '${first}'.${near ? ` Did you mean ${near}?` : ""} See 'colony help'.`, EXIT.usage);
};

/** Runs one command line. @returns its exit code; a server goes on running after that */
export const run = async (argv: string[]): Promise<number> => {
  try {
    const program = createProgram();
    // Hints name the command by where it stands.
    process.argv = [...argv.slice(0, 2), ...commandFirst(program, argv.slice(2))];
    const [first, second, ...more] = process.argv.slice(2);
    // What the shell's part of the completion asks: no command of anybody's.
    if (first === "complete") await (await import("./client/complete.ts")).complete(program, second === "--" ? more : process.argv.slice(3));
    else if (second === undefined && /^(help|--help|-h)$/.test(first ?? "")) (await import("./client/help.ts")).showHelp(program);
    else {
      holdKnown(program, first === "help" ? second : first);
      // Help of a command within a group is that command's own.
      const deep = first === "help" && second !== undefined && more.length > 0;
      await program.parseAsync(deep ? [...argv.slice(0, 2), second, ...more, "--help"] : process.argv);
    }
    return Number(process.exitCode ?? EXIT.ok);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof AppError) console.error(`colony: ${adviceOf(error.message, error.hint, false)}`);
    else if (error instanceof CommandError || error instanceof SettingError) console.error(`colony: ${error.message}`);
    else throw error;
    if (error instanceof SettingError) return EXIT.usage;
    if (error instanceof AppError) return exitOf(error.status, error.code, error.details);
    return error instanceof CommandError ? error.exit : EXIT.error;
  }
};
