import { MESSAGE_CONTENT_BYTES, MESSAGE_METADATA_BYTES, REACTIONS_PER_MESSAGE } from "../limits.ts";
import { type Names, slackText } from "../webhooks/slack.ts";
import { signOf } from "./emoji.ts";
import { isObject, type Loose, objects, type Person, text, texts } from "./format.ts";
import { stranger } from "./places.ts";

/** A file of a message. `urls`: where its bytes are, the token for them in the address; `link`: where people look at it. */
export type Linked = { id: string; name: string; size: number; urls: string[]; link: string | null; gone: boolean; html: boolean };

/**
 * One message as it is to come in. `ts` is Slack's name for it, unique in its channel; `parts` its words, in as many messages as they need. `reactions`: ids of
 * people by signs. `odd`: reactions without a sign, as they were. `version` tells its states apart.
 */
export type Post = {
  ts: string;
  thread_ts: string | null;
  at: string;
  edited: string | null;
  author: Person;
  from: string | null;
  words: string;
  files: Linked[];
  reactions: Map<string, string[]>;
  odd: Record<string, string[]>;
  version: string;
};

/** What Slack says itself, of what is kept otherwise or means nothing here: https://docs.slack.dev/reference/events/message */
const notices: Record<string, string> = {
  channel_join: "joined or left",
  channel_leave: "joined or left",
  group_join: "joined or left",
  group_leave: "joined or left",
  bot_add: "joined or left",
  bot_remove: "joined or left",
  bot_enable: "joined or left",
  bot_disable: "joined or left",
  mpdm_move: "joined or left",
};
const TOPICS = /^(channel|group)_(topic|purpose|name|archive|unarchive|convert_to_private|convert_to_public|posting_permissions)$/;
const HOUSE = /^(un)?pinned_item$|^reminder_|^sh_room_|^huddle_|^ekm_|^message_(changed|deleted|replied)$|^thread_replies$|^app_conversation_/;

/** @returns the message, or in words what it is instead of one */
export const postOf = (raw: Loose, names: Names): Post | string => {
  const subtype = text(raw.subtype);
  const told = notices[subtype] ?? (TOPICS.test(subtype) ? "topics, names and archivings" : HOUSE.test(subtype) || raw.hidden === true ? "notices of Slack's own" : null);
  if (told !== null) return told;
  if (subtype === "tombstone") return "deleted messages";
  const ts = text(raw.ts);
  if (!TIME.test(ts)) return "entries without a time";
  const files = objects(raw.files)
    .concat(isObject(raw.file) ? [raw.file] : [])
    .map(linked);
  const said = slackText({ text: raw.text, blocks: raw.blocks, attachments: objects(raw.attachments).filter(isSaid) }, names).trim();
  const words = subtype === "me_message" && said !== "" ? `_${said}_` : said;
  if (words === "" && files.length === 0) return "empty messages";
  const thread = text(raw.thread_ts);
  const { signs, odd } = reactionsOf(raw);
  const changed = isObject(raw.edited) ? text(raw.edited.ts) : "";
  const edited = TIME.test(changed) ? changed : "";
  const version = Bun.hash(JSON.stringify([raw.text, raw.blocks === undefined || text(raw.text) !== "" ? "" : raw.blocks, edited, [...signs], odd])).toString(36);
  const { author, from } = authorOf(raw);
  return {
    ts,
    thread_ts: thread !== "" && thread !== ts ? thread : null,
    at: isoOf(ts),
    edited: edited === "" ? null : isoOf(edited),
    author,
    from,
    words,
    files,
    reactions: signs,
    odd,
    version,
  };
};

const TIME = /^\d{1,11}(\.\d{1,9})?$/;

/** A time of Slack's, seconds since 1970 and a fraction that makes it unique, as ISO. */
const isoOf = (ts: string): string => new Date(Math.floor(Number(ts) * 1000)).toISOString();

/** What Slack shows of a page that is linked to is not part of what was said. */
const isSaid = (attachment: Loose): boolean => attachment.is_share === true || attachment.is_msg_unfurl === true || !(text(attachment.from_url) || text(attachment.original_url));

const authorOf = (raw: Loose): { author: Person; from: string | null } => {
  const comment = isObject(raw.comment) ? text(raw.comment.user) : "";
  const id = text(raw.user) || comment || text(raw.bot_id) || (isObject(raw.file) ? text(raw.file.user) : "") || "USLACKBOT";
  const profile = isObject(raw.user_profile) ? raw.user_profile : isObject(raw.bot_profile) ? raw.bot_profile : {};
  const bot = isObject(raw.bot_profile) || id.startsWith("B") || id === "USLACKBOT" || text(raw.subtype) === "bot_message";
  const name = text(profile.name) || text(raw.username);
  const display_name = text(profile.display_name) || text(profile.real_name) || name || id;
  const from = text(raw.username);
  return { author: { ...stranger(id), name, display_name, bot }, from: from === "" || from === name ? null : from.slice(0, 200) };
};

const reactionsOf = (raw: Loose): { signs: Map<string, string[]>; odd: Record<string, string[]> } => {
  const signs = new Map<string, string[]>();
  const odd: Record<string, string[]> = {};
  for (const reaction of objects(raw.reactions)) {
    const [name, users] = [text(reaction.name), texts(reaction.users)];
    const sign = signOf(name);
    if (sign !== null && (signs.has(sign) || signs.size < REACTIONS_PER_MESSAGE)) signs.set(sign, [...new Set([...(signs.get(sign) ?? []), ...users])]);
    else if (name !== "") odd[name.slice(0, 100)] = users;
  }
  return { signs, odd };
};

const linked = (file: Loose): Linked => {
  const urls = [text(file.url_private_download), text(file.url_private)].filter((url) => /^https?:\/\//.test(url));
  const link = [text(file.permalink), ...urls].find((url) => /^https?:\/\//.test(url)) ?? null;
  return {
    id: text(file.id),
    name: text(file.name) || text(file.title) || text(file.id) || "file",
    size: typeof file.size === "number" ? file.size : 0,
    urls,
    // A token in an address is for whoever has the export, and for nobody who reads the channel.
    link: link === null ? null : link.replace(/[?#].*$/s, ""),
    gone: file.mode === "tombstone" || file.mode === "hidden_by_limit",
    html: text(file.mimetype).includes("html"),
  };
};

/** The ids of everyone who has part in a message, beside its author. */
export const reactors = ({ reactions }: Post): string[] => [...reactions.values()].flat();

/** A file that is not here, in a line of markdown. */
export const lineOf = ({ name, link, gone }: Linked): string => {
  const label = name.replace(/[\r\n]+/g, " ").replace(/[[\]\\]/g, "\\$&");
  if (gone) return `(file ${label}, no longer in Slack)`;
  return link === null ? `(file ${label})` : `[${label}](${link.replaceAll(/[()\s]/g, encodeURIComponent)})`;
};

/** Words in as many pieces as messages can hold, each ending with a line where one ends in its last quarter. */
export const piecesOf = (words: string): string[] => {
  const pieces: string[] = [];
  let rest = Buffer.from(words.toWellFormed());
  while (rest.length > MESSAGE_CONTENT_BYTES) {
    let end = MESSAGE_CONTENT_BYTES;
    while (((rest[end] ?? 0) & 0xc0) === 0x80) end--;
    const line = rest.lastIndexOf(10, end - 1);
    const cut = line > MESSAGE_CONTENT_BYTES * 0.75 ? line + 1 : end;
    pieces.push(rest.toString("utf8", 0, cut));
    rest = rest.subarray(cut);
  }
  return [...pieces, rest.toString("utf8")];
};

/** What a message says of where it comes from; `dropped` when not all of its odd reactions fit. */
export const metadataOf = (
  { ts, thread_ts, from, odd }: Post,
  part: string | null,
  orphan: boolean,
  nameOf: (id: string) => string,
): { metadata: Record<string, unknown>; dropped: boolean } => {
  const metadata = {
    imported_from: "slack",
    slack_ts: ts,
    ...(orphan && { slack_thread_ts: thread_ts }),
    ...(from !== null && { from }),
    ...(part !== null && { part }),
  };
  const slack_reactions = Object.fromEntries(Object.entries(odd).map(([name, users]) => [name, users.map(nameOf)]));
  const whole = { ...metadata, ...(Object.keys(odd).length > 0 && { slack_reactions }) };
  const fits = Buffer.byteLength(JSON.stringify(whole)) <= MESSAGE_METADATA_BYTES;
  return { metadata: fits ? whole : metadata, dropped: !fits };
};
