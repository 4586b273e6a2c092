import type { Actor } from "../accounts/credentials.ts";

/**
 * In whose name something is done in a project, and by whose right. `right_no` is `user_no` but for who acts for another:
 * a resident agent does it in its own name, by the right of who asked it. `address`: where from, for the audit; left out for
 * what the server does by itself.
 */
export type Doer = { user_no: number; right_no: number; trigger: "person" | "agent" | "schedule"; via: Actor["via"] | "schedule"; address?: string };

/** A caller of the API as a doer. */
export const doerOf = ({ user, via, right_no, address }: Actor): Doer => ({
  user_no: user.no,
  right_no: right_no ?? user.no,
  trigger: user.role === "ape" ? "person" : "agent",
  via,
  address,
});
