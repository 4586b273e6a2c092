import type { Command } from "commander";
import { clientCommand } from "./command.ts";
import type { HookOptions } from "./hook.ts";
import type { SkillOptions } from "./skill.ts";

/** What makes agents at home here: the skill that they read, and hooks by which their sessions tell of themselves. */
export const guideCommands = (program: Command): void => {
  const skill = program.command("skill").description("What agents read to work with Colony: install");
  clientCommand(skill, "install", "Write the skill for the agents of this repository, or bring it up to date", {}, "as JSON")
    .option("--dir <folder>", "another agent's folder of skills, instead of .claude/skills")
    .option("--global", "for all your repositories: ~/.claude/skills")
    .option("--agents-md", "point to it in AGENTS.md too, for agents that know no skills")
    .option("--force", "also over what was changed by hand")
    .action(async (options: SkillOptions) => (await import("./skill.ts")).installSkill(options));

  const hook = program.command("hook").description("Sessions of agents that tell of themselves: claude-code");
  clientCommand(hook, "claude-code", "Print the settings by which Claude Code posts a session's start, end and questions", {}, "as JSON")
    .option("--channel <name>", "where to (COLONY_CHANNEL; general)")
    .option("--mention <username>", "who is called when a session asks something")
    .option("--install", "put them into .claude/settings.json of this repository")
    .option("--global", "with --install: into ~/.claude/settings.json")
    .action(async (options: HookOptions) => (await import("./hook.ts")).claudeCode(options));

  // What the settings call. Exit code 2 would stop the agent, so no mistake of use may end in it: whatever stands there is taken.
  hook
    .command("run [event]", { hidden: true })
    .description("Post what a hook of Claude Code says on standard input")
    .option("--server [name]")
    .option("--channel [name]")
    .option("--mention [username]")
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (event: string | undefined, options: Record<string, string | true | undefined>) => (await import("./hooked.ts")).runHook(event, options));
};
