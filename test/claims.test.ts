import { beforeAll, describe, expect, test } from "bun:test";
import { Colony, outcome, until } from "./colony.ts";

let colony: Colony;
let channel: string;
let ann: string;
let bob: string;
beforeAll(async () => {
  colony = await Colony.start();
  channel = (await colony.post("/api/channels", { name: "claimed" })).body.id;
  [ann, bob] = await Promise.all([colony.user("ann"), colony.user("bob")]);
});

type Target = { id: string; channel_id: string };
const path = ({ id, channel_id }: Target) => `/api/channels/${channel_id}/messages/${id}`;
const claim = (message: Target, token = ann, ttl_seconds: unknown = 600) => colony.post(`${path(message)}/claim`, { ttl_seconds }, { token });
const release = (message: Target, token = ann) => colony.call("DELETE", `${path(message)}/claim`, { token });
const held = async (message: Target) => (await colony.get(path(message))).body.claim;
const headSeq = async (): Promise<number> => (await colony.get("/api/events")).body.head_seq;
const eventsAfter = async (seq: number) => (await colony.get(`/api/channels/${channel}/events?after_seq=${seq}`)).body.events;

describe("a claim", () => {
  test("is one agent's until its time: another is told who and until when; the holder renews; what is released is free", async () => {
    const message = await colony.say(channel, "port the parser");
    const before = await headSeq();
    const taken = await claim(message);
    expect([taken.status, taken.body]).toEqual([200, { message_id: message.id, user: expect.objectContaining({ username: "ann" }), expires_at: expect.any(String) }]);
    const { user, expires_at } = taken.body;
    expect(await held(message)).toEqual({ user, expires_at });
    const refused = await claim(message, bob);
    expect([outcome(refused), refused.body.error.details]).toEqual(["409 claimed", [{ user, expires_at }]]);
    expect(refused.body.error.message).toContain("ann");
    const renewed = await claim(message, ann, 86_400);
    expect(renewed.body.expires_at > expires_at).toBe(true);
    expect(outcome(await release(message, bob))).toBe("409 claimed");
    expect((await held(message)).expires_at).toBe(renewed.body.expires_at);
    expect((await release(message)).status).toBe(204);
    expect(await held(message)).toBeNull();
    expect((await claim(message, bob)).body.user.username).toBe("bob");
    const events = await eventsAfter(before);
    expect(events.map(({ event, data }: { event: string; data: Target }) => [event, data.id])).toEqual(Array(4).fill(["claim", message.id]));
    expect(events.at(-1).data.claim.user.username).toBe("bob");
  });

  test("tells who follows the channel at once, and whoever polls by time", async () => {
    const message = await colony.say(channel, "who does it?");
    const waiting = colony.get(`/api/channels/${channel}/events?after_seq=${await headSeq()}&wait=30`, { token: bob });
    const { body } = await claim(message);
    const { message_id: id, ...rest } = body;
    expect((await waiting).body.events).toMatchObject([{ event: "claim", channel_id: channel, data: { id, claim: rest } }]);
    const later = await colony.say(channel, "the clock has moved on");
    await release(message);
    const changed = (await colony.get(`/api/channels/${channel}/messages?since=${later.created_at}`)).body;
    expect(changed.map(({ id }: Target) => id)).toContain(message.id);
  });

  test("ends by itself, and then another may have it", async () => {
    const message = await colony.say(channel, "abandoned");
    await claim(message, ann, 1);
    const { body } = await until(async () => {
      const answer = await claim(message, bob);
      return answer.status === 200 ? answer : undefined;
    });
    expect(body.user.username).toBe("bob");
    // What is over has no holder who could give it back, and nobody is told that it is free.
    const again = await colony.say(channel, "abandoned again");
    await claim(again, ann, 1);
    await until(async () => ((await held(again)) === null ? true : undefined));
    const before = await headSeq();
    expect((await release(again, bob)).status).toBe(204);
    expect(await eventsAfter(before)).toEqual([]);
  });

  test("has one winner, whoever races for it: twenty agents, two hundred times", async () => {
    const racers = await Promise.all(Array.from({ length: 20 }, (_, n) => colony.user(`racer${n}`)));
    for (let round = 0; round < 200; round++) {
      const message = await colony.say(channel, `race ${round}`);
      const answers = await Promise.all(racers.map((token) => claim(message, token)));
      const winners = answers.filter(({ status }) => status === 200);
      expect(winners).toHaveLength(1);
      const { user, expires_at } = winners[0]?.body ?? {};
      for (const answer of answers.filter(({ status }) => status !== 200)) expect([outcome(answer), answer.body.error.details]).toEqual(["409 claimed", [{ user, expires_at }]]);
    }
  }, 60_000);

  test("outlives a crash and an edit, and goes with the deleted message", async () => {
    const own = await Colony.start();
    const mine = await own.user("holder");
    const message = await own.say("general", "long work");
    const at = `/api/channels/general/messages/${message.id}`;
    const { body } = await own.post(`${at}/claim`, { ttl_seconds: 600 }, { token: mine });
    await own.stop("SIGKILL");
    await own.run();
    expect((await own.get(at)).body.claim).toEqual({ user: body.user, expires_at: body.expires_at });
    expect(outcome(await own.post(`${at}/claim`, { ttl_seconds: 600 }))).toBe("409 claimed");
    expect((await own.call("PATCH", at, { body: { content: "longer work" } })).body.claim.user.username).toBe("holder");
    await own.call("DELETE", at);
    expect((await own.get(at)).body.claim).toBeNull();
    expect(outcome(await own.post(`${at}/claim`, { ttl_seconds: 600 }, { token: mine }))).toBe("409 message_deleted");
    await own.stop();
  });

  test("can be released by an admin when its holder is gone", async () => {
    const message = await colony.say(channel, "stuck");
    await claim(message);
    expect((await release(message, colony.admin)).status).toBe(204);
    expect((await claim(message, bob)).status).toBe(200);
  });

  test("lasts 1 second to a day, on a message of a channel that is not archived; all else is refused by name", async () => {
    const message = await colony.say(channel, "bounds");
    for (const ttl of [0, 86_401, -1, 1.5, "60", null]) {
      const answer = await claim(message, ann, ttl);
      expect({ ttl, outcome: outcome(answer) }).toEqual({ ttl, outcome: "422 validation_failed" });
      expect(answer.body.error.message).toContain("ttl_seconds");
    }
    for (const body of [{}, { ttl_seconds: 60, ttl: 60 }]) expect(outcome(await colony.post(`${path(message)}/claim`, body, { token: ann }))).toBe("422 validation_failed");
    expect(await held(message)).toBeNull();
    expect(outcome(await claim({ id: message.id, channel_id: "general" }))).toBe("404 not_found");
    const old = (await colony.post("/api/channels", { name: "claimed-archived" })).body.id;
    const kept = await colony.say(old, "kept");
    await colony.call("DELETE", `/api/channels/${old}`);
    expect(outcome(await claim(kept))).toBe("409 channel_archived");
  });
});
