import type { Message } from "../../messages/wire.ts";
import { bytes, colour, inLine, plain } from "./say.ts";

/** Colours that tell people apart, the same for a name each time. */
const hues = [colour.cyan, colour.yellow, colour.magenta, colour.blue, colour.green];
const hueOf = (name: string) => hues[[...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7) % hues.length] ?? colour.cyan;

const typed: Record<string, (text: string) => string> = { error: colour.red, result: colour.green, plan: colour.blue, code: colour.magenta };

/** Who said it: a program is told apart at a glance. */
export const author = ({ role, username }: Message["user"]): string => `${colour.bold(hueOf(username)(inLine(username)))}${role === "agent" ? colour.cyan(" ◆") : ""}`;

/** A time as somebody in front of a terminal reads it: of today the hour, of another day the day too; in their own zone. */
export const clock = (iso: string, now = new Date()): string => {
  const at = new Date(iso);
  const hour = `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
  if (at.toDateString() === now.toDateString()) return hour;
  const year = at.getFullYear() === now.getFullYear() ? "" : ` ${at.getFullYear()}`;
  return `${at.getDate()} ${at.toLocaleString("en", { month: "short" })}${year} ${hour}`;
};

/** Which seq an id has, of what was drawn: a reply names its parent so. */
export type Seqs = Map<string, number>;

const indented = (text: string, before = "  "): string => text.replace(/\n+$/, "").replace(/^/gm, before);

const asks = ({ answer, assignee, expires_at, options, state }: NonNullable<Message["ask"]>): string => {
  const how = answer
    ? colour.green(`${inLine(answer.user.username)} answered ${inLine(answer.option)}${answer.note ? `: ${inLine(answer.note)}` : ""}`)
    : state === "open"
      ? `asks ${assignee ? inLine(assignee) : "anyone"}${expires_at ? ` until ${clock(expires_at)}` : ""}`
      : colour.red("expired");
  return `${colour.yellow("?")} ${options.map((option) => colour.bold(inLine(option))).join(" · ")}  ${colour.dim(how)}`;
};

/** A message for a terminal: a line that says who, what and when, then its text below. `where`: the channel, where several are shown. */
export const drawMessage = (message: Message, seqs: Seqs = new Map(), where?: string): string => {
  const { ask, attachments, claim, content, created_at, deleted_at, id, metadata, reactions, reply_to, seq, type, updated_at, user } = message;
  seqs.set(id, seq);
  const session = metadata?.session_id;
  const head = [
    author(user),
    type === "text" ? "" : (typed[type] ?? colour.bold)(type),
    where ? colour.bold(inLine(where)) : "",
    colour.dim(
      [
        clock(created_at),
        String(seq),
        reply_to === null ? "" : `↳ ${seqs.get(reply_to) ?? "reply"}`,
        updated_at !== null && deleted_at === null ? "edited" : "",
        typeof session === "string" ? inLine(session) : "",
      ]
        .filter(Boolean)
        .join(" · "),
    ),
  ];
  const parts = [
    deleted_at !== null ? colour.dim("(deleted)") : plain(content),
    ...attachments.map((file) => `${colour.dim("⎘")} ${inLine(file.name)} ${colour.dim(`${bytes(file.size)} · colony download ${file.id}`)}`),
    ask ? asks(ask) : "",
    claim ? colour.dim(`claimed by ${inLine(claim.user.username)} until ${clock(claim.expires_at)}`) : "",
    reactions.map(({ count, emoji }) => `${inLine(emoji)} ${count}`).join("  "),
  ].filter((part) => part !== "");
  return `${head.filter(Boolean).join(" ")}\n${parts.map((part) => indented(part, type === "code" && part === parts[0] ? colour.dim("  │ ") : "  ")).join("\n")}`;
};

/** Text in one field of one line, so that `cut`, `grep` and `while read` take it: line ends and tabs as \n and \t. */
export const inField = (text: string): string => plain(text).replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t");

/** A message for a pipe: `seq, time, user, type, text` with tabs between. */
export const recordOf = ({ content, created_at, seq, type, user }: Message, where?: string): string =>
  [seq, created_at, ...(where === undefined ? [] : [inField(where)]), user.username, type, inField(content)].join("\t");
