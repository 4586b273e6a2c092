import { type Command, InvalidArgumentError, Option } from "commander";
import { clientCommand, several } from "./command.ts";
import type { CreateOptions, InProject } from "./project.ts";
import type { LogsOptions, RunsOptions } from "./records.ts";
import type { RunOptions } from "./run.ts";

const TEMPLATES = ["blank", "bun", "node", "python", "web"];

/** Defines a command that works in a project. */
export const workCommand = (parent: Command, name: string, about: string): Command =>
  clientCommand(parent, name, about).option("-p, --project <project>", "instead of the one that 'colony use' chose (COLONY_PROJECT)");

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
