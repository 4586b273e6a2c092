import { Throttle } from "../accounts/throttle.ts";
import { AppError } from "../errors.ts";
import { TELEGRAM_STRANGER_TRIES } from "../limits.ts";
import { bold, named } from "./markup.ts";
import { linkChat, unlink } from "./service.ts";
import type { Linked, Talk } from "./talk.ts";

/** Wrong codes, by the chat that showed them. */
const guesses = new Throttle(TELEGRAM_STRANGER_TRIES, "Too many wrong codes.");

const HOW = "In Colony, open Settings, Telegram, and get a code. Then write here: /link CODE";

/** What a chat is told that belongs to nobody. */
export const notLinked = `This chat is not linked with a Colony account.\n${HOW}`;

/** Links a chat by the code it shows; a chat that shows wrong ones has to wait. */
export const link = async (talk: Talk, code: string): Promise<void> => {
  const { ctx, chat, say, sender } = talk;
  if (code === "") return void (await say(HOW));
  let linking: Awaited<ReturnType<typeof linkChat>>;
  try {
    linking = await guesses.attempt(
      String(chat.id),
      () => linkChat(ctx, chat, code),
      ({ state }) => state === "wrong",
    );
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "rate_limited") throw error;
    return void (await say(`${error.message} ${error.hint}`));
  }
  if (linking.state === "wrong") return void (await say(`That code is wrong, used, or over: it is good for ten minutes.\n${HOW}`));
  const { username } = ctx.users.author(linking.user_no);
  if (linking.state === "taken") return void (await say(`This chat is linked with ${bold(`@${username}`)}. To link another account, write /unlink first.`));
  if (linking.before !== null) await sender.say(linking.before, `${bold(`@${username}`)} is linked with another chat now, and with this one no more.`).catch(() => {});
  await say(
    `You are linked with ${bold(`@${username}`)}. What you write here is said in your name.\n/projects to choose one, /notify to choose what you are told, /help for the rest.`,
  );
};

/** Greets, or links by a code that came with the address of the bot. */
export const start = async (talk: Talk, code: string, linked: Linked | null): Promise<void> => {
  if (code !== "") return link(talk, code);
  await talk.say(
    linked
      ? `Hello ${named(linked.actor.user.display_name)}. You are linked with ${bold(`@${linked.actor.user.username}`)}.\n/projects to choose one, /help for the rest.`
      : `This is Colony's bot.\n${HOW}`,
  );
};

/** Ends the link of a chat. */
export const endLink = async ({ ctx, actor, say }: Linked): Promise<void> => {
  await unlink(ctx, actor);
  await say("This chat is linked no more. Nothing is told here, and nothing that you write is done.");
};
