import { Type } from "@sinclair/typebox";
import { Author, Nullable, Time } from "../accounts/model.ts";
import { LINE_CHARACTERS, WEBHOOK_URL_CHARACTERS } from "../limits.ts";

/** Events of a channel that can be sent on. */
export const webhookEvents = ["message", "edit", "delete", "reaction", "claim", "answer", "channel", "member"] as const;

const Kind = Type.Union([Type.Literal("in"), Type.Literal("out")], { description: "in: others post into the channel · out: its events are posted to a url" });
const Name = Type.String({
  minLength: 1,
  maxLength: LINE_CHARACTERS,
  description: "What it is for; of one that comes in, also what its posts are signed with",
  examples: ["Build server"],
});
const Url = Type.String({
  minLength: 1,
  maxLength: WEBHOOK_URL_CHARACTERS,
  description: "http or https; private addresses are refused",
  examples: ["https://ci.example.com/colony"],
});
const Events = Type.Array(Type.Union(webhookEvents.map((event) => Type.Literal(event))), { minItems: 1, uniqueItems: true, examples: [["message", "edit"]] });

export const NewWebhook = Type.Object({
  kind: Kind,
  name: Name,
  url: Type.Optional(Url),
  events: Type.Optional(Events),
});
export const WebhookChange = Type.Object(
  {
    name: Type.Optional(Name),
    url: Type.Optional(Url),
    events: Type.Optional(Events),
    paused: Type.Optional(Type.Boolean({ description: "false goes on from where it stopped; of what is no message, the server keeps the newest COLONY_FEED_DAYS" })),
  },
  { minProperties: 1 },
);

export const Webhook = Type.Object({
  id: Type.String(),
  kind: Kind,
  name: Type.String(),
  channel_id: Type.String(),
  agent: Nullable(Author),
  url: Nullable(Type.String()),
  events: Nullable(Type.Array(Type.String())),
  created_by: Author,
  created_at: Time,
  paused_at: Nullable(Time),
  paused_why: Nullable(Type.String()),
});

/** A webhook just made: the one time its secrets are shown. */
export const WebhookMade = Type.Object({
  ...Webhook.properties,
  post_url: Nullable(Type.String({ description: "Of one that comes in: where to post. Whoever has it can post; shown once" })),
  secret: Nullable(Type.String({ description: "Of one that goes out: what its requests are signed with; shown once" })),
});

export const Delivery = Type.Object({
  id: Type.String({ description: "Sent as X-Colony-Delivery, the same on each try: by it a receiver knows what it has seen" }),
  event: Type.String(),
  seq: Nullable(Type.Integer()),
  state: Type.Union([Type.Literal("waiting"), Type.Literal("delivered"), Type.Literal("failed"), Type.Literal("gone")], {
    description: "waiting: to be tried, again or for the first time · gone: what it told of was deleted before it was sent",
  }),
  attempts: Type.Integer(),
  created_at: Time,
  attempted_at: Nullable(Time),
  next_at: Nullable(Time),
  status: Nullable(Type.Integer({ description: "What the receiver answered last; null when nothing came" })),
  error: Nullable(Type.String()),
  response: Nullable(Type.String({ description: "The beginning of what the receiver answered last" })),
  ms: Nullable(Type.Integer({ description: "Milliseconds that the last try took" })),
});
