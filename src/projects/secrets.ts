import type { Context } from "../context.ts";
import type { Project } from "./directory.ts";
import { sealedSecrets } from "./store.ts";

/** A project's secret: what it is called in the environment of runs, and its value, which nobody may read. */
export type Secret = { name: string; value: string };

/** The secrets of a project, by name. */
export const secretsOf = (ctx: Context, { no }: Pick<Project, "no">): Secret[] =>
  sealedSecrets(ctx.db, no).map(({ name, sealed }) => ({ name, value: ctx.keys.secrets.unseal(sealed) }));
