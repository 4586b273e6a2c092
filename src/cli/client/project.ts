import type { Static } from "@sinclair/typebox";
import type { Project as ProjectModel } from "../../projects/model.ts";
import { CommandError, EXIT } from "../failure.ts";
import type { Shared } from "./command.ts";
import { changeKept } from "./kept.ts";
import { colour, inLine, isTerminal, say } from "./say.ts";
import { ApiError, openServer, type Server } from "./server.ts";

export type Project = Static<typeof ProjectModel>;
/** What every command that works in a project takes. */
export type InProject = Shared & { project?: string };
/** A project that commands act in. `at`: where its API begins. */
export type Workplace = { server: Server; project: string; at: string };

const place = (project: string): string => `/api/projects/${encodeURIComponent(project)}`;

/** The project that a command is for: --project, else COLONY_PROJECT, else the one that `colony use` chose. @throws CommandError when there is none */
export const workplace = (options: InProject): Workplace => {
  const server = openServer(options).signedIn();
  const project = options.project ?? server.access.project;
  if (!project) throw new CommandError("Which project? Choose one with 'colony use PROJECT', or give --project PROJECT (colony list shows them).", EXIT.usage);
  return { server, project, at: place(project) };
};

export type CreateOptions = Shared & { template?: string; private?: boolean; description?: string };

/** Makes a project and, where a sign-in is kept, goes on in it. */
export const create = async (name: string, { template, description, private: hidden, ...options }: CreateOptions): Promise<void> => {
  const server = openServer(options).signedIn();
  const body = { name, template, description, ...(hidden && { visibility: "private" }) };
  const project = await server.call<Project>("POST", "/api/projects", { body });
  const kept = await choose(server, project.slug);
  if (options.json) say.json(project);
  else if (!isTerminal()) say.line(project.slug);
  else {
    say.line(`${colour.green("✓")} Made ${colour.bold(project.slug)} (${project.template}, ${project.visibility}).`);
    say.note(kept ? `Commands act in it from now on. Try: colony run 'ls -la'` : `Work in it: export COLONY_PROJECT=${project.slug}`);
  }
};

/** The projects that one can see, the one in use marked. */
export const list = async (options: Shared): Promise<void> => {
  const server = openServer(options).signedIn();
  const projects = await server.call<Project[]>("GET", "/api/projects");
  const { project: used } = server.access;
  if (options.json) say.json(projects);
  else if (projects.length === 0) say.note("None yet. Make one: colony create NAME --template python");
  else
    say.table(
      ["", "PROJECT", "TEMPLATE", "SEEN BY", "MADE BY", "NAME"],
      projects.map((one) => [
        used === one.slug || used === one.id ? "*" : "",
        one.slug,
        one.template,
        one.visibility === "public" ? "everyone" : "members",
        one.created_by.username,
        one.name === one.slug ? "" : one.name,
      ]),
      [colour.green, colour.bold],
    );
};

/** Makes a project the one that commands act in, on this server. */
export const use = async (named: string, options: Shared): Promise<void> => {
  const server = openServer(options).signedIn();
  const project = await server.call<Project>("GET", place(named));
  if (!(await choose(server, project.slug)))
    throw new CommandError(`No sign-in to ${server.access.url} is kept that could remember it: set COLONY_PROJECT=${project.slug}, or sign in with 'colony login'.`, EXIT.usage);
  if (options.json) say.json(project);
  else say.line(`${colour.green("✓")} In use: ${colour.bold(inLine(project.slug))}`);
  if (process.env.COLONY_PROJECT) say.note(`COLONY_PROJECT=${inLine(process.env.COLONY_PROJECT)} is set, and wins.`);
};

/** @returns whether there was a kept server to keep it with */
const choose = async ({ access: { name } }: Server, slug: string | undefined): Promise<boolean> => {
  if (name === null) return false;
  await changeKept(({ servers }) => {
    const server = servers[name];
    if (!server) return;
    if (slug === undefined) delete server.project;
    else server.project = slug;
  });
  return true;
};

/** Deletes a project, once somebody said that it is meant. */
export const remove = async (named: string, options: Shared & { yes?: boolean }): Promise<void> => {
  const server = openServer(options).signedIn();
  const project = await server.call<Project>("GET", place(named));
  const { slug } = project;
  if (!options.yes) {
    if (!isTerminal() || !process.stdin.isTTY) throw new CommandError(`Deleting ${slug} takes its files, secrets and schedules away: say that you mean it with --yes.`, EXIT.usage);
    const { askSure } = await import("./prompts.ts");
    if (!(await askSure(`Delete ${inLine(project.name)} with its files, secrets and schedules?`))) throw new CommandError("Nothing was deleted.");
  }
  await server.call("DELETE", place(project.id));
  if (server.access.project === slug) await choose(server, undefined);
  if (!options.json) say.line(isTerminal() ? `${colour.green("✓")} Deleted ${colour.bold(slug)}. Its channel stays to be read, archived.` : slug);
};

/** Whether the server says that something is not there, or is hidden. */
export const isMissing = (error: unknown): boolean => error instanceof ApiError && error.status === 404;
