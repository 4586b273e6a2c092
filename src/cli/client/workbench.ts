import { type Command, type CommandOptions, InvalidArgumentError, Option } from "commander";
import type { ChatOptions } from "./chatting.ts";
import { clientCommand, several } from "./command.ts";
import type { ConsoleOptions, ErrorsOptions } from "./console.ts";
import type { DownloadOptions } from "./fetching.ts";
import type { CreateOptions, InProject } from "./project.ts";
import type { LogsOptions, RunsOptions } from "./records.ts";
import type { RunOptions } from "./run.ts";
import type { ScheduleOptions } from "./schedules.ts";
import type { UploadOptions } from "./sending.ts";
import type { UsageOptions } from "./standing.ts";
import type { ListOptions } from "./workfiles.ts";

const TEMPLATES = ["blank", "bun", "node", "python", "web"];

/** Defines a command that works in a project. */
export const workCommand = (parent: Command, name: string, about: string, more: CommandOptions = {}): Command =>
  clientCommand(parent, name, about, more).option("-p, --project <project>", "instead of the one that 'colony use' chose (COLONY_PROJECT)");

/** Reads a whole number of an option. @throws InvalidArgumentError */
export const whole = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("A whole number is wanted.");
  return Number(text);
};

/** Projects and what one does in them: what each command is called and takes. */
export const workbenchCommands = (program: Command): void => {
  // What follows the command that is to be run is its own, options too.
  program.enablePositionalOptions();
  projectCommands(program);
  runCommands(program);
  chatCommand(program);
  lookCommands(program);
  fileCommands(program);
  scheduleCommands(program);
  secretCommands(program);
};

const projectCommands = (program: Command): void => {
  const project = () => import("./project.ts");
  clientCommand(program, "create <name>", "Make a project, and act in it from now on")
    .addOption(new Option("-t, --template <template>", "what is in it from the start").choices(TEMPLATES))
    .option("--private", "for the members of its channel alone")
    .option("--description <text>", "what it is for")
    .action(async (name: string, options: CreateOptions) => (await project()).create(name, options));
  clientCommand(program, "list", "The projects you can see").action(async (options: InProject) => (await project()).list(options));
  clientCommand(program, "use <project>", "Make a project the one that commands act in").action(async (name: string, options: InProject) => (await project()).use(name, options));
  clientCommand(program, "delete <project>", "Delete a project with its files, secrets and schedules")
    .option("-y, --yes", "do not ask")
    .action(async (name: string, options: InProject & { yes?: boolean }) => (await project()).remove(name, options));
};

const runCommands = (program: Command): void => {
  const records = () => import("./records.ts");
  workCommand(program, "run [command...]", "Run a command in the project's sandbox; its output and exit code are yours")
    .option("--timeout <seconds>", "end it after so long (exit code 124)", whole)
    .option("-b, --background", "do not wait for it, nor it for other runs: servers, watchers")
    .option("--build", "keep files of it")
    .option("-a, --artifact <glob>", "of a build: which files to keep; may stand several times", several)
    .option("--save <folder>", "of a build: fetch the files into this folder")
    .passThroughOptions()
    .addHelpText(
      "after",
      "\nOne word is a line for the shell, several are a command with its arguments:\n  colony run 'make && ls dist'\n  colony run python3 main.py --fast\n  colony run < script.sh\nCtrl-C stops the run on the server.",
    )
    .action(async (words: string[], options: RunOptions) => (await import("./run.ts")).run(words, options));
  workCommand(program, "logs [run]", "What a run wrote; of the newest when none is named")
    .option("-f, --follow", "go on until it ends")
    .option("-n, --tail <lines>", "only so many lines of its end", whole)
    .action(async (run: string | undefined, options: LogsOptions) => (await records()).logs(run, options));
  workCommand(program, "runs", "The runs of the project, newest first")
    .option("-n, --limit <number>", "so many of them (20)", whole)
    .addOption(new Option("--state <state>", "only those").choices(["queued", "running", "succeeded", "failed", "stopped", "timed_out", "killed"]))
    .action(async (options: RunsOptions) => (await records()).runs(options));
  workCommand(program, "stop [run]", "Stop a run; none needs to be named where one alone goes on").action(async (run: string | undefined, options: InProject) =>
    (await records()).stop(run, options),
  );
};

const chatCommand = (program: Command): void => {
  workCommand(program, "chat [message...]", "Give the project's crew something to do, and see what comes of it")
    .option("-a, --agent <name>", "ask this agent instead of dev-manager")
    .action(async (words: string[], options: ChatOptions) => (await import("./chatting.ts")).chat(words, options));
};

const lookCommands = (program: Command): void => {
  const looking = () => import("./console.ts");
  const standing = () => import("./standing.ts");
  workCommand(program, "console", "What the project's runs wrote last")
    .option("-f, --follow", "go on with what they write from now on")
    .option("-s, --search <text>", "only lines that hold this, in whatever case")
    .option("-n, --limit <lines>", "so many lines (200)", whole)
    .option("--run <run>", "only of this run")
    .action(async (options: ConsoleOptions) => (await looking()).console_(options));
  workCommand(program, "errors", "Errors that were recognised in what runs wrote, each once")
    .option("--run <run>", "only of this run")
    .option("-n, --limit <number>", "the newest so many", whole)
    .option("--analyze <error>", "have the engineer look into one, by its id")
    .action(async (options: ErrorsOptions) => (await looking()).errors(options));
  workCommand(program, "status", "How the project stands: sandbox, runs, agents").action(async (options: InProject) => (await standing()).status(options));
  clientCommand(program, "usage", "What models took and cost")
    .addOption(new Option("--by <what>", "summed up by").choices(["agent", "user", "day", "model"]).default("agent"))
    .option("--from <day>", "the first day (2026-03-01, UTC)")
    .option("--to <day>", "the last day")
    .option("-p, --project <project>", "only what was asked in this project")
    .action(async (options: UsageOptions) => (await standing()).usage(options));
};

const fileCommands = (program: Command): void => {
  const files = () => import("./workfiles.ts");
  const group = program
    .command("files")
    .summary("List, edit, send and fetch the project's files")
    .description("The project's files: list, cat, edit, upload, download, versions, restore, delete");
  workCommand(group, "list [path]", "What lies in a folder", { isDefault: true })
    .option("-a, --all", "and in the folders in it")
    .action(async (path: string | undefined, options: ListOptions) => (await files()).listFiles(path, options));
  workCommand(group, "cat <path>", "Write a file to standard output")
    .option("--version <number>", "as it was in this version", whole)
    .action(async (path: string, options: InProject & { version?: number }) => (await files()).cat(path, options));
  workCommand(group, "edit <path>", "Edit a file in $VISUAL or $EDITOR; what somebody else saved meanwhile is not overwritten").action(async (path: string, options: InProject) =>
    (await import("./edit.ts")).edit(path, options),
  );
  workCommand(group, "upload <local...>", "Send files, and folders with all in them")
    .option("--to <folder>", "into this folder of the workspace")
    .option("--as <path>", "under this path")
    .action(async (locals: string[], options: UploadOptions) => (await import("./sending.ts")).upload(locals, options));
  workCommand(group, "download [path]", "Fetch a file, or a folder as a tar; the whole workspace without a path")
    .option("-o, --output <path>", "where to; - is standard output")
    .option("-x, --extract", "unpack a folder")
    .option("--force", "replace what is there")
    .option("--version <number>", "as it was in this version", whole)
    .action(async (path: string | undefined, options: DownloadOptions) => (await import("./fetching.ts")).download(path, options));
  workCommand(group, "versions <path>", "A file's versions, newest first").action(async (path: string, options: InProject) => (await files()).versions(path, options));
  workCommand(group, "restore <path>", "Put an earlier version back, as a new one")
    .argument("<version>", "its number, as 'colony files versions' has it", whole)
    .action(async (path: string, version: number, options: InProject) => (await files()).restore(path, version, options));
  workCommand(group, "delete <path>", "Remove a file; its versions stay")
    .option("-r, --recursive", "a folder with all in it")
    .action(async (path: string, options: InProject & { recursive?: boolean }) => (await files()).remove(path, options));
};

const scheduleCommands = (program: Command): void => {
  const schedules = () => import("./schedules.ts");
  const group = program.command("schedule").description("Commands by the clock: create, list, delete, run, enable, disable, validate");
  workCommand(group, "create <name> [command...]", "Run a command by the clock")
    .option("-c, --cron <fields>", "when: minute, hour, day of the month, month, day of the week")
    .option("-z, --timezone <zone>", "such as Europe/Berlin; UTC when left out")
    .option("--timeout <seconds>", "end a run after so long", whole)
    .option("--disabled", "leave it off for now")
    .addHelpText("after", "\n  colony schedule create 'Morning report' --cron '0 9 * * 1-5' -z Europe/Berlin 'python3 report.py --short'")
    .action(async (name: string, words: string[], options: ScheduleOptions) => (await schedules()).createSchedule(name, words, options));
  workCommand(group, "list", "The project's schedules", { isDefault: true }).action(async (options: InProject) => (await schedules()).listSchedules(options));
  workCommand(group, "validate <cron>", "When it would be due, the next five times")
    .option("-z, --timezone <zone>", "such as Europe/Berlin; UTC when left out")
    .action(async (cron: string, options: ScheduleOptions) => (await schedules()).validate(cron, options));
  workCommand(group, "run <schedule>", "Run it now, and follow the run").action(async (ref: string, options: InProject) => (await schedules()).runSchedule(ref, options));
  workCommand(group, "enable <schedule>", "Switch it on").action(async (ref: string, options: InProject) => (await schedules()).switchSchedule(ref, true, options));
  workCommand(group, "disable <schedule>", "Switch it off").action(async (ref: string, options: InProject) => (await schedules()).switchSchedule(ref, false, options));
  workCommand(group, "delete <schedule>", "Delete it; its runs stay").action(async (ref: string, options: InProject) => (await schedules()).deleteSchedule(ref, options));
};

const secretCommands = (program: Command): void => {
  const secrets = () => import("./secrets.ts");
  const group = program.command("secret").description("Secrets that runs have in their environment: set, list, delete");
  workCommand(group, "set <name>", "Set one to what is piped in, or typed unseen").action(async (name: string, options: InProject) => (await secrets()).setSecret(name, options));
  workCommand(group, "list", "Their names", { isDefault: true }).action(async (options: InProject) => (await secrets()).listSecrets(options));
  workCommand(group, "delete <name>", "Take one away").action(async (name: string, options: InProject) => (await secrets()).deleteSecret(name, options));
};
