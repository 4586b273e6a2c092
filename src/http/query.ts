import { t } from "elysia";
import { POLL_WAIT_SECONDS, SEQ_MAX } from "../limits.ts";

/** Query parameters that several routes share. */
export const Wait = t.Integer({ minimum: 0, maximum: POLL_WAIT_SECONDS, default: 0, description: "Seconds to wait when there is nothing yet" });
export const Cursor = t.Integer({ minimum: 0, maximum: SEQ_MAX, description: "The last seq you have seen" });
