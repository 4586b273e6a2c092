import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, relative, sep } from "node:path";

/** The repository that a folder is in, by its .git; the folder itself where there is none. */
export const repositoryOf = (folder: string): string => {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return folder;
  }
};

/** Where Claude Code keeps what is for all of one's repositories: CLAUDE_CONFIG_DIR, else ~/.claude. */
export const claudeFolder = (): string => process.env.CLAUDE_CONFIG_DIR || join(homedir(), ".claude");

/** A path as its owner would say it: from here, else from home, else whole. */
export const said = (path: string): string => {
  const near = relative(process.cwd(), path);
  if (near !== "" && !near.startsWith("..")) return near;
  const home = homedir();
  return path === home || path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path;
};
