import type { Tx } from "../db/write.ts";
import { newId } from "../ids.ts";
import { setMeta } from "./store.ts";

/** Gives the database's life a new name, at its first start and after a restore: cursors of another life are refused. */
export const beginEpoch = (tx: Pick<Tx, "raw">): void => setMeta(tx, "epoch", newId());
