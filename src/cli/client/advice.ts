import { EXIT } from "../failure.ts";

type Exit = (typeof EXIT)[keyof typeof EXIT];

const exits: Record<number, Exit> = {
  401: EXIT.notSignedIn,
  404: EXIT.notFound,
  ...Object.fromEntries([403, 409, 410, 412, 413, 422, 423, 429].map((status) => [status, EXIT.refused])),
};
const written = new Set(["validation_failed", "bad_path", "bad_schedule", "reply_in_other_channel"]);
const missing = new Set(["reply_not_found", "file_not_found", "cause_not_found"]);

/** What a failure means to a script: a value that is none is a mistake in the command, one that names nothing is not there. @param details as the API gives them */
export const exitOf = (status: number, code: string, details: unknown): Exit => {
  if (missing.has(code)) return EXIT.notFound;
  if (!written.has(code)) return exits[status] ?? EXIT.error;
  const first = Array.isArray(details) ? (details[0] as { message?: unknown } | undefined)?.message : undefined;
  return typeof first === "string" && first.startsWith("there is no ") ? EXIT.notFound : EXIT.usage;
};

/** Where one finds what there is, by what is said not to be there: the first that fits. */
const ways: [of: RegExp, way: string][] = [
  [/\bhas run\b/, "'colony run COMMAND' runs something."],
  [/\bruns?\b/, "'colony runs' lists the project's."],
  [/\bschedule\b/, "'colony schedule list' lists the project's."],
  [/\bsecret\b/, "'colony secret list' lists the project's."],
  [/\berror\b/, "'colony errors' lists the project's."],
  [/\b(message|question)\b|^reply_to\b/, "'colony read CHANNEL --json' has each message with its seq, which names it."],
  [/\buser\b/, "'colony users' lists everyone."],
  [/\bchannel\b/, "'colony channels' lists those you can see."],
  [/\b(workspace|folder)\b/, "'colony files list' lists what is there."],
  [/\bfile\b/, "'colony read CHANNEL' names the files that messages carry, with their ids."],
  [/\bproject\b/, "'colony list' lists those you can see."],
];

/** What is of use only to who writes requests by hand. */
const ofTheApi =
  /\b(GET|POST|PUT|PATCH|DELETE)\b|\/api\/|\/docs\b|\/llms\.txt|\/skill\.md|…\/|Fields taken here|URL-encoded|\bdetails\b|If-Match|\breply_to\b|Authorization:|\w=\d{4}-/;

/**
 * A failure's message and the API's hint to it, in words for somebody at a terminal: what the hint says of requests gives way to
 * a command. `elsewhere`: whether the commands that talk to a server lead on.
 */
export const adviceOf = (message: string, hint: string, elsewhere = true): string => `${ended(message)} ${nextOf(message, hint, elsewhere)}`;

const nextOf = (message: string, hint: string, elsewhere: boolean): string => {
  if (hint !== "" && !ofTheApi.test(hint)) return hint;
  // A name may hold any word.
  const said = message.replace(/'[^']*'/g, "");
  const way = elsewhere && /\b(no|nothing)\b/i.test(said) ? ways.find(([of]) => of.test(said))?.[1] : undefined;
  const rest = hint
    .split(/(?<=[.;:])\s+/)
    .filter((part) => !ofTheApi.test(part))
    .join(" ");
  return way ?? (rest === "" ? seeHelp() : ended(rest.charAt(0).toUpperCase() + rest.slice(1)));
};

/** Where more is told of the command that was given. */
const seeHelp = (): string => `See 'colony help ${process.argv[2] ?? ""}'.`.replace(" '.", "'.");

const ended = (text: string): string => (/[.!?)]$/.test(text) ? text : `${text.replace(/[;:,]$/, "")}.`);
