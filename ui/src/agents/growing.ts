import type { Message } from "../api.ts";

type Said = Pick<Message, "via" | "metadata" | "deleted_at">;

/** Whether a message was said by an agent that the server runs: that it is, is the server's word, and never what a message says of itself. */
export const isAnswer = ({ via }: Pick<Message, "via">): boolean => via === "resident";

/** Whether it is still being written. */
export const isGrowing = ({ via, metadata, deleted_at }: Said): boolean => via === "resident" && deleted_at === null && metadata?.streaming === true;
