import type { Buttons } from "./sender.ts";
import { changeSettings, readTelegram } from "./service.ts";
import type { Linked, Press } from "./talk.ts";

const kinds = { mentions: "Mentions and replies", direct: "Direct messages", questions: "Questions and answers", runs: "Failed runs in my projects" } as const;
type Kind = keyof typeof kinds;

const isKind = (name: string): name is Kind => Object.hasOwn(kinds, name);

const WORDS = "What you are told here:";

const keyboard = ({ ctx, actor }: Linked): Buttons => {
  const settings = readTelegram(ctx, actor).link?.settings;
  return Object.entries(kinds).map(([kind, name]) => [
    { text: `${settings?.[kind as Kind] ? "✓" : "✗"} ${name}`, callback_data: `n:${kind}:${settings?.[kind as Kind] ? "off" : "on"}` },
  ]);
};

/** Shows what one is told, to be switched on and off. */
export const notify = async (talk: Linked): Promise<void> => {
  await talk.say(WORDS, keyboard(talk));
};

/** Switches one kind on or off. */
export const switchKind = async (talk: Linked, { data, message_id, done }: Press): Promise<void> => {
  const [kind = "", to] = data.split(":");
  if (!isKind(kind)) return done();
  await changeSettings(talk.ctx, talk.actor, { [kind]: to === "on" });
  await done(to === "on" ? "On" : "Off");
  if (message_id !== null) await talk.sender.edit(talk.chat.id, message_id, WORDS, keyboard(talk));
};
