import type { Actor } from "../accounts/credentials.ts";
import type { Context } from "../context.ts";
import { readBlob } from "../files/download.ts";
import { visibleFile } from "../files/service.ts";
import type { Retry } from "../idempotency/once.ts";
import type { Project } from "../projects/directory.ts";
import type { Buttons, Outgoing, Sender } from "./sender.ts";
import type { Chat } from "./service.ts";
import type { LinkRow } from "./store.ts";
import type { Watches } from "./watches.ts";

/** One update that is dealt with: who wrote it, and how to answer. */
export type Talk = {
  ctx: Context;
  sender: Sender;
  watches: Watches;
  chat: Chat;
  /** A key for what this update does, so that it is done once however often the update is dealt with; one for each `part`. */
  retry: (part?: string) => Retry;
  say: (html: string, buttons?: Buttons) => Promise<number>;
  /** Sends a file; a text that is too long for a message goes so. */
  send: (file: Outgoing, caption?: string) => Promise<void>;
  /** Fetches a file that was sent to the bot. */
  fetchFile: (file_id: string) => Promise<ReadableStream<Uint8Array>>;
};

/** As `Talk`, of a chat that is linked with an account. */
export type Linked = Talk & { actor: Actor; link: LinkRow };

/** As `Linked`, with the project that is chosen there. */
export type InProject = Linked & { project: Project };

/** A button that was pressed: what it says, on which message. */
export type Press = { data: string; message_id: number | null; done: (words?: string) => Promise<void> };

/** Whoever is linked with a chat as one who acts, with today's rights; null once deactivated. */
export const actorOf = (ctx: Context, link: LinkRow): Actor | null => {
  const user = ctx.users.byNo(link.user_no);
  if (!user || user.deactivated_at !== null) return null;
  const credential = { kind: "telegram" as const, id: link.id, user_no: user.no, expires: null, rate_limit: null };
  return { user, credential, via: "telegram", address: "telegram", seen: ctx.credentials.changes };
};

/** A text as a file. */
export const textFile = (name: string, text: string): Outgoing => ({ name, open: async () => new TextEncoder().encode(text) });

/** A file that a message carries. */
export const keptFile = (ctx: Context, actor: Actor, { id, name }: { id: string; name: string }): Outgoing => ({
  name,
  open: async () => {
    const body = await readBlob(ctx, visibleFile(ctx, ctx.db, actor, id).sha256, undefined, { file: id });
    return body instanceof Blob ? body.stream() : body;
  },
});
