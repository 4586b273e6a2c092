import type { Static } from "@sinclair/typebox";
import { record } from "../accounts/audit.ts";
import type { Actor } from "../accounts/credentials.ts";
import type { User } from "../accounts/directory.ts";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { AppError } from "../errors.ts";
import { type Once, type Retry, writeOnce } from "../idempotency/once.ts";
import type { Channel } from "./directory.ts";
import type { Member as MemberModel } from "./model.ts";
import { personNamed } from "./people.ts";
import { type ChannelWire, GENERAL, joinChannel, namedChannel, readableChannel, showChannel, stillMember, stillWritable, writableChannel } from "./service.ts";
import { listMembers, membersOf, removeMember } from "./store.ts";

export type MemberWire = Static<typeof MemberModel>;

/** Who is in a channel and since when, in the order they came. @throws AppError `not_found` */
export const showMembers = (ctx: Context, actor: Actor, ref: string): MemberWire[] =>
  listMembers(ctx.db, readableChannel(ctx, actor, ref).no).map(({ user_no, joined_at }) => ({ user: ctx.users.author(user_no), joined_at }));

/** Makes `actor` a member of a public channel; of a private one only members can ask, who are in it already. @throws AppError `not_found`, `channel_archived`, `conversation_fixed` */
export const joinAsMember = async (ctx: Context, actor: Actor, ref: string): Promise<ChannelWire> => {
  const channel = namedChannel(readableChannel(ctx, actor, ref));
  if (!channel.members.has(actor.user.no)) {
    await ctx.write((tx) => {
      stillWritable(tx, channel, actor.user.no);
      add(tx, actor, channel, actor.user);
    });
  }
  return showChannel(ctx, actor, channel);
};

/**
 * Takes `actor` out of a channel; it shows as it is then, of a private one for the last time.
 * @throws AppError `not_found`, `forbidden` for #general, `last_member`, `conversation_fixed`
 */
export const leaveChannel = async (ctx: Context, actor: Actor, ref: string): Promise<ChannelWire> => {
  const channel = leavable(readableChannel(ctx, actor, ref));
  await ctx.write((tx) => remove(ctx, tx, actor, channel, actor.user));
  return showChannel(ctx, actor, channel);
};

/**
 * Makes someone else a member. Any member may; one who is in already stays as they are.
 * @throws AppError `not_found`, `forbidden`, `validation_failed`, `user_deactivated`, `channel_archived`, `conversation_fixed`
 */
export const addMember = async (ctx: Context, actor: Actor, ref: string, name: string, retry: Retry): Promise<Once<MemberWire>> => {
  const channel = namedChannel(writableChannel(ctx, actor, ref));
  if (!channel.members.has(actor.user.no)) throw new AppError("forbidden", { message: "Only a member may add others.", hint: "Join first: POST /api/channels/{id}/join." });
  const user = personNamed(ctx, "user", name);
  return writeOnce(ctx, actor, retry, (tx) => {
    stillWritable(tx, channel, actor.user.no);
    stillMember(tx, channel, actor.user.no);
    add(tx, actor, channel, user);
    const joined_at = listMembers(tx, channel.no).find(({ user_no }) => user_no === user.no)?.joined_at ?? tx.now;
    return { answer: { user: user.author, joined_at } };
  });
};

/**
 * Takes someone out of a channel: oneself, or as its maker or an admin anyone. Who is no member stays none.
 * @throws AppError `not_found`, `forbidden`, `last_member`, `conversation_fixed`
 */
export const takeOut = async (ctx: Context, actor: Actor, ref: string, name: string): Promise<void> => {
  const channel = leavable(readableChannel(ctx, actor, ref));
  const user = ctx.users.get(name);
  if (user.no !== actor.user.no && channel.created_by !== actor.user.no && !actor.user.admin)
    throw new AppError("forbidden", { message: "Only who made the channel, or an admin, may take others out.", hint: "Ask an admin who is a member." });
  await ctx.write((tx) => {
    if (channel.visibility === "private") stillMember(tx, channel, actor.user.no);
    remove(ctx, tx, actor, channel, user);
  });
};

const leavable = (channel: Channel): Channel => {
  if (channel.name === GENERAL)
    throw new AppError("forbidden", { message: "Everyone is in #general, and stays.", hint: "To be called less by it: PUT /api/channels/general/notify." });
  return namedChannel(channel);
};

const add = (tx: Tx, actor: Actor, channel: Channel, user: User): void => {
  if (!joinChannel(tx, channel.no, user.no, actor.user.no)) return;
  // To whom it was hidden, the channel itself is news.
  if (channel.visibility === "private") tx.append({ kind: "channel", channel_no: channel.no, subject: channel.no, actor_no: actor.user.no, user_no: user.no });
  record(tx, actor, "member_added", channel.id, { user: user.id });
};

const remove = (ctx: Context, tx: Tx, actor: Actor, channel: Channel, user: User): void => {
  if (!removeMember(tx, channel.no, user.no)) return;
  const hidden = channel.visibility === "private";
  if (hidden && membersOf(tx, channel.no).every((no) => ctx.users.byNo(no)?.deactivated_at !== null || ctx.residents.byNo(no))) throw new AppError("last_member");
  const change = { kind: "member", channel_no: channel.no, subject: user.no, actor_no: actor.user.no };
  tx.append(change);
  if (hidden) tx.append({ ...change, user_no: user.no });
  record(tx, actor, "member_removed", channel.id, { user: user.id });
};
