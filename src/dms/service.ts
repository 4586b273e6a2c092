import type { Static } from "@sinclair/typebox";
import type { Actor } from "../accounts/credentials.ts";
import { beginConversation, emptyConversation, findConversation, peopleOfConversation } from "../channels/conversations.ts";
import type { Channel } from "../channels/directory.ts";
import { type ChannelWire, marksOf, readableChannel, showChannel } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { atOnce } from "../db/open.ts";
import { type Once, type Retry, writeOnce } from "../idempotency/once.ts";
import { newestMessage } from "../messages/history.ts";
import { postIn } from "../messages/service.ts";
import type { Message } from "../messages/wire.ts";
import type { Conversation as ConversationModel, NewDirect } from "./model.ts";

export type Conversation = Static<typeof ConversationModel>;

/**
 * Says something to one person or a few. Their conversation is begun in the same transaction when they had none. `afresh` as of `postIn`.
 * @throws AppError `validation_failed`, `user_deactivated`, and as `postMessage`
 */
export const postDirect = async (
  ctx: Context,
  actor: Actor,
  { user, users, ...message }: Static<typeof NewDirect> & { afresh?: boolean },
  retry: Retry,
): Promise<Once<Message>> => {
  const people = peopleOfConversation(ctx, actor, { user, users });
  const known = findConversation(ctx, people) ?? emptyConversation(ctx, actor, people);
  return postIn(ctx, actor, known, message, retry, (tx) => beginConversation(ctx, tx, actor, people).channel);
};

/** Opens the conversation of some people without saying anything. `made`: they had none. @throws AppError `validation_failed`, `user_deactivated` */
export const openConversation = async (ctx: Context, actor: Actor, users: string[], retry: Retry): Promise<Once<ChannelWire> & { made: boolean }> => {
  const people = peopleOfConversation(ctx, actor, { users });
  const { answer, replayed } = await writeOnce(ctx, actor, retry, (tx) => {
    const { channel, made } = beginConversation(ctx, tx, actor, people);
    return { answer: { id: channel.id, made } };
  });
  return { answer: showChannel(ctx, actor, readableChannel(ctx, actor, answer.id)), made: answer.made, replayed };
};

/** The conversations `actor` is in, each with its newest message, the newest talk first and then what nobody has said anything in. */
export const listConversations = (ctx: Context, actor: Actor): Conversation[] =>
  atOnce(ctx.db, () => {
    const marks = marksOf(ctx, actor.user.no);
    return [...ctx.channels.hiddenOf(actor.user.no)]
      .filter(({ visibility }) => visibility === "direct")
      .sort((a, b) => b.last_seq - a.last_seq || b.no - a.no)
      .map((channel) => ({ ...showChannel(ctx, actor, channel, marks), last_message: newestMessage(ctx, channel) }));
  });

/** A conversation of two by who the other is, also before it is begun. @throws AppError `not_found` for a user nobody is */
export const conversationWith = (ctx: Context, actor: Actor, ref: string): Channel => {
  const people = [...new Set([actor.user, ctx.users.get(ref)])];
  return findConversation(ctx, people) ?? emptyConversation(ctx, actor, people);
};
