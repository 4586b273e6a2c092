import { expect, test } from "bun:test";
import { join } from "node:path";
import { Colony, command, until } from "./colony.ts";
import { send } from "./files.ts";
import { channelsOf, type Known, messagesKnown, readChannel, standingKnown } from "./knowing.ts";
import { say } from "./modelacts.ts";
import { Models } from "./models.ts";
import { readRows } from "./people.ts";
import { exported, packed, said, ts } from "./slackexport.ts";
import { overPoll, overSince, overSocket, overStream } from "./transports.ts";

const OPERATIONS = 2_000;
const SEED = Number(process.env.COLONY_TEST_SEED ?? Date.now() % 1_000_000);

/** Mulberry32: the same seed gives the same run, so that a failure can be seen again. */
const randomFrom = (seed: number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** The kinds of event that the features declare; what ends a credential is told to nobody. */
const declaredKinds = async (): Promise<string[]> => {
  const files = [...new Bun.Glob("src/*/events.ts").scanSync(join(import.meta.dir, ".."))].filter((file) => !file.startsWith("src/feed/"));
  const features = await Promise.all(files.map((file) => import(join("..", file))));
  const kinds = features.flatMap((feature) => Object.entries(feature).flatMap(([name, declared]) => (name.endsWith("Events") ? Object.keys(declared as object) : [])));
  return kinds.filter((kind) => kind !== "credential").toSorted();
};

type User = { token: string; id: string; username: string };
type Posted = { id: string; channel: string; author: User };

/** Random changes of every kind by random people. What is refused is refused: a race may have taken its ground away. */
const operations = (colony: Colony, users: User[], random: () => number) => {
  const pick = <T>(list: T[]): T => list[Math.floor(random() * list.length)] as T;
  const chance = (part: number) => random() < part;
  const anyone = () => pick(users);
  const channels: string[] = ["general"];
  const talks: string[] = [];
  const rooms: { id: string; maker: User }[] = [];
  const posted: Posted[] = [];
  const questions: Posted[] = [];
  const asked: Posted[] = [];
  const files: { id: string; owner: User }[] = [];
  const somewhere = () => pick([pick(channels), pick(channels), rooms.length > 0 ? pick(rooms).id : "general", talks.length > 0 ? pick(talks) : "general"]);
  const pathOf = ({ channel, id }: Posted) => `/api/channels/${channel}/messages/${id}`;
  const onMessage = (act: (message: Posted, user: User) => Promise<unknown>) => () => (posted.length > 0 ? act(pick(posted), anyone()) : Promise.resolve());

  const keep = (body: { id: string; channel_id: string; ask: unknown }, author: User) => {
    const message = { id: body.id, channel: body.channel_id, author };
    posted.push(message);
    if (body.ask) questions.push(message);
  };
  const words = () => `${pick(["hello", "@user1 look", "`@user2`", "🐜 émoji", "*md*", "\u202Ebidi", "line\nline", "@channel all"])} ${random()}`;
  const post = async () => {
    const user = anyone();
    const parent = chance(0.3) && posted.length > 0 ? pick(posted) : undefined;
    const channel = parent?.channel ?? somewhere();
    const file = chance(0.15) ? files.pop() : undefined;
    const { status, body } = await colony.post(
      `/api/channels/${channel}/messages`,
      {
        content: words(),
        type: pick(["text", "code", "result", "error", "plan"]),
        ...(parent && chance(0.7) && { reply_to: parent.id }),
        ...(parent && chance(0.3) && { caused_by: parent.id }),
        ...(chance(0.2) && { ask: { options: ["yes", "no"], ...(chance(0.3) && { assignee: anyone().username }) } }),
        ...(chance(0.5) && { metadata: { session_id: `s${Math.floor(random() * 9)}`, n: random() } }),
        ...(file?.owner === user && { attachments: [file.id] }),
      },
      { token: user.token },
    );
    if (status === 201) keep(body, user);
  };
  const talk = async () => {
    const user = anyone();
    const { status, body } = await colony.post("/api/dms", { users: [anyone().username, anyone().username], content: words() }, { token: user.token });
    if (status !== 201) return;
    keep(body, user);
    if (!talks.includes(body.channel_id)) talks.push(body.channel_id);
  };
  const make = async () => {
    const visibility = chance(0.5) ? "private" : "public";
    const body = { name: `c${Math.floor(random() * 1e9)}`, visibility, ...(visibility === "private" && { members: [anyone().username] }) };
    const maker = anyone();
    const made = await colony.post("/api/channels", body, { token: maker.token });
    if (made.status !== 201) return;
    if (visibility === "public") channels.push(made.body.id);
    else rooms.push({ id: made.body.id, maker });
  };
  const projects: { id: string; maker: User }[] = [];
  const found = async () => {
    const maker = anyone();
    const visibility = chance(0.5) ? "private" : "public";
    const { status, body } = await colony.post("/api/projects", { name: `p${Math.floor(random() * 1e9)}`, visibility }, { token: maker.token });
    if (status !== 201) return;
    projects.push({ id: body.id, maker });
    if (visibility === "public") channels.push(body.channel_id);
    else rooms.push({ id: body.channel_id, maker });
  };
  const tend = async () => {
    if (projects.length === 0) return;
    const { id, maker } = pick(projects);
    if (chance(0.2)) await call("DELETE", `/api/projects/${id}`, maker);
    else await call("PATCH", `/api/projects/${id}`, maker, { description: `what for ${random()}` });
  };
  const write = async () => {
    if (projects.length === 0) return;
    const path = `/api/projects/${pick(projects).id}/files/${pick(["a", "b/c", "b/d"])}`;
    if (chance(0.3)) await call("DELETE", path, anyone());
    else await call("PUT", path, anyone(), { content: `${random()}` });
  };
  const schedules: string[] = [];
  /** Makes, changes, runs or deletes a schedule. */
  const plan = async () => {
    if (projects.length === 0) return;
    const path = `/api/projects/${pick(projects).id}/schedules`;
    const one = schedules.length > 0 ? pick(schedules) : undefined;
    if (one && chance(0.2)) await call("DELETE", one, anyone());
    else if (one && chance(0.5)) await call("PUT", one, anyone(), pick([{ enabled: false }, { enabled: true }, { name: `s${random()}` }, { cron: "0 7 1 1 *" }]));
    else {
      const { status, body } = await call("POST", path, anyone(), { name: "report", cron: "0 9 1 1 *", command: "exit 0", enabled: chance(0.8) });
      if (status === 201) schedules.push(`${path}/${body.id}`);
    }
  };
  /** Runs something that changes files, perhaps, and may be stopped before its end. */
  const run = async () => {
    if (projects.length === 0) return;
    const [at, user] = [`/api/projects/${pick(projects).id}`, anyone()];
    const { status, body } = await call("POST", `${at}/container/execute`, user, { command: pick(["echo $$ > a", "exit 3", "sleep 0.3; echo $$ > b/e"]) });
    if (status === 202 && chance(0.3)) await call("POST", `${at}/runs/${body.id}/stop`, anyone());
  };
  const upload = async () => {
    const owner = anyone();
    const { status, body } = await send(colony, `bytes ${random()}`, "random.txt", { token: owner.token });
    if (status === 201) files.push({ id: body.id, owner });
  };
  /** Takes away a file that a message carries. */
  const dropFile = async ({ channel, id, author: { token } }: Posted) => {
    const { body } = await colony.get(`/api/channels/${channel}/messages/${id}`, { token });
    for (const file of body.attachments ?? []) await colony.call("DELETE", `/api/files/${file.id}`, { token });
  };
  const mark = async ({ token }: User) => {
    const channel = somewhere();
    const { status, body } = await colony.get(`/api/channels/${channel}`, { token });
    if (status === 200) await colony.call("PUT", `/api/channels/${channel}/read`, { token, body: { seq: Math.floor(random() * body.last_seq) } });
  };
  const setInbox = async ({ token }: User) => {
    const { body } = await colony.get("/api/events", { token });
    await colony.call("PUT", "/api/inbox", { token, body: { seq: Math.floor(random() * body.head_seq) } });
  };
  /** Asks a resident agent, whose answer grows while all else goes on. */
  const ask = async () => {
    const user = anyone();
    const { status, body } = chance(0.3)
      ? await colony.post("/api/dms", { user: "grimlock", content: words() }, { token: user.token })
      : await colony.post(`/api/channels/${somewhere()}/messages`, { content: `@grimlock ${words()}` }, { token: user.token });
    if (status !== 201) return;
    keep(body, user);
    asked.push({ id: body.id, channel: body.channel_id, author: user });
  };
  /** Gives an agent's answer an order, or takes the answer away. */
  const meddle = async () => {
    if (asked.length === 0) return;
    const { channel, id, author } = pick(asked);
    const { body } = await colony.get(`/api/channels/${channel}/messages/${id}/thread`, { token: author.token });
    const answer = Array.isArray(body) ? body.find(({ via, reply_to }: any) => via === "resident" && reply_to === id) : undefined;
    if (answer && chance(0.3)) await call("DELETE", `/api/channels/${channel}/messages/${answer.id}`, users[0] as User);
    else if (answer) await call("POST", `/api/agents/grimlock/${pick(["stop", "retry"])}`, author, { message_id: id });
  };
  const emoji = () => encodeURIComponent(pick(["👍", "🎉", "❤️"]));
  const call = (method: string, path: string, { token }: User, body?: unknown) => colony.call(method, path, { token, body });
  const inRoom = (act: (room: string, maker: User) => Promise<unknown>) => async () => {
    if (rooms.length === 0) return;
    const { id, maker } = pick(rooms);
    await act(id, maker);
  };
  const onChannel = (act: (channel: string, user: User) => Promise<unknown>) => () => act(somewhere(), anyone());

  /** How often each happens, beside the others. */
  const deeds: [number, () => Promise<unknown>][] = [
    [35, post],
    [8, talk],
    [12, onMessage((message) => call("PATCH", pathOf(message), message.author, { content: `edited ${random()} @user3`, ...(chance(0.3) && { metadata: null }) }))],
    [6, onMessage((message) => call("DELETE", pathOf(message), chance(0.3) ? (users[0] as User) : message.author))],
    [12, onMessage((message, user) => call(chance(0.7) ? "PUT" : "DELETE", `${pathOf(message)}/reactions/${emoji()}`, user))],
    [6, onMessage((message, user) => call("POST", `${pathOf(message)}/claim`, user, { ttl_seconds: 3_600 }))],
    [3, onMessage((message, user) => call("DELETE", `${pathOf(message)}/claim`, user))],
    [4, onMessage((message, user) => call(chance(0.7) ? "PUT" : "DELETE", `${pathOf(message)}/pin`, user))],
    [8, () => (questions.length > 0 ? call("POST", `${pathOf(pick(questions))}/answer`, anyone(), { option: pick(["yes", "no"]), note: words() }) : Promise.resolve())],
    [6, ask],
    [6, meddle],
    [4, upload],
    [4, onMessage(dropFile)],
    [3, make],
    [2, found],
    [3, tend],
    [5, write],
    [5, run],
    [5, plan],
    [10, inRoom((room, maker) => call("POST", `/api/channels/${room}/members`, maker, { user: anyone().username }))],
    [6, inRoom((room, maker) => call("DELETE", `/api/channels/${room}/members/${anyone().username}`, maker))],
    [4, onChannel((channel, user) => call("POST", `/api/channels/${channel}/members`, user, { user: anyone().username }))],
    [6, onChannel((channel, user) => call("POST", `/api/channels/${channel}/${pick(["join", "leave"])}`, user))],
    [6, () => mark(anyone())],
    [4, onChannel((channel, user) => call("PUT", `/api/channels/${channel}/notify`, user, { notify: pick(["all", "mentions", "none"]) }))],
    [3, () => setInbox(anyone())],
    [3, onChannel((channel, user) => call("PATCH", `/api/channels/${channel}`, user, { topic: `topic ${random()}` }))],
    [1, () => (channels.length > 6 ? onChannel((channel, user) => call("DELETE", `/api/channels/${channel}`, user))() : Promise.resolve())],
    [2, () => call("PATCH", `/api/users/user${1 + Math.floor(random() * 5)}`, users[0] as User, { display_name: `Name ${random()}` })],
  ];
  const total = deeds.reduce((sum, [weight]) => sum + weight, 0);
  return async (): Promise<void> => {
    let dice = random() * total;
    for (const [weight, deed] of deeds) {
      dice -= weight;
      if (dice < 0) return void (await deed());
    }
  };
};

/** Imports an export in which user1 and user2 had part, beside the server. */
const bring = async (colony: Colony, more: unknown[]): Promise<void> => {
  const { code, err } = await command(["import", "slack", packed(exported(more)), "--data", colony.data, "--map", "benji=user1", "--map", "U2=user2"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
};

test(`clients fed by four transports through random disconnects and a crash know what a fresh read with their user's rights shows (seed ${SEED})`, async () => {
  const random = randomFrom(SEED);
  const models = await Models.start();
  models.answer(() => say(`an answer ${Math.random()} that grows for a while`, { pieces: 5, between: () => Bun.sleep(Math.random() * 200) }));
  const colony = await Colony.start(models.env);
  const tokens = [colony.admin, ...(await Promise.all([1, 2, 3, 4, 5].map((n) => colony.user(`user${n}`, n % 2 ? "agent" : "ape", { admin: false }))))];
  const users = await Promise.all(
    tokens.map(async (token): Promise<User> => {
      const { id, username } = (await colony.get("/api/auth/me", { token })).body;
      return { token, id, username };
    }),
  );
  const clients = users.flatMap((me, at) =>
    [overSocket, overStream, overPoll, overSince].filter((_, kind) => kind === at % 4 || at === 0).map((make) => ({ me, ...make({ colony, token: me.token, me, random }) })),
  );
  const operate = operations(colony, users, random);
  for (let done = 0; done < OPERATIONS; ) {
    const together = Math.min(1 + Math.floor(random() * 8), OPERATIONS - done);
    await Promise.all(Array.from({ length: together }, () => operate()));
    done += together;
    // The operator brings another chat over, and more of it later.
    if (done >= OPERATIONS / 4 && done - together < OPERATIONS / 4) await bring(colony, []);
    if (done >= OPERATIONS * 0.75 && done - together < OPERATIONS * 0.75)
      await bring(colony, [said(200, "U2", "later words"), said(201, "U1", "later answer", { thread_ts: ts(3) })]);
    if (done >= OPERATIONS / 2 && done - together < OPERATIONS / 2) {
      await colony.stop("SIGKILL");
      await colony.run();
    }
  }
  // What agents were asked has its end.
  await until(async () => (await colony.get("/api/agents/status")).body.every(({ state, waiting }: any) => state === "idle" && waiting === 0) || undefined);
  await until(() => readRows(colony.data, "SELECT no FROM runs WHERE state IN ('queued', 'running')").length === 0 || undefined);
  // A file that was on disk when the server was killed, and not yet told of, is found when somebody looks.
  for (const { token } of users) for (const { id } of (await colony.get("/api/projects", { token })).body) await colony.get(`/api/projects/${id}/files/tree`, { token });
  // The last change may be for one user alone, whom not every client is.
  await colony.say("general", "the end");
  const end = (await colony.get("/api/events")).body.head_seq;
  await Promise.all(clients.map((client) => client.caughtUp(end)));
  await until(() => clients.every(({ model }) => model.whole) || undefined);
  await Promise.all(clients.map((client) => client.stop()));

  const inboxes = new Map(readRows<{ id: string; inbox_seq: number }>(colony.data, "SELECT id, inbox_seq FROM users").map(({ id, inbox_seq }) => [id, inbox_seq]));
  for (const { name, model, me } of clients) {
    const who = `${me.username} by ${name}`;
    expect({ who, faults: model.faults }).toEqual({ who, faults: [] });
    const fresh = new Map<string, Known>();
    for (const id of await channelsOf(colony, me.token)) fresh.set(id, (await readChannel(colony, me.token, id)) as Known);
    expect({ who, messages: messagesKnown(model.channels) }).toEqual({ who, messages: messagesKnown(fresh) });
    if (name === "since") continue;
    expect({ who, channels: standingKnown(model.channels) }).toEqual({ who, channels: standingKnown(fresh) });
    const people = (await colony.get("/api/users", { token: me.token })).body;
    expect(new Map([...model.users].sort())).toEqual(new Map(people.map((user: User): [string, unknown] => [user.id, user]).sort()));
    expect({ who, inbox: model.inbox }).toEqual({ who, inbox: inboxes.get(me.id) ?? 0 });
  }
  models.stop();
  // Every kind that a feature declares came by every road that carries events.
  for (const road of ["websocket", "stream", "poll"]) {
    const seen = new Set(clients.filter(({ name }) => name === road).flatMap(({ model }) => [...model.kinds]));
    expect({ road, kinds: [...seen].toSorted() }).toEqual({ road, kinds: await declaredKinds() });
  }
}, 180_000);
