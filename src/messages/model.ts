import { Type } from "@sinclair/typebox";
import { Author, Nullable, Time } from "../accounts/model.ts";

export const messageTypes = ["text", "code", "result", "error", "plan"] as const;
export const MessageType = Type.Union([Type.Literal("text"), Type.Literal("code"), Type.Literal("result"), Type.Literal("error"), Type.Literal("plan")], {
  description: "text: talk · code: a program's text · result: what came out, figures first · error: what failed · plan: a checklist",
});
export const Content = Type.String({ minLength: 1, description: "Markdown, 1 byte to 256 KiB of UTF-8", examples: ["Training run completed. Loss: 0.023"] });
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

/** A question that waits for one of its options. */
export const Ask = Type.Object({
  options: Type.Array(Type.String()),
  assignee: Nullable(Type.String({ description: "A username: who alone may answer; null for any person" })),
  expires_at: Nullable(Time),
  state: Type.Union([Type.Literal("open"), Type.Literal("answered"), Type.Literal("expired")]),
  answer: Nullable(Type.Object({ option: Type.String(), note: Nullable(Type.String()), user: Author, at: Time })),
});

export const Claim = Type.Object({ user: Author, expires_at: Time });

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
  hops: Type.Integer({ description: "Agents' messages in a row that led to this one; 0 for what a person said" }),
  via: Type.String({ description: "The road it came by, in the server's word: api, web …" }),
  created_at: Time,
  updated_at: Nullable(Time),
  deleted_at: Nullable(Time),
});

export const NewMessage = Type.Object({
  content: Content,
  type: Type.Optional(MessageType),
  metadata: Type.Optional(Nullable(Metadata)),
  reply_to: Type.Optional(Nullable(MessageId)),
});
export const MessageChange = Type.Object({ content: Type.Optional(Content), type: Type.Optional(MessageType), metadata: Type.Optional(Nullable(Metadata)) }, { minProperties: 1 });
