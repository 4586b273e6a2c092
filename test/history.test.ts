import { beforeAll, describe, expect, test } from "bun:test";
import { Colony, outcome } from "./colony.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});

type Message = {
  id: string;
  seq: number;
  content: string;
  type: string;
  user: { id: string; username: string };
  metadata: { session_id?: string } | null;
  deleted_at: string | null;
  created_at: string;
  updated_at: string | null;
};

const newChannel = async (name: string): Promise<string> => (await colony.post("/api/channels", { name })).body.id;
const history = async (channel: string, query = ""): Promise<Message[]> => (await colony.get(`/api/channels/${channel}/messages${query}`)).body;
const contents = async (channel: string, query = ""): Promise<string[]> => (await history(channel, query)).map(({ content }) => content);

describe("the history of a channel", () => {
  test("of none is an empty array; of one channel holds nothing of another", async () => {
    const [a, b] = [await newChannel("empty-a"), await newChannel("empty-b")];
    expect(await history(a)).toEqual([]);
    await colony.say(a, "in a");
    await colony.say(b, "in b");
    await colony.say(a, "in a again");
    expect(await contents(a)).toEqual(["in a", "in a again"]);
    expect(await contents("empty-b")).toEqual(["in b"]);
  });

  test("is whole and in order by default, deleted places included, each message as it is alone", async () => {
    const channel = await newChannel("whole-history");
    const said: Message[] = [];
    for (let n = 0; n < 30; n++) said.push(await colony.say(channel, `message ${n}`, { metadata: { n } }));
    await colony.call("DELETE", `/api/channels/${channel}/messages/${said[7]?.id}`);
    await colony.call("PATCH", `/api/channels/${channel}/messages/${said[3]?.id}`, { body: { content: "edited" } });
    const read = await history(channel);
    expect(read.map(({ id }) => id)).toEqual(said.map(({ id }) => id));
    for (const at of [3, 7, 29]) expect(read[at]).toEqual((await colony.get(`/api/channels/${channel}/messages/${said[at]?.id}`)).body);
    expect(read[7]?.content).toBe("");
    const seqs = read.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((x, y) => x - y));
  });

  test("of 20,000 messages comes in one answer, whole and in order, posted by many at once, while posting goes on", async () => {
    const channel = await newChannel("long");
    const tokens = await Promise.all([0, 1, 2, 3].map((n) => colony.user(`long-${n}`)));
    const acknowledged: Message[] = [];
    const write = async (count: number, from: number) => {
      for (let n = 0; n < count; n++) acknowledged.push(await colony.say(channel, `message ${from} ${n}`, {}, tokens[from % 4]));
    };
    await Promise.all(Array.from({ length: 40 }, (_, from) => write(500, from)));
    const during = write(200, 40);
    const [json, lines] = await Promise.all([history(channel), colony.get(`/api/channels/${channel}/messages?format=ndjson`)]);
    await during;
    const expected = acknowledged.toSorted((a, b) => a.seq - b.seq);
    const complete = async (read: Message[]) => {
      expect(read.length).toBeGreaterThanOrEqual(20_000);
      expect(read).toEqual(expected.slice(0, read.length));
    };
    await complete(json);
    await complete(
      lines.text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    );
    const again = await history(channel);
    expect(again).toEqual(expected);
    // Paged forward by the first N after a seq, it is the same.
    const paged: Message[] = [];
    for (let page = await history(channel, "?after_seq=0&limit=3000"); page.length > 0; page = await history(channel, `?after_seq=${paged.at(-1)?.seq}&limit=3000`))
      paged.push(...page);
    expect(paged).toEqual(expected);
    // Long ago and just now are looked for in two ways; both are inclusive.
    for (const { created_at } of [expected[4_000], expected.at(-300)] as Message[])
      expect(await history(channel, `?since=${created_at}`)).toEqual(expected.filter((message) => message.created_at >= created_at));
    expect(await history(channel, "?limit=2500")).toEqual(expected.slice(-2_500));
    expect(await history(channel, "?user_id=long-2&limit=1500")).toEqual(expected.filter(({ user }) => user.username === "long-2").slice(-1_500));
  }, 60_000);

  test("shows no words of what is deleted while it is read, and loses no place", async () => {
    const channel = await newChannel("deleted-midway");
    const said: Message[] = [];
    for (let n = 0; n < 3_000; n++) said.push(await colony.say(channel, `word ${n} ${"x".repeat(500)}`));
    const response = await fetch(`${colony.url}/api/channels/${channel}/messages`, { headers: { authorization: `Bearer ${colony.admin}` } });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const chunks = [(await reader.read()).value as Uint8Array];
    const last = said.at(-1) as Message;
    await colony.call("DELETE", `/api/channels/${channel}/messages/${last.id}`);
    for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
    const read: Message[] = JSON.parse(Buffer.concat(chunks).toString());
    expect(read.map(({ id }) => id)).toEqual(said.map(({ id }) => id));
    // The last page is read after the deletion, unless the whole answer had left before it.
    expect(["", last.content]).toContain(read.at(-1)?.content as string);
    expect(read.at(-1)?.deleted_at === null).toBe(read.at(-1)?.content !== "");
    expect(await contents(channel, `?after_seq=${last.seq - 1}`)).toEqual([""]);
  });
});

describe("a filter", () => {
  const types = ["text", "code", "result", "error", "plan"];
  let channel: string;
  let all: Message[];
  let users: { id: string; username: string }[];

  beforeAll(async () => {
    channel = await newChannel("filters");
    const tokens = await Promise.all(["ana", "bo", "cy"].map((name) => colony.user(name)));
    users = (await colony.get("/api/users")).body;
    for (let n = 0; n < 120; n++) {
      const session_id = ["s1", "s2", undefined, 'with "quotes" & spaces', "1"][n % 5];
      const metadata = n % 11 === 0 ? { session_id: 1 } : n % 7 === 0 ? undefined : { session_id, n };
      await colony.say(channel, `message ${n}`, { type: types[(n * 3) % 5], metadata }, tokens[(n * 7) % 3]);
    }
    const posted = await history(channel);
    for (const at of [5, 40, 77])
      await colony.call("PATCH", `/api/channels/${channel}/messages/${posted[at]?.id}`, { body: { content: `edited ${at}` }, token: tokens[(at * 7) % 3] });
    for (const at of [9, 41, 100]) await colony.call("DELETE", `/api/channels/${channel}/messages/${posted[at]?.id}`);
    all = await history(channel);
    expect(all).toHaveLength(120);
  });

  type Asked = { since?: string; after_seq?: number; before_seq?: number; limit?: number; type?: string; user_id?: string; session_id?: string };

  /** The contract's words as a program over the whole history. */
  const expected = ({ since, after_seq, before_seq, limit, type, user_id, session_id }: Asked): Message[] => {
    const matching = all.filter(
      (message) =>
        (since === undefined || [message.created_at, message.updated_at, message.deleted_at].some((time) => time !== null && time >= since)) &&
        (after_seq === undefined || message.seq > after_seq) &&
        (before_seq === undefined || message.seq < before_seq) &&
        (type === undefined || type.split(",").includes(message.type)) &&
        (user_id === undefined || message.user.id === user_id || message.user.username === user_id) &&
        (session_id === undefined || message.metadata?.session_id === session_id),
    );
    if (limit === undefined) return matching;
    return after_seq === undefined ? matching.slice(-limit) : matching.slice(0, limit);
  };
  const asked = (query: Asked) => `?${new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))}`;

  const seq = (at: number) => all[at]?.seq as number;

  test("takes its messages alone and with every other, and limit takes the newest, or the first after after_seq", async () => {
    const choices: Asked[] = [
      {},
      { since: all[60]?.created_at },
      { since: all[5]?.updated_at as string },
      { since: "2099-01-01T00:00:00.000Z" },
      { after_seq: seq(30) },
      { before_seq: seq(90) },
      { after_seq: seq(20), before_seq: seq(80) },
      { after_seq: seq(80), before_seq: seq(20) },
      { after_seq: 0 },
      { before_seq: 0 },
      { before_seq: 4_294_967_295 },
      { type: "error" },
      { type: "plan,result" },
      { user_id: "bo" },
      { user_id: users.find(({ username }) => username === "cy")?.id },
      { user_id: "admin" },
      { session_id: "s1" },
      { session_id: 'with "quotes" & spaces' },
      { session_id: "1" },
      { session_id: "" },
    ];
    let found = 0;
    for (const first of choices)
      for (const second of choices)
        for (const limit of [undefined, 1, 7, 200]) {
          const query = { ...first, ...second, ...(limit !== undefined && { limit }) };
          const answer = await history(channel, asked(query));
          expect({ query, seqs: answer.map(({ seq }) => seq) }).toEqual({ query, seqs: expected(query).map(({ seq }) => seq) });
          found += answer.length;
        }
    expect(found).toBeGreaterThan(5_000);
  });

  test("gives the messages as the whole history does, in either form", async () => {
    const query: Asked = { type: "error,plan", after_seq: seq(10), limit: 9 };
    expect(await history(channel, asked(query))).toEqual(expected(query));
    const { text } = await colony.get(`/api/channels/${channel}/messages${asked(query)}&format=ndjson`);
    expect(
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(expected(query));
  });

  test("of since is inclusive to the millisecond, and shows what was edited or deleted since", async () => {
    for (const at of [5, 9, 119]) {
      const message = all[at] as Message;
      const changed = message.deleted_at ?? message.updated_at ?? message.created_at;
      const later = new Date(Date.parse(changed) + 1).toISOString();
      expect((await history(channel, `?since=${changed}`)).map(({ id }) => id)).toContain(message.id);
      expect((await history(channel, `?since=${later}`)).map(({ id }) => id)).not.toContain(message.id);
    }
  });

  test("of since takes every common way of writing one moment", async () => {
    const moment = all[60]?.created_at as string;
    const same = expected({ since: moment }).map(({ seq }) => seq);
    const shifted = new Date(Date.parse(moment) + 2 * 3_600_000).toISOString().slice(0, -1);
    const back = new Date(Date.parse(moment) - 5.5 * 3_600_000).toISOString().slice(0, -1);
    for (const since of [
      moment,
      moment.slice(0, -1),
      moment.replace("T", " "),
      `${shifted}+02:00`,
      `${shifted}+0200`,
      encodeURIComponent(`${shifted}+02:00`),
      `${back}-05:30`,
      moment.replace("Z", "000Z"),
    ])
      expect({ since, seqs: (await history(channel, `?since=${since}`)).map(({ seq }) => seq) }).toEqual({ since, seqs: same });
    expect(await history(channel, "?since=2020-01-01")).toHaveLength(120);
  });

  test.each([
    ["since", ""],
    ["since", "yesterday"],
    ["since", "2026-13-01"],
    ["since", "1711728300"],
    ["since", "2026-01-01T00:00:00Z'--"],
    ["after_seq", "-1"],
    ["after_seq", "1.5"],
    ["after_seq", "x"],
    ["after_seq", "4294967296"],
    ["before_seq", "-1"],
    ["limit", "0"],
    ["limit", "-5"],
    ["limit", "many"],
    ["type", "poem"],
    ["type", ""],
    ["type", "text,"],
    ["type", "text;code"],
    ["user_id", "nobody"],
    ["user_id", ""],
    ["format", "xml"],
    ["max_tokens", "100"],
    ["max_tokens", "500"],
    ["offset", "5"],
    ["user", "ana"],
  ])("%s=%s is refused by name", async (name, value) => {
    const answer = await colony.get(`/api/channels/${channel}/messages?${name}=${value}`);
    expect(outcome(answer)).toBe("422 validation_failed");
    expect(answer.body.error.message).toContain(name);
    expect(answer.body.error.hint).not.toBe("");
  });

  test("that is misspelt is told what it was meant to be", async () => {
    for (const [wrong, right] of [
      ["after_sec", "after_seq"],
      ["typ", "type"],
      ["sesion_id", "session_id"],
      ["Limit", "limit"],
    ])
      expect((await colony.get(`/api/channels/general/messages?${wrong}=1`)).body.error.hint).toContain(`Did you mean '${right}'?`);
  });
});

describe("the form of a history", () => {
  test.each([
    ["", "", "application/json"],
    ["?format=json", "text/markdown", "application/json"],
    ["", "*/*", "application/json"],
    ["", "application/x-ndjson", "application/x-ndjson"],
    ["?format=ndjson", "application/json", "application/x-ndjson"],
    ["", "text/markdown", "text/markdown; charset=utf-8"],
    ["", "text/markdown, */*;q=0.5", "text/markdown; charset=utf-8"],
    ["?format=md", "", "text/markdown; charset=utf-8"],
  ])("asked for with %j and Accept %j is %s", async (query, accept, type) => {
    const answer = await colony.get(`/api/channels/general/messages${query}`, { headers: accept ? { accept } : {} });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, type]);
  });

  test("of an empty channel is an empty array, no line, or a transcript of no message", async () => {
    const channel = await newChannel("no-words");
    expect((await colony.get(`/api/channels/${channel}/messages`)).text).toBe("[]");
    expect((await colony.get(`/api/channels/${channel}/messages?format=ndjson`)).text).toBe("");
    const { text } = await colony.get(`/api/channels/${channel}/messages?format=md`);
    expect(text).toStartWith("# no-words\n");
    expect(text).not.toContain("\n## ");
  });
});
