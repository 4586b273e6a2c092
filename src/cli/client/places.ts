import { CommandError, EXIT } from "../failure.ts";
import type { Shared } from "./command.ts";
import { colour, isTerminal, say } from "./say.ts";
import { openServer } from "./server.ts";
import { bare, channelName } from "./talk.ts";

type Channel = { name: string | null; visibility: string; topic: string; description: string; archived_at: string | null; unread: number; mentions: number; member: boolean };
type User = { id: string; username: string; display_name: string; role: string; job: string | null; deactivated_at: string | null };
type Standing = { user_id: string; presence: string; status: { state: string; text: string | null } | null };

/** The channels one sees, conversations aside; archived ones where they are asked for. */
export const listChannels = async (options: Shared & { archived?: boolean }): Promise<void> => {
  const channels = await openServer(options).signedIn().call<Channel[]>("GET", "/api/channels");
  if (options.json) {
    say.json(channels);
    return;
  }
  say.table(
    ["CHANNEL", "UNREAD", "MENTIONS", "", "TOPIC"],
    channels
      .filter(({ archived_at, name }) => name !== null && (options.archived || archived_at === null))
      .map(({ archived_at, description, mentions, name, topic, unread, visibility }) => [
        name,
        unread || (isTerminal() ? "" : 0),
        mentions || (isTerminal() ? "" : 0),
        archived_at !== null ? "archived" : visibility === "private" ? "private" : "",
        topic || description,
      ]),
    [colour.bold, colour.bold, colour.yellow, colour.dim],
  );
};

export type NewChannel = Shared & { private?: boolean; topic?: string; member?: string[] };

export const createChannel = async (name: string, options: NewChannel): Promise<void> => {
  const body = { name: channelName(name), topic: options.topic, ...(options.private && { visibility: "private" }), members: options.member?.map(bare) };
  const made = await openServer(options).signedIn().call<Channel>("POST", "/api/channels", { body });
  if (options.json) say.json(made);
  else if (isTerminal()) say.line(`${colour.green("✓")} #${made.name} is there: colony post ${made.name} hello`);
  else say.line(made.name ?? "");
};

/** Joins or leaves a channel, or archives it. */
export const moveChannel = async (name: string, how: "join" | "leave" | "archive", options: Shared): Promise<void> => {
  const path = `/api/channels/${encodeURIComponent(channelName(name))}`;
  const server = openServer(options).signedIn();
  const answer = await (how === "archive" ? server.call("DELETE", path) : server.call("POST", `${path}/${how}`));
  if (options.json && answer !== undefined) say.json(answer);
  else if (isTerminal()) say.line(`${colour.green("✓")} ${{ join: "Joined", leave: "Left", archive: "Archived" }[how]} #${channelName(name)}`);
};

/** Everyone, and who is here. */
export const listUsers = async (options: Shared & { here?: boolean }): Promise<void> => {
  const server = openServer(options).signedIn();
  const users = await server.call<User[]>("GET", "/api/users");
  if (options.json && options.here) throw new CommandError("--here chooses from the table: leave --json out.", EXIT.usage);
  if (options.json) {
    say.json(users);
    return;
  }
  const standing = new Map((await server.call<Standing[]>("GET", "/api/presence")).map((one) => [one.user_id, one]));
  say.table(
    ["USER", "ROLE", "HERE", "NAME", "AT"],
    users
      .filter(({ deactivated_at, id }) => deactivated_at === null && (!options.here || standing.get(id)?.presence === "online"))
      .map(({ display_name, id, job, role, username }) => {
        const { presence, status } = standing.get(id) ?? {};
        return [username, role, presence ?? (isTerminal() ? "" : "offline"), display_name, status ? `${status.state}${status.text ? `: ${status.text}` : ""}` : (job ?? "")];
      }),
    [colour.bold, (role) => (role.trim() === "agent" ? colour.cyan(role) : role), colour.green],
  );
};
