import type { ServerWebSocket } from "bun";
import type { Credential } from "../accounts/credentials.ts";
import type { Channel } from "../channels/directory.ts";
import type { Project } from "../projects/directory.ts";
import type { Connection } from "./presence.ts";

/** What hangs on a socket. `ref` names the channel of `/ws/{channel}`, or the project of a console's socket; null on `/ws`. `cookie` is the page's session, when the page is our own. */
export type Socket = {
  transport: "feed";
  ref: string | null;
  /** Whether it hears a project's console; the project, once it is known who asks. */
  console: boolean;
  project: Project | null;
  cookie: string | null;
  state: "unknown" | "checking" | "catching" | "live" | "closed";
  /** Counts it out of the strangers. */
  known: () => void;
  /** When it is dropped unless it gets on: to say who it is, or to take the close frame. Milliseconds of `performance.now()`. */
  deadline: number;
  credential: Credential | null;
  channel: Channel | null;
  /** Channels of `/ws` that the client does not want to hear. */
  muted: Set<number> | null;
  frames: number;
  framesSince: number;
  presence: Connection | null;
  drained: (() => void) | null;
};

export type Feeding = ServerWebSocket<Socket>;

/** Close codes of the socket door; the reason says what to do. */
export const closes = {
  unauthorized: [4401, "sign in: the first frame is {type: auth, token}"],
  not_found: [4404, "no such channel or project, or hidden from you"],
  too_slow: [4408, "too slow: connect again with after_seq"],
  cursor_expired: [4410, "cursor expired: read the history again"],
  too_many_frames: [4429, "too many frames"],
  shutting_down: [1012, "restarting: connect again with after_seq"],
} as const;
