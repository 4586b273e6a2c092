import { beforeAll, describe, expect, test } from "bun:test";
import { Colony, outcome, time } from "./colony.ts";

let colony: Colony;
let ann: string;
beforeAll(async () => {
  colony = await Colony.start();
  ann = await colony.user("ann", "ape");
});

type Message = { id: string; channel_id: string };
const newChannel = async (name: string): Promise<string> => (await colony.post("/api/channels", { name })).body.id;
const pin = ({ id, channel_id }: Message, token = ann) => colony.call("PUT", `/api/channels/${channel_id}/messages/${id}/pin`, { token });
const unpin = ({ id, channel_id }: Message, token = ann) => colony.call("DELETE", `/api/channels/${channel_id}/messages/${id}/pin`, { token });
const pins = async (channel: string) => (await colony.get(`/api/channels/${channel}/pins`)).body;
const pinned = async (channel: string): Promise<string[]> => (await pins(channel)).map(({ message }: { message: Message }) => message.id);
const eventsAfter = async (channel: string, seq: number) => (await colony.get(`/api/channels/${channel}/events?after_seq=${seq}`)).body.events;

describe("pins", () => {
  test("keep messages at hand, the latest pin first, with who pinned them; anyone there may take one away", async () => {
    const channel = await newChannel("pinned");
    const [first, second] = [await colony.say(channel, "how we deploy"), await colony.say(channel, "who is on call")];
    const { status, body } = await pin(first);
    expect([status, body]).toEqual([200, { message: first, user: expect.objectContaining({ username: "ann" }), at: expect.stringMatching(time) }]);
    await pin(second, colony.admin);
    expect(await pinned(channel)).toEqual([second.id, first.id]);
    expect((await pins(channel))[1]).toEqual(body);
    expect((await unpin(second)).status).toBe(204);
    expect(await pinned(channel)).toEqual([first.id]);
    const edited = await colony.call("PATCH", `/api/channels/${channel}/messages/${first.id}`, { body: { content: "how we deploy now" } });
    expect((await pins(channel))[0].message).toEqual(edited.body);
  });

  test("are told to who follows the channel, and once: pinned again or taken away again is no news", async () => {
    const channel = await newChannel("pins-told");
    const message = await colony.say(channel, "news");
    const [once, again] = [await pin(message), await pin(message, colony.admin)];
    expect(again.body).toEqual(once.body);
    const { user, at } = once.body;
    expect(await eventsAfter(channel, message.seq)).toMatchObject([{ event: "pin", data: { id: message.id, pin: { user, at } } }]);
    await unpin(message);
    await unpin(message);
    expect((await eventsAfter(channel, message.seq)).map(({ data }: { data: unknown }) => data)).toEqual(Array(2).fill({ id: message.id, pin: null }));
  });

  test("go with a deleted message, and are refused there and in an archived channel", async () => {
    const channel = await newChannel("pins-gone");
    const [gone, kept] = [await colony.say(channel, "gone"), await colony.say(channel, "kept")];
    for (const message of [gone, kept]) await pin(message);
    await colony.call("DELETE", `/api/channels/${channel}/messages/${gone.id}`);
    expect(await pinned(channel)).toEqual([kept.id]);
    expect(outcome(await pin(gone))).toBe("409 message_deleted");
    await colony.call("DELETE", `/api/channels/${channel}`);
    expect([outcome(await pin(kept)), outcome(await unpin(kept))]).toEqual(["409 channel_archived", "409 channel_archived"]);
    expect(await pinned(channel)).toEqual([kept.id]);
  });

  test("are at most fifty in a channel, and a message of another is not there", async () => {
    const channel = await newChannel("pins-many");
    const messages = await Promise.all(Array.from({ length: 51 }, (_, n) => colony.say(channel, `page ${n}`)));
    for (const message of messages.slice(0, 50)) expect((await pin(message)).status).toBe(200);
    expect(outcome(await pin(messages[50]))).toBe("422 too_many_pins");
    expect((await pin(messages[0])).status).toBe(200);
    await unpin(messages[0]);
    expect((await pin(messages[50])).status).toBe(200);
    expect(outcome(await pin({ ...messages[1], channel_id: "general" }))).toBe("404 not_found");
  });
});
