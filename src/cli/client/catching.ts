import type { Message } from "../../messages/wire.ts";
import { drawMessage, type Seqs } from "./messages.ts";
import { colour, inLine, say } from "./say.ts";

type Place = { id: string; name: string | null };
type Part = { items: { message: Message; channel: Place }[]; omitted: boolean };
/** What the API's catch-up tells, as far as it is drawn. */
export type CatchUp = {
  questions: Part;
  claims: Part;
  asked: Part;
  awaiting: Part;
  channels: { channel: Place & { unread: number; mentions: number }; after_seq: number; messages: Message[]; omitted: boolean }[];
  omitted_channels: number;
};

const named = ({ name }: Place): string => (name === null ? "direct" : `#${inLine(name)}`);
const typed = ({ id, name }: Place): string => inLine(name ?? id);

/** Draws for a person what they missed: what waits for them first, then the channels; each head says which command goes on. */
export const drawCatchUp = ({ asked, awaiting, channels, claims, omitted_channels, questions }: CatchUp): void => {
  const seqs: Seqs = new Map();
  const part = (head: string, { items, omitted }: Part, next: (message: Message, place: Place) => string, more: string): void => {
    if (items.length > 0) say.line(`\n${colour.bold(head)}`);
    for (const { channel, message } of items) say.line(`${drawMessage(message, seqs, named(channel))}\n${colour.dim(`  ${next(message, channel)}`)}`);
    if (omitted) say.line(colour.dim(more));
  };
  part("Questions for you", questions, ({ seq }, place) => `colony answer ${typed(place)} ${seq} OPTION`, "More questions wait: colony inbox");
  part("You hold", claims, ({ seq }, place) => `colony release ${typed(place)} ${seq}`, "You hold more.");
  part("You asked, nobody answered yet", asked, ({ seq }, place) => `colony answer ${typed(place)} ${seq} --wait 10m`, "You asked more.");
  part("Waiting for you", awaiting, ({ seq }, place) => `colony post ${typed(place)} -r ${seq} …`, "More waits: colony inbox");
  for (const { after_seq, channel, messages, omitted } of channels) {
    const calls = channel.mentions > 0 ? colour.yellow(` · ${channel.mentions} for you`) : "";
    say.line(`\n${colour.bold(named(channel))} ${colour.dim(`${channel.unread} new`)}${calls}`);
    if (omitted) say.line(colour.dim(`Older ones: colony read ${typed(channel)} --after-seq ${after_seq}`));
    for (const message of messages) say.line(drawMessage(message, seqs));
  }
  if (omitted_channels > 0) say.line(`\nSomething is new in ${omitted_channels} more: colony channels`);
  if ([asked, awaiting, claims, questions].every(({ items, omitted }) => items.length === 0 && !omitted) && channels.length + omitted_channels === 0) say.line("Nothing new.");
};
