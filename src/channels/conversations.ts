import type { Actor } from "../accounts/credentials.ts";
import type { User } from "../accounts/directory.ts";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { invalid } from "../errors.ts";
import { newId } from "../ids.ts";
import { CONVERSATION_MEMBERS } from "../limits.ts";
import type { Channel } from "./directory.ts";
import { peopleNamed, personNamed } from "./people.ts";
import { numbered } from "./service.ts";
import { findDirect, insertChannel, insertMember } from "./store.ts";

/** Whom a request names: one person, or several. */
export type Addressees = { user?: string; users?: string[] };

/**
 * The people of a conversation that `actor` wants: those named and the actor. Oneself alone is a notebook.
 * @throws AppError `validation_failed`, `user_deactivated`
 */
export const peopleOfConversation = (ctx: Context, actor: Actor, { user, users }: Addressees): User[] => {
  if ((user === undefined) === (users === undefined)) throw invalid("users", "stands beside user, or neither is there", "Send user for one person, or users for several.");
  const named = user === undefined ? peopleNamed(ctx, "users", users ?? []) : [personNamed(ctx, "user", user)];
  const people = [...new Set([actor.user, ...named])];
  if (people.length > CONVERSATION_MEMBERS)
    throw invalid("users", `makes ${people.length} people with you; a conversation holds ${CONVERSATION_MEMBERS}`, "Make a private channel: POST /api/channels.");
  return people;
};

/** The same people have the same key, whoever begins. */
const keyOf = (people: User[]): string =>
  people
    .map(({ no }) => no)
    .sort((a, b) => a - b)
    .join(",");

/** The conversation of these people; undefined when they have none yet. */
export const findConversation = (ctx: Context, people: User[]): Channel | undefined => ctx.channels.findDirect(keyOf(people));

/** What a conversation will be that is not begun yet: it holds its people and nothing else. */
export const emptyConversation = (ctx: Context, actor: Actor, people: User[]): Channel => ({
  no: 0,
  id: newId(),
  name: null,
  description: "",
  topic: "",
  visibility: "direct",
  created_by: actor.user.no,
  created_at: ctx.clock().toISOString(),
  archived_at: null,
  direct_key: keyOf(people),
  imported_seq: 0,
  last_seq: 0,
  head: 0,
  deletions: 0,
  members: new Set(people.map(({ no }) => no)),
});

/**
 * The conversation of these people, made in this transaction when there is none, with its event. Two who begin at the same
 * moment begin the same one. `made` tells whether this was the beginning.
 */
export const beginConversation = (ctx: Context, tx: Tx, actor: Actor, people: User[]): { channel: Channel; made: boolean } => {
  const begun = emptyConversation(ctx, actor, people);
  const { id, name, description, topic, visibility, created_by, direct_key } = begun;
  const found = findDirect(tx, keyOf(people));
  if (found) return { channel: ctx.channels.byNo(found.no) ?? { ...begun, ...found }, made: false };
  const no = numbered(insertChannel(tx, { id, name, description, topic, visibility, created_by, created_at: tx.now, direct_key }));
  for (const user_no of begun.members) insertMember(tx, no, user_no);
  tx.append({ kind: "channel", channel_no: no, subject: no, actor_no: actor.user.no });
  return { channel: { ...begun, no }, made: true };
};

/** How a channel is called where a reader needs words: its name, or whom one talks with there. */
export const titleOf = (ctx: Context, channel: Channel, user_no: number): string => {
  if (channel.name !== null) return channel.name;
  const others = [...channel.members].filter((no) => no !== user_no).map((no) => `@${ctx.users.author(no).username}`);
  return others.length > 0 ? `direct with ${others.join(", ")}` : "notes to myself";
};
