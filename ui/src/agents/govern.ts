import type { Message } from "../api.ts";
import { asFailure } from "../model.ts";
import type { Colony } from "../store.ts";
import { isAnswer } from "./growing.ts";

/** Residents that ask one another at most, on the way back to the person who asked. */
const CHAIN = 8;

/** Whether I may end an answer or have it written anew: I asked, or I am an admin. Where one resident asked another, who asked the first. */
export const mayGovern = (colony: Colony, message: Pick<Message, "channel_id" | "reply_to">): boolean => {
  const me = colony.me();
  if (!me || me.admin) return me?.admin === true;
  let id = message.reply_to;
  for (let step = 0; id !== null && step < CHAIN; step++) {
    const parent: Message | string = colony.timelines.message(message.channel_id, id) ?? colony.parent(message.channel_id, id);
    if (typeof parent === "string") return false;
    if (!isAnswer(parent)) return parent.user.id === me.id;
    id = parent.reply_to;
  }
  return false;
};

/** Asks for something and says in the page's notice why it did not work. @returns whether it did */
const tried = async (colony: Colony, work: () => Promise<unknown>, what: string): Promise<boolean> => {
  try {
    await work();
    return true;
  } catch (error) {
    colony.setNotice(`${what}: ${asFailure(error).message}`);
    return false;
  }
};

/** Ends what a resident is at. `message_id`: the question, or the answer to it. */
export const stop = (colony: Colony, username: string, message_id: string): Promise<boolean> =>
  tried(colony, () => colony.ask((api) => api.stopAgent(username, message_id)), "It was not stopped");

/** Has an answer that failed, or was stopped, written anew in its place. */
export const retry = (colony: Colony, username: string, message_id: string): Promise<boolean> =>
  tried(colony, () => colony.ask((api) => api.retryAgent(username, message_id)), "It was not retried");
