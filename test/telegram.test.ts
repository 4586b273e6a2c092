import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { Colony, outcome, stopAll, until } from "./colony.ts";
import { call } from "./modelacts.ts";
import { Models } from "./models.ts";
import { auditRows } from "./people.ts";
import { FakeTelegram, Phone } from "./telegram.ts";

let telegram: FakeTelegram;
let models: Models;
let colony: Colony;
let benji: string;
let neeraj: string;
const phone = (id: number, name = "Benji", username?: string) => new Phone(telegram, id, name, username);
let benjis: Phone;

const hello = async (server: Colony): Promise<void> => {
  await until(async () => ((await server.get("/api/auth/telegram")).body.bot === null ? undefined : true));
};

/** Links a telephone with an account by a code. */
const linked = async (token: string, one: Phone): Promise<Phone> => {
  const { body } = await colony.post("/api/auth/telegram/link", undefined, { token });
  expect((await one.ask(`/link ${body.code}`)).text).toContain("You are linked with");
  return one;
};

beforeAll(async () => {
  telegram = new FakeTelegram();
  models = await Models.start();
  colony = await Colony.start({ ...models.anthropic, ...telegram.env, COLONY_SANDBOX: "bubblewrap" });
  [benji, neeraj] = [await colony.user("benji", "ape", { display_name: "Benji" }), await colony.user("neeraj", "ape")];
  await hello(colony);
  benjis = await linked(benji, phone(1));
});
beforeEach(() => models.clear());
afterAll(async () => {
  models.stop();
  telegram.stop();
  await stopAll();
});

let made = 0;
/** Somebody new with a telephone and a project that they made and chose there: each chat has a pace of its own. */
const atWork = async (): Promise<{ slug: string; me: Phone; token: string }> => {
  const token = await colony.user(`worker-${++made}`, "ape");
  const me = await linked(token, phone(100 + made));
  expect((await me.ask(`/create Works ${made}`)).text).toContain("is chosen");
  return { slug: `works-${made}`, me, token };
};

describe("A telephone", () => {
  test("is linked by a code that is shown once, and whoever asked for it learns of it while waiting", async () => {
    const token = await colony.user("anna", "ape");
    const annas = phone(2, "Anna", "anna_t");
    const { status, body } = await colony.post("/api/auth/telegram/link", undefined, { token });
    expect([status, body.bot, body.url]).toEqual([201, FakeTelegram.BOT, `https://t.me/${FakeTelegram.BOT}?start=${body.code}`]);
    expect((await colony.post("/api/auth/telegram/verify", { code: body.code }, { token })).body.state).toBe("waiting");
    const waiting = colony.post("/api/auth/telegram/verify?wait=50", { code: body.code }, { token });
    expect((await annas.ask(`/start ${body.code}`)).text).toContain("@anna");
    expect((await waiting).body).toMatchObject({
      state: "linked",
      link: { name: "Anna", username: "anna_t", away: false, settings: { mentions: true, direct: true, questions: true, runs: true } },
    });
    expect(auditRows(colony.data).findLast(({ action }) => action === "telegram_linked")).toMatchObject({ address: "telegram" });
    expect((await phone(3).ask(`/link ${body.code}`)).text).toContain("wrong, used, or over");
    expect((await colony.post("/api/auth/telegram/verify", { code: body.code }, { token: neeraj })).body).toEqual({ state: "expired", link: null });
  });

  test("that shows wrong codes waits before it may show another, right or wrong", async () => {
    const guesser = phone(4);
    const { body } = await colony.post("/api/auth/telegram/link", undefined, { token: neeraj });
    for (let guess = 0; guess < 5; guess++) expect((await guesser.ask(`/link abcdefg${guess}`)).text).toContain("wrong");
    const before = telegram.said.length;
    guesser.write(`/link ${body.code}`);
    await benjis.ask("/help");
    expect(telegram.said.slice(before).filter(({ chat_id, text }) => chat_id === 4 && text.includes("You are linked"))).toEqual([]);
    expect((await colony.post("/api/auth/telegram/verify", { code: body.code }, { token: neeraj })).body.state).toBe("waiting");
  });

  test("that is not linked learns how, and nothing else; one of another's is not taken over", async () => {
    const stranger = phone(5);
    for (const words of ["/projects", "/run id", "hello"]) expect((await stranger.ask(words)).text).toContain("not linked");
    const { body } = await colony.post("/api/auth/telegram/link", undefined, { token: neeraj });
    expect((await benjis.ask(`/link ${body.code}`)).text).toContain("is linked with <b>@benji</b>");
  });

  test("is cut off at once by unlinking and by deactivation, and stays so when its user comes back", async () => {
    const token = await colony.user("leaver", "ape");
    const one = await linked(token, phone(6));
    expect((await colony.call("DELETE", "/api/auth/telegram", { token })).status).toBe(204);
    expect((await one.ask("/projects")).text).toContain("not linked");
    await linked(token, one);
    await colony.call("PATCH", "/api/users/leaver", { body: { active: false } });
    expect((await one.ask("/projects")).text).toContain("not linked");
    await colony.call("PATCH", "/api/users/leaver", { body: { active: true } });
    expect((await one.ask("/projects")).text).toContain("not linked");
  });

  test("in a group is told to write in private, and does nothing there", async () => {
    const before = telegram.said.length;
    telegram.push({
      message: { message_id: 1, date: 0, from: { id: 1, is_bot: false, first_name: "Benji" }, chat: { id: -100, type: "group", title: "all" }, text: "/projects" } as never,
    });
    expect((await telegram.told(({ chat_id }) => chat_id === -100, before)).text).toContain("private chats alone");
  });

  test("finds the commands in Telegram's menu", () => {
    expect(telegram.commands.map(({ command }) => command)).toEqual(
      expect.arrayContaining(["start", "link", "projects", "create", "chat", "run", "logs", "files", "schedule", "help"]),
    );
  });
});

describe("A project", () => {
  test("is chosen by a button; a private one is shown to its members alone, and a forged button opens none", async () => {
    await colony.post("/api/projects", { name: "Secret <plans>", visibility: "private" }, { token: neeraj });
    await colony.post("/api/projects", { name: "Open plans" }, { token: neeraj });
    const list = await benjis.ask("/projects");
    const names = list.buttons.map(({ text }) => text);
    expect(names).toContain("Open plans");
    expect(names.join()).not.toContain("Secret");
    await benjis.press(list, "Open plans");
    await benjis.shows("<b>Open plans</b> is chosen");
    expect((await colony.get("/api/auth/telegram", { token: benji })).body.link.project).toBe("open-plans");
    const hidden = Number(list.buttons.find(({ text }) => text === "Open plans")?.data.slice(2)) - 1;
    // Whether there is one of that number, and which, is not told either.
    for (const forged of [`u:${hidden}`, "u:999999", `f:${hidden}:x`, `r:${hidden}:x`, `s:${hidden}:x`])
      expect(await benjis.pressRaw(list.message_id, forged)).toBe("That project is gone, or hidden from you.");
    expect(await benjis.pressRaw(list.message_id, "constructor:1")).toContain("of no use");
    expect(await benjis.pressRaw(list.message_id, "n:__proto__:on")).toBeUndefined();
    expect((await benjis.ask("/use secret-plans")).text).toContain("There is no project");
  });

  test("that one may no longer see is one's choice no more", async () => {
    await colony.post("/api/projects", { name: "Closing", visibility: "private" }, { token: neeraj });
    await colony.post("/api/channels/closing/members", { user: "benji" }, { token: neeraj });
    expect((await benjis.ask("/use closing")).text).toContain("<b>Closing</b> is chosen");
    await colony.call("DELETE", "/api/channels/closing/members/benji", { token: neeraj });
    const { text } = await benjis.ask("/run echo mine");
    expect(text).toContain("gone, or hidden");
    expect((await colony.get("/api/projects/closing/runs", { token: neeraj })).body).toEqual([]);
  });
});

describe("A command", () => {
  test("is run in its sandbox; what it says stands in one message that ends with its end", async () => {
    const { slug, me, token } = await atWork();
    const before = me.screen.length;
    me.write("/run echo '<b>&' && id -u >/dev/null");
    const end = await me.shows("succeeded", before);
    expect(end.text).toContain("<pre>&lt;b&gt;&amp;</pre>");
    const first = me.screen[before];
    expect(me.screen.slice(before).every(({ message_id }) => message_id === first?.message_id)).toBe(true);
    expect(end.buttons).toEqual([]);
    const { body } = await colony.get(`/api/projects/${slug}/runs`, { token });
    expect(body).toMatchObject([{ state: "succeeded", user: { username: `worker-${made}` }, trigger: "person" }]);
    expect((await colony.get(`/api/channels/${slug}/messages`, { token })).body.at(-1).via).toBe("telegram");
  });

  test("is stopped by its button", async () => {
    const { slug, me, token } = await atWork();
    const before = me.screen.length;
    me.write("/run echo begun; sleep 60");
    expect(await me.press(await me.shows("begun", before), "Stop")).toBe("Stopped");
    await me.shows(/was stopped by @worker/, before);
    expect((await colony.get(`/api/projects/${slug}/runs`, { token })).body[0].state).toBe("stopped");
  });

  test("that says much is told by its end, and whole in a file; /logs shows the same", async () => {
    const { me } = await atWork();
    const before = me.screen.length;
    me.write("/run seq 1 3000");
    const whole = Array.from({ length: 3000 }, (_, at) => `${at + 1}\n`).join("");
    const file = await until(() => me.screen.slice(before).find((one) => one.file));
    expect(new TextDecoder().decode(file.file?.bytes)).toBe(whole);
    expect((await me.shows("succeeded", before)).text).toContain("2999\n3000</pre>");
    const { length } = me.screen;
    me.write("/logs");
    expect(new TextDecoder().decode((await until(() => me.screen.slice(length).find((one) => one.file))).file?.bytes)).toBe(whole);
  });
});

describe("Words", () => {
  test("go to the project's dev-manager, whose answer grows; a reply to it goes on with that agent", async () => {
    const { slug, me, token } = await atWork();
    models.answer("Done: **all** tests pass.\n\n```py\nprint('<1 & 2>')\n```");
    const before = me.screen.length;
    me.write("Mend the tests");
    const answer = await me.shows("print(", before);
    expect(answer.text).toBe("<b>dev-manager</b>\nDone: <b>all</b> tests pass.\n<pre><code class=\"language-py\">print('&lt;1 &amp; 2&gt;')</code></pre>");
    models.answer("Because of the kumquat.");
    me.write("@engineer why?");
    await me.shows("<b>engineer</b>\nBecause of the kumquat.", before);
    me.write("And what else?", { reply_to_message: { message_id: me.screen.at(-1)?.message_id } as never });
    const said = await until(async () => {
      const all = (await colony.get(`/api/channels/${slug}/messages`, { token })).body as any[];
      return all.find(({ content }) => content.includes("And what else?"));
    });
    expect([said.content, said.via]).toEqual(["@engineer And what else?", "telegram"]);
  });

  test("that an agent answers with a file bring the file, and a long answer comes whole as one", async () => {
    const { me } = await atWork();
    const long = `It is long. ${"And goes on. ".repeat(400)}The end.`;
    models.answer(({ results }) => (results.length === 0 ? call("create_artifact", { name: "loss.csv", content: "1,2\n" }) : long));
    me.write("@data-analyst how did it go?");
    const files = await until(() => {
      const sent = me.screen.flatMap(({ file }) => (file ? [[file.name, new TextDecoder().decode(file.bytes)]] : []));
      return sent.length >= 2 ? sent : undefined;
    });
    expect(files).toEqual([
      ["answer.md", long],
      ["loss.csv", "1,2\n"],
    ]);
  });

  test("that ask for nothing are told how to", async () => {
    const { me } = await atWork();
    expect((await me.ask("/chat")).text).toContain("Write what is to be done");
    expect((await me.ask("/run")).text).toContain("Write the command");
    expect((await me.ask("/nonsense")).text).toContain("no such command");
  });
});

describe("A file", () => {
  test("that is sent lands in the project under its name, as a version of it, and comes back by /files", async () => {
    const { slug, me, token } = await atWork();
    const bytes = crypto.getRandomValues(new Uint8Array(70_000));
    const before = me.screen.length;
    me.sendFile("../ta<b>le.bin", bytes);
    await me.shows("is in Works", before);
    const tree = (await colony.get(`/api/projects/${slug}/files/tree`, { token })).body as any[];
    expect(tree.map(({ path, size }) => [path, size])).toEqual([["__ta<b>le.bin", 70_000]]);
    const list = await me.ask("/files");
    expect(list.text).toContain("ta&lt;b&gt;le.bin");
    await me.press(list, /le\.bin/);
    const back = await until(() => me.screen.slice(before).find((one) => one.file));
    expect(Buffer.from(back.file?.bytes ?? []).equals(Buffer.from(bytes))).toBe(true);
  });

  test("with words beside it is put away first, and the words are asked of the agents", async () => {
    const { slug, me, token } = await atWork();
    models.answer("Plotted.");
    const before = me.screen.length;
    me.sendFile("loss.csv", new TextEncoder().encode("1,2\n"), "Plot this");
    await me.shows("Plotted.", before);
    const all = (await colony.get(`/api/channels/${slug}/messages`, { token })).body as any[];
    expect(all[0].content).toBe("@dev-manager Plot this\n\nThe file is `loss.csv` in the workspace.");
  });

  test("that is larger than Telegram gives a bot is told so; one outside of the workspace is not to be had", async () => {
    const { me } = await atWork();
    const before = me.screen.length;
    me.write("", { text: undefined, document: { file_id: "big", file_unique_id: "big", file_name: "big.iso", file_size: 20_000_001 } } as never);
    await me.shows("20 MB at most", before);
    expect((await me.ask("/files ../../secret.key")).text).not.toContain("session");
    expect(me.screen.slice(before).filter(({ file }) => file)).toEqual([]);
  });
});

test("A schedule is made, listed, switched off and run by its buttons; a wrong one says what is wrong", async () => {
  const { slug, me, token } = await atWork();
  expect((await me.ask("/schedule 0 9 * * 1-5 echo on time")).text).toMatch(/is next due on \w{3}, \d\d \w{3} \d{4} 09:00 UTC\./);
  const list = await me.ask("/schedule");
  expect(list.text).toContain("<code>0 9 * * 1-5</code>");
  expect(await me.press(list, "Switch off")).toBe("Off");
  expect((await colony.get(`/api/projects/${slug}/schedules`, { token })).body[0].enabled).toBe(false);
  const before = me.screen.length;
  await me.press(list, /^Run/);
  await me.shows("<pre>on time</pre>", before);
  await me.shows(/<b>.*<\/b> .*succeeded/, before);
  expect((await me.ask("/schedule 99 9 * * * echo x")).text).toContain("cron");
  expect((await me.ask("/schedule daily")).text).toContain("Five fields");
  expect((await me.ask("/status")).text).toContain("succeeded: <code>echo on time</code>");
});

test("The token stands in no log, and what there is of the bot is told to who is signed in", async () => {
  const { status, body } = await colony.get("/api/auth/telegram", { token: benji });
  expect([status, body.bot, body.problem]).toEqual([200, FakeTelegram.BOT, null]);
  expect(colony.output).not.toContain(FakeTelegram.TOKEN);
  expect(outcome(await colony.post("/api/auth/telegram/link", { chat: 5 }, { token: benji }))).toBe("422 validation_failed");
});
