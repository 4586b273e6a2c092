import { Type } from "@sinclair/typebox";
import { Nullable, Time } from "../accounts/model.ts";

export const Settings = Type.Object({
  mentions: Type.Boolean({ description: "Mentions of me, and replies to what I said" }),
  direct: Type.Boolean({ description: "Direct messages" }),
  questions: Type.Boolean({ description: "Questions to me, with buttons that answer them, and the answers to mine" }),
  runs: Type.Boolean({ description: "Runs that failed in projects whose channel I am a member of" }),
});
export const SettingsChange = Type.Partial(Settings, { additionalProperties: false, minProperties: 1 });

/** A linked Telegram account. */
export const Link = Type.Object({
  name: Type.String({ description: "As its owner is called in Telegram", examples: ["Benji"] }),
  username: Nullable(Type.String({ description: "Their username in Telegram, without the @", examples: ["benji"] })),
  linked_at: Time,
  project: Nullable(Type.String({ description: "The slug of the project that is chosen there" })),
  away: Type.Boolean({ description: "They stopped the bot in Telegram: nothing is told there until they write to it again" }),
  settings: Settings,
});

export const Telegram = Type.Object({
  bot: Nullable(Type.String({ description: "The bot's username; null while this server runs none, or has not reached Telegram", examples: ["colony_bot"] })),
  problem: Nullable(Type.String({ description: "What keeps the bot from working, in a sentence; null when nothing does, or when this server is set up for none" })),
  link: Nullable(Link),
});

export const CodeMade = Type.Object({
  code: Type.String({ description: "Shown once, good for one link", examples: ["k7mq2xwa"] }),
  expires_at: Time,
  bot: Type.String({ description: "The bot's username", examples: ["colony_bot"] }),
  url: Type.String({ description: "Opens the bot in Telegram with the code; to be tapped, or shown as a QR code", examples: ["https://t.me/colony_bot?start=k7mq2xwa"] }),
});

export const Code = Type.Object({ code: Type.String({ minLength: 1, maxLength: 40, description: "As POST /api/auth/telegram/link gave it", examples: ["k7mq2xwa"] }) });

export const Verdict = Type.Object({
  state: Type.Union([Type.Literal("waiting"), Type.Literal("linked"), Type.Literal("expired")], {
    description: "waiting: nobody showed it to the bot yet · linked: by this code · expired: its time is over, or a newer code took its place",
  }),
  link: Nullable(Link),
});
