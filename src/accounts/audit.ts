import { userInfo } from "node:os";
import type { Tx } from "../db/write.ts";
import type { Actor } from "./credentials.ts";
import { insertAudit } from "./store.ts";

/** Deeds that are written down, each with what its subject's id is of; null for deeds that have none. */
export const deeds = {
  login: "session",
  login_failed: "user",
  logout: "session",
  session_ended: "session",
  other_sessions_ended: "user",
  password_changed: "user",
  token_created: "token",
  token_revoked: "token",
  signature_refused: "token",
  telegram_linked: "user",
  telegram_unlinked: "user",
  telegram_refused: null,
  registered: "user",
  registration_failed: null,
  invite_created: "invite",
  invite_revoked: "invite",
  user_created: "user",
  user_changed: "user",
  user_deactivated: "user",
  user_reactivated: "user",
  channel_created: "channel",
  channel_changed: "channel",
  channel_archived: "channel",
  channel_unarchived: "channel",
  member_added: "channel",
  member_removed: "channel",
  webhook_created: "channel",
  webhook_changed: "channel",
  webhook_paused: "channel",
  webhook_ended: "channel",
  message_deleted: "message",
  message_deleted_by_admin: "message",
  answer_stopped_by_admin: "message",
  answer_retried_by_admin: "message",
  file_deleted: "file",
  project_created: "project",
  project_changed: "project",
  project_deleted: "project",
  project_secret_set: "project",
  project_secret_removed: "project",
  schedule_created: "project",
  schedule_changed: "project",
  schedule_deleted: "project",
  console_cleared: "project",
  run_started: "run",
  run_stopped: "run",
  imported: null,
  setting_changed: null,
  epoch_changed: null,
} as const;

export type Deed = keyof typeof deeds;

/** Who did it: someone signed in, nobody yet (a failed sign-in), or the operator at the machine. */
export type Doer = Pick<Actor, "address" | "operator"> & { user?: { no: number } };

/** The account on this machine that runs an operator's command, also behind sudo. */
const account = (): string => {
  const number = `uid ${process.getuid?.() ?? "unknown"}`;
  try {
    const { username } = userInfo();
    // What Bun says when the environment names nobody, as under some service managers.
    return process.env.SUDO_USER || (username === "unknown" ? number : username);
  } catch {
    return number;
  }
};

/** The operator's commands on the machine itself. */
export const operator = { address: "local", operator: account() } satisfies Doer;

/**
 * Writes a deed down in the transaction that does it. `subject` is an id; `details` never holds a secret. Who stands in
 * them is named by id: `user`, `channel`.
 */
export const record = (tx: Tx, doer: Doer, action: Deed, subject: string | null, details?: Record<string, unknown>): void => {
  // The operator acts with an admin's rights, not in an admin's name.
  const actor_no = doer.operator === undefined ? (doer.user?.no ?? null) : null;
  insertAudit(tx, { at: tx.now, actor_no, action, subject, address: doer.address, details: doer.operator === undefined ? details : { ...details, operator: doer.operator } });
};
