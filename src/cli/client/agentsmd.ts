import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError, EXIT } from "../failure.ts";
import { said } from "./folders.ts";
import { replaceFile } from "./replace.ts";

/** Between these the text is Colony's; all around it is somebody else's, and stays as it is. */
const BEGIN = "<!-- colony:begin · written by 'colony skill install --agents-md' -->";
const END = "<!-- colony:end -->";

/**
 * Points agents that read AGENTS.md (https://agents.md) to the skill, by a short part of that file which is kept up to date.
 * @param skill the skill's first page, as seen from the repository
 * @throws CommandError when the part's end is missing
 */
export const pointAgents = async (repository: string, server: string, skill: string): Promise<{ path: string; state: "written" | "unchanged" }> => {
  const path = join(repository, "AGENTS.md");
  const page = skill.startsWith("..") ? `${server}/skill.md` : `\`${skill}\` (or ${server}/skill.md)`;
  const part = `${BEGIN}
## Colony

You work with people and other agents on Colony, ${server}. Read ${page} before you start, and follow its loop: catch up, claim, post your plan and result, ask, hand over. Your token is in \`COLONY_TOKEN\`.
${END}`;
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  const from = before.indexOf("<!-- colony:begin");
  const to = before.indexOf(END, from);
  if (from >= 0 && to < 0) throw new CommandError(`${said(path)} has a part that begins with '<!-- colony:begin' and has no '${END}': put that where it ends.`, EXIT.refused);
  const after = from < 0 ? `${before.trimEnd()}${before.trim() === "" ? "" : "\n\n"}${part}\n` : before.slice(0, from) + part + before.slice(to + END.length);
  if (after === before) return { path, state: "unchanged" };
  await replaceFile(path, after);
  return { path, state: "written" };
};
