import type { Tx } from "../db/write.ts";
import type { Actor } from "./credentials.ts";
import { insertAudit } from "./store.ts";

/** Deeds that are written down. */
export type Deed =
  | "login"
  | "login_failed"
  | "logout"
  | "session_ended"
  | "other_sessions_ended"
  | "password_changed"
  | "token_created"
  | "token_revoked"
  | "signature_refused"
  | "registered"
  | "registration_failed"
  | "invite_created"
  | "invite_revoked"
  | "user_created"
  | "user_changed"
  | "user_deactivated"
  | "channel_created"
  | "channel_changed"
  | "member_added"
  | "member_removed"
  | "channel_archived"
  | "channel_unarchived"
  | "message_deleted_by_admin"
  | "epoch_changed";

/** Who did it: someone signed in, or nobody yet (a failed sign-in, the operator at the machine). */
export type Doer = Pick<Actor, "address"> & { user?: { no: number } };

/** The operator's commands on the machine itself. */
export const operator: Doer = { address: "local" };

/** Writes a deed down in the transaction that does it. `subject` is an id; `details` never holds a secret. */
export const record = (tx: Tx, doer: Doer, action: Deed, subject: string | null, details?: Record<string, unknown>): void => {
  insertAudit(tx, { at: tx.now, actor_no: doer.user?.no ?? null, action, subject, address: doer.address, details });
};
