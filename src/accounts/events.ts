import type { Tx } from "../db/write.ts";
import type { EventKind } from "../feed/feed.ts";
import type { Doer } from "./audit.ts";
import { userWire } from "./directory.ts";

/** Tells whatever leans on this user's credentials to look again; inside the transaction that ends one. */
export const credentialsChanged = (tx: Tx, doer: Doer, user_no: number): void => {
  tx.append({ kind: "credential", channel_no: null, subject: user_no, actor_no: doer.user?.no ?? null, user_no });
};

export const accountEvents: Record<string, EventKind> = {
  /** Someone came, changed or was deactivated. */
  user: {
    apply: (ctx, row) => {
      ctx.users.reload(row.subject);
      ctx.credentials.forgetUser(row.subject);
      if (ctx.users.byNo(row.subject)?.deactivated_at) ctx.feed.presence.drop(row.subject);
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
