import type { Actor } from "../accounts/credentials.ts";
import { stillWritable, writableChannel } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { AppError, invalid } from "../errors.ts";
import { REACTIONS_PER_MESSAGE } from "../limits.ts";
import { standingMessageIn } from "./find.ts";
import { setReactions } from "./store.ts";
import { seqOf } from "./table.ts";
import { type Message, messageWire, reactionsWire } from "./wire.ts";

/**
 * Gives a message `actor`'s reaction; giving it again changes nothing.
 * @throws AppError `not_found`, `message_deleted`, `channel_archived`, `validation_failed` for what is no emoji, `too_many_reactions`
 */
export const addReaction = (ctx: Context, actor: Actor, ref: string, id: string, emoji: string): Promise<Message> => {
  const given = checkEmoji(emoji);
  return changeReactions(ctx, actor, ref, id, (reactions) => {
    const users = reactions.get(given) ?? [];
    if (users.includes(actor.user.no)) return false;
    if (users.length === 0 && reactions.size >= REACTIONS_PER_MESSAGE) throw new AppError("too_many_reactions");
    reactions.set(given, [...users, actor.user.no]);
    return true;
  });
};

/** Takes `actor`'s reaction back; one that was not given is no failure. @throws AppError as `addReaction` */
export const removeReaction = (ctx: Context, actor: Actor, ref: string, id: string, emoji: string): Promise<Message> => {
  const given = checkEmoji(emoji);
  return changeReactions(ctx, actor, ref, id, (reactions) => {
    const users = reactions.get(given) ?? [];
    const left = users.filter((no) => no !== actor.user.no);
    if (left.length === 0) reactions.delete(given);
    else reactions.set(given, left);
    return left.length < users.length;
  });
};

/** `change` gets emoji → numbers of users, in the order first given, and says whether it changed anything. */
const changeReactions = (ctx: Context, actor: Actor, ref: string, id: string, change: (reactions: Map<string, number[]>) => boolean): Promise<Message> => {
  const channel = writableChannel(ctx, actor, ref);
  return ctx.write((tx) => {
    stillWritable(tx, channel, actor.user.no);
    const row = standingMessageIn(tx, channel, id);
    const reactions = new Map(Object.entries(JSON.parse(row.reactions ?? "{}") as Record<string, number[]>));
    if (!change(reactions)) return messageWire(ctx, row);
    const stored = reactions.size === 0 ? null : JSON.stringify(Object.fromEntries(reactions));
    setReactions(tx, row.key, stored);
    const data = { id: row.id, reactions: stored === null ? [] : reactionsWire(ctx, stored) };
    tx.append({ kind: "reaction", channel_no: channel.no, subject: seqOf(row.key), actor_no: actor.user.no, data });
    return messageWire(ctx, { ...row, reactions: stored });
  });
};

/** What Unicode recommends for interchange as one emoji: flags, skin tones and joined families are one. */
const oneEmoji = /^\p{RGI_Emoji}$/v;
/** Asks for the coloured form of a character that is text as well: some keyboards leave it out. */
const AS_EMOJI = "\uFE0F";

const checkEmoji = (written: string): string => {
  const emoji = [written, written + AS_EMOJI].find((form) => oneEmoji.test(form));
  if (emoji === undefined)
    throw invalid("emoji", "is not one emoji", "Put one emoji into the address, URL-encoded: …/reactions/%F0%9F%91%8D. Names like :thumbsup: are not taken.");
  return emoji;
};
