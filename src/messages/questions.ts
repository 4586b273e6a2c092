import type { Static } from "@sinclair/typebox";
import type { Actor } from "../accounts/credentials.ts";
import type { Channel } from "../channels/directory.ts";
import { canRead, readableChannel, stillWritable, writableChannel } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { AppError, invalid } from "../errors.ts";
import { notifyAnswer } from "../inbox/service.ts";
import { ASK_DAYS } from "../limits.ts";
import { messageIn, standingMessageIn } from "./find.ts";
import type { AnswerState, NewAnswer, NewAsk, OpenQuestion } from "./model.ts";
import { openQuestions, setAnswer } from "./store.ts";
import { channelOf, seqOf } from "./table.ts";
import { parseTime } from "./time.ts";
import { askWire, assigneeOf, type MessageRow, messageWire, type StoredAnswer, type StoredAsk } from "./wire.ts";

type State = Static<typeof AnswerState>;

const DAY = 24 * 60 * 60 * 1_000;

/**
 * A question as it is kept with the message that asks it, and whom it is put to: the assignee, or the people among the
 * channel's members. `now` is the time of posting.
 * @throws AppError `validation_failed` for options that look the same, an assignee who cannot read the channel or chooses no option, a time that is over or too far
 */
export const prepareAsk = (ctx: Context, channel: Channel, ask: Static<typeof NewAsk>, now: string): { stored: StoredAsk; asked: number[] } => {
  const options = ask.options.map((option) => option.toWellFormed().trim());
  const twice = options.find((option, at) => options.indexOf(option) !== at);
  if (twice !== undefined) throw invalid("ask.options", `'${twice}' stands there twice`, "Make each option a different answer.");
  const assignee = ask.assignee ? readerOf(ctx, channel, ask.assignee) : null;
  const expires_at = ask.expires_at ? endOf(ask.expires_at, now) : null;
  const asked = assignee === null ? [...channel.members].filter((no) => ctx.users.byNo(no)?.role === "ape") : [assignee];
  return { stored: { options, assignee, expires_at }, asked };
};

const readerOf = (ctx: Context, channel: Channel, ref: string): number => {
  const user = ctx.users.find(ref);
  if (!user || user.deactivated_at !== null || !canRead(channel, user.no))
    throw invalid("ask.assignee", `there is no user '${ref.slice(0, 80)}' who can read this channel`, "GET /api/users lists users. Leave assignee out to ask any person.");
  if (ctx.residents.byNo(user.no))
    throw invalid(
      "ask.assignee",
      `@${user.username} is an agent that the server runs, which answers in words alone`,
      `Ask it in words: mention @${user.username}. Leave assignee out to ask any person.`,
    );
  return user.no;
};

const endOf = (written: string, now: string): string => {
  const end = parseTime("ask.expires_at", written);
  if (end <= now) throw invalid("ask.expires_at", `is not in the future: it is ${now} now`, "Send a later time, or leave it out to wait for ever.");
  if (Date.parse(end) > Date.parse(now) + ASK_DAYS * DAY) throw invalid("ask.expires_at", `is more than ${ASK_DAYS} days from now`, "Leave it out to wait for ever.");
  return end;
};

/**
 * Answers a question with one of its options: people may, or the assignee alone. The first answer holds; the same one
 * again, by the same user, is told as if it were the first time.
 * @throws AppError `question_answered` with the answer, `question_expired`, `forbidden`, `not_found` also for what asks nothing, `message_deleted`, `channel_archived`
 */
export const answerQuestion = (ctx: Context, actor: Actor, ref: string, id: string, input: Static<typeof NewAnswer>): Promise<State> => {
  const channel = writableChannel(ctx, actor, ref);
  const option = input.option.toWellFormed().trim();
  const note = input.note?.toWellFormed() || null;
  return ctx.write((tx) => {
    stillWritable(tx, channel, actor.user.no);
    const row = standingMessageIn(tx, channel, id);
    const ask = askOf(row);
    if (!mayAnswer(ctx, actor, ask)) throw notYours(ctx, ask);
    if (row.answer !== null) return repeated(ctx, actor, row, option, note);
    if (ask.expires_at !== null && ask.expires_at <= tx.now) throw new AppError("question_expired", { details: [{ expires_at: ask.expires_at }] });
    if (!ask.options.includes(option))
      throw invalid("option", "is not one of those that were asked", `Choose one of ${ask.options.map((one) => JSON.stringify(one)).join(", ")}; say more in note.`);
    const given: StoredAnswer = { option, note, user_no: actor.user.no, at: tx.now };
    const answered = { ...row, answer: JSON.stringify(given) };
    setAnswer(tx, row.key, answered.answer);
    const told = notifyAnswer(tx, row, tx.nextSeq(), actor.user.no);
    const wire = askWire(ctx, row.ask ?? "", answered.answer);
    tx.append({ kind: "answer", channel_no: channel.no, subject: seqOf(row.key), actor_no: actor.user.no, data: { id: row.id, ask: wire }, notify: told });
    return stateOf(ctx, answered);
  });
};

/** Who answers: any person, but of an assigned question the assignee alone, who may be an agent. */
const mayAnswer = (ctx: Context, { user }: Actor, ask: StoredAsk): boolean => {
  const assignee = assigneeOf(ctx, ask);
  return assignee === null ? user.role === "ape" : assignee.no === user.no;
};

const notYours = (ctx: Context, ask: StoredAsk): AppError => {
  const assignee = assigneeOf(ctx, ask);
  const message = assignee === null ? "Only people answer this question." : `This question is for ${assignee.username} alone.`;
  return new AppError("forbidden", { message, hint: "Reply to the message instead." });
};

const repeated = (ctx: Context, actor: Actor, row: MessageRow, option: string, note: string | null): State => {
  const given = JSON.parse(row.answer ?? "") as StoredAnswer;
  const state = stateOf(ctx, row);
  if (given.user_no === actor.user.no && given.option === option && given.note === note) return state;
  throw new AppError("question_answered", { details: [state.answer] });
};

/** How a question stands. @throws AppError `not_found` also for what asks nothing, `message_deleted` */
export const readAnswer = (ctx: Context, actor: Actor, ref: string, id: string): State => stateOf(ctx, standingMessageIn(ctx.db, readableChannel(ctx, actor, ref), id));

/** What a wait for an answer follows (keys of the feed), and the seconds until the question runs out (null for never). @throws AppError as `readAnswer` */
export const answerWait = (ctx: Context, actor: Actor, ref: string, id: string): { keys: string[]; ends_in: number | null } => {
  const channel = readableChannel(ctx, actor, ref);
  const row = messageIn(ctx.db, channel, id);
  const expires_at = row.ask === null ? null : askOf(row).expires_at;
  return {
    // The message changes, or the reader is put out of the channel.
    keys: [`channel:${channel.no}/${seqOf(row.key)}`, `channel:${channel.no}/${actor.user.no}`],
    ends_in: expires_at === null ? null : Math.max(0, (Date.parse(expires_at) - ctx.clock().getTime()) / 1_000),
  };
};

type Question = Static<typeof OpenQuestion>;

/** The open questions that concern `actor`, oldest first: `mine` to answer, which others asked, and `asked`, which wait for others. */
export const listQuestions = (ctx: Context, actor: Actor): { mine: Question[]; asked: Question[] } => {
  const rows = openRows(ctx, actor);
  const placed = (row: MessageRow) => withChannel(ctx, row);
  const own = (row: MessageRow) => row.user_no === actor.user.no;
  return { mine: rows.filter((row) => !own(row) && mayAnswer(ctx, actor, askOf(row))).map(placed), asked: rows.filter(own).map(placed) };
};

const openRows = (ctx: Context, actor: Actor): MessageRow[] =>
  openQuestions(ctx.db, ctx.clock().toISOString()).filter((row) => {
    const channel = ctx.channels.byNo(channelOf(row.key));
    return channel !== undefined && channel.archived_at === null && canRead(channel, actor.user.no);
  });

const withChannel = (ctx: Context, row: MessageRow): Question => {
  const message = messageWire(ctx, row);
  return { message, channel: { id: message.channel_id, name: ctx.channels.byNo(channelOf(row.key))?.name ?? null } };
};

const askOf = (row: MessageRow): StoredAsk => {
  if (row.ask === null) throw new AppError("not_found", { message: "This message asks no question.", hint: "A question is a message posted with ask: {options}." });
  return JSON.parse(row.ask) as StoredAsk;
};

const stateOf = (ctx: Context, row: MessageRow): State => {
  askOf(row);
  const ask = askWire(ctx, row.ask ?? "", row.answer);
  return { state: ask.state, answer: ask.answer };
};
