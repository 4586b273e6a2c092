import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Actor } from "../src/accounts/credentials.ts";
import { createUser, deactivateUser } from "../src/accounts/service.ts";
import { mayTell, present, toldChannel } from "../src/agents/audience.ts";
import { builtIn } from "../src/agents/builtin.ts";
import { keepUsers } from "../src/agents/users.ts";
import type { Channel } from "../src/channels/directory.ts";
import { takeOut } from "../src/channels/members.ts";
import { archiveChannel, createChannel } from "../src/channels/service.ts";
import type { Context } from "../src/context.ts";
import { openConversation } from "../src/dms/service.ts";
import { openIndexless } from "./searching.ts";

const people = ["ann", "ben", "cleo"];

let ctx: Context;
let admin: Actor;
/** Channels of every kind, by what they are called here. */
const channels = new Map<string, Channel>();
const no = (name: string): number => ctx.users.get(name).no;
const actor = (name: string): Actor => ({ ...admin, user: ctx.users.get(name), seen: ctx.credentials.changes });

beforeAll(async () => {
  ({ ctx, admin } = await openIndexless());
  for (const username of people) await createUser(ctx, actor("admin"), { username, display_name: username, role: "ape", password: "a long password" }, null);
  const { residents, problems } = await keepUsers(
    ctx,
    builtIn.map((persona) => ({ ...persona, line: 1 })),
  );
  ctx.residents.put(residents, problems);
  const named = async (name: string, visibility: "public" | "private", [maker = "", ...members]: string[]) => {
    await createChannel(ctx, actor(maker), { name, visibility, members }, null);
    channels.set(name, ctx.channels.find(name) as Channel);
  };
  const direct = async ([maker = "", ...others]: string[]) => {
    const { answer } = await openConversation(ctx, actor(maker), others, null);
    channels.set(["dm", maker, ...others].join(" "), ctx.channels.find(answer.id) as Channel);
  };
  await named("open", "public", ["ann"]);
  await named("open-to-all", "public", people);
  await named("anns", "private", ["ann"]);
  await named("ann-ben", "private", ["ann", "ben"]);
  await named("ann-ben-too", "private", ["ann", "ben"]);
  await named("three", "private", people);
  await named("ben-cleo", "private", ["ben", "cleo"]);
  await named("ann-with-agent", "private", ["ann", "grimlock"]);
  for (const members of [["ann"], ["ann", "grimlock"], ["ann", "ben"], ["ann", "ben", "grimlock"], ["ann", "grimlock", "architect"], ["ben", "grimlock"], people, ["ben", "cleo"]])
    await direct(members);
});
afterAll(() => ctx.close());

/** What an answer to `asker`'s question in a channel may tell of, by the names above. */
const told = (asker: string, place: string): string[] => {
  const audience = { asker_no: no(asker), channel_no: channels.get(place)?.no ?? 0 };
  return [...channels].filter(([, channel]) => mayTell(ctx, audience, channel)).map(([name]) => name);
};

const open = ["open", "open-to-all"];

describe("what an answer may tell", () => {
  test("in a public channel is what is public, whoever asks and whoever is in it", () => {
    for (const asker of people) for (const place of open) expect(told(asker, place)).toEqual(open);
  });

  test("in a private channel is what is public, itself, and what all its members may read", () => {
    expect(told("ann", "ann-ben")).toEqual([...open, "ann-ben", "ann-ben-too", "three", "dm ann ben", "dm ann ben grimlock", "dm ann ben cleo"]);
    expect(told("ben", "ann-ben")).toEqual(told("ann", "ann-ben"));
    expect(told("cleo", "three")).toEqual([...open, "three", "dm ann ben cleo"]);
    expect(told("cleo", "ben-cleo")).toEqual([...open, "three", "ben-cleo", "dm ann ben cleo", "dm ben cleo"]);
  });

  test("alone with agents is all that the asker may read", () => {
    const all = [...channels].filter(([, { visibility, members }]) => visibility === "public" || members.has(no("ann"))).map(([name]) => name);
    for (const place of ["dm ann grimlock", "dm ann grimlock architect", "ann-with-agent", "anns", "dm ann"]) expect(told("ann", place)).toEqual(all);
    expect(all).not.toContain("ben-cleo");
  });

  test("of no place is more than its asker may read", () => {
    for (const asker of people)
      for (const place of channels.keys())
        for (const name of told(asker, place)) {
          const { visibility, members } = channels.get(name) as Channel;
          expect(visibility === "public" || members.has(no(asker))).toBe(true);
        }
  });

  test("is nothing for who is not in the channel of the question", () => {
    expect(told("cleo", "ann-ben")).toEqual([]);
    expect(told("ann", "dm ben grimlock")).toEqual([]);
    expect(present(ctx, { asker_no: no("cleo"), channel_no: channels.get("anns")?.no ?? 0 })).toBeUndefined();
    expect(present(ctx, { asker_no: 99_999, channel_no: channels.get("open")?.no ?? 0 })).toBeUndefined();
    expect(present(ctx, { asker_no: no("ann"), channel_no: 99_999 })).toBeUndefined();
  });

  test("is looked for by name, #name or id, and missing is as hidden", () => {
    const audience = { asker_no: no("ann"), channel_no: channels.get("open")?.no ?? 0 };
    for (const ref of ["open", "#open", " #Open ", channels.get("open")?.id ?? ""]) expect(toldChannel(ctx, audience, ref)?.name).toBe("open");
    for (const ref of ["anns", channels.get("dm ann ben")?.id ?? "", "nobodys", ""]) expect(toldChannel(ctx, audience, ref)).toBeUndefined();
  });

  test("changes at once with the members, for the asker and for those who read along", async () => {
    expect(told("ben", "dm ben grimlock")).toContain("ben-cleo");
    expect(told("cleo", "ben-cleo")).toContain("three");
    await takeOut(ctx, actor("ann"), "three", "cleo");
    expect(told("cleo", "ben-cleo")).not.toContain("three");
    expect(told("ben", "ben-cleo")).not.toContain("three");
    await archiveChannel(ctx, actor("ann"), "ann-ben-too");
    expect(told("ann", "ann-ben")).toContain("ann-ben-too");
    await deactivateUser(ctx, actor("admin"), "ben");
    for (const place of channels.keys()) expect(told("ben", place)).toEqual([]);
    expect(told("ann", "ann-ben")).not.toContain("anns");
  });
});
