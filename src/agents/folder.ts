import { constants } from "node:fs";
import { open, readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { AGENT_FILE_BYTES, AGENT_FILES } from "../limits.ts";

/** Where an operator's agents stand. It need not be there. */
export const agentsFolder = (data: string): string => join(data, "agents");

/** A file that may describe an agent. `mark` changes when the file does. */
export type AgentFile = { name: string; path: string; mark: string };

/**
 * The agents' files of a folder by name, no more than may be: markdown that is not hidden and lies in the folder itself, also
 * by a link within it. What a link leads out to is none of them. `more` counts those beyond the limit.
 */
export const listFolder = async (folder: string): Promise<{ files: AgentFile[]; more: number }> => {
  const names = await readdir(folder).catch(() => []);
  const home = (await realpath(folder).catch(() => folder)) + sep;
  const found: AgentFile[] = [];
  for (const name of names.filter((one) => /^[^.].*\.md$/.test(one)).toSorted()) {
    const path = await realpath(join(folder, name)).catch(() => null);
    const facts = path?.startsWith(home) ? await stat(path).catch(() => null) : null;
    if (path && facts?.isFile()) found.push({ name, path, mark: `${name} ${facts.ino} ${facts.size} ${facts.mtimeMs}` });
  }
  return { files: found.slice(0, AGENT_FILES), more: Math.max(0, found.length - AGENT_FILES) };
};

/** The bytes of an agent's file, and at most one more than it may have. @throws Error when it cannot be read */
export const readAgentFile = async ({ path }: AgentFile): Promise<Uint8Array> => {
  // Not to wait for the other end, should it have become a pipe meanwhile.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const bytes = new Uint8Array(AGENT_FILE_BYTES + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length);
      length += bytesRead;
      if (bytesRead === 0 || length === bytes.length) return bytes.subarray(0, length);
    }
  } finally {
    await handle.close();
  }
};
