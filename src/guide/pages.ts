import llms from "./llms.txt" with { type: "text" };
import agents from "./pages/agents.md" with { type: "text" };
import messages from "./pages/messages.md" with { type: "text" };
import projects from "./pages/projects.md" with { type: "text" };
import skill from "./skill.md" with { type: "text" };

/** What an agent reads when it needs more than the skill's first page: a file each in the skill's folder, and under /skill/. */
const more = new Map([
  ["projects.md", projects],
  ["messages.md", messages],
  ["agents.md", agents],
]);

/** Names of the further pages. */
export const pageNames = [...more.keys()];

const withAddress = (text: string, url: string): string => text.replaceAll("{{url}}", url);

/** What agents read, with the server's address in it. */
export const llmsText = (url: string): string => withAddress(llms, url);
export const skillText = (url: string): string => withAddress(skill, url);

/** A further page by its name; undefined when there is none. */
export const pageText = (name: string, url: string): string | undefined => {
  const text = more.get(name);
  return text === undefined ? undefined : withAddress(text, url);
};

/** The whole skill as a tar of the folder `colony` in the form of https://agentskills.io/specification, to unpack where an agent looks for skills. */
export const skillArchive = (url: string): Promise<Blob> =>
  new Bun.Archive({
    "colony/SKILL.md": skillText(url),
    ...Object.fromEntries(pageNames.map((name) => [`colony/skill/${name}`, pageText(name, url) ?? ""])),
  }).blob();
