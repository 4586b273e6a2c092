import { beforeAll, describe, expect, test } from "bun:test";
import { Colony, outcome } from "./colony.ts";

let colony: Colony;
let [channel, ann, bob] = ["", "", ""];
beforeAll(async () => {
  colony = await Colony.start();
  channel = (await colony.post("/api/channels", { name: "reacted" })).body.id;
  [ann, bob] = await Promise.all([colony.user("ann", "ape"), colony.user("bob")]);
});

type Target = { id: string; channel_id: string };
const at = ({ id, channel_id }: Target, emoji: string) => `/api/channels/${channel_id}/messages/${id}/reactions/${encodeURIComponent(emoji)}`;
const react = (message: Target, emoji: string, token = ann) => colony.call("PUT", at(message, emoji), { token });
const unreact = (message: Target, emoji: string, token = ann) => colony.call("DELETE", at(message, emoji), { token });
const read = async ({ id, channel_id }: Target) => (await colony.get(`/api/channels/${channel_id}/messages/${id}`)).body;
const headSeq = async (): Promise<number> => (await colony.get("/api/events")).body.head_seq;
const eventsAfter = async (seq: number) => (await colony.get(`/api/channels/${channel}/events?after_seq=${seq}`)).body.events;

describe("reactions", () => {
  test("are counted under their emoji, with who gave them, in the order first given; and are taken back", async () => {
    const message = await colony.say(channel, "shipped");
    expect((await react(message, "👍")).body.reactions).toEqual([{ emoji: "👍", count: 1, users: ["ann"] }]);
    await react(message, "🎉", bob);
    const both = await react(message, "👍", bob);
    const expected = [
      { emoji: "👍", count: 2, users: ["ann", "bob"] },
      { emoji: "🎉", count: 1, users: ["bob"] },
    ];
    expect([both.status, both.body.reactions]).toEqual([200, expected]);
    expect(both.body).toEqual(await read(message));
    expect((await unreact(message, "👍", ann)).body.reactions).toEqual([{ emoji: "👍", count: 1, users: ["bob"] }, expected[1]]);
    await unreact(message, "👍", bob);
    expect((await unreact(message, "🎉", bob)).body.reactions).toEqual([]);
    // The words are as they were: that somebody reacted is no edit.
    expect(await read(message)).toEqual(message);
  });

  test("given twice or taken back unheld change nothing and tell nobody", async () => {
    const message = await colony.say(channel, "once");
    await react(message, "✅");
    const before = await headSeq();
    expect((await react(message, "✅")).body.reactions).toEqual([{ emoji: "✅", count: 1, users: ["ann"] }]);
    expect((await unreact(message, "👎")).status).toBe(200);
    expect((await unreact(message, "✅", bob)).body.reactions).toHaveLength(1);
    expect(await eventsAfter(before)).toEqual([]);
  });

  test("reach everyone who follows the channel, as they are today, and whoever polls by time", async () => {
    const message = await colony.say(channel, "followed");
    const before = await headSeq();
    const waiting = colony.get(`/api/channels/${channel}/events?after_seq=${before}&wait=30`, { token: bob });
    const { body } = await react(message, "👀");
    const told = { event: "reaction", channel_id: channel, data: { id: message.id, reactions: body.reactions } };
    expect((await waiting).body.events).toMatchObject([told]);
    await unreact(message, "👀");
    expect((await eventsAfter(before)).map(({ data }: { data: unknown }) => data)).toEqual([
      { id: message.id, reactions: [] },
      { id: message.id, reactions: [] },
    ]);
    const later = await colony.say(channel, "the clock has moved on");
    await react(message, "👀");
    const changed = (await colony.get(`/api/channels/${channel}/messages?since=${later.created_at}`)).body;
    expect(changed.map(({ id }: Target) => id)).toContain(message.id);
  });

  test("are one emoji each: flags, skin tones and families are one, the plain form of a heart is the heart", async () => {
    const message = await colony.say(channel, "all kinds");
    for (const emoji of ["🇩🇪", "👍🏽", "👩‍👩‍👧", "1️⃣", "❤️"]) expect({ emoji, status: (await react(message, emoji)).status }).toEqual({ emoji, status: 200 });
    expect((await react(message, "❤", bob)).body.reactions.at(-1)).toEqual({ emoji: "❤️", count: 2, users: ["ann", "bob"] });
    for (const wrong of ["a", "1", ":thumbsup:", "👍👍", "👍 ", " ", "<b>", "\u200B", "👍".repeat(500)]) {
      const answer = await react(message, wrong);
      expect({ wrong, outcome: outcome(answer) }).toEqual({ wrong, outcome: "422 validation_failed" });
      expect(answer.body.error.message).toContain("emoji");
    }
  });

  test("are at most 30 different ones on a message; one that is there still takes more people", async () => {
    const message = await colony.say(channel, "popular");
    const emoji = Array.from({ length: 31 }, (_, n) => String.fromCodePoint(0x1f600 + n));
    for (const one of emoji.slice(0, 30)) expect((await react(message, one)).status).toBe(200);
    expect(outcome(await react(message, emoji[30] ?? ""))).toBe("422 too_many_reactions");
    expect((await react(message, emoji[0] ?? "", bob)).body.reactions[0].count).toBe(2);
  });

  test("given at once by many are all kept", async () => {
    const message = await colony.say(channel, "a crowd");
    const crowd = await Promise.all(Array.from({ length: 12 }, (_, n) => colony.user(`crowd${n}`)));
    await Promise.all(crowd.map((token) => react(message, "🔥", token)));
    expect((await read(message)).reactions).toMatchObject([{ emoji: "🔥", count: 12 }]);
  });

  test("go with a deleted message and are refused there, and in an archived channel", async () => {
    const message = await colony.say(channel, "soon gone");
    const before = await headSeq();
    await react(message, "👍");
    await colony.call("DELETE", `/api/channels/${channel}/messages/${message.id}`);
    expect((await read(message)).reactions).toEqual([]);
    expect(outcome(await react(message, "👍", bob))).toBe("409 message_deleted");
    expect((await eventsAfter(before)).map(({ event }: { event: string }) => event)).toEqual(["delete"]);
    const old = (await colony.post("/api/channels", { name: "reacted-archived" })).body.id;
    const kept = await colony.say(old, "kept");
    await react(kept, "👍");
    await colony.call("DELETE", `/api/channels/${old}`);
    expect(outcome(await react(kept, "🎉"))).toBe("409 channel_archived");
    expect(outcome(await unreact(kept, "👍"))).toBe("409 channel_archived");
    expect((await read(kept)).reactions).toHaveLength(1);
  });

  test("need a message of that channel", async () => {
    const elsewhere = await colony.say("general", "elsewhere");
    expect(outcome(await react({ id: elsewhere.id, channel_id: channel }, "👍"))).toBe("404 not_found");
    expect(outcome(await react({ id: elsewhere.id, channel_id: "nowhere" }, "👍"))).toBe("404 not_found");
    const bySeq = await colony.say(channel, "by its seq");
    expect((await react({ id: String(bySeq.seq), channel_id: channel }, "👍")).body.id).toBe(bySeq.id);
  });
});
