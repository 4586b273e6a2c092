import { Type } from "@sinclair/typebox";
import { Author, Description, Nullable, Time } from "../accounts/model.ts";
import { LINE_CHARACTERS, MEMBERS_AT_ONCE, UNREAD_COUNT_MAX } from "../limits.ts";

export const ChannelName = Type.String({ pattern: "^[a-z0-9][a-z0-9_-]{0,79}$", description: "Small letters, digits, dash and underscore", examples: ["training"] });
export const Topic = Type.String({ maxLength: LINE_CHARACTERS });
export const Visibility = Type.Union([Type.Literal("public"), Type.Literal("private"), Type.Literal("direct")]);

export const UserRef = Type.String({ minLength: 1, description: "A user's id or username", examples: ["benji"] });

export const Notify = Type.Union([Type.Literal("all"), Type.Literal("mentions"), Type.Literal("none")], {
  description: "What calls you: all: every message · mentions: what names or answers you · none: nothing. The inbox holds what is said to you either way",
});

export const Channel = Type.Object({
  id: Type.String(),
  name: Nullable(Type.String()),
  description: Type.String(),
  visibility: Visibility,
  topic: Type.String(),
  created_by: Type.String({ description: "A user's id" }),
  created_at: Time,
  archived_at: Nullable(Time),
  last_seq: Type.Integer({ description: "The seq of its newest message; 0 when it has none" }),
  project_id: Nullable(Type.String({ description: "The project whose own channel it is: GET /api/projects/{id}" })),
  member: Type.Boolean({ description: "Whether you are a member; posting in a public channel makes you one" }),
  read_seq: Type.Integer({ description: "Your read mark: the seq up to which you have read; 0 when you never said. `PUT …/read` moves it" }),
  unread: Type.Integer({ description: `Messages of others after your read mark, counted up to ${UNREAD_COUNT_MAX}` }),
  notify: Notify,
  members: Nullable(Type.Array(Author, { description: "Of a conversation: everyone in it, you too. Null for channels: GET …/members" })),
  mentions: Type.Integer({ description: `Of those, the ones that mention you, counted up to ${UNREAD_COUNT_MAX}` }),
});

export const NewChannel = Type.Object({
  name: ChannelName,
  description: Type.Optional(Description),
  topic: Type.Optional(Topic),
  visibility: Type.Optional(
    Type.Union([Type.Literal("public"), Type.Literal("private")], { description: "Who sees it: public: everyone signed in · private: its members alone", default: "public" }),
  ),
  members: Type.Optional(Type.Array(UserRef, { maxItems: MEMBERS_AT_ONCE, description: "Who is in it from the start, beside you" })),
});
export const NewMember = Type.Object({ user: UserRef });
export const Member = Type.Object({ user: Author, joined_at: Time });
export const NotifyChoice = Type.Object({ notify: Notify });
export const ChannelChange = Type.Object(
  {
    name: Type.Optional(ChannelName),
    description: Type.Optional(Description),
    topic: Type.Optional(Topic),
    archived: Type.Optional(Type.Literal(false, { description: "Takes the archiving back: the channel takes posts again. DELETE archives" })),
  },
  { minProperties: 1 },
);

export const Mark = Type.Object({ seq: Type.Integer({ minimum: 0, description: "The seq of the newest message you have read" }) });
