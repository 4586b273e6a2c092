import type { Static } from "@sinclair/typebox";
import type { NewProject as NewProjectModel, ProjectChange as ProjectChangeModel } from "../../../src/projects/model.ts";
import { done, options, read, retriable, server } from "../api.ts";
import type { Project } from "./moments.ts";

export type NewProject = Static<typeof NewProjectModel>;
export type ProjectChange = Static<typeof ProjectChangeModel>;
export type Template = Project["template"];
export type Limits = Project["limits"];

const project = (id: string) => server.api.projects({ id: encodeURIComponent(id) });

/** What the page asks of projects. Each call answers with what was asked for, or throws a `Failure`. */
export const projectsApi = {
  projects: (): Promise<Project[]> => read(server.api.projects.get(options())),
  makeProject: (body: NewProject, key: string) => read(server.api.projects.post(body, retriable(key))) as Promise<Project>,
  changeProject: (id: string, change: ProjectChange): Promise<Project> => read(project(id).patch(change, options())),
  deleteProject: (id: string) => done(project(id).delete(undefined, options())),
};
