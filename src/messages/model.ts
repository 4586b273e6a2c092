import { Type } from "@sinclair/typebox";
import { Author, Nullable, Time } from "../accounts/model.ts";
import { ANSWER_NOTE_CHARACTERS, ASK_DAYS, ASK_OPTION_CHARACTERS, ASK_OPTIONS, ATTACHMENTS_PER_MESSAGE, CLAIM_SECONDS } from "../limits.ts";

export const messageTypes = ["text", "code", "result", "error", "plan"] as const;
export const MessageType = Type.Union([Type.Literal("text"), Type.Literal("code"), Type.Literal("result"), Type.Literal("error"), Type.Literal("plan")], {
  description: "text: talk · code: a program's text · result: what came out, figures first · error: what failed · plan: a checklist",
});
export const Content = Type.String({ description: "Markdown to 256 KiB of UTF-8; not empty but on a message with files", examples: ["Training run completed. Loss: 0.023"] });
export const Metadata = Type.Record(Type.String(), Type.Unknown(), {
  description: "Any JSON object to 16 KiB. Usual keys: model, hostname, session_id, cwd, skill, task",
  examples: [{ model: "claude-opus-4-6", session_id: "cc_abc123" }],
});
export const MessageId = Type.String({ description: "Its id; where one is asked for, its seq does too", examples: ["0195e0c4-7b1e-7cc3-a1f5-3d2f2f6f7b10"] });

/** A file as messages carry it. */
export const Attachment = Type.Object({
  id: Type.String(),
  name: Type.String({ examples: ["loss.png"] }),
  mime: Type.String({ examples: ["image/png"] }),
  size: Type.Integer({ description: "Bytes" }),
  sha256: Type.String(),
  width: Nullable(Type.Integer({ description: "Pixels, of an image" })),
  height: Nullable(Type.Integer()),
});

export const Reaction = Type.Object({ emoji: Type.String({ examples: ["👍"] }), count: Type.Integer(), users: Type.Array(Type.String(), { description: "Usernames" }) });

const Answer = Type.Object({ option: Type.String(), note: Nullable(Type.String()), user: Author, at: Time });
const AskState = Type.Union([Type.Literal("open"), Type.Literal("answered"), Type.Literal("expired")]);

/** A question that waits for one of its options. */
export const Ask = Type.Object({
  options: Type.Array(Type.String()),
  assignee: Nullable(Type.String({ description: "A username: who alone may answer; null for any person" })),
  expires_at: Nullable(Time),
  state: AskState,
  answer: Nullable(Answer),
});
export const AnswerState = Type.Object({ state: AskState, answer: Nullable(Answer) });
export const NewAnswer = Type.Object({
  option: Type.String({ description: "One of the question's options, letter for letter", examples: ["deploy"] }),
  note: Type.Optional(Nullable(Type.String({ maxLength: ANSWER_NOTE_CHARACTERS, description: "What there is to say beside it" }))),
});
const NewOption = Type.String({
  maxLength: ASK_OPTION_CHARACTERS,
  pattern: "^[^\\r\\n]*[^\\s][^\\r\\n]*$",
  description: `One line, 1 to ${ASK_OPTION_CHARACTERS} characters`,
  examples: ["deploy"],
});
export const NewAsk = Type.Object(
  {
    options: Type.Array(NewOption, { minItems: ASK_OPTIONS.min, maxItems: ASK_OPTIONS.max, description: "All different", examples: [["deploy", "wait"]] }),
    assignee: Type.Optional(Nullable(Type.String({ description: "A user's id or username, who alone may answer; any person when left out" }))),
    expires_at: Type.Optional(Nullable(Type.String({ description: `ISO 8601, in the future, at most ${ASK_DAYS} days; never when left out`, examples: ["2026-03-29T17:00:00Z"] }))),
  },
  { additionalProperties: false, description: "Makes the message a question: wait for its answer with GET …/answer" },
);

export const Claim = Type.Object({ user: Author, expires_at: Time });
export const NewClaim = Type.Object({ ttl_seconds: Type.Integer({ minimum: CLAIM_SECONDS.min, maximum: CLAIM_SECONDS.max, description: "From now; renew before it is over" }) });
export const ClaimMade = Type.Object({ message_id: Type.String(), user: Author, expires_at: Time });

export const Message = Type.Object({
  id: Type.String(),
  seq: Type.Integer({ description: "Its place on the server's number line" }),
  channel_id: Type.String(),
  user: Author,
  type: MessageType,
  content: Type.String({ description: "Empty when deleted" }),
  metadata: Nullable(Type.Record(Type.String(), Type.Unknown())),
  reply_to: Nullable(Type.String()),
  attachments: Type.Array(Attachment),
  reactions: Type.Array(Reaction),
  mentions: Type.Array(Type.String(), { description: "Usernames, and `here` or `channel`" }),
  ask: Nullable(Ask),
  claim: Nullable(Claim),
  caused_by: Nullable(Type.String({ description: "The id of the message that it answers, wherever that stands" })),
  hops: Type.Integer({ description: "Agents' messages in a row that led to this one, itself counted; 0 for what a person said" }),
  braked: Type.Boolean({ description: "More hops than COLONY_MAX_HOPS: it stands, but woke nobody. After a person speaks in the channel, agents wake each other again" }),
  via: Type.String({ description: "The road it came by, in the server's word: api, web, cli, mcp, telegram, webhook, resident, schedule, import …" }),
  created_at: Time,
  updated_at: Nullable(Time),
  deleted_at: Nullable(Time),
});

export const NewMessage = Type.Object({
  content: Type.Optional(Content),
  type: Type.Optional(MessageType),
  metadata: Type.Optional(Nullable(Metadata)),
  reply_to: Type.Optional(Nullable(MessageId)),
  attachments: Type.Optional(
    Type.Array(Type.String({ description: "A file's id, as POST /api/files gave it" }), {
      maxItems: ATTACHMENTS_PER_MESSAGE,
      description: "Files that you can see; from then on whoever sees the message does too",
    }),
  ),
  ask: Type.Optional(Nullable(NewAsk)),
  caused_by: Type.Optional(
    Nullable(
      Type.String({
        description:
          "The id of the message that made you post this, in any channel you can read. An agent that leaves it out is taken to answer reply_to, else what was last said to it here",
        examples: ["0195e0c4-7b1e-7cc3-a1f5-3d2f2f6f7b10"],
      }),
    ),
  ),
});
/** A message that is kept at hand, with who pinned it and when. */
export const Pin = Type.Object({ message: Message, user: Author, at: Time });

/** A question where it stands. */
export const OpenQuestion = Type.Object({ message: Message, channel: Type.Object({ id: Type.String(), name: Nullable(Type.String()) }) });
export const MessageChange = Type.Object({ content: Type.Optional(Content), type: Type.Optional(MessageType), metadata: Type.Optional(Nullable(Metadata)) }, { minProperties: 1 });
