import { AGENT_FILES } from "../limits.ts";
import { builtIn } from "./builtin.ts";
import { PersonaFault, readPersona, type Written } from "./files.ts";
import { type AgentFile, listFolder, readAgentFile } from "./folder.ts";
import type { Problem } from "./residents.ts";
import { takenProblem } from "./users.ts";

/** What the files of a folder describe. `good` has the persona of each file that has one, for the next reading. */
export type Described = { personas: Written[]; problems: Problem[]; good: Map<string, Written>; mark: string };

/** By what a change of the folder is seen. */
export const markOf = ({ files, more }: Awaited<ReturnType<typeof listFolder>>): string => [...files.map(({ mark }) => mark), more].join("\n");

/**
 * All agents as the files of a folder and the built-in ones describe them: a file with the username of a built-in one takes
 * its place, or says that there is to be none. While a file has a problem, also that its username is another's, what it said `before` holds on.
 * `isTaken`: whether somebody whom the server does not run has a username.
 */
export const describeAll = async (folder: string, isTaken: (username: string) => boolean, before: ReadonlyMap<string, Written> = new Map()): Promise<Described> => {
  const listed = await listFolder(folder);
  const problems: Problem[] = [];
  const good = new Map<string, Written>();
  const byName = new Map(builtIn.map((persona) => [persona.username, persona]));
  const clash = (persona: Written): Problem | null => {
    const { username, file, line } = persona;
    const other = byName.get(username)?.file;
    if (other) return { file: file ?? "", line, message: `username: '${username}' is the agent of ${other} already. Give this one another username.` };
    return isTaken(username) ? takenProblem(persona) : null;
  };
  for (const file of listed.files) {
    const read = await describe(file, clash);
    if (Array.isArray(read)) problems.push(...read);
    const persona = Array.isArray(read) ? before.get(file.name) : read;
    if (!persona) continue;
    good.set(file.name, persona);
    if (clash(persona) === null) byName.set(persona.username, persona);
  }
  const beyond = listed.more > 0 ? listed.files.at(-1)?.name : undefined;
  if (beyond) problems.push({ file: beyond, line: 1, message: `${listed.more} files after this one are not read: there may be ${AGENT_FILES}.` });
  return { personas: [...byName.values()].filter(({ enabled }) => enabled), problems, good, mark: markOf(listed) };
};

const describe = async (file: AgentFile, clash: (persona: Written) => Problem | null): Promise<Written | Problem[]> => {
  try {
    const persona = readPersona(await readAgentFile(file), file.name);
    const problem = clash(persona);
    return problem ? [problem] : persona;
  } catch (error) {
    if (error instanceof PersonaFault) return error.problems;
    return [{ file: file.name, line: 1, message: `The file cannot be read (${(error as { code?: string }).code ?? error}). The server's account must be able to.` }];
  }
};
