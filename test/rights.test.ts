import { beforeAll, describe, expect, test } from "bun:test";
import { io } from "socket.io-client";
import { Colony, until } from "./colony.ts";
import { PIXEL } from "./files.ts";
import { Listener, readEvents } from "./follow.ts";
import { CANARY, type Role, roles, rows, statusFor, type World } from "./rights.ts";

let world: World;

beforeAll(async () => {
  const colony = await Colony.start();
  const [member = "", partner = "", outsider = "", former = ""] = await Promise.all(["member", "partner", "outsider", "former"].map((name) => colony.user(name, "ape")));
  await colony.user("robot");
  await colony.user("leaver");
  const tokens: World["tokens"] = { stranger: null, outsider, former, admin: colony.admin, member };
  const as = { token: tokens.member };
  let rooms = 0;
  const room = async (): Promise<string> => {
    const { body } = await colony.post(
      "/api/channels",
      { name: `${CANARY}-${++rooms}`, visibility: "private", topic: CANARY, description: CANARY, members: ["partner", "robot"] },
      as,
    );
    return body.id;
  };
  const channel = await room();
  await colony.post(`/api/channels/${channel}/members`, { user: "former" }, as);
  const said = async (to = channel, more: object = {}): Promise<string> => {
    const { id } = await colony.say(to, `@outsider @former @admin @channel the ${CANARY} is out`, { metadata: { session_id: CANARY }, ...more }, member);
    return id;
  };
  const upload = async (name: string, raw: BodyInit): Promise<string> => (await colony.call("POST", `/api/files?name=${CANARY}${name}`, { ...as, raw })).body.id;
  const [file, picture] = [await upload(".txt", `a ${CANARY} in a file`), await upload(".png", PIXEL)];
  const message = await said(channel, { attachments: [file] });
  const question = await said(channel, { ask: { options: [`${CANARY} one`, "two"] } });
  const { body: first } = await colony.post("/api/dms", { user: "partner", content: `the ${CANARY} between us`, attachments: [picture] }, as);
  for (const to of [channel, first.channel_id]) {
    await colony.say(to, `@member a ${CANARY} for you`, {}, partner);
    await colony.say(to, `is this a ${CANARY}?`, { reply_to: to === channel ? message : first.id, ask: { options: [CANARY, "no"] } }, partner);
  }
  await colony.call("PUT", `/api/channels/${channel}/messages/${message}/reactions/%F0%9F%A6%98`, { token: former });
  await colony.call("DELETE", `/api/channels/${channel}/members/former`, as);
  let projects = 0;
  const project = async (): Promise<string> => {
    const { body } = await colony.post("/api/projects", { name: `${CANARY} works ${++projects}`, description: CANARY, visibility: "private" }, as);
    return body.slug;
  };
  const workshop = await project();
  await colony.post(`/api/projects/${workshop}/files`, { path: "note.txt", content: `where the ${CANARY} sleeps` }, as);
  await colony.post(`/api/projects/${workshop}/files`, { path: `${CANARY}.txt`, content: CANARY }, as);
  const { body: run } = await colony.post(`/api/projects/${workshop}/container/execute?wait=25`, { command: `echo ${CANARY}` }, as);
  world = {
    run: run.id,
    project,
    workshop,
    colony,
    tokens,
    channel,
    name: `${CANARY}-1`,
    conversation: first.channel_id,
    message,
    question,
    direct: first.id,
    file,
    picture,
    room,
    said,
  };
}, 30_000);

const hiddenFrom = (role: Role): boolean => role !== "member";

/** What nobody but a member may be told, but for what the asker said first. */
const secrets = (said: string): string[] => {
  const { conversation, message, question, direct, file, picture } = world;
  return [CANARY, conversation, message, question, direct, file, picture].filter((secret) => !said.includes(secret));
};

test("every documented route stands in the table, and nothing else", async () => {
  const { paths } = (await world.colony.get("/openapi.json", { token: null })).body;
  const documented = Object.entries(paths as Record<string, object>).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  expect([...new Set(rows.map(({ route }) => route))].toSorted()).toEqual(documented.toSorted());
});

describe("is answered as each may see it:", () => {
  test.each(rows.map((row, at) => [`${row.route} (${at})`, row] as const))("%s", async (_, row) => {
    const { route, ask, shows } = row;
    const [method = "", pattern = ""] = route.split(" ");
    for (const role of roles) {
      const status = statusFor(row, role);
      const { path, body, raw, headers } = await ask(world, role);
      expect(path).toMatch(new RegExp(`^${pattern.replace(/\{\w+\}/g, "[^/?]+")}(\\?.*)?$`));
      // The other dialect is asked too, where asking twice changes nothing.
      for (const asked of method === "GET" && path.startsWith("/api/") ? [path, path.replace("/api/", "/api/v1/")] : [path]) {
        const answer = await world.colony.call(method, asked, { token: world.tokens[role], body, raw, headers });
        const told = answer.text + JSON.stringify([...answer.headers]);
        expect({ role, asked, status: answer.status, text: answer.status === status ? "" : answer.text }).toEqual({ role, asked, status, text: "" });
        if (hiddenFrom(role))
          for (const secret of secrets(path + JSON.stringify(body ?? ""))) expect({ role, asked, told }).toEqual({ role, asked, told: expect.not.stringContaining(secret) });
        else if (shows) expect(told).toContain(CANARY);
      }
    }
  });
});

/** Nothing that is told to those who are no members may hold a secret; the member is told. */
const expectKept = (role: Role, door: string, told: string): void => {
  if (hiddenFrom(role)) for (const secret of secrets("")) expect({ role, door, told }).toEqual({ role, door, told: expect.not.stringContaining(secret) });
  else expect(told).toContain(CANARY);
};

/** Something new in each hidden place, then something for everyone. @returns the seq of that */
const happen = async (): Promise<number> => {
  const { colony, conversation, said } = world;
  await said();
  await said(conversation);
  return (await colony.say("general", "for all")).seq;
};

describe("what is told live, and of what was before, of a private channel and a conversation", () => {
  const hiddenPlaces = () => [world.name, world.channel, world.conversation];

  test("is nothing on the sockets of whoever is no member", async () => {
    const { colony, tokens } = world;
    for (const path of ["/ws", ...hiddenPlaces().map((place) => `/ws/${place}`)]) {
      const listeners = await Promise.all(roles.map((role) => Listener.open(colony, path, { token: tokens[role] ?? "col_aaaaaaaa_none", after_seq: 0 })));
      const seq = await happen();
      for (const [place, listener] of listeners.entries()) {
        const role = roles[place] ?? "stranger";
        if (path === "/ws" && role !== "stranger") await listener.until(() => listener.events.some((event) => event.seq === seq));
        else if (hiddenFrom(role)) expect([role, (await listener.waitClosed()).code]).toEqual([role, role === "stranger" ? 4401 : 4404]);
        else await listener.until(() => listener.events.some(({ event }) => event === "message"));
        expectKept(role, path, JSON.stringify(listener.frames));
        listener.close();
      }
    }
  }, 30_000);

  test("is nothing in the event streams of whoever is no member", async () => {
    const { colony, tokens } = world;
    for (const path of ["/api/events", ...hiddenPlaces().map((place) => `/api/channels/${place}/events`)])
      for (const role of roles) {
        const stop = new AbortController();
        const headers = { accept: "text/event-stream", ...(tokens[role] && { authorization: `Bearer ${tokens[role]}` }) };
        const answer = await fetch(`${colony.url}${path}?after_seq=0`, { headers, signal: stop.signal });
        const opens = role === "member" || (path === "/api/events" && role !== "stranger");
        expect([role, path, answer.status]).toEqual([role, path, opens ? 200 : role === "stranger" ? 401 : 404]);
        if (!opens) continue;
        const seq = await happen();
        const told: string[] = [];
        for await (const { data } of readEvents(answer.body as ReadableStream<Uint8Array>)) {
          told.push(JSON.stringify(data));
          if (data.seq === seq || (path !== "/api/events" && data.event === "message")) break;
        }
        stop.abort();
        expectKept(role, path, told.join("\n"));
      }
  }, 30_000);

  test.each(["polling", "websocket"])("is nothing to the Socket.IO clients of whoever is no member, by %s", async (transport) => {
    const { colony, tokens } = world;
    for (const role of roles) {
      const socket = io(colony.url, { auth: { token: tokens[role] ?? "" }, transports: [transport], forceNew: true, reconnection: false });
      const told: string[] = [];
      socket.onAny((event, data) => told.push(JSON.stringify({ event, data })));
      const entered = await new Promise<boolean>((resolve) => {
        socket.on("ready", () => resolve(true));
        socket.on("connect_error", () => resolve(false));
      });
      expect([role, entered]).toEqual([role, role !== "stranger"]);
      if (entered) {
        for (const channel_id of hiddenPlaces()) {
          const { ok, error } = await socket.timeout(10_000).emitWithAck("join_channel", { channel_id });
          expect([role, ok, error?.code]).toEqual([role, role === "member", role === "member" ? undefined : "not_found"]);
        }
        const seq = await happen();
        await until(() => told.find((one) => one.includes(`"seq":${seq},`)));
        expectKept(role, transport, told.join("\n"));
      }
      socket.disconnect();
    }
  });
});
