import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { AppError } from "../errors.ts";
import { SEQ_MAX } from "../limits.ts";

/** The first frame of a socket: who it is, and where it goes on from. */
export const Auth = Type.Object(
  {
    type: Type.Literal("auth"),
    token: Type.Optional(Type.String()),
    after_seq: Type.Optional(Type.Integer({ minimum: 0, maximum: SEQ_MAX })),
    epoch: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
export type Auth = Static<typeof Auth>;
export const Ping = Type.Object({ type: Type.Literal("ping") }, { additionalProperties: false });
export const Choice = Type.Object({ type: Type.Union([Type.Literal("subscribe"), Type.Literal("unsubscribe")]), channel_id: Type.String() }, { additionalProperties: false });

/** On `/ws/{channel}` without a channel, on `/ws` with one. */
export const Types = Type.Object({ type: Type.Literal("typing"), channel_id: Type.Optional(Type.String()) }, { additionalProperties: false });
/** Whether someone is at this socket. */
export const Says = Type.Object({ type: Type.Literal("presence"), state: Type.Union([Type.Literal("online"), Type.Literal("away")]) }, { additionalProperties: false });

export const FIRST_FRAME = 'Send first {"type":"auth","token":"…"}, with "after_seq" (a number) and "epoch" (a text) if you like.';

/** What is wrong with a first frame, in the sender's words for it. */
export const wrongAuth = (frame: unknown): string => {
  if (typeof frame !== "object" || frame === null || Array.isArray(frame)) return "The first frame is not a JSON object.";
  const unknown = Object.keys(frame).find((name) => !(name in Auth.properties));
  if (unknown !== undefined) return `The first frame has a field that there is not: '${unknown.slice(0, 40)}'.`;
  const first = Value.Errors(Auth, frame).First();
  return first ? `The first frame's ${first.path.slice(1) || "form"} is not as it should be.` : "The first frame is not as it should be.";
};

/** What a frame says; undefined for what is not JSON text. */
export const parse = (frame: string | Buffer): unknown => {
  try {
    return typeof frame === "string" ? JSON.parse(frame) : undefined;
  } catch {
    return undefined;
  }
};

/** The frame that tells an error, in the shape of the HTTP API's. */
export const failure = (error: AppError): string => JSON.stringify({ event: "error", data: error.body().error });
