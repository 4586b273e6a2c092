import type { Tx } from "../db/write.ts";
import { type Doer, record } from "./audit.ts";
import { retireUser } from "./service.ts";
import { loadUser, updateUser } from "./store.ts";

/** Brings a user whom the server itself keeps in line: active, and of this display name. Only what differs is changed and written down. */
export const keepUser = (tx: Tx, doer: Doer, user_no: number, display_name: string): void => {
  const user = loadUser(tx, user_no);
  if (!user || (user.deactivated_at === null && user.display_name === display_name)) return;
  updateUser(tx, user_no, { display_name, deactivated_at: null });
  tx.append({ kind: "user", channel_no: null, subject: user_no, actor_no: null });
  if (user.deactivated_at !== null) record(tx, doer, "user_reactivated", user.id);
  if (user.display_name !== display_name)
    record(tx, doer, "user_changed", user.id, { fields: ["display_name"], changes: { display_name: { from: user.display_name, to: display_name } } });
};

/** Deactivates a user whom the server keeps no longer; one that is deactivated already stays as it is. */
export const letUserGo = (tx: Tx, doer: Doer, user_no: number): void => {
  const user = loadUser(tx, user_no);
  if (user?.deactivated_at === null) retireUser(tx, doer, user);
};
