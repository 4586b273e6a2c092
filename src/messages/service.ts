import type { Static } from "@sinclair/typebox";
import { record } from "../accounts/audit.ts";
import type { Actor } from "../accounts/credentials.ts";
import { askResidents } from "../agents/jobs.ts";
import type { Channel } from "../channels/directory.ts";
import { enterToPost, readableChannel, stillWritable, writableChannel } from "../channels/service.ts";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { AppError, invalid } from "../errors.ts";
import { attachFiles } from "../files/attach.ts";
import { type Once, type Retry, writeOnce } from "../idempotency/once.ts";
import { newId } from "../ids.ts";
import { notify } from "../inbox/service.ts";
import { MESSAGE_CONTENT_BYTES, MESSAGE_METADATA_BYTES } from "../limits.ts";
import { reindexMessage } from "../search/indexing.ts";
import { findParent, messageIn } from "./find.ts";
import { chainOf } from "./hops.ts";
import { findMentions } from "./mentions.ts";
import type { MessageChange, NewMessage } from "./model.ts";
import { prepareAsk } from "./questions.ts";
import { eraseMessage } from "./removal.ts";
import { editMessage, findMessageByKey, insertMessage, parentsOf, repliesTo } from "./store.ts";
import { messageKey, seqOf } from "./table.ts";
import { type Message, type MessageRow, messageWire } from "./wire.ts";

/**
 * Posts a message: on disk when the promise resolves. In a public channel its author becomes a member. `afresh` as of `postIn`.
 * @throws AppError `not_found`, `channel_archived`, `payload_too_large`, `reply_not_found`, `reply_in_other_channel`, `file_not_found`, `cause_not_found`, `validation_failed` for its question
 */
export const postMessage = (ctx: Context, actor: Actor, ref: string, input: Static<typeof NewMessage> & { afresh?: boolean }, retry: Retry): Promise<Once<Message>> => {
  const channel = readableChannel(ctx, actor, ref);
  // Whether it still takes posts is asked in the transaction, after the key: a retry of what was posted in time is no new post.
  return postIn(ctx, actor, channel, input, retry, (tx) => {
    enterToPost(tx, channel, actor.user.no);
    return channel;
  });
};

/**
 * As `postMessage`, into the channel that `enter` lets the author into, or makes, in the transaction of the post. `known` is
 * that channel as far as it is known before: who is in it decides who is called. `afresh`: what was said to its author before is
 * not the cause of it.
 */
export const postIn = (
  ctx: Context,
  actor: Actor,
  known: Channel,
  input: Static<typeof NewMessage> & { afresh?: boolean },
  retry: Retry,
  enter: (tx: Tx) => Channel,
): Promise<Once<Message>> => {
  const { type = "text", reply_to = null, content: said = "", attachments = [] } = input;
  if (said === "" && attachments.length === 0) throw invalid("content", input.content === undefined ? "is missing" : "must not be empty", "Send content, attachments, or both.");
  const content = checkContent(said);
  const metadata = checkMetadata(input.metadata);
  const mentions = findMentions(ctx, known, type, content);
  return writeOnce(
    ctx,
    actor,
    retry,
    (tx) => {
      const channel = enter(tx);
      const parent = reply_to === null ? null : findParent(ctx, tx, actor, channel, reply_to);
      const question = input.ask ? prepareAsk(ctx, channel, input.ask, tx.now) : null;
      const chain = chainOf(ctx, tx, actor, channel, input.caused_by, parent, input.afresh);
      const seq = tx.nextSeq();
      const key = messageKey(channel.no, seq);
      const row: MessageRow = {
        key,
        id: newId(),
        user_no: actor.user.no,
        type,
        content,
        metadata,
        mentions: mentions.names.length > 0 ? JSON.stringify(mentions.names) : null,
        reply_to: parent?.id ?? null,
        via: actor.via,
        created_at: tx.now,
        updated_at: null,
        deleted_at: null,
        changed_at: tx.now,
        attachments: attachments.length === 0 ? null : attachFiles(ctx, tx, actor, key, attachments),
        reactions: null,
        ask: question && JSON.stringify(question.stored),
        answer: null,
        claimed_by: null,
        claimed_until: null,
        ...chain,
      };
      insertMessage(tx, row);
      const answer = messageWire(ctx, row, channel.id);
      // Past the limit a post stands like any other, and wakes nobody; only people are still told what they are asked.
      const told = answer.braked
        ? notify(ctx, tx, row, seq, { mentions: [], ask: question?.asked.filter((no) => ctx.users.byNo(no)?.role === "ape") })
        : notify(ctx, tx, row, seq, { mentions: mentions.users, reply: parent?.user_no, direct: directReaders(channel), ask: question?.asked });
      const asked = answer.braked ? [] : askResidents(ctx, tx, { row, channel, names: mentions.names, parent, asker_no: actor.right_no ?? actor.user.no });
      tx.append({ kind: "message", channel_no: channel.no, subject: seq, actor_no: actor.user.no, data: answer, notify: told, asked });
      return { answer, message_key: row.key };
    },
    (tx, key) => messageWire(ctx, found(findMessageByKey(tx, key))),
  );
};

/** Whom everything in a conversation is said to. */
export const directReaders = (channel: Channel): Iterable<number> | undefined => (channel.visibility === "direct" ? channel.members : undefined);

/** One message of a channel. @throws AppError `not_found` */
export const readMessage = (ctx: Context, actor: Actor, ref: string, id: string): Message => messageWire(ctx, messageIn(ctx.db, readableChannel(ctx, actor, ref), id));

/** The chain of messages that one answers, the message, and all that answers it, in order. @throws AppError `not_found` */
export const readThread = (ctx: Context, actor: Pick<Actor, "user">, ref: string, id: string): Message[] => {
  const message = messageIn(ctx.db, readableChannel(ctx, actor, ref), id);
  return [...parentsOf(ctx.db, message.id), message, ...repliesTo(ctx.db, message.id)].map((row) => messageWire(ctx, row));
};

/**
 * Changes one's own message; the earlier text is gone. Metadata is replaced whole; null takes it away.
 * @throws AppError `not_found`, `forbidden`, `message_deleted`, `question_answered` for its words once it has its answer, `channel_archived`, `payload_too_large`
 */
export const changeMessage = (ctx: Context, actor: Actor, ref: string, id: string, change: Static<typeof MessageChange>): Promise<Message> => {
  const channel = writableChannel(ctx, actor, ref);
  const content = change.content === undefined ? undefined : checkContent(change.content);
  const metadata = change.metadata === undefined ? undefined : checkMetadata(change.metadata);
  return ctx.write((tx) => {
    stillWritable(tx, channel, actor.user.no);
    const before = messageIn(tx, channel, id);
    if (before.user_no !== actor.user.no) throw new AppError("forbidden", { message: "Only its author may change a message.", hint: "Reply to it instead." });
    if (before.deleted_at !== null) throw new AppError("message_deleted");
    if (content === "" && before.attachments === null) throw invalid("content", "must not be empty", "Send content: only a message with files may have none.");
    if (content !== undefined && content !== before.content && before.answer !== null)
      throw new AppError("question_answered", { message: "A question that was answered keeps its words.", hint: "Reply to it, or post a new message." });
    const type = change.type ?? before.type;
    const row = { ...before, type, content: content ?? before.content, metadata: metadata === undefined ? before.metadata : metadata, updated_at: tx.now };
    const mentions = findMentions(ctx, channel, type, row.content);
    row.mentions = mentions.names.length > 0 ? JSON.stringify(mentions.names) : null;
    editMessage(tx, row);
    reindexMessage(tx, row);
    const seq = tx.nextSeq();
    const answer = messageWire(ctx, row);
    const told = notify(ctx, tx, row, seq, { mentions: answer.braked ? [] : mentions.users });
    // Whom it named before was asked then.
    const names = mentions.names.filter((name) => !(before.mentions !== null && (JSON.parse(before.mentions) as string[]).includes(name)));
    const asked = answer.braked || names.length === 0 ? [] : askResidents(ctx, tx, { row, channel, names, parent: null, asker_no: actor.user.no });
    tx.append({ kind: "edit", channel_no: channel.no, subject: seqOf(row.key), actor_no: actor.user.no, data: answer, notify: told, asked });
    return answer;
  });
};

/**
 * Takes a message's words away, one's own or as an admin; its place stays. Doing it again changes nothing.
 * @throws AppError `not_found`, `forbidden`
 */
export const deleteMessage = (ctx: Context, actor: Actor, ref: string, id: string): Promise<void> => {
  const channel = readableChannel(ctx, actor, ref);
  return ctx.write((tx) => {
    const row = messageIn(tx, channel, id);
    const own = row.user_no === actor.user.no;
    if (!own && !actor.user.admin) throw new AppError("forbidden", { message: "Only its author or an admin may delete a message.", hint: "Ask its author." });
    if (row.deleted_at !== null) return;
    eraseMessage(tx, row, actor.user.no);
    record(tx, actor, own ? "message_deleted" : "message_deleted_by_admin", row.id, { channel: channel.id });
  });
};

const found = (row: MessageRow | undefined): MessageRow => {
  if (!row) throw new AppError("not_found");
  return row;
};

/** Half a surrogate pair cannot be kept as UTF-8, so it becomes U+FFFD here, where the answer shows it too. */
const checkContent = (content: string): string => {
  // A UTF-16 unit is at most three bytes of UTF-8: short texts need no counting.
  const bytes = content.length * 3 <= MESSAGE_CONTENT_BYTES ? 0 : Buffer.byteLength(content);
  if (bytes > MESSAGE_CONTENT_BYTES)
    throw new AppError("payload_too_large", {
      message: `content is ${bytes} bytes; a message holds ${MESSAGE_CONTENT_BYTES}.`,
      hint: "Split it, or post its end: tail -c 200000 build.log | curl --data-binary @- -H 'Content-Type: text/plain' …",
      details: [{ path: "content", bytes, limit: MESSAGE_CONTENT_BYTES }],
    });
  return content.toWellFormed();
};

const checkMetadata = (metadata: Record<string, unknown> | null | undefined): string | null => {
  if (metadata === null || metadata === undefined) return null;
  const text = JSON.stringify(metadata);
  const bytes = Buffer.byteLength(text);
  if (bytes > MESSAGE_METADATA_BYTES)
    throw new AppError("payload_too_large", {
      message: `metadata is ${bytes} bytes of JSON; ${MESSAGE_METADATA_BYTES} are allowed.`,
      hint: "Put the long part into content.",
      details: [{ path: "metadata", bytes, limit: MESSAGE_METADATA_BYTES }],
    });
  return text;
};
