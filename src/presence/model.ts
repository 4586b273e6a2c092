import { Type } from "@sinclair/typebox";
import { Nullable, Time } from "../accounts/model.ts";
import { LINE_CHARACTERS } from "../limits.ts";

const State = Type.Union([Type.Literal("idle"), Type.Literal("working"), Type.Literal("waiting"), Type.Literal("blocked")], {
  description: "idle: free for work · working · waiting: for somebody or something · blocked: cannot go on without help",
});

/** Someone's own word for what they are at. */
export const Status = Type.Object({ state: State, text: Nullable(Type.String()), until: Nullable(Time) });

export const NewStatus = Type.Object({
  state: State,
  text: Type.Optional(Type.String({ maxLength: LINE_CHARACTERS, description: "One line", examples: ["training run 7"] })),
  until: Type.Optional(Type.String({ description: "ISO 8601 time at which it ends by itself; never when left out", examples: ["2026-03-29T16:05:00.000Z"] })),
});

export const Standing = Type.Object({
  user_id: Type.String(),
  presence: Type.Union([Type.Literal("online"), Type.Literal("away"), Type.Literal("offline")], {
    description: "online: has a live connection · away: all of their sockets say that nobody is at them · offline: has none",
  }),
  status: Nullable(Status),
});
