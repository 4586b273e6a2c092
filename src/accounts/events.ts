import type { EventKind } from "../feed/feed.ts";
import { userWire } from "./directory.ts";

export const accountEvents: Record<string, EventKind> = {
  /** Someone came, changed or was deactivated. */
  user: {
    apply: (ctx, row) => {
      ctx.users.reload(row.subject);
      ctx.credentials.forgetUser(row.subject);
    },
    render: (ctx, row) => {
      const user = ctx.users.byNo(row.subject);
      return user && userWire(user);
    },
  },
  /** A session or token of the user ended: nothing to show, but whatever leaned on it ends in this turn. */
  credential: {
    apply: (ctx, row) => ctx.credentials.forgetUser(row.subject),
    render: () => undefined,
  },
};
