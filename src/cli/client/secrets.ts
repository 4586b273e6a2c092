import type { Static } from "@sinclair/typebox";
import { SECRET_BYTES } from "../../limits.ts";
import type { Secret as SecretModel } from "../../projects/model.ts";
import { CommandError, EXIT } from "../failure.ts";
import { ago } from "./age.ts";
import { isPiped, readInput } from "./input.ts";
import { type InProject, workplace } from "./project.ts";
import { colour, inLine, isTerminal, say } from "./say.ts";

type Secret = Static<typeof SecretModel>;

/** Sets a secret to what is piped in, or typed unseen: as an argument everyone on the machine could read it, and shells remember it. */
export const setSecret = async (name: string, options: InProject): Promise<void> => {
  const { at, server } = workplace(options);
  const value = isPiped() ? await piped() : await (await import("./prompts.ts")).askHidden(`Value of ${inLine(name)}`);
  await server.call("PUT", `${at}/secrets/${encodeURIComponent(name)}`, { body: { value } });
  if (!options.json && isTerminal()) say.line(`${colour.green("✓")} ${inLine(name)} is set: runs have it in their environment from the next on.`);
};

/** All of it but one line end behind it, which tools put there: keys have several lines. */
const piped = async (): Promise<string> => {
  const value = (await readInput(SECRET_BYTES + 2, `A secret has at most ${SECRET_BYTES} bytes.`)).replace(/\r?\n$/, "");
  if (value === "") throw new CommandError('No value came on standard input: printf %s "$KEY" | colony secret set NAME', EXIT.usage);
  return value;
};

/** The names of the project's secrets; their values leave the server for runs alone. */
export const listSecrets = async (options: InProject): Promise<void> => {
  const { at, server } = workplace(options);
  const secrets = await server.call<Secret[]>("GET", `${at}/secrets`);
  if (options.json) say.json(secrets);
  else if (secrets.length === 0) say.note('None yet: printf %s "$KEY" | colony secret set NAME');
  else
    say.table(
      ["NAME", "CHANGED", "BY"],
      secrets.map(({ changed_at, changed_by, name }) => [name, ago(changed_at), changed_by.username]),
      [colour.bold],
    );
};

export const deleteSecret = async (name: string, options: InProject): Promise<void> => {
  const { at, server } = workplace(options);
  await server.call("DELETE", `${at}/secrets/${encodeURIComponent(name)}`);
  if (!options.json && isTerminal()) say.line(`${colour.green("✓")} ${inLine(name)} is gone.`);
};
