import { readableChannel } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { ASK_OPTION_CHARACTERS } from "../limits.ts";
import { findByRef } from "../messages/find.ts";
import { answerQuestion } from "../messages/questions.ts";
import { channelOf, seqOf } from "../messages/table.ts";
import { type Message, messageWire } from "../messages/wire.ts";
import { bold, fitting } from "./markup.ts";
import type { Buttons } from "./sender.ts";
import type { Linked, Press } from "./talk.ts";

/** The options of a question as buttons; none once it is answered or over, or for whom it is not. */
export const optionsOf = (message_key: number, { ask }: Message): Buttons =>
  ask?.state === "open" ? ask.options.map((option, at) => [{ text: fitting(option, ASK_OPTION_CHARACTERS), callback_data: `a:${message_key}:${at}` }]) : [];

/** How a question ended, in a line; empty while it is open. */
export const outcomeOf = ({ ask }: Message): string => {
  if (!ask || ask.state === "open") return "";
  return ask.answer ? `\n\n${bold(ask.answer.option)}, says @${ask.answer.user.username}` : "\n\nIts time is over.";
};

/** A message by its key, as it is today; undefined when it is gone. */
export const messageAt = (ctx: Context, message_key: number): Message | undefined => {
  const channel = ctx.channels.byNo(channelOf(message_key));
  const row = channel && findByRef(ctx.db, channel, String(seqOf(message_key)));
  return row && row.deleted_at === null ? messageWire(ctx, row) : undefined;
};

/** Answers a question by its button. What it shows of it is brought up to date by `redraw`, also where it was answered before. */
export const answerByButton = async ({ ctx, actor }: Linked, { data, done }: Press, redraw: (message_key: number) => void): Promise<void> => {
  const [message_key = 0, at = -1] = data.split(":").map(Number);
  const message = messageAt(ctx, message_key);
  const option = message?.ask?.options[at];
  try {
    if (!message || option === undefined) return await done("The question is gone.");
    await answerQuestion(ctx, actor, readableChannel(ctx, actor, message.channel_id).id, message.id, { option });
    await done("Answered");
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await done(error.message);
  } finally {
    redraw(message_key);
  }
};
