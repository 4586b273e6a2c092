import { record } from "../accounts/audit.ts";
import type { Actor } from "../accounts/credentials.ts";
import { masked } from "../console/masking.ts";
import type { Context } from "../context.ts";
import { AppError, invalid } from "../errors.ts";
import { PROJECT_SECRETS, SECRET_BYTES } from "../limits.ts";
import { readableProject, stillWorkable, tendedProject } from "./service.ts";
import { countSecrets, listedSecrets, putSecret, removeSecret, sealedSecrets } from "./store.ts";

/** A project's secret: what it is called in the environment of runs, and its value, which nobody may read. */
export type Secret = { name: string; value: string };

/** What may be told of a secret. */
export type SecretWire = { name: string; changed_by: ReturnType<Context["users"]["author"]>; changed_at: string };

const NAME = /^[A-Z_][A-Z0-9_]{0,63}$/;
/** What every run has of its own, or what would change how programs are begun rather than what they know. */
const RESERVED = /^(PATH|HOME|PWD|OLDPWD|SHELL|SHLVL|USER|LOGNAME|LANG|LC_[A-Z]*|TERM|TMPDIR|IFS|ENV|BASH_ENV|PS4|NODE_OPTIONS|PYTHONSTARTUP|GCONV_PATH|_|LD_.*|BUN_.*|COLONY_.*)$/;

/** The secrets of a project, by name; `lost`: the names of those that were sealed under another key than today's. */
export const secretsOf = (ctx: Context, project_no: number): { secrets: Secret[]; lost: string[] } => {
  const secrets: Secret[] = [];
  const lost: string[] = [];
  for (const { name, sealed } of sealedSecrets(ctx.db, project_no)) {
    try {
      secrets.push({ name, value: ctx.keys.secrets.unseal(sealed) });
    } catch {
      lost.push(name);
    }
  }
  return { secrets, lost };
};

/** A text of a project as everyone may see it: with the names of its secrets in their place. */
export const shownIn = (ctx: Context, project_no: number, text: string): string => masked(text, secretsOf(ctx, project_no).secrets);

/** Why nothing can be run that was to have secrets which cannot be read, and what to do. */
export const lostInWords = (lost: string[]): string => {
  const [those, were, them] = lost.length === 1 ? [`the secret ${lost[0]}`, "it was", "it"] : [`the secrets ${lost.join(", ")}`, "they were", "them"];
  return `${those} cannot be read: the server's key (COLONY_SECRET_KEY, or secret.key in its data folder) is another than when ${were} set. Set ${them} again (PUT …/secrets/${lost[0]}), or let the operator start the server with the key from before`;
};

/** The names of a project's secrets, and who set each when; never a value. @throws AppError `not_found` */
export const listSecrets = (ctx: Context, actor: Actor, ref: string): SecretWire[] =>
  listedSecrets(ctx.db, readableProject(ctx, actor, ref).no).map(({ name, user_no, changed_at }) => ({ name, changed_by: ctx.users.author(user_no), changed_at }));

/**
 * Sets a secret, or gives it another value; runs have it from the next on.
 * @param value 1 byte to SECRET_BYTES of UTF-8
 * @throws AppError `not_found`, `forbidden`, `validation_failed`, `too_many_secrets`
 */
export const setSecret = async (ctx: Context, actor: Actor, ref: string, name: string, value: string): Promise<void> => {
  const project = tendedProject(ctx, actor, ref);
  checkName(name);
  if (value.includes("\0")) throw invalid("value", "must not hold a NUL character", "No environment can hold one: encode the value, in base64 say.");
  const bytes = Buffer.byteLength(value);
  if (bytes > SECRET_BYTES) throw invalid("value", `has ${bytes} bytes, more than ${SECRET_BYTES}`, "Put a key in a secret, and what it opens into an encrypted file.");
  const sealed = ctx.keys.secrets.seal(value.toWellFormed());
  await ctx.write((tx) => {
    stillWorkable(tx, project, actor.user.no);
    if (countSecrets(tx, project.no, name) >= PROJECT_SECRETS) throw new AppError("too_many_secrets");
    putSecret(tx, { project_no: project.no, name, sealed, user_no: actor.user.no, changed_at: tx.now });
    record(tx, actor, "project_secret_set", project.id, { name });
  });
};

/** Takes a secret away; runs under way keep it. @throws AppError `not_found`, `forbidden` */
export const dropSecret = async (ctx: Context, actor: Actor, ref: string, name: string): Promise<void> => {
  const project = tendedProject(ctx, actor, ref);
  await ctx.write((tx) => {
    stillWorkable(tx, project, actor.user.no);
    if (!removeSecret(tx, project.no, name))
      throw new AppError("not_found", { message: `The project has no secret '${name.slice(0, 80)}'.`, hint: "GET …/secrets lists their names." });
    record(tx, actor, "project_secret_removed", project.id, { name });
  });
};

/** @throws AppError `validation_failed` */
const checkName = (name: string): void => {
  if (!NAME.test(name)) throw invalid("name", "must be 1 to 64 capital letters, digits and _, and begin with no digit", "It is the name of a variable, such as API_KEY.");
  if (RESERVED.test(name)) throw invalid("name", `must not be ${name}: runs have that of their own`, "Choose another name, such as API_KEY.");
};
