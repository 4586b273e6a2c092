import { ADMIN_PASSWORD, type Colony, environment, newFolder } from "./colony.ts";

/** A fenced sh or bash block of a page: the headings that it stands under, outermost first, the words right before it, and its text. */
export type Fence = { headings: string[]; before: string; text: string };

/** The fenced sh, bash and shell blocks of a markdown page, in order. */
export const fences = (page: string): Fence[] => {
  const found: Fence[] = [];
  const headings: string[] = [];
  let before = "";
  let open: { mark: string; script: boolean; lines: string[] } | undefined;
  for (const line of page.split("\n")) {
    const [, mark = "", language = ""] = /^\s*(`{3,})([\w-]*)[^`]*$/.exec(line) ?? [];
    if (open && mark === open.mark && language === "") {
      if (open.script) found.push({ headings: headings.filter(Boolean), before, text: open.lines.map((text) => `${text}\n`).join("") });
      open = undefined;
      before = "";
    } else if (open) open.lines.push(line);
    else if (mark !== "") open = { mark, script: ["sh", "bash", "shell"].includes(language), lines: [] };
    else if (/^#{1,6} /.test(line)) {
      const depth = line.indexOf(" ");
      headings.length = depth - 1;
      headings[depth - 1] = line.slice(depth + 1).trim();
      before = "";
    } else before += `${line}\n`;
  }
  return found;
};

/** The text of a page's fenced sh, bash and shell blocks, in order. */
export const blocks = (page: string): string[] => fences(page).map(({ text }) => text);

/** The curl commands written in a page's running text. */
export const inline = (page: string): string[] => [...page.replace(/^\s*(`{3,})[\s\S]*?^\s*\1$/gm, "").matchAll(/`(curl [^`]+)`/g)].map(([, command = ""]) => command);

/** A shell that readers have: `sh` is the plain one, in which nothing but POSIX works. */
export type Shell = "bash" | "sh";

/** What each script begins with. A curl that is told 4xx or 5xx fails, and none of them waits for ever. */
const SHIM = 'curl() { command curl --fail-with-body --max-time 30 "$@"; }\nexec 2>&1\n';

/** Runs a script by the shell people have, in `cwd` or an empty folder, each command that fails ending it. @returns its exit code and all it said */
export const shell = async (script: string, env: Record<string, string>, by: Shell = "bash", cwd = newFolder()): Promise<{ code: number; out: string }> => {
  const options = by === "bash" ? ["-euo", "pipefail"] : ["-eu"];
  const child = Bun.spawn([by, ...options, "-c", SHIM + script], {
    env: { ...environment(), ...env },
    cwd,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const out = await new Response(child.stdout).text();
  return { code: await child.exited, out };
};

/**
 * Runs the blocks of a page in one shell, one after the other, as its reader would, and expects each command to succeed.
 * @returns all they said
 */
export const runAll = async (script: string[], env: Record<string, string>, by: Shell = "bash", cwd = newFolder()): Promise<string> => {
  const { code, out } = await shell(script.map((block) => `echo '$ next'\n${block}`).join("\n"), env, by, cwd);
  const last = script[out.split("$ next\n").length - 2];
  if (code !== 0 || /"error":\s*\{/.test(out)) throw new Error(`A command failed with ${code}; the last block that was begun:\n${last}\n${out}`);
  return out;
};

/** The pages' placeholders, as someone called benji would fill them in on server `on`. */
export const fill = (text: string, on: Colony): string =>
  text
    .replaceAll("NAME:PASSWORD", "'benji:password of benji'")
    .replace(/-u (benji|USER):PASSWORD/g, "-u 'benji:password of benji'")
    .replaceAll("$URL", on.url)
    .replace(/http:\/\/(localhost|127\.0\.0\.1):4747/g, on.url);

/** Makes a person called benji, with a token, on a server where a message is for them. @returns what their shell has set */
export const reader = async (on: Colony): Promise<Record<string, string>> => {
  const token = await on.user("benji", "ape", { password: "password of benji" });
  await on.say("general", "@benji hello");
  return { COLONY_TOKEN: token, TOKEN: token, COLONY_URL: on.url, URL: on.url, PASSWORD: ADMIN_PASSWORD };
};
