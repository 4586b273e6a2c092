import type { Channel } from "../channels/directory.ts";
import { canRead } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { USERNAME_CHARACTERS } from "../limits.ts";

/** Who a message calls: `names` as the wire shows them, `users` the numbers of those who are told. */
export type Mentions = { names: string[]; users: number[] };

const none: Mentions = { names: [], users: [] };
const named = /(?<![\w@./-])@([a-z0-9][a-z0-9._-]*)/gi;

/** `@here`: members with a live connection. `@channel`: all members. Neither can be a username. */
export const broadcasts = ["here", "channel"];

/**
 * Finds who is mentioned in `content`. Code is not talk: nothing in a code message, a fence or backticks calls anyone.
 * A name nobody has, or of someone who may not read the channel and is no agent of the server's own, is just text.
 */
export const findMentions = (ctx: Context, channel: Channel, type: string, content: string): Mentions => {
  if (type === "code" || !content.includes("@")) return none;
  const prose = withoutCode(content);
  const names = new Set<string>();
  const users = new Set<number>();
  for (const [, written = ""] of prose.matchAll(named)) {
    const name = resolve(ctx, written.toLowerCase());
    if (name === undefined) continue;
    if (broadcasts.includes(name)) {
      names.add(name);
      for (const user_no of channel.members) if (name === "channel" || ctx.feed.presence.isOnline(user_no)) users.add(user_no);
      continue;
    }
    const user = ctx.users.byUsername(name);
    if (!user || user.deactivated_at !== null) continue;
    // An agent of the server's own is called wherever one may write, and answers by the asker's right: it reads no inbox.
    const resident = ctx.residents.byNo(user.no) !== undefined;
    if (!resident && !canRead(channel, user.no)) continue;
    names.add(name);
    if (!resident) users.add(user.no);
  }
  return { names: [...names], users: [...users] };
};

/**
 * The text without its code, in one pass over the runs of backticks and tildes: a run is closed by the next of its
 * length, and an open fence of three or more at the start of a line reaches to the end.
 */
export const withoutCode = (text: string): string => {
  const runs = [...text.matchAll(/`+|~{3,}/g)];
  const closing: (number | undefined)[] = [];
  const nextOf = new Map<string, number>();
  for (let at = runs.length - 1; at >= 0; at--) {
    const run = runs[at]?.[0] ?? "";
    closing[at] = nextOf.get(run);
    nextOf.set(run, at);
  }
  let prose = "";
  let from = 0;
  for (let at = 0; at < runs.length; at++) {
    const run = runs[at];
    if (!run) break;
    const end = closing[at];
    const close = end === undefined ? undefined : runs[end];
    if (end !== undefined && close) {
      prose += `${text.slice(from, run.index)} `;
      from = close.index + close[0].length;
      at = end;
    } else if (run[0].length >= 3 && (run.index === 0 || text[run.index - 1] === "\n")) return prose + text.slice(from, run.index);
  }
  return prose + text.slice(from);
};

/** A name may be followed by full stops or dashes of the sentence, which usernames may hold too: the longest that exists wins. */
const resolve = (ctx: Context, written: string): string | undefined => {
  let shortest = written.length;
  while (shortest > 1 && /[._-]/.test(written.charAt(shortest - 1))) shortest--;
  for (let length = Math.min(written.length, USERNAME_CHARACTERS); length >= shortest; length--) {
    const name = written.slice(0, length);
    if (broadcasts.includes(name) || ctx.users.byUsername(name)) return name;
  }
  return undefined;
};
