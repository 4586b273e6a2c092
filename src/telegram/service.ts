import type { Static } from "@sinclair/typebox";
import { record } from "../accounts/audit.ts";
import { type Actor, secretHash } from "../accounts/credentials.ts";
import { credentialsChanged } from "../accounts/events.ts";
import { randomText } from "../accounts/passwords.ts";
import { endTelegram } from "../accounts/service.ts";
import { actorNow } from "../accounts/standing.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { longPoll } from "../feed/poll.ts";
import { type Once, type Retry, writeOnce } from "../idempotency/once.ts";
import { newId } from "../ids.ts";
import { TELEGRAM_CODE_LETTERS, TELEGRAM_CODE_LIFE } from "../limits.ts";
import type { CodeMade, Link, SettingsChange, Telegram, Verdict } from "./model.ts";
import { standingOf } from "./standing.ts";
import { findCode, type LinkRow, linkOfChat, linkOfUser, putCode, putLink, updateLink, useCode } from "./store.ts";

/** Who writes to the bot: a private chat's number, and what its owner is called in Telegram. */
export type Chat = { id: number; name: string; username: string | null };

/** What came of a code that was shown to the bot. `before`: the chat that this user's link was to, which it is no more. */
export type Linking = { state: "linked"; user_no: number; before: number | null } | { state: "wrong" } | { state: "taken"; user_no: number };

/** How Telegram stands for `actor`: the server's bot, and their link. */
export const readTelegram = (ctx: Context, actor: Pick<Actor, "user">): Static<typeof Telegram> => {
  const { username, problem } = standingOf(ctx);
  return { bot: username, problem, link: linkWire(ctx, linkOfUser(ctx.db, actor.user.no)) };
};

const linkWire = (ctx: Context, row: LinkRow | undefined): Static<typeof Link> | null => {
  if (!row) return null;
  const { name, username, linked_at, project_no, away_at, mentions, direct, questions, runs } = row;
  const project = project_no === null ? null : (ctx.projects.byNo(project_no)?.slug ?? null);
  return { name, username, linked_at, project, away: away_at !== null, settings: { mentions, direct, questions, runs } };
};

/** Makes a code that links the Telegram account which shows it to the bot; the one before is good no more. @throws AppError `telegram_unavailable` */
export const makeCode = async (ctx: Context, actor: Actor, retry: Retry): Promise<Once<Static<typeof CodeMade>>> => {
  const { username, problem } = standingOf(ctx);
  if (username === null) throw new AppError("telegram_unavailable", problem === null ? {} : { message: `The Telegram bot does not work: ${problem}` });
  const code = randomText(TELEGRAM_CODE_LETTERS);
  return writeOnce(ctx, actor, retry, (tx) => {
    actorNow(ctx, actor);
    const expires_at = new Date(Date.parse(tx.now) + TELEGRAM_CODE_LIFE).toISOString();
    putCode(tx, { user_no: actor.user.no, hash: secretHash(code), expires_at });
    return { answer: { code, expires_at, bot: username, url: `https://t.me/${username}?start=${code}` } };
  });
};

/** A code as it is kept, however it was typed. */
const hashOf = (code: string): string => secretHash(code.toLowerCase().replace(/[^a-z0-9]/g, ""));

/** How it stands with a code of `actor`'s: waits up to `wait` seconds until it was used. @throws AppError as `longPoll` */
export const verifyCode = (ctx: Context, actor: Actor, code: string, wait = 0, signal: AbortSignal): Promise<Static<typeof Verdict>> =>
  longPoll<Static<typeof Verdict>>(ctx, actor, [], wait, signal, () => {
    const row = findCode(ctx.db, hashOf(code));
    if (row?.user_no !== actor.user.no) return { found: true, answer: { state: "expired", link: null } };
    if (row.chat_id === null) {
      const over = row.expires_at <= ctx.clock().toISOString();
      return { found: over, answer: { state: over ? "expired" : "waiting", link: null } };
    }
    const link = linkOfUser(ctx.db, actor.user.no);
    return { found: true, answer: link?.chat_id === row.chat_id ? { state: "linked", link: linkWire(ctx, link) } : { state: "expired", link: null } };
  });

/** Links a chat with the user whose code it showed. The same code from the same chat is told as if it were the first time. */
export const linkChat = (ctx: Context, chat: Chat, code: string): Promise<Linking> =>
  ctx.write((tx) => {
    const row = findCode(tx, hashOf(code));
    const user = row && ctx.users.byNo(row.user_no);
    const good = row && (row.chat_id === null ? row.expires_at > tx.now : row.chat_id === chat.id);
    if (!row || !good || !user || user.deactivated_at !== null) {
      record(tx, { address: "telegram" }, "telegram_refused", null, { chat: chat.id });
      return { state: "wrong" };
    }
    const there = linkOfChat(tx, chat.id);
    if (there && there.user_no !== user.no) return { state: "taken", user_no: there.user_no };
    const before = linkOfUser(tx, user.no)?.chat_id ?? null;
    if (before === chat.id && row.chat_id !== null) return { state: "linked", user_no: user.no, before: null };
    putLink(tx, { user_no: user.no, id: newId(), chat_id: chat.id, name: chat.name, username: chat.username, linked_at: tx.now, cursor: tx.nextSeq() - 1 });
    useCode(tx, user.no, chat.id);
    const doer = { user, address: "telegram" };
    credentialsChanged(tx, doer, user.no);
    record(tx, doer, "telegram_linked", user.id, { name: chat.name, username: chat.username });
    return { state: "linked", user_no: user.no, before: before === chat.id ? null : before };
  });

/** Ends the link of `actor`'s Telegram at once; there being none is as good. */
export const unlink = (ctx: Context, actor: Actor): Promise<void> =>
  ctx.write((tx) => {
    if (!endTelegram(tx, actor.user.no)) return;
    credentialsChanged(tx, actor, actor.user.no);
    record(tx, actor, "telegram_unlinked", actor.user.id);
  });

/** Changes what `actor` is told in Telegram; what was said before stays untold or told. @throws AppError `not_found` without a link */
export const changeSettings = async (ctx: Context, actor: Actor, change: Static<typeof SettingsChange>): Promise<Static<typeof Link>> => {
  await ctx.write((tx) => {
    if (linkOfUser(tx, actor.user.no)) updateLink(tx, actor.user.no, change);
  });
  const link = linkWire(ctx, linkOfUser(ctx.db, actor.user.no));
  if (!link) throw new AppError("not_found", { message: "Your account is not linked with Telegram.", hint: "POST /api/auth/telegram/link gives a code; show it to the bot." });
  return link;
};
