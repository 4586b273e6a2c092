import { describe, expect, test } from "bun:test";
import type { Author, Channel, Message, User } from "../../ui/src/api.ts";
import { attentionOf } from "../../ui/src/attention.ts";
import { type ChannelFacts, type FeedEvent, initial, reduce, type State, withChannels, withCounts, withPage, withStretch } from "../../ui/src/reduce.ts";
import { namesOf } from "../../ui/src/titles.ts";
import { keyOf, threadOf, wholeOf } from "../../ui/src/views.ts";

const author = (id: string): Author => ({ id, username: id, display_name: id.toUpperCase(), role: "ape" });
const me: User = { ...author("me"), job: null, admin: false, resident: false, created_at: "2026-01-01T00:00:00.000Z", deactivated_at: null };
const facts: ChannelFacts = {
  id: "den",
  name: "den",
  description: "",
  visibility: "private",
  topic: "",
  created_by: "a",
  created_at: "2026-01-01T00:00:00.000Z",
  archived_at: null,
  project_id: null,
};
const den: Channel = { ...facts, last_seq: 3, member: true, read_seq: 0, unread: 1, mentions: 0, notify: "all", members: null };
const talk: Channel = { ...den, id: "talk", name: null, visibility: "direct", members: [author("me"), author("a")] };

const said = (seq: number, channel_id: string): Message => ({
  id: `m${seq}`,
  seq,
  channel_id,
  user: author("a"),
  type: "text",
  content: `said ${seq}`,
  metadata: null,
  reply_to: null,
  via: "api",
  attachments: [],
  reactions: [],
  mentions: [],
  ask: null,
  claim: null,
  caused_by: null,
  hops: 0,
  braked: false,
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: null,
  deleted_at: null,
});
const message = (seq: number, channel_id: string): FeedEvent => ({ seq, event: "message", channel_id, data: said(seq, channel_id) });
const member = (seq: number, channel_id: string, member: boolean, who = "me"): FeedEvent => ({ seq, event: "member", channel_id, data: { user: author(who), member } });

/** A page that has a private channel open, with a thread of it beside the timeline, and a public one. */
const standing: State = [wholeOf("den"), threadOf("den", "m3"), wholeOf("town")].reduce(
  (state, view) => withStretch(state, view, { messages: [said(view.channel_id === "den" ? 3 : 2, view.channel_id)], atStart: true, live: true }, []),
  { ...initial, me, channels: [den, { ...den, id: "town", name: "town", visibility: "public" } satisfies Channel], recount: ["den"] } as State,
);

describe("Who is taken out of a private channel", () => {
  const out = reduce(standing, member(4, "den", false));

  test("holds nothing of it any more: no channel, no timeline, no thread, and asks for nothing of it", () => {
    expect(out.channels.map(({ id }) => id)).toEqual(["town"]);
    expect(Object.keys(out.timelines)).toEqual(["town"]);
    expect(JSON.stringify(out)).not.toContain("said 3");
    expect(out.recount).toEqual([]);
  });

  test("does not get it back by an answer that was on its way", () => {
    const log = [member(4, "den", false)];
    expect(withCounts(out, den, log).channels.map(({ id }) => id)).toEqual(["town"]);
    expect(withChannels(out, [...out.channels, den], log).channels.map(({ id }) => id)).toEqual(["town"]);
    expect(withPage(out, wholeOf("den"), [said(3, "den")], { live: true }, log).timelines[keyOf(wholeOf("den"))]).toBeUndefined();
  });

  test("sees nothing change when it is somebody else, or a channel open to all", () => {
    expect(reduce(standing, member(4, "den", false, "b")).channels).toEqual(standing.channels);
    const left = reduce(standing, member(4, "town", false));
    expect(left.channels.find(({ id }) => id === "town")?.member).toBe(false);
    expect(left.timelines.town?.messages).toHaveLength(1);
  });
});

describe("Who is let into a channel", () => {
  const asked = reduce({ ...standing, channels: [], recount: [] }, member(4, "den", true));

  test("asks the server for it, and has what was said since it was asked", () => {
    expect(asked.recount).toEqual(["den"]);
    const [now] = withCounts(asked, den, [message(5, "den")]).channels;
    expect(now).toMatchObject({ id: "den", member: true, last_seq: 5, unread: 2 });
  });

  test("does not have it when taken out before the answer came", () => {
    expect(withCounts(asked, den, [member(5, "den", false)]).channels).toEqual([]);
  });
});

describe("A conversation that somebody begins with me", () => {
  const event: FeedEvent = { seq: 8, event: "channel", channel_id: "talk", data: { ...facts, id: "talk", name: null, visibility: "direct", members: [author("me"), author("a")] } };
  const begun = [event, message(9, "talk")].reduce(reduce, { ...initial, me });

  test("is there with its people, as mine, with what was said in it unread", () => {
    expect(begun.channels[0]).toMatchObject({ id: "talk", member: true, unread: 1, notify: "all" });
    expect(namesOf(begun.channels[0]?.members ?? [], "me")).toBe("A");
  });

  test("calls its people by their names of today", () => {
    const renamed = reduce(begun, { seq: 10, event: "user", channel_id: null, data: { ...me, ...author("a"), display_name: "Anna" } });
    expect(namesOf(renamed.channels[0]?.members ?? [], "me")).toBe("Anna");
  });

  test("with nobody but me is called by my name", () => {
    expect(namesOf([author("me")], "me")).toBe("ME (you)");
  });
});

describe("What of a channel concerns me", () => {
  const told = (known: Partial<Channel>) => attentionOf({ ...den, unread: 5, mentions: 2, ...known });

  test("follows what I want to be told of it", () => {
    expect(told({})).toEqual({ unread: 5, calls: 2 });
    expect(told({ notify: "mentions" })).toEqual({ unread: 0, calls: 2 });
    expect(told({ notify: "none" })).toEqual({ unread: 0, calls: 0 });
  });

  test("is every word of a conversation, unless I said otherwise", () => {
    expect(attentionOf({ ...talk, unread: 5, mentions: 2 })).toEqual({ unread: 0, calls: 5 });
    expect(attentionOf({ ...talk, unread: 5, mentions: 2, notify: "mentions" })).toEqual({ unread: 0, calls: 2 });
  });

  test("changes with the level I choose, on whichever device", () => {
    expect(reduce(standing, { seq: 9, event: "notify", channel_id: "den", data: { notify: "none" } }).channels[0]?.notify).toBe("none");
  });
});
