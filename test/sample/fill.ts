import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { Colony } from "../colony.ts";
import { upload } from "../files.ts";
import { among, statuses } from "./among.ts";
import { asked } from "./asked.ts";
import { sampleFiles } from "./files.ts";
import type { Line, Room } from "./lines.ts";
import { people, sessions } from "./people.ts";
import { spend } from "./spent.ts";
import { together } from "./together.ts";
import { training } from "./training.ts";
import { rooms } from "./work.ts";

/** The moment at which the sample is looked at. */
export const NOW = "2026-03-29T16:42:00.000Z";

/** The one who looks: reads all, may administer, and has been away since yesterday. */
export const BENJI = { username: "benji", password: "password of benji" };

const momentOf = (at: string): string => `2026-03-${at.replace(" ", "T")}:00.000Z`;

type Posted = { id: string; seq: number; channel: string; line: Line; token: string };

/** Who posts a line. What a resident says is posted by an agent, for a resident has no token, and is made its own afterwards. */
const posterOf = ({ by }: Line): { username: string; metadata?: Record<string, unknown> } => {
  if (typeof by === "string") return { username: by };
  if ("resident" in by) return { username: "ci", metadata: {} };
  return { username: sessions[by.session].by, metadata: sessions[by.session].metadata };
};

/** What a line says when it is posted: nobody is called who would answer. */
const saidAt = ({ says, asks }: Line): string => (asks ? says.replace(`@${asks}`, asks) : says);

/**
 * Puts days of a small company's talk into an empty Colony, then sets every time to what it is in the story; the server is restarted for that.
 * @returns the ids of the messages that have a name in the sample, and of its conversations
 */
export const fill = async (colony: Colony): Promise<Map<string, string>> => {
  const tokens = new Map<string, string>();
  for (const { username, role, ...more } of people) tokens.set(username, await colony.user(username, role, more));
  const benji = tokens.get(BENJI.username) ?? "";
  const all: Room[] = [];
  const ids = new Map<string, string>();
  for (const room of [training, ...rooms, asked, ...among, ...together]) {
    const name = await make(colony, room, benji);
    all.push({ ...room, name });
    ids.set(room.name, name);
  }
  await done(colony.post("/api/projects", { name: "Loss plots", description: "The loss of every run, drawn", template: "python" }, { token: benji }));
  const posted = await postAll(colony, all, tokens);
  for (const [username, body] of statuses) await done(colony.call("PUT", "/api/me/status", { token: tokens.get(username), body }));
  for (const { id, channel, line, token } of posted) {
    const path = `/api/channels/${channel}/messages/${id}`;
    if (line.edited !== undefined) await done(colony.call("PATCH", path, { token, body: { content: line.edited } }));
    await work(colony, path, line, tokens);
    if (line.deleted) await done(colony.call("DELETE", path, { token }));
  }
  for (const { seq, channel, line } of posted) if (line.read) await done(colony.call("PUT", `/api/channels/${channel}/read`, { token: benji, body: { seq } }));
  for (const name of ["laptop", "rig-02 (cron)"]) await done(colony.post("/api/auth/token", { name, expires_in_days: 365 }, { token: benji }));
  for (const { name, archived } of all) if (archived) await done(colony.call("DELETE", `/api/channels/${name}`));
  await colony.stop();
  setTimes(colony.data, posted);
  await colony.run();
  for (const { id, line } of posted) if (line.as) ids.set(line.as, id);
  return ids;
};

const done = async (asked: Promise<{ status: number; text: string }>): Promise<void> => {
  const { status, text } = await asked;
  if (status >= 400) throw new Error(`The sample was not taken: ${status} ${text}`);
};

/** What others did with a message. */
const work = async (colony: Colony, path: string, { reactions = [], ask, claim }: Line, tokens: Map<string, string>): Promise<void> => {
  for (const [emoji, ...users] of reactions)
    for (const username of users) await done(colony.call("PUT", `${path}/reactions/${encodeURIComponent(emoji)}`, { token: tokens.get(username) }));
  if (claim) await done(colony.post(`${path}/claim`, { ttl_seconds: 3_600 }, { token: tokens.get(claim.by) }));
  if (!ask?.answered) return;
  const { by, ...answer } = ask.answered;
  await done(colony.post(`${path}/answer`, answer, { token: tokens.get(by) }));
};

/** @returns what the channel is called in addresses: its name, a conversation's id */
const make = async (colony: Colony, { name, description, topic, private: members, with: users }: Room, benji: string): Promise<string> => {
  if (users) {
    const { status, body, text } = await colony.post("/api/dms/conversations", { users }, { token: benji });
    await done(Promise.resolve({ status, text }));
    return body.id;
  }
  const facts = { name, description, topic };
  if (name === "general") await done(colony.call("PATCH", "/api/channels/general", { body: { description } }));
  else if (members) await done(colony.post("/api/channels", { ...facts, visibility: "private", members }, { token: benji }));
  else await done(colony.post("/api/channels", facts));
  return name;
};

/** Posts the lines of all channels in the order of their times, so that the number line tells the same story. */
const postAll = async (colony: Colony, all: Room[], tokens: Map<string, string>): Promise<Posted[]> => {
  const lines = all.flatMap(({ name, lines }) => lines.map((line) => ({ channel: name, line }))).sort((a, b) => a.line.at.localeCompare(b.line.at));
  const named = new Map<string, string>();
  const posted: Posted[] = [];
  for (const { channel, line } of lines) {
    const { username, metadata } = posterOf(line);
    const token = tokens.get(username) ?? "";
    const files = await Promise.all((line.files ?? []).map(async (file) => upload(colony, sampleFiles[file].bytes, sampleFiles[file].name, token)));
    const more = {
      type: line.type,
      metadata: metadata && { ...metadata, ...line.metadata },
      reply_to: line.to && named.get(line.to),
      ...(files.length > 0 && { attachments: files.map(({ id }) => id) }),
      ...(line.ask && { ask: { options: line.ask.options, assignee: line.ask.assignee } }),
    };
    const { id, seq } = await colony.say(channel, saidAt(line), more, token);
    if (line.as) named.set(line.as, id);
    posted.push({ id, seq, channel, line, token });
  }
  return posted;
};

/** Each change of a message came some minutes after it; people, channels and tokens are as old as the story. */
const setTimes = (data: string, posted: Posted[]): void => {
  const database = new Database(join(data, "colony.db"));
  const begin = momentOf("01 08:00");
  const change = database.query(
    "UPDATE messages SET created_at = ?1, changed_at = ?1, updated_at = iif(updated_at IS NULL, NULL, ?2), deleted_at = iif(deleted_at IS NULL, NULL, ?2) WHERE id = ?3",
  );
  const answered = database.query("UPDATE messages SET answer = json_set(answer, '$.at', ?1) WHERE id = ?2 AND answer IS NOT NULL");
  const ended = database.query("UPDATE messages SET ask = json_set(ask, '$.expires_at', ?1) WHERE id = ?2");
  const calls = database.query("UPDATE messages SET content = ?, mentions = ? WHERE id = ?");
  const saidBy = database.query("UPDATE messages SET user_no = (SELECT no FROM users WHERE username = ?), via = 'resident' WHERE id = ?");
  const claimed = database.query("UPDATE messages SET claimed_until = ?1 WHERE id = ?2");
  database.transaction(() => {
    for (const { id, line } of posted) {
      const at = momentOf(line.at);
      const later = new Date(Date.parse(at) + 7 * 60_000).toISOString();
      change.run(at, later, id);
      answered.run(later, id);
      if (line.asks) calls.run(line.says, JSON.stringify([line.asks]), id);
      if (typeof line.by === "object" && "resident" in line.by) saidBy.run(line.by.resident, id);
      if (line.ask?.ended) ended.run(momentOf(line.ask.ended), id);
      // The server's clock is not the story's: it holds until long after, and looks as if until then.
      if (line.claim) claimed.run(momentOf(line.claim.until).replace("2026", "2126"), id);
    }
    spend(database, NOW);
    database.run("UPDATE users SET created_at = ?", [begin]);
    database.run("UPDATE channels SET created_at = ?1, archived_at = iif(archived_at IS NULL, NULL, ?2)", [begin, momentOf("03 09:00")]);
    database.run("UPDATE tokens SET created_at = ?1, last_used_at = iif(last_used_at IS NULL, NULL, ?2), expires_at = iif(expires_at IS NULL, NULL, '2027-03-01T08:00:00.000Z')", [
      begin,
      momentOf("29 15:20"),
    ]);
    database.run("UPDATE sessions SET created_at = ?", [momentOf("29 08:10")]);
  })();
  database.close();
};
