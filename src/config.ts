import { resolve } from "node:path";
import leven from "leven";
import { modelName } from "./models/names.ts";

/** One setting: how its text becomes a value, what it is without, and what the README's table says of it. */
type Setting<T> = { parse: (text: string) => T; fallback: T; allowed: string; about: string; secret?: boolean };

const whole = (min: number, max: number) => (text: string) => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) throw new Error();
  return value;
};
const flag = (text: string) => {
  if (text !== "true" && text !== "false") throw new Error();
  return text === "true";
};
const oneOf =
  <const V extends string>(...values: V[]) =>
  (text: string) => {
    const found = values.find((value) => value === text);
    if (!found) throw new Error();
    return found;
  };
const address = (text: string) => {
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search || url.hash) throw new Error();
  return url.origin;
};
const names = (text: string) => {
  const list = text.split(",").map((name) => name.trim());
  if (!list.every((name) => /^[a-z0-9][a-z0-9._-]{0,39}$/.test(name))) throw new Error();
  return list;
};
const text = (min: number, max: number) => (value: string) => {
  if (value.length < min || value.length > max) throw new Error();
  return value;
};
const matching = (pattern: RegExp) => (value: string) => {
  if (!pattern.test(value)) throw new Error();
  return value;
};
const endpoint = (value: string) => {
  const url = new URL(value);
  if (!/^https?:$/.test(url.protocol) || url.search || url.hash || url.username) throw new Error();
  return url.href.replace(/\/$/, "");
};
const bucket = (value: string) => {
  const [, name, prefix = ""] = /^s3:\/\/([a-z0-9][a-z0-9.-]{2,62})(?:\/([\w.-]+(?:\/[\w.-]+)*))?\/?$/.exec(value) ?? [];
  if (name === undefined) throw new Error();
  return { bucket: name, prefix };
};
const model = (value: string) => {
  if (!modelName.test(value)) throw new Error();
  return value;
};
const dollars = (value: string) => {
  if (!/^\d{1,7}(\.\d{1,6})?$/.test(value)) throw new Error();
  return Number(value);
};
const define = <T>(setting: Setting<T>) => setting;

/** All settings of the server. The README's table is held equal to this by a test. */
export const settings = {
  COLONY_DATA: define({
    parse: (value) => resolve(text(1, 4096)(value)),
    fallback: resolve("colony-data"),
    allowed: "a folder",
    about: "Where everything is kept (`--data`); `./colony-data` when unset",
  }),
  COLONY_HOST: define({ parse: text(1, 255), fallback: "127.0.0.1", allowed: "an address to listen on", about: "Address to listen on (`--host`)" }),
  COLONY_PORT: define({ parse: whole(0, 65_535), fallback: 4747, allowed: "0 to 65535; 0 takes a free port", about: "Port to listen on (`--port`)" }),
  COLONY_PUBLIC_URL: define<string | null>({
    parse: address,
    fallback: null,
    allowed: "http(s)://host[:port] with no path",
    about: "The address people and agents use, when it is not the one listened on; with https the session cookie is Secure",
  }),
  COLONY_TRUST_PROXY: define({
    parse: flag,
    fallback: false,
    allowed: "true or false",
    about: "Take the caller's address and scheme from the last X-Forwarded-For and X-Forwarded-Proto; only behind a proxy of yours that sets them",
  }),
  COLONY_ADMIN_PASSWORD: define<string | null>({
    parse: text(8, 1024),
    fallback: null,
    allowed: "8 to 1024 characters",
    about: "The admin's password on the first start; else one is made and printed once",
    secret: true,
  }),
  COLONY_SEED_APES: define<string[]>({
    parse: names,
    fallback: [],
    allowed: "usernames with commas between",
    about: "People made on the first start, their passwords printed once (`benji,neeraj`)",
  }),
  COLONY_REGISTRATION: define({
    parse: oneOf("closed", "invite", "open"),
    fallback: "closed" as "closed" | "invite" | "open",
    allowed: "closed, invite or open",
    about: "Who may make an account: `closed` and `invite`: whom an admin invites, and `invite` says so on the sign-in page; `open`: everyone who reaches the server",
  }),
  COLONY_SESSION_DAYS: define({ parse: whole(1, 3650), fallback: 30, allowed: "1 to 3650", about: "Days that a sign-in lasts" }),
  COLONY_RATE_LIMIT: define({
    parse: whole(0, 10_000_000),
    fallback: 600,
    allowed: "0 (none) to 10000000",
    about: "Requests a minute for one API token, and for one sign-in; up to 100 of them at once",
  }),
  COLONY_FEED_DAYS: define({
    parse: whole(0, 36_500),
    fallback: 90,
    allowed: "0 (for ever) to 36500",
    about: "Days that events can be replayed from a cursor; messages themselves are kept",
  }),
  COLONY_MAX_UPLOAD: define({
    parse: whole(1, 2 ** 40),
    fallback: 104_857_600,
    allowed: "1 to 1099511627776",
    about: "Bytes of the largest file that may be uploaded (100 MiB)",
  }),
  COLONY_MAX_HOPS: define({
    parse: whole(0, 1_000_000),
    fallback: 8,
    allowed: "0 (no brake) to 1000000",
    about: "Agents' messages in a row that may wake other agents; past it their mentions, replies and direct messages wake nobody until a person speaks",
  }),
  COLONY_FILES: define<{ bucket: string; prefix: string } | null>({
    parse: bucket,
    fallback: null,
    allowed: "s3://bucket or s3://bucket/prefix",
    about: "Keep the bytes of files in this bucket of any S3-compatible store; in the data folder when unset",
  }),
  COLONY_S3_ENDPOINT: define<string | null>({
    parse: endpoint,
    fallback: null,
    allowed: "an http(s) address",
    about: "Address of the S3-compatible store, e.g. `http://minio:9000`; Amazon's when unset",
  }),
  COLONY_S3_ACCESS_KEY: define<string | null>({
    parse: matching(/^[\w.+/=-]{3,256}$/),
    fallback: null,
    allowed: "an access key's id",
    about: "Access key of the bucket; needed with `COLONY_FILES`",
  }),
  COLONY_S3_SECRET_KEY: define<string | null>({
    parse: matching(/^[\x21-\x7e]{8,512}$/),
    fallback: null,
    allowed: "8 to 512 characters with no space",
    about: "Secret of that access key; needed with `COLONY_FILES`",
    secret: true,
  }),
  COLONY_S3_REGION: define({
    parse: matching(/^[a-z0-9-]{1,64}$/),
    fallback: "us-east-1",
    allowed: "a region's name",
    about: "Region that requests to the bucket are signed for; many stores take any",
  }),
  COLONY_WEBHOOK_ALLOW_PRIVATE: define({
    parse: flag,
    fallback: false,
    allowed: "true or false",
    about: "Let webhooks send to private addresses, such as those of this machine and its network; whoever makes a channel can then reach them",
  }),
  COLONY_SANDBOX: define({
    parse: oneOf("auto", "bubblewrap", "docker", "off"),
    fallback: "auto" as "auto" | "bubblewrap" | "docker" | "off",
    allowed: "auto, bubblewrap, docker or off",
    about: "What projects run their commands in; `auto` takes bubblewrap where it works, else docker. Nothing ever runs outside of a sandbox",
  }),
  COLONY_SANDBOX_IDLE: define({
    parse: whole(1, 31_536_000),
    fallback: 1_800,
    allowed: "1 to 31536000",
    about: "Seconds without use after which a project's sandbox stops; it starts again by itself",
  }),
  COLONY_SANDBOX_NETWORK: define({
    parse: flag,
    fallback: false,
    allowed: "true or false",
    about: "Let those who tend a project give its runs a network; without, no run has one",
  }),
  COLONY_SANDBOX_DOCKER: define<string | null>({
    parse: matching(/^\/[^\0]{1,106}$/),
    fallback: null,
    allowed: "the path of a socket",
    about: "Socket of the Engine API for the docker sandbox; when unset, those of Docker, Podman and OrbStack are tried where they usually lie",
  }),
  COLONY_SANDBOX_IMAGE: define<string | null>({
    parse: matching(/^[a-z0-9][\w./:@-]{0,254}$/),
    fallback: null,
    allowed: "an image's name",
    about: "Image of all projects in the docker sandbox; when unset, one that fits each template",
  }),
  COLONY_SECRET_KEY: define<string | null>({
    parse: matching(/^[0-9a-f]{64}$/),
    fallback: null,
    allowed: "64 hexadecimal digits",
    about: "Key under which secrets are kept, in place of the file `secret.key` in the data folder; whoever changes it loses them",
    secret: true,
  }),
  COLONY_KNOWLEDGE: define<string | null>({
    parse: (value) => resolve(text(1, 4096)(value)),
    fallback: null,
    allowed: "a folder",
    about: "Folder of the company's documents (markdown, text, PDF) that resident agents answer from; everyone signed in may read it",
  }),
  COLONY_LLM_MODEL: define<string | null>({
    parse: model,
    fallback: null,
    allowed: "provider/model with the provider anthropic, openai or compatible",
    about: "Model of resident agents whose file names none; when unset, one of the provider that has a key",
  }),
  COLONY_LLM_FALLBACK_MODEL: define<string | null>({
    parse: model,
    fallback: null,
    allowed: "provider/model with the provider anthropic, openai or compatible",
    about: "Model that answers when the first is overloaded or does not answer; when unset, one of OpenAI if that has a key",
  }),
  COLONY_LLM_BASE_URL: define<string | null>({
    parse: endpoint,
    fallback: null,
    allowed: "an http(s) address",
    about: "Address of an OpenAI-compatible server (Ollama, vLLM), e.g. `http://127.0.0.1:11434/v1`: the provider `compatible`",
  }),
  COLONY_LLM_API_KEY: define<string | null>({
    parse: matching(/^[\x21-\x7e]{1,512}$/),
    fallback: null,
    allowed: "1 to 512 characters with no space",
    about: "Key for `COLONY_LLM_BASE_URL`, where it wants one",
    secret: true,
  }),
  COLONY_LLM_CONTEXT_TOKENS: define({
    parse: whole(2_000, 1_000_000),
    fallback: 16_000,
    allowed: "2000 to 1000000",
    about:
      "Tokens that a question is put with: the agent's own text, documents and conversation, newest first; its tools may give as much again, in projects three times as much. Smaller for a small model",
  }),
  COLONY_LLM_DAILY_BUDGET_USD: define<number | null>({
    parse: dollars,
    fallback: null,
    allowed: "dollars, such as 5 or 0.50",
    about: "What resident agents may spend on models in a day (UTC); no bound when unset",
  }),
  ANTHROPIC_API_KEY: define<string | null>({
    parse: matching(/^[\x21-\x7e]{1,512}$/),
    fallback: null,
    allowed: "1 to 512 characters with no space",
    about: "Key for Anthropic's models",
    secret: true,
  }),
  ANTHROPIC_BASE_URL: define<string | null>({
    parse: endpoint,
    fallback: null,
    allowed: "an http(s) address",
    about: "Another address for Anthropic's API, e.g. `https://llm.example.com`; `/v1` is added where it has no path",
  }),
  OPENAI_API_KEY: define<string | null>({
    parse: matching(/^[\x21-\x7e]{1,512}$/),
    fallback: null,
    allowed: "1 to 512 characters with no space",
    about: "Key for OpenAI's models",
    secret: true,
  }),
  OPENAI_BASE_URL: define<string | null>({
    parse: endpoint,
    fallback: null,
    allowed: "an http(s) address",
    about: "Another address for OpenAI's API; `/v1` is added where it has no path",
  }),
  COLONY_TELEGRAM_TOKEN: define<string | null>({
    parse: matching(/^\d{1,20}:[\w-]{20,100}$/),
    fallback: null,
    allowed: "a bot's token as BotFather gives it, 123456789:AA…",
    about: "Token of a Telegram bot, which this server then runs: people link their account (Settings, Telegram) and follow projects on the road",
    secret: true,
  }),
  COLONY_TELEGRAM_API: define({
    parse: endpoint,
    fallback: "https://api.telegram.org",
    allowed: "an http(s) address",
    about: "Another Bot API server for the Telegram bot, e.g. one of your own",
  }),
  COLONY_LOG_LEVEL: define({
    parse: oneOf("debug", "info", "warn", "error", "silent"),
    fallback: "info" as "debug" | "info" | "warn" | "error" | "silent",
    allowed: "debug, info, warn, error or silent",
    about: "What is logged, as JSON lines on standard output; `info` has a line for each request",
  }),
};

type Settings = typeof settings;
export type SettingName = keyof Settings;
type Values = { [Name in SettingName]: Settings[Name]["fallback"] };

/** A bucket and how it is reached. `prefix` has no slash at its ends; `endpoint` is null for Amazon's own. */
export type BucketPlace = { bucket: string; prefix: string; endpoint: string | null; accessKey: string; secretKey: string; region: string };

/** How the models of resident agents are reached; null for what is not set. Models are named `provider/model`. */
export type ModelSettings = Readonly<{
  model: string | null;
  fallback: string | null;
  anthropic: { key: string; url: string | null } | null;
  openai: { key: string; url: string | null } | null;
  compatible: { key: string | null; url: string } | null;
  contextTokens: number;
  /** Dollars a day (UTC). */
  dailyBudget: number | null;
}>;

/** How projects run their commands. `idle` in seconds; `docker` and `image` are null for what is found and for what fits. */
export type SandboxSettings = Readonly<{ driver: Values["COLONY_SANDBOX"]; idle: number; network: boolean; docker: string | null; image: string | null }>;

export type Config = Readonly<{
  data: string;
  host: string;
  port: number;
  publicUrl: string | null;
  trustProxy: boolean;
  adminPassword: string | null;
  seedApes: readonly string[];
  registration: Values["COLONY_REGISTRATION"];
  sessionDays: number;
  rateLimit: number;
  feedDays: number;
  maxUpload: number;
  /** Null for the data folder. */
  files: BucketPlace | null;
  maxHops: number;
  webhookAllowPrivate: boolean;
  sandbox: SandboxSettings;
  /** In hex; null for that of the data folder. */
  secretKey: string | null;
  /** The folder of the company's documents. */
  knowledge: string | null;
  models: ModelSettings;
  telegram: Readonly<{ token: string | null; api: string }>;
  logLevel: Values["COLONY_LOG_LEVEL"];
  /** Each setting by its name, as text that may be shown: of a secret one only whether it is set. */
  shown: Readonly<Record<string, string>>;
}>;

/** A setting that cannot be used; its message names it and says what is allowed, never its value when secret. */
export class SettingError extends Error {}

/** Variables of the command line client, which may stand in the same environment. */
const clientVariables = new Set([
  "COLONY_URL",
  "COLONY_TOKEN",
  "COLONY_TOKEN_SECRET",
  "COLONY_SERVER",
  "COLONY_PROJECT",
  "COLONY_CONFIG",
  "COLONY_SESSION",
  "COLONY_MODEL",
  "COLONY_CHANNEL",
]);

/**
 * Reads COLONY_* once. `environment` is name → text; `flags` are the values of command line options, which win.
 * @throws SettingError for a name that is not known or a value that is not allowed
 */
export const readConfig = (environment: Record<string, string | undefined>, flags: Partial<Record<SettingName, string>> = {}): Config => {
  const given: Record<string, string | undefined> = { ...environment, ...flags };
  for (const name of Object.keys(given)) {
    if (!name.startsWith("COLONY_") || name in settings || clientVariables.has(name)) continue;
    const near = Object.keys(settings).toSorted((a, b) => leven(a, name) - leven(b, name))[0];
    throw new SettingError(`${name} is not a setting. Did you mean ${near}? All settings are in the README's table.`);
  }
  const value = <Name extends SettingName>(name: Name): Values[Name] => {
    const setting = settings[name] as Setting<Values[Name]>;
    const written = given[name];
    if (written === undefined || written === "") return setting.fallback;
    try {
      return setting.parse(written);
    } catch {
      throw new SettingError(`${name}${setting.secret ? "" : `=${written}`} cannot be used. Allowed: ${setting.allowed}.`);
    }
  };
  const shown = (name: SettingName): string => {
    const now = value(name);
    return settings[name].secret && now !== null ? "set" : JSON.stringify(now);
  };
  const bucketPlace = (): BucketPlace | null => {
    const place = value("COLONY_FILES");
    if (!place) return null;
    const [accessKey, secretKey] = [value("COLONY_S3_ACCESS_KEY"), value("COLONY_S3_SECRET_KEY")];
    if (accessKey === null || secretKey === null) throw new SettingError("COLONY_FILES names a bucket: set COLONY_S3_ACCESS_KEY and COLONY_S3_SECRET_KEY too.");
    return { ...place, endpoint: value("COLONY_S3_ENDPOINT"), accessKey, secretKey, region: value("COLONY_S3_REGION") };
  };
  const keyed = (key: "ANTHROPIC_API_KEY" | "OPENAI_API_KEY", url: "ANTHROPIC_BASE_URL" | "OPENAI_BASE_URL") => {
    const secret = value(key);
    return secret === null ? null : { key: secret, url: value(url) };
  };
  const models = (): ModelSettings => {
    const url = value("COLONY_LLM_BASE_URL");
    return Object.freeze({
      model: value("COLONY_LLM_MODEL"),
      fallback: value("COLONY_LLM_FALLBACK_MODEL"),
      anthropic: keyed("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"),
      openai: keyed("OPENAI_API_KEY", "OPENAI_BASE_URL"),
      compatible: url === null ? null : { key: value("COLONY_LLM_API_KEY"), url },
      contextTokens: value("COLONY_LLM_CONTEXT_TOKENS"),
      dailyBudget: value("COLONY_LLM_DAILY_BUDGET_USD"),
    });
  };
  return Object.freeze({
    shown: Object.fromEntries((Object.keys(settings) as SettingName[]).map((name) => [name, shown(name)])),
    data: value("COLONY_DATA"),
    host: value("COLONY_HOST"),
    port: value("COLONY_PORT"),
    publicUrl: value("COLONY_PUBLIC_URL"),
    trustProxy: value("COLONY_TRUST_PROXY"),
    adminPassword: value("COLONY_ADMIN_PASSWORD"),
    seedApes: value("COLONY_SEED_APES"),
    registration: value("COLONY_REGISTRATION"),
    sessionDays: value("COLONY_SESSION_DAYS"),
    rateLimit: value("COLONY_RATE_LIMIT"),
    feedDays: value("COLONY_FEED_DAYS"),
    maxUpload: value("COLONY_MAX_UPLOAD"),
    files: bucketPlace(),
    maxHops: value("COLONY_MAX_HOPS"),
    webhookAllowPrivate: value("COLONY_WEBHOOK_ALLOW_PRIVATE"),
    sandbox: Object.freeze({
      driver: value("COLONY_SANDBOX"),
      idle: value("COLONY_SANDBOX_IDLE"),
      network: value("COLONY_SANDBOX_NETWORK"),
      docker: value("COLONY_SANDBOX_DOCKER"),
      image: value("COLONY_SANDBOX_IMAGE"),
    }),
    secretKey: value("COLONY_SECRET_KEY"),
    knowledge: value("COLONY_KNOWLEDGE"),
    models: models(),
    telegram: Object.freeze({ token: value("COLONY_TELEGRAM_TOKEN"), api: value("COLONY_TELEGRAM_API") }),
    logLevel: value("COLONY_LOG_LEVEL"),
  });
};
