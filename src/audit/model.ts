import { Type } from "@sinclair/typebox";
import { Author, Nullable, Time } from "../accounts/model.ts";

export const Subject = Type.Object({
  kind: Type.String({ examples: ["user", "channel", "token", "session", "invite", "message"] }),
  id: Nullable(Type.String({ description: "Null where it stands in a channel that is hidden from you" })),
  name: Nullable(Type.String({ description: "What it is called today, where it has a name: a username, a channel's name, a token's" })),
});

export const Entry = Type.Object({
  id: Type.Integer({ description: "Grows with time" }),
  at: Time,
  action: Type.String({ examples: ["login_failed"] }),
  actor: Nullable(Author),
  operator: Nullable(Type.String({ description: "The account on the server's machine, when it was done there by a command" })),
  subject: Nullable(Subject),
  address: Nullable(Type.String({ description: "From where; local: on the server's machine" })),
  details: Nullable(Type.Record(Type.String(), Type.Unknown(), { description: "More of it, never a secret: for a change, `changes` has each field's from and to" })),
});

export const Audit = Type.Object({
  entries: Type.Array(Entry),
  next_before: Nullable(Type.Integer({ description: "Give it as `before` to read on, further back; null: there is no more" })),
});
