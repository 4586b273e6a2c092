import type { AuditEntry } from "../api.ts";

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const at = (name: string | null): string => (name === null ? "someone" : `@${name}`);
/** A conversation has no name, and stands under its id. */
const isId = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const inChannel = (name: string | null): string => {
  if (name === null) return "a channel hidden from you";
  return isId.test(name) ? "a conversation" : `#${name}`;
};

const hook = (details: AuditEntry["details"]): string => (text(details?.name) === null ? "a webhook" : `the webhook “${details?.name}”`);

/** A field's change, as one says it. */
const changed = (field: string, { from, to }: { from: unknown; to: unknown }): string => {
  if (field === "admin") return to ? "made an admin" : "no longer an admin";
  const said = (value: unknown) => (value === null || value === "" ? "nothing" : `“${value}”`);
  return `${field.replaceAll("_", " ")} from ${said(from)} to ${said(to)}`;
};

const changesOf = ({ details }: AuditEntry): string => {
  const changes = Object.entries((details?.changes ?? {}) as Record<string, { from: unknown; to: unknown }>).map(([field, change]) => changed(field, change));
  const fields = Array.isArray(details?.fields) ? details.fields.filter((field) => field === "password" || !details.changes).map((field) => `a new ${field}`) : [];
  return [...changes, ...fields].join(", ");
};

const withColon = (words: string): string => (words === "" ? "" : `: ${words}`);

/** What happened, after who did it: `subject` by its name, else what is known of it. */
const sentences: Record<string, (entry: AuditEntry, subject: string | null) => string> = {
  login: () => "signed in",
  login_failed: (_, subject) => (subject === null ? "failed to sign in under a name nobody has" : `failed to sign in as @${subject}`),
  logout: () => "signed out",
  session_ended: () => "ended one of their sessions",
  other_sessions_ended: () => "ended their other sessions",
  password_changed: () => "changed their password",
  token_created: ({ details }, subject) => `made the token “${subject}” for ${at(text(details?.user))}`,
  token_revoked: (_, subject) => `revoked the token “${subject}”`,
  signature_refused: ({ details }, subject) => `sent a ${text(details?.why) ?? "wrong"} signature with the token “${subject}”`,
  telegram_linked: ({ details }) => `linked their Telegram, ${text(details?.name) ?? "someone"}`,
  telegram_unlinked: () => "unlinked their Telegram",
  telegram_refused: () => "showed the Telegram bot a code that is none",
  registered: ({ details }) => (details?.invite ? "made an account by invitation" : "made an account"),
  registration_failed: () => "tried to make an account with an invitation that is none",
  invite_created: (_, subject) => (subject === null ? "made an invitation" : `made an invitation for ${subject}`),
  invite_revoked: (_, subject) => (subject === null ? "took an invitation back" : `took the invitation for ${subject} back`),
  user_created: ({ details }, subject) => `made ${at(subject)}${details?.admin ? ", an admin" : ""}`,
  user_changed: (entry, subject) => `changed ${at(subject)}${withColon(changesOf(entry))}`,
  user_deactivated: (_, subject) => `deactivated ${at(subject)}`,
  user_reactivated: (_, subject) => `took ${at(subject)} back`,
  channel_created: (_, subject) => `made ${inChannel(subject)}`,
  channel_changed: (entry, subject) => `changed ${inChannel(subject)}${withColon(changesOf(entry))}`,
  channel_archived: (_, subject) => `archived ${inChannel(subject)}`,
  channel_unarchived: (_, subject) => `opened ${inChannel(subject)} again`,
  member_added: ({ details }, subject) => `added ${at(text(details?.user))} to ${inChannel(subject)}`,
  member_removed: ({ details }, subject) => `took ${at(text(details?.user))} out of ${inChannel(subject)}`,
  webhook_created: ({ details }, subject) => `made ${hook(details)}${details?.kind === "out" ? ` to ${details.host}` : ""} in ${inChannel(subject)}`,
  webhook_changed: ({ details }, subject) => `changed ${hook(details)} in ${inChannel(subject)}`,
  webhook_paused: ({ details }, subject) => `paused ${hook(details)} in ${inChannel(subject)}${withColon(text(details?.why) ?? "")}`,
  webhook_ended: ({ details }, subject) => `ended ${hook(details)} in ${inChannel(subject)}`,
  message_deleted: ({ details }) => `deleted a message of their own in ${inChannel(text(details?.channel))}`,
  message_deleted_by_admin: ({ details }) => `deleted someone's message in ${inChannel(text(details?.channel))}`,
  answer_stopped_by_admin: ({ details }) => `stopped what ${at(text(details?.user))} answered someone in ${inChannel(text(details?.channel))}`,
  answer_retried_by_admin: ({ details }) => `had ${at(text(details?.user))} answer someone anew in ${inChannel(text(details?.channel))}`,
  file_deleted: () => "deleted a file of their own",
  imported: ({ details }) => `brought ${details?.messages} messages over from Slack`,
  setting_changed: ({ details }) => `started the server with ${details?.setting} changed from ${details?.from} to ${details?.to}`,
  epoch_changed: ({ details }) => `restored the backup ${text(details?.restored_from) ?? ""}`,
};

/** Who did it, in a word. */
export const doerOf = ({ actor, operator, action, subject, address }: AuditEntry): string => {
  if (actor) return `@${actor.username}`;
  if (operator !== null) return `${operator}, on the server,`;
  if (address === "server") return "The server";
  return action === "login_failed" && subject ? "Someone" : "A stranger";
};

/** What was done, as the rest of a sentence that begins with who did it. */
export const deedOf = (entry: AuditEntry): string => sentences[entry.action]?.(entry, entry.subject?.name ?? null) ?? entry.action.replaceAll("_", " ");

/** Kinds of deeds that one looks for together. */
export const kinds: [name: string, actions: string][] = [
  ["Everything", ""],
  ["Sign-ins", "login,logout,session_ended,other_sessions_ended"],
  ["Failures", "login_failed,registration_failed,signature_refused,telegram_refused"],
  ["Passwords and tokens", "password_changed,token_created,token_revoked,telegram_linked,telegram_unlinked"],
  ["People and roles", "registered,invite_created,invite_revoked,user_created,user_changed,user_deactivated,user_reactivated"],
  [
    "Channels and members",
    "channel_created,channel_changed,channel_archived,channel_unarchived,member_added,member_removed,webhook_created,webhook_changed,webhook_paused,webhook_ended",
  ],
  ["Deletions", "message_deleted,message_deleted_by_admin,file_deleted"],
  ["Resident agents", "answer_stopped_by_admin,answer_retried_by_admin"],
  ["The server", "imported,setting_changed,epoch_changed"],
];
