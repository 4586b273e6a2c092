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

export const Message = Type.Object({
  id: Type.String(),
  seq: Type.Integer({ description: "Its place on the server's number line" }),
  channel_id: Type.String(),
  user: Author,
  type: MessageType,
  content: Type.String({ description: "Empty when deleted" }),
  metadata: Nullable(Type.Record(Type.String(), Type.Unknown())),
  reply_to: Nullable(Type.String()),
  attachments: Type.Array(Type.Unknown()),
  reactions: Type.Array(Type.Unknown()),
  mentions: Type.Array(Type.String(), { description: "Usernames, and `here` or `channel`" }),
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
