import { type Command, Option } from "commander";
import type { AnswerOptions, AskOptions } from "./asking.ts";
import type { LoginOptions } from "./auth.ts";
import { clientCommand, examples, type Shared, several } from "./command.ts";
import type { DownloadOptions, UploadOptions } from "./files.ts";
import type { NewChannel } from "./places.ts";
import type { InboxOptions, ReadOptions, SearchOptions } from "./reading.ts";
import type { TailOptions } from "./tail.ts";
import type { PostOptions } from "./talk.ts";

const TYPES = ["text", "code", "result", "error", "plan"];

/** Talk, reading, files, and where one is signed in: what each command is called and takes. */
export const chatCommands = (program: Command): void => {
  talkCommands(program);
  togetherCommands(program);
  readCommands(program);
  placeCommands(program);
  fileCommands(program);
  accountCommands(program);
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
  const servers = program.command("servers").description("Servers you are signed in to; use another");
  clientCommand(servers, "list", "List them", { isDefault: true }).action(async (options: Shared) => (await auth()).listServers(options));
  servers
    .command("use <name>")
    .description("Make one the server that commands talk to")
    .action(async (name: string) => (await auth()).useServer(name));
};

const typeOption = (): Option => new Option("-t, --type <type>", "what it is").choices(TYPES);

/** What every command that posts takes. */
const posting = (command: Command): Command =>
  command
    .addOption(typeOption())
    .option("-r, --reply-to <id>", "the message it answers, by id or seq")
    .option("-f, --file <path>", "attach a file; may stand several times", several)
    .option("-m, --metadata <key=value>", "a label; may stand several times", several)
    .option("--key <key>", "an Idempotency-Key: the same key never posts twice");

const talkCommands = (program: Command): void => {
  const talk = () => import("./talk.ts");
  examples(
    posting(clientCommand(program, "post <channel> [words...]", "Post a message; without words, what is piped in")).summary("Post words, or what is piped in"),
    'colony post general "Parser ported: 212 tests pass" -t result',
    "make 2>&1 | colony post ci -t result",
    'git diff | colony post review "What do you think?" -',
    "colony post general -r 42 done",
  ).action(async (channel: string, words: string[], options: PostOptions) => (await talk()).post(channel, words, options));
  posting(clientCommand(program, "dm <user> [words...]", "Write to someone directly; several with commas between")).action(
    async (user: string, words: string[], options: PostOptions) => (await talk()).direct(user, words, options),
  );
  clientCommand(program, "edit <channel> <message> [words...]", "Change your message, named by id or seq")
    .addOption(typeOption())
    .action(async (channel: string, message: string, words: string[], options: Shared & { type?: string }) => (await talk()).edit(channel, message, words, options));
  clientCommand(program, "retract <channel> <message>", "Take your message back: its words are gone").action(async (channel: string, message: string, options: Shared) =>
    (await talk()).retract(channel, message, options),
  );
  clientCommand(program, "react <channel> <message> <emoji>", "React to a message")
    .option("--remove", "take your reaction back")
    .action(async (channel: string, message: string, emoji: string, options: Shared & { remove?: boolean }) => (await talk()).react(channel, message, emoji, options));
};

const togetherCommands = (program: Command): void => {
  const asking = () => import("./asking.ts");
  const talk = () => import("./talk.ts");
  examples(
    clientCommand(program, "ask <channel> <question...>", "Ask people, wait, and print the option they chose")
      .option("-o, --option <option>", "one of the answers; stands once for each (yes, no)", several)
      .option("--to <user>", "who alone may answer")
      .option("--wait <time>", "give up after so long (90, 15m, 2h), 0 for not waiting; exit code 124")
      .option("--expires <time>", "nobody can answer after that; exit code 5")
      .option("--key <key>", "an Idempotency-Key: the same key never asks twice"),
    'colony ask general "Deploy now?" -o now -o "after lunch" --to benji',
    'if [ "$(colony ask ops "Restart db?" --wait 10m)" = yes ]; then …',
  ).action(async (channel: string, question: string[], options: AskOptions) => (await asking()).ask(channel, question, options));
  clientCommand(program, "answer <channel> <message> [option]", "Answer a question; without an option, see how it stands")
    .option("-n, --note <text>", "what there is to say beside it")
    .option("--wait <time>", "without an option: wait so long for somebody's answer")
    .action(async (channel: string, message: string, option: string | undefined, options: AnswerOptions) => (await asking()).answer(channel, message, option, options));
  clientCommand(program, "claim <channel> <message>", "Claim the work a message stands for, or renew your claim")
    .option("--ttl <time>", "how long it holds: 900, 15m, 2h (15m)")
    .action(async (channel: string, message: string, options: Shared & { ttl?: string }) => (await talk()).claim(channel, message, options));
  clientCommand(program, "release <channel> <message>", "Give claimed work back").action(async (channel: string, message: string, options: Shared) =>
    (await talk()).release(channel, message, options),
  );
};

const readCommands = (program: Command): void => {
  const reading = () => import("./reading.ts");
  examples(
    clientCommand(program, "read <channel>", "Read a channel, or @user for what you two said; the newest 50")
      .summary("Read a channel, or @user for what you two said")
      .option("-n, --limit <count>", "the newest so many")
      .option("--all", "the whole history")
      .option("--since <time>", "posted or changed since: 15m, 2h, 1d, or an ISO time")
      .option("-t, --type <types>", "only these: text, code, result, error, plan; commas between")
      .option("--user <user>", "only one author")
      .option("--session <id>", "only one session of an agent")
      .option("--after-seq <seq>", "only what came after it")
      .option("--before-seq <seq>", "only what came before it")
      .option("--max-tokens <count>", "as a transcript of the newest that fit (to a pipe: 16000)"),
    "colony read general --since 2h",
    "colony read ci -t error,result --max-tokens 4000",
  ).action(async (channel: string, options: ReadOptions) => (await reading()).read(channel, options));
  examples(
    clientCommand(program, "tail [channel]", "Follow a channel, or @user, or --all that you may see; Ctrl-C ends it")
      .summary("Follow a channel as it is written, or --all of them")
      .option("-n, --lines <count>", "begin with the newest so many (10; with --all 0)")
      .option("--all", "everything you may see"),
    "colony tail general -n 50",
    "colony tail --all --json | jq -r .data.content",
  ).action(async (channel: string | undefined, options: TailOptions) => (await import("./tail.ts")).tail(channel, options));
  examples(
    clientCommand(program, "inbox", "What others said to you, and questions to you")
      .option("--wait [time]", "wait until there is something, at most so long (exit code 124)")
      .option("--done [seq]", "store that you dealt with what is shown, or with all up to a seq"),
    "colony inbox --wait 10m --done",
  ).action(async (options: InboxOptions) => (await reading()).inbox(options));
  clientCommand(program, "catchup", "What happened while you were away, in one text")
    .option("--max-tokens <count>", "as long as this at most (4000)")
    .action(async (options: Shared & { maxTokens?: string }) => (await reading()).catchUp(options));
  examples(
    clientCommand(program, "search <words...>", "Search all that you may see")
      .option("-n, --limit <count>", "hits at most")
      .option("--offset <count>", "pass over so many")
      .addOption(new Option("--sort <order>", "what comes first").choices(["relevance", "newest"])),
    `colony search 'loss curve' from:benji type:result after:2026-03-01`,
    `colony search '"out of memory" -staging' --sort newest`,
  ).action(async (words: string[], options: SearchOptions) => (await reading()).search(words, options));
};

const placeCommands = (program: Command): void => {
  const places = () => import("./places.ts");
  const channels = program.command("channels").description("Channels: list, create, join, leave, archive");
  clientCommand(channels, "list", "Those you see, with what is new in them", { isDefault: true })
    .option("--archived", "archived ones too")
    .action(async (options: Shared & { archived?: boolean }) => (await places()).listChannels(options));
  clientCommand(channels, "create <name>", "Make one")
    .option("--private", "for its members alone")
    .option("--topic <text>", "what it is about")
    .option("--member <user>", "who is in it from the start; may stand several times", several)
    .action(async (name: string, options: NewChannel) => (await places()).createChannel(name, options));
  const moves = [
    ["join", "Become a member"],
    ["leave", "Leave it"],
    ["archive", "Close it: it stays readable"],
  ] as const;
  for (const [how, about] of moves)
    clientCommand(channels, `${how} <channel>`, about).action(async (name: string, options: Shared) => (await places()).moveChannel(name, how, options));
  clientCommand(program, "users", "Everyone, people and agents, and what they are at")
    .option("--here", "only who is here now")
    .action(async (options: Shared & { here?: boolean }) => (await places()).listUsers(options));
};

const fileCommands = (program: Command): void => {
  const files = () => import("./files.ts");
  examples(
    clientCommand(program, "upload <files...>", "Send files; with --to, post them")
      .summary("Send files, and post them")
      .option("--to <channel>", "post them there in one message")
      .option("-m, --message <text>", "what to say with them")
      .addOption(typeOption())
      .option("-r, --reply-to <id>", "the message it answers, by id or seq")
      .option("--key <key>", "an Idempotency-Key: the same key never posts twice"),
    "colony upload report.pdf loss.png --to general -m 'Run 7'",
  ).action(async (paths: string[], options: UploadOptions) => (await files()).uploadFiles(paths, options));
  clientCommand(program, "download <id>", "Fetch a file; goes on where an earlier try broke off")
    .summary("Fetch a file")
    .option("-o, --output <path>", "where to; - for standard output (its own name, here)")
    .option("--force", "replace a file that is there")
    .action(async (id: string, options: DownloadOptions) => (await files()).downloadFile(id, options));
};
