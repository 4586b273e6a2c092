import type { SampleFileName } from "./files.ts";
import type { SessionName } from "./people.ts";

/** One message of the sample. `by` is a person's name, the session of an agent, or an agent that the server itself runs. */
export type Line = {
  /** Day of March 2026 and time, UTC: `27 09:14`. */
  at: string;
  by: string | { session: SessionName } | { resident: string };
  says: string;
  type?: "text" | "code" | "result" | "error" | "plan";
  /** A name under which others reply to it. */
  as?: string;
  to?: string;
  /** What it says since it was edited. */
  edited?: string;
  deleted?: true;
  /** It is the last that Benji has read in its channel. */
  read?: true;
  metadata?: Record<string, unknown>;
  files?: SampleFileName[];
  /** Each sign with the usernames of those who gave it. */
  reactions?: [emoji: string, ...users: string[]][];
  /** A question; `ended`: when its time was over. */
  ask?: { options: string[]; assignee?: string; ended?: string; answered?: { by: string; option: string; note?: string } };
  /** The resident that it is put to: what it answers stands below it, and no model is asked. */
  asks?: string;
  /** Who works on it, and until when. */
  claim?: { by: string; until: string };
};

/** `private`: who is in it beside Benji; `with`: a conversation of Benji's with these, named here alone. */
export type Room = { name: string; description: string; topic?: string; archived?: true; private?: string[]; with?: string[]; lines: Line[] };

/** A session of an agent, as one who speaks. */
export const of = (session: SessionName) => ({ session });
