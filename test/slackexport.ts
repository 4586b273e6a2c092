import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { newFolder } from "./colony.ts";
import { type ZipEntry, zipOf } from "./zips.ts";

/** An export as Slack documents it, with what years of use leave in one. All people and words are made up. */
export type Export = { entries: Map<string, string | Uint8Array> };

export const json = (value: unknown): string => JSON.stringify(value);

const person = (id: string, name: string, more: Record<string, unknown> = {}, profile: Record<string, unknown> = {}) => ({
  id,
  team_id: "T0ANTHILL",
  name,
  deleted: false,
  is_bot: false,
  profile: { real_name: name, display_name: "", email: `${name}@example.com`, ...profile },
  ...more,
});

const channel = (id: string, name: string, members: string[], more: Record<string, unknown> = {}) => ({
  id,
  name,
  created: 1_500_000_000,
  creator: members[0],
  is_archived: false,
  members,
  topic: { value: `topic of ${name}`, creator: "", last_set: 0 },
  purpose: { value: `what ${name} is for`, creator: "", last_set: 0 },
  ...more,
});

export const DAY = "2024-03-01";
/** Seconds since 1970 on that day, and a message's name in Slack. */
export const ts = (second: number, part = 100): string => `${1_709_290_000 + second}.${String(part).padStart(6, "0")}`;
export const said = (second: number, user: string, text: string, more: Record<string, unknown> = {}) => ({ type: "message", user, text, ts: ts(second), ...more });

/** More than a message holds: two thirds of it and a little, thrice. */
export const HUGE = `${"line of a very long log\n".repeat(25_000)}the end`;

export const users = [
  person("U1", "benji", { is_primary_owner: true }, { display_name: "Benji" }),
  person("U2", "Ünï.Cøde", {}, { display_name: "Unni Kode 🐜" }),
  person("U3", "gone", { deleted: true }),
  person("U4", "buildbot", { is_bot: true }, { real_name: "Build bot" }),
  person("U5", "admin"),
  person("USLACKBOT", "slackbot"),
];

const general = [
  said(1, "U1", "hello *bold* _it_ ~gone~ `a &lt; b` &amp; <https://example.com/a?b=1|a link> <https://example.com>"),
  said(2, "U2", "<@U1> see <#C2|größe>, <!here> :tada: :party_ant:", {
    reactions: [
      { name: "thumbsup", users: ["U1", "U3"], count: 2 },
      { name: "party_ant", users: ["U1"], count: 1 },
    ],
  }),
  said(3, "U1", "a thread", { thread_ts: ts(3), reply_count: 2 }),
  said(4, "U3", "an answer of one who left", { thread_ts: ts(3), parent_user_id: "U1" }),
  said(5, "U2", "told to all", { subtype: "thread_broadcast", thread_ts: ts(3), root: {} }),
  said(6, "U1", "changed words", { edited: { user: "U1", ts: ts(60) } }),
  said(7, "U9", "who am I", { user_profile: { name: "stranger", real_name: "A Stranger", display_name: "" } }),
  {
    type: "message",
    subtype: "bot_message",
    bot_id: "B7",
    username: "Deploys",
    text: "",
    ts: ts(8),
    attachments: [{ fallback: "deployed", title: "Deployed", title_link: "https://example.com/d", fields: [{ title: "to", value: "production" }] }],
  },
  said(9, "U1", "<@U1> has joined the channel", { subtype: "channel_join" }),
  said(10, "U1", "set the topic", { subtype: "channel_topic", topic: "x" }),
  said(11, "U1", ""),
  said(12, "U1", "```first();\nsecond();```"),
  said(13, "U1", "same moment", { ts: ts(13) }),
  said(13, "U2", "same moment, another", { ts: ts(13) }),
  said(13, "U1", "same moment", { ts: ts(13) }),
  said(14, "U1", HUGE),
  said(15, "U4", "", {
    bot_id: "B4",
    blocks: [
      {
        type: "rich_text",
        elements: [
          {
            type: "rich_text_section",
            elements: [
              { type: "text", text: "rich ", style: { bold: true } },
              { type: "user", user_id: "U1" },
            ],
          },
        ],
      },
    ],
  }),
  said(16, "U1", "a picture", {
    files: [
      {
        id: "F1",
        name: "../../ants.txt",
        mimetype: "text/plain",
        size: 4,
        url_private: "https://files.example.com/F1?t=xoxe-secret",
        permalink: "https://example.com/files/F1?t=xoxe-secret",
      },
    ],
  }),
  said(17, "U1", "", {
    files: [{ id: "F2", name: "plan [v1].pdf", url_private: "https://files.example.com/F2?t=xoxe-secret", permalink: "https://example.com/files/F2?t=xoxe-secret" }],
  }),
  said(18, "U1", "an orphan", { thread_ts: ts(-999_999) }),
  said(19, "U1", "look <https://example.com/p>", { attachments: [{ from_url: "https://example.com/p", title: "A page", text: "preview text" }] }),
  said(20, "U1", "waves", { subtype: "me_message" }),
  { type: "message", user: "U1", text: "no time" },
  "not a message",
];

/** The whole of it. `more` are further messages in #general, on the next day. */
export const exported = (more: unknown[] = [], { general: first = general as unknown[] } = {}): ZipEntry[] =>
  Object.entries({
    "users.json": json(users),
    "channels.json": json([
      channel("C1", "general", ["U1", "U2", "U5"], { is_general: true }),
      channel("C2", "größe", ["U1"]),
      channel("C3", "taken", ["U1"]),
      channel("C4", "old", ["U1", "U3"], { is_archived: true }),
    ]),
    "groups.json": json([channel("G1", "secret", ["U1", "U3"])]),
    "dms.json": json([
      { id: "D1", created: 1_500_000_000, members: ["U1", "U2"] },
      { id: "D2", created: 1_500_000_000, members: ["U1", "U1"] },
    ]),
    "mpims.json": json([channel("M1", "mpdm-benji--gone--stranger-1", ["U1", "U3", "U2"])]),
    "integration_logs.json": "[]",
    [`general/${DAY}.json`]: json(first),
    "general/2024-03-02.json": '[{"type":"message","te',
    ...(more.length > 0 && { "general/2024-03-03.json": json(more) }),
    [`größe/${DAY}.json`]: json([said(100, "U2", "grüße")]),
    [`taken/${DAY}.json`]: json([said(101, "U1", "from Slack")]),
    [`old/${DAY}.json`]: json([said(102, "U3", "long ago")]),
    [`secret/${DAY}.json`]: json([said(103, "U1", "between us")]),
    [`D1/${DAY}.json`]: json([said(104, "U2", "hi benji")]),
    [`D2/${DAY}.json`]: json([said(105, "U1", "note to self")]),
    [`mpdm-benji--gone--stranger-1/${DAY}.json`]: json([said(106, "U1", "we three")]),
    "__uploads/F1/ants.txt": "ants",
  }).map(([name, content]) => ({ name, content }));

/** Writes a ZIP file somewhere. @returns its path */
export const packed = (entries: ZipEntry[], options = {}): string => {
  const path = join(newFolder(), "export.zip");
  writeFileSync(path, zipOf(entries, options));
  return path;
};
