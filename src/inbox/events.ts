import type { EventKind } from "../feed/feed.ts";
import { inboxMark } from "./store.ts";

export const inboxEvents: Record<string, EventKind> = {
  /** My inbox mark moved, on whichever device. Subject is the user's number. */
  inbox: { render: (ctx, row) => ({ seq: inboxMark(ctx.db, row.subject) }) },
};
