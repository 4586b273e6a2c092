import type { Channel } from "./api.ts";

/** How much of a channel calls me, and how much else in it is worth seeing. */
export type Attention = { unread: number; calls: number };

/** What of a channel concerns me, by what I want to be told of it: in a conversation every word is said to me. */
export const attentionOf = ({ unread, mentions, notify, visibility }: Pick<Channel, "unread" | "mentions" | "notify" | "visibility">): Attention => {
  if (notify === "none") return { unread: 0, calls: 0 };
  if (notify === "mentions") return { unread: 0, calls: mentions };
  return visibility === "direct" ? { unread: 0, calls: unread } : { unread, calls: mentions };
};
