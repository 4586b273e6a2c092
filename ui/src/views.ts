import type { Message } from "./api.ts";
import { type Filter, isFiltering, noFilter } from "./route.ts";

/** What a timeline shows: a channel, or those of its messages that a filter lets through. `thread`: a message, what it answers and all that answers it. */
export type View = Filter & { channel_id: string; thread?: string };

/** All of a channel. */
export const wholeOf = (channel_id: string): View => ({ ...noFilter, channel_id });

/** The thread of a message. */
export const threadOf = (channel_id: string, thread: string): View & { thread: string } => ({ ...wholeOf(channel_id), thread });

/** A view's name among the timelines at hand; of a whole channel, its id. */
export const keyOf = ({ channel_id, types, user, session, thread }: View): string => {
  if (thread !== undefined) return JSON.stringify([channel_id, thread]);
  return isFiltering({ types, user, session }) ? JSON.stringify([channel_id, types.join(","), user, session]) : channel_id;
};

/** Whether a view shows a message, by the rule of the server's own filters. */
export const shows = ({ types, user, session }: View, message: Message): boolean =>
  (types.length === 0 || types.includes(message.type)) &&
  (user === null || user === message.user.username || user === message.user.id) &&
  (session === null || message.metadata?.session_id === session);
