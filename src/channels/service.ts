import type { Static } from "@sinclair/typebox";
import { record } from "../accounts/audit.ts";
import type { Actor } from "../accounts/credentials.ts";
import type { Context } from "../context.ts";
import { atOnce } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { AppError } from "../errors.ts";
import { type Once, type Retry, writeOnce } from "../idempotency/once.ts";
import { newId } from "../ids.ts";
import { CHANNEL_NUMBER_MAX, UNREAD_COUNT_MAX } from "../limits.ts";
import type { Channel } from "./directory.ts";
import { peopleOf } from "./events.ts";
import type { ChannelChange, Channel as ChannelModel, NewChannel } from "./model.ts";
import { peopleNamed } from "./people.ts";
import { countMentions, insertChannel, insertMember, isArchived, isMember, type Mark, nameTaken, readMark, readMarks, updateChannel } from "./store.ts";

export type ChannelWire = Static<typeof ChannelModel>;

/** The channel everyone is in from the start. */
export const GENERAL = "general";

/** Whether a user may read a channel: everyone the public ones, members the others. */
export const canRead = (channel: Channel, user_no: number): boolean => channel.visibility === "public" || channel.members.has(user_no);

/**
 * The door to a channel's data, by id or name.
 * @throws AppError `not_found` when it is missing or hidden: the answers are the same
 */
export const readableChannel = (ctx: Context, actor: Pick<Actor, "user">, ref: string): Channel => {
  const channel = ctx.channels.find(ref);
  if (!channel || !canRead(channel, actor.user.no)) throw new AppError("not_found", { message: `There is no channel '${ref.slice(0, 80)}' that you can see.` });
  return channel;
};

/** As `readableChannel`, for changing what stands in it. @throws AppError `channel_archived` too */
export const writableChannel = (ctx: Context, actor: Pick<Actor, "user">, ref: string): Channel => {
  const channel = readableChannel(ctx, actor, ref);
  if (channel.archived_at !== null) throw new AppError("channel_archived");
  return channel;
};

/** Holds the door once more inside the transaction, which may be ahead of memory. @throws AppError `channel_archived`, `not_found` for who left meanwhile */
export const stillWritable = (tx: Tx, channel: Channel, user_no: number): void => {
  if (channel.visibility !== "public") stillMember(tx, channel, user_no);
  if (isArchived(tx, channel.no)) throw new AppError("channel_archived");
};

/** Whether a channel takes posts in this very transaction: an archived one does not. */
export const takesPosts = (tx: Tx, channel: Channel): boolean => !isArchived(tx, channel.no);

/** As `stillWritable`, for a post, which makes its author a member. */
export const enterToPost = (tx: Tx, channel: Channel, user_no: number): void => {
  stillWritable(tx, channel, user_no);
  if (!channel.members.has(user_no)) joinChannel(tx, channel.no, user_no);
};

/** Whether a user has not left meanwhile, held in the transaction, which may be ahead of memory. @throws AppError `not_found` */
export const stillMember = (tx: Tx, channel: Channel, user_no: number): void => {
  if (!isMember(tx, channel.no, user_no)) throw new AppError("not_found", { message: "There is no such channel that you can see." });
};

/** A channel, as what names it can change: conversations have nothing of the kind. @throws AppError `conversation_fixed` */
export const namedChannel = (channel: Channel): Channel => {
  if (channel.visibility === "direct") throw new AppError("conversation_fixed");
  return channel;
};

/** How a user stands to each channel, by its number. */
export const marksOf = (ctx: Context, user_no: number): Map<number, Mark> => readMarks(ctx.db, user_no);

const unmarked: Mark = { seq: 0, notify: "all" };

/** A channel as `actor` sees it, its unread counts included. `marks`: the actor's, for whoever shows many. */
export const showChannel = (ctx: Context, actor: Actor, channel: Channel, marks?: Map<number, Mark>): ChannelWire => {
  const { id, name, description, visibility, topic, created_at, archived_at, last_seq } = channel;
  const { seq, notify } = marks ? (marks.get(channel.no) ?? unmarked) : readMark(ctx.db, actor.user.no, channel.no);
  const mark = Math.max(seq, channel.imported_seq);
  const unread = ctx.channels.unread.of(channel, actor.user.no, mark);
  return {
    id,
    name,
    description,
    visibility,
    topic,
    created_by: ctx.users.author(channel.created_by).id,
    created_at,
    archived_at,
    last_seq,
    project_id: ctx.projects.ofChannel(channel.no)?.id ?? null,
    member: channel.members.has(actor.user.no),
    read_seq: mark,
    unread,
    notify,
    members: peopleOf(ctx, channel),
    // Mentions are among the unread: none of those, none of these.
    mentions: unread > 0 ? countMentions(ctx.db, channel.no, actor.user.no, mark, last_seq, UNREAD_COUNT_MAX) : 0,
  };
};

/** The channels `actor` can see, oldest first, the archived ones too; without conversations. */
export const listChannels = (ctx: Context, actor: Actor): ChannelWire[] =>
  atOnce(ctx.db, () => {
    const marks = readMarks(ctx.db, actor.user.no);
    return ctx.channels
      .readableBy(actor.user.no)
      .filter(({ visibility }) => visibility !== "direct")
      .map((channel) => showChannel(ctx, actor, channel, marks));
  });

/** Makes a channel; whoever makes it is its first member. @throws AppError `channel_exists`, `validation_failed`, `user_deactivated` */
export const createChannel = async (ctx: Context, actor: Actor, input: Static<typeof NewChannel>, retry: Retry): Promise<Once<ChannelWire>> => {
  const { visibility = "public" } = input;
  const others = peopleNamed(ctx, "members", input.members ?? []);
  return writeOnce(ctx, actor, retry, (tx) => {
    const { id, no } = insertNewChannel(tx, actor.user.no, input);
    // What is hidden from an admin who is no member is not told by the log either.
    record(tx, actor, "channel_created", id, visibility === "public" ? { name: input.name } : { visibility });
    const answer: ChannelWire = {
      id,
      name: input.name,
      description: input.description ?? "",
      visibility,
      topic: input.topic ?? "",
      created_by: actor.user.id,
      created_at: tx.now,
      archived_at: null,
      last_seq: 0,
      project_id: null,
      member: true,
      read_seq: 0,
      unread: 0,
      notify: "all",
      members: null,
      mentions: 0,
    };
    joinChannel(tx, no, actor.user.no);
    for (const user of others) if (joinChannel(tx, no, user.no, actor.user.no)) record(tx, actor, "member_added", id, { user: user.id });
    return { answer };
  });
};

/** Puts a channel in, with its event, inside a transaction. @throws AppError `channel_exists` */
export const insertNewChannel = (tx: Tx, created_by: number, input: Static<typeof NewChannel>): { no: number; id: string } => {
  if (nameTaken(tx, input.name)) throw new AppError("channel_exists", { details: [{ path: "name", message: `'${input.name}' is taken` }] });
  const id = newId();
  const { name, description = "", topic = "", visibility = "public" } = input;
  const no = numbered(insertChannel(tx, { id, name, description, topic, visibility, created_by, created_at: tx.now }));
  tx.append({ kind: "channel", channel_no: no, subject: no, actor_no: created_by });
  return { no, id };
};

/** A new channel's number, which must leave room for seqs in a message's key. @throws Error when all are given */
export const numbered = (no: number): number => {
  if (no > CHANNEL_NUMBER_MAX) throw new Error("No more channels can be numbered");
  return no;
};

/** Makes a user a member, with the event, when the user is not one yet. @returns whether that was so */
export const joinChannel = (tx: Tx, channel_no: number, user_no: number, actor_no = user_no): boolean => {
  const joined = insertMember(tx, channel_no, user_no);
  if (joined) tx.append({ kind: "member", channel_no, subject: user_no, actor_no });
  return joined;
};

/**
 * Changes name, description or topic, or takes an archiving back. By whoever made the channel, or an admin.
 * @throws AppError `not_found`, `forbidden`, `conversation_fixed`, `channel_exists`, `channel_archived`
 */
export const changeChannel = async (ctx: Context, actor: Actor, ref: string, { archived, ...change }: Static<typeof ChannelChange>): Promise<ChannelWire> => {
  const reopen = archived === false;
  const channel = ownedChannel(actor, reopen ? readableChannel(ctx, actor, ref) : writableChannel(ctx, actor, ref));
  if (ctx.projects.ofChannel(channel.no) && change.name !== undefined && change.name !== channel.name) throw new AppError("project_channel");
  if (channel.name === GENERAL && change.name !== undefined && change.name !== GENERAL)
    throw new AppError("forbidden", { message: "#general keeps its name: everyone starts there." });
  await ctx.write((tx) => {
    const fields = Object.keys(change);
    const reopened = reopen && isArchived(tx, channel.no);
    if (!reopen) stillWritable(tx, channel, actor.user.no);
    if (!reopened && fields.length === 0) return;
    if (change.name !== undefined && change.name !== channel.name && nameTaken(tx, change.name)) throw new AppError("channel_exists");
    updateChannel(tx, channel.no, { ...change, ...(reopened && { archived_at: null }) });
    tx.append({ kind: "channel", channel_no: channel.no, subject: channel.no, actor_no: actor.user.no });
    if (reopened) record(tx, actor, "channel_unarchived", channel.id);
    if (fields.length > 0) record(tx, actor, "channel_changed", channel.id, { fields });
  });
  return showChannel(ctx, actor, channel);
};

/** Archives a channel: it stays readable and takes no more posts. Doing it again changes nothing. @throws AppError `not_found`, `forbidden`, `conversation_fixed` */
export const archiveChannel = async (ctx: Context, actor: Actor, ref: string): Promise<void> => {
  const channel = ownedChannel(actor, readableChannel(ctx, actor, ref));
  if (channel.name === GENERAL) throw new AppError("forbidden", { message: "#general cannot be archived: everyone starts there." });
  if (ctx.projects.ofChannel(channel.no)) throw new AppError("project_channel");
  await ctx.write((tx) => {
    if (isArchived(tx, channel.no)) return;
    updateChannel(tx, channel.no, { archived_at: tx.now });
    tx.append({ kind: "channel", channel_no: channel.no, subject: channel.no, actor_no: actor.user.no });
    record(tx, actor, "channel_archived", channel.id);
  });
};

/** Archives a channel with what it was for, inside of a transaction, under a name that leaves the one it had to others. */
export const closeChannel = (tx: Tx, channel: Channel, actor_no: number, name: string): void => {
  updateChannel(tx, channel.no, { name, archived_at: tx.now });
  tx.append({ kind: "channel", channel_no: channel.no, subject: channel.no, actor_no });
};

/** Whether a channel has this name, in this very transaction. */
export const nameIsTaken = (tx: Tx, name: string): boolean => nameTaken(tx, name);

/** A channel that `actor` may tend: as who made it, or as an admin. @throws AppError `forbidden`, `conversation_fixed` */
export const ownedChannel = (actor: Actor, channel: Channel): Channel => {
  namedChannel(channel);
  if (channel.created_by !== actor.user.no && !actor.user.admin)
    throw new AppError("forbidden", { message: "Only who made the channel, or an admin, may change it.", hint: "Ask an admin." });
  return channel;
};
