import type { Message } from "../api.ts";
import { asFailure } from "../model.ts";
import { ahead } from "../reduce.ts";
import type { Colony } from "../store.ts";
import { setWishes, wishes } from "./wishes.ts";

type Reaction = Message["reactions"][number];

const wish = (id: string, emoji: string, on: boolean): void => {
  setWishes((now) => new Map(now).set(id, new Map(now.get(id)).set(emoji, on)));
};

const settle = (id: string, emoji: string): void => {
  setWishes((now) => {
    const others = [...(now.get(id) ?? [])].filter(([other]) => other !== emoji);
    return new Map([...now, [id, new Map(others)] as const].filter(([key]) => key !== id || others.length > 0));
  });
};

/** Gives a reaction of mine or takes it back, seen at once. Pressed again while it is on its way, the last press holds. It is undone, and said why, where the server does not take it. */
const react = async (colony: Colony, { id, channel_id }: Message, emoji: string, on: boolean): Promise<void> => {
  const wanted = () => wishes().get(id)?.get(emoji);
  const isOnItsWay = wanted() !== undefined;
  wish(id, emoji, on);
  if (isOnItsWay) return;
  try {
    for (let done: boolean | undefined; wanted() !== done; ) {
      done = wanted();
      await colony.change(async (api) => {
        const { reactions } = await (done ? api.react : api.unreact)(channel_id, id, emoji);
        return ahead("reaction", channel_id, { id, reactions });
      });
    }
  } catch (error) {
    colony.setNotice(`${emoji} was not ${on ? "added" : "taken back"}: ${asFailure(error).message}`);
  } finally {
    settle(id, emoji);
  }
};

/** A message's reactions as they will stand once what was pressed has come to the server. `me`: my username. */
export const reactionsOf = ({ id, reactions }: Message, me: string): Reaction[] => {
  const now = new Map(reactions.map((reaction) => [reaction.emoji, reaction]));
  for (const [emoji, on] of wishes().get(id) ?? []) {
    const before = now.get(emoji)?.users ?? [];
    const users = on ? [...new Set([...before, me])] : before.filter((name) => name !== me);
    if (users.length === 0) now.delete(emoji);
    else now.set(emoji, { emoji, count: users.length, users });
  }
  return [...now.values()];
};

/** Gives what is not given, and takes back what is. */
export const toggle = (colony: Colony, message: Message, emoji: string): Promise<void> => {
  const me = colony.me()?.username ?? "";
  const mine =
    reactionsOf(message, me)
      .find((reaction) => reaction.emoji === emoji)
      ?.users.includes(me) === true;
  return react(colony, message, emoji, !mine);
};
