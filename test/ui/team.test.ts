import { describe, expect, test } from "bun:test";
import type { Author, Channel, Message } from "../../ui/src/api.ts";
import { conversationWith } from "../../ui/src/team/converse.ts";
import { createPresence } from "../../ui/src/team/presence.ts";
import { createTyping, writersWords } from "../../ui/src/team/typing.ts";

const author = (id: string): Author => ({ id, username: id, display_name: id.toUpperCase(), role: "ape" });

/** A clock that goes when it is told to. */
class Clock {
  time = 0;
  #waiting: { at: number; work: () => void }[] = [];

  now = (): number => this.time;

  after = (wait: number, work: () => void): (() => void) => {
    const one = { at: this.time + wait, work };
    this.#waiting.push(one);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== one);
    };
  };

  pass(milliseconds: number): void {
    this.time += milliseconds;
    const due = this.#waiting.filter(({ at }) => at <= this.time);
    this.#waiting = this.#waiting.filter(({ at }) => at > this.time);
    for (const { work } of due) work();
  }
}

const typing = () => {
  const clock = new Clock();
  const sent: string[] = [];
  const team = createTyping(
    () => "me",
    (channel_id) => sent.push(channel_id),
    clock,
  );
  const writes = (who: string, channel_id = "room") => team.hear({ event: "typing", channel_id, data: { user: author(who) } });
  const names = () => team.writers("room").map(({ id }) => id);
  return { clock, sent, team, writes, names };
};

describe("Who is typing", () => {
  test("shows while they go on, and lapses six seconds after the last word of it", () => {
    const { clock, writes, names } = typing();
    writes("a");
    clock.pass(4_000);
    writes("a");
    clock.pass(5_000);
    expect(names()).toEqual(["a"]);
    clock.pass(1_000);
    expect(names()).toEqual([]);
  });

  test("ends with their message, and nobody else's", () => {
    const { team, writes, names } = typing();
    writes("a");
    writes("b");
    for (const who of ["c", "a"]) team.hearEvent({ seq: 1, event: "message", channel_id: "room", data: { user: author(who) } as Message });
    expect(names()).toEqual(["b"]);
  });

  test("is of each channel its own, and never me on another page", () => {
    const { team, writes, names } = typing();
    writes("me");
    writes("a", "other");
    expect(names()).toEqual([]);
    expect(team.writers("other")).toHaveLength(1);
  });

  test("is said of me once in three seconds, and at once after I have sent", () => {
    const { clock, team, sent } = typing();
    team.write("room");
    clock.pass(2_999);
    team.write("room");
    expect(sent).toHaveLength(1);
    clock.pass(1);
    team.write("room");
    expect(sent).toHaveLength(2);
    team.rest("room");
    team.write("room");
    expect(sent).toHaveLength(3);
  });

  test("is told in words that stay short", () => {
    const words = (...names: string[]) => writersWords(names.map(author));
    expect(words()).toBe("");
    expect(words("a")).toBe("A is typing …");
    expect(words("a", "b", "c")).toBe("A, B and C are typing …");
    expect(words("a", "b", "c", "d")).toBe("Several people are typing …");
  });
});

describe("Who is here", () => {
  const standing = (user_id: string, presence: "online" | "away" | "offline", until: string | null = null) =>
    ({ user_id, presence, status: { state: "working", text: "run 7", until } }) as const;

  test("is as it was heard last, also when an older answer comes after it", async () => {
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof standing>[]>();
    const presence = createPresence({ api: { presence: () => promise }, ask: (work) => work });
    const read = presence.refresh();
    presence.hear({ event: "presence", channel_id: null, data: { user_id: "a", presence: "offline", status: null } });
    resolve([standing("a", "online"), standing("b", "away")]);
    await read;
    expect(presence.presence("a")).toBe("offline");
    expect(presence.here()).toEqual(["b"]);
    expect(presence.presence("nobody")).toBe("offline");
    presence.hear({ event: "presences", channel_id: null, data: [standing("a", "away"), standing("c", "online")] });
    expect(["a", "c"].map(presence.presence)).toEqual(["away", "online"]);
  });

  test("says nothing of itself any more once that is over, and is not here for it", async () => {
    const presence = createPresence({ api: { presence: async () => [standing("a", "offline", "2020-01-01T00:00:00.000Z"), standing("b", "offline")] }, ask: (work) => work });
    await presence.refresh();
    expect(presence.status("a")).toBeNull();
    expect(presence.here()).toEqual(["b"]);
  });
});

describe("The conversation with someone", () => {
  const with_ = (id: string, ...members: string[]) => ({ id, members: members.map(author) }) as unknown as Channel;
  const channels = [with_("us", "me", "a"), with_("three", "me", "a", "b"), with_("alone", "me"), { id: "room", members: null } as unknown as Channel];

  test("is the one with exactly these people, and of my own when there are none", () => {
    expect(conversationWith(channels, ["a"], "me")?.id).toBe("us");
    expect(conversationWith(channels, ["b", "a"], "me")?.id).toBe("three");
    expect(conversationWith(channels, [], "me")?.id).toBe("alone");
    expect(conversationWith(channels, ["b"], "me")).toBeUndefined();
  });
});
