import type { Message, User } from "../api.ts";

export type Asked = NonNullable<Message["ask"]>;

/** Whether a question's time is over. `now`: milliseconds since 1970. */
export const isOver = ({ expires_at }: Asked, now: number): boolean => expires_at !== null && Date.parse(expires_at) <= now;

/** Why somebody may not answer, in words; null for whom it waits. */
export const whyNot = ({ assignee }: Asked, me: Pick<User, "username" | "role"> | null): string | null => {
  if (assignee !== null) return assignee === me?.username ? null : `Only @${assignee} may answer.`;
  return me?.role === "ape" ? null : "A person answers this.";
};
