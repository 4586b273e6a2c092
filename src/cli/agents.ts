import { existsSync } from "node:fs";
import { describeAll } from "../agents/described.ts";
import type { Written } from "../agents/files.ts";
import { agentsFolder } from "../agents/folder.ts";
import type { Problem } from "../agents/residents.ts";
import { isOthers, takenProblem } from "../agents/users.ts";
import type { Config } from "../config.ts";
import { type Connection, databaseFile, openReader } from "../db/open.ts";
import { modelTrouble, providerOf, settingOf, usableModels, whyNoModel } from "../models/names.ts";
import { probeProviders } from "../models/probe.ts";
import type { Finding } from "./doctor.ts";

/** Whether resident agents have models to answer with, and their files describe them. A model that is missing keeps nobody from serving: it is a warning at most. */
export const checkAgents = async (config: Config): Promise<Finding[]> => {
  const folder = agentsFolder(config.data);
  const db = opened(config);
  const isTaken = (username: string) => db !== null && isOthers(db, username);
  const { personas, problems } = await describeAll(folder, isTaken);
  const nameless = personas.filter(({ username }) => isTaken(username));
  db?.raw.close();
  const named = [...new Set(personas.flatMap((persona) => usableModels(config, persona)))];
  return [...(await models(config, named)), ...agents(config, folder, personas, [...problems, ...nameless.map(takenProblem)])];
};

/** The database, where it has users that can be asked for: its own soundness is another finding. */
const opened = (config: Config): Connection | null => {
  const file = databaseFile(config.data);
  if (!existsSync(file)) return null;
  try {
    const db = openReader(file);
    isOthers(db, "");
    return db;
  } catch {
    return null;
  }
};

const models = async (config: Config, named: string[]): Promise<Finding[]> => {
  const what = "models";
  const usual = usableModels(config, { model: null, fallback_model: null });
  const trouble = modelTrouble(config.models);
  const probes = await probeProviders(config.models, named);
  const says =
    usual.length > 0
      ? `Agents answer with ${usual.join(", and where that does not answer with ")}`
      : `None is set up in the settings given here, with which agents say so instead of answering. ${whyNoModel(config, { model: null, fallback_model: null }).replace(/\.$/, "")}`;
  return [
    { level: "ok", what, says },
    ...(trouble ? [{ level: "warn" as const, what, says: trouble.replace(/\.$/, "") }] : []),
    ...probes.map(({ ok, provider, says }): Finding => ({ level: ok ? "ok" : "warn", what, says: `${provider}: ${says}` })),
  ];
};

const agents = (config: Config, folder: string, personas: readonly Written[], problems: Problem[]): Finding[] => {
  const what = "agents";
  const own = personas.filter(({ file }) => file !== null).length;
  const unset = personas.flatMap((persona) =>
    [persona.model, persona.fallback_model].flatMap((model): Finding[] => {
      if (model === null || config.models[providerOf(model)] !== null) return [];
      const instead = usableModels(config, persona);
      const end = instead.length > 0 ? `it answers with ${instead.join(", ")}` : "it cannot answer";
      return [{ level: "warn", what, says: `${persona.file ?? persona.username} names ${model}, and ${settingOf[providerOf(model)]} is not set: ${end}` }];
    }),
  );
  return [
    { level: "ok", what, says: `${personas.length - own} built in, ${own} of files in ${folder}` },
    ...problems.map(({ file, line, message }): Finding => ({ level: "warn", what, says: `${file}:${line}: ${message}` })),
    ...unset,
  ];
};
