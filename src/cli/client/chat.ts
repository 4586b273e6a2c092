import { type Command, Option } from "commander";
import type { LoginOptions } from "./auth.ts";
import { clientCommand, type Shared, several } from "./command.ts";
import type { PostOptions } from "./talk.ts";

const TYPES = ["text", "code", "result", "error", "plan"];

/** Talk, reading, files, and where one is signed in: what each command is called and takes. */
export const chatCommands = (program: Command): void => {
  accountCommands(program);
  talkCommands(program);
};

const accountCommands = (program: Command): void => {
  const auth = () => import("./auth.ts");
  const loginOf = (parent: Command) =>
    clientCommand(parent, "login [url]", "Sign in to a server, and keep a token for it")
      .option("--username <name>", "sign in by name and password")
      .option("--password-stdin", "read the password from standard input")
      .option("--token-stdin", "read a token from standard input, instead of a password")
      .option("--token-name <name>", "what the token is called there (colony on this machine)")
      .option("--name <name>", "what the server is called here (its host)")
      .action(async (url: string | undefined, options: LoginOptions) => (await auth()).login(url, options));
  const logoutOf = (parent: Command) =>
    clientCommand(parent, "logout", "Sign out, and end the token that signing in made").action(async (options: Shared) => (await auth()).logout(options));

  loginOf(program);
  logoutOf(program);
  const group = program.command("auth").description("Signing in: login, logout, status");
  loginOf(group);
  logoutOf(group);
  clientCommand(group, "status", "Where and as whom commands act").action(async (options: Shared) => (await auth()).authStatus(options));
  clientCommand(program, "whoami", "Your username").action(async (options: Shared) => (await auth()).whoami(options));
  const servers = program.command("servers").description("Servers you are signed in to: list, use");
  clientCommand(servers, "list", "List them").action(async (options: Shared) => (await auth()).listServers(options));
  servers
    .command("use <name>")
    .description("Make one the server that commands talk to")
    .action(async (name: string) => (await auth()).useServer(name));
};

/** What every command that posts takes. */
const posting = (command: Command): Command =>
  command
    .addOption(new Option("-t, --type <type>", "what it is").choices(TYPES))
    .option("-r, --reply-to <id>", "the message it answers, by id or seq")
    .option("-f, --file <path>", "attach a file; may stand several times", several)
    .option("-m, --metadata <key=value>", "a label; may stand several times", several)
    .option("--key <key>", "an Idempotency-Key: the same key never posts twice");

const talkCommands = (program: Command): void => {
  const talk = () => import("./talk.ts");
  posting(clientCommand(program, "post <channel> [words...]", "Post a message; without words, what is piped in")).action(
    async (channel: string, words: string[], options: PostOptions) => (await talk()).post(channel, words, options),
  );
  posting(clientCommand(program, "dm <user> [words...]", "Write to someone directly; several with commas between")).action(
    async (user: string, words: string[], options: PostOptions) => (await talk()).direct(user, words, options),
  );
};
