import { Type } from "@sinclair/typebox";
import { Nullable } from "../accounts/model.ts";
import { Channel, UserRef } from "../channels/model.ts";
import { CONVERSATION_MEMBERS } from "../limits.ts";
import { Message, NewMessage } from "../messages/model.ts";

const Users = Type.Array(UserRef, { minItems: 1, description: `Who is in it beside you: with you, ${CONVERSATION_MEMBERS} at most. You alone make a notebook` });

export const NewDirect = Type.Composite([
  Type.Object({
    user: Type.Optional(Type.String({ minLength: 1, description: "Whom it is for, by id or username; or `users`", examples: ["benji"] })),
    users: Type.Optional(Users),
  }),
  NewMessage,
]);
export const NewConversation = Type.Object({ users: Users });
export const Conversation = Type.Composite([Channel, Type.Object({ last_message: Nullable(Message) })]);
