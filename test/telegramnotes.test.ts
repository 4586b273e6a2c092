import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Colony, command, newFolder, stopAll, until } from "./colony.ts";
import { auditRows, readRows } from "./people.ts";
import { FakeTelegram, Phone, type Said } from "./telegram.ts";

let telegram: FakeTelegram;
let colony: Colony;

type Person = { name: string; token: string; phone: Phone };
let people = 0;

/** Somebody with a telephone that is linked with their account. */
const person = async (): Promise<Person> => {
  const name = `person-${++people}`;
  const token = await colony.user(name, "ape");
  const phone = new Phone(telegram, people);
  const { body } = await colony.post("/api/auth/telegram/link", undefined, { token });
  expect((await phone.ask(`/link ${body.code}`)).text).toContain("You are linked with");
  return { name, token, phone };
};

const ready = async (): Promise<void> => {
  await until(async () => ((await colony.get("/api/auth/telegram")).body.bot === null ? undefined : true));
};

beforeAll(async () => {
  telegram = new FakeTelegram();
  colony = await Colony.start({ ...telegram.env, COLONY_SANDBOX: "bubblewrap", COLONY_LOG_LEVEL: "warn" });
  await ready();
});
afterAll(async () => {
  telegram.stop();
  await stopAll();
});

/** What somebody was told of that holds a text. */
const times = (phone: Phone, text: string): Said[] => phone.screen.filter((said) => said.text.includes(text));

describe("Whoever is linked", () => {
  test("is told of mentions, replies and direct messages, whatever they hold, and of nothing that is not theirs to see", async () => {
    const [me, other] = [await person(), await person()];
    await colony.post("/api/channels", { name: "closed", visibility: "private" });
    await colony.say("closed", `@${me.name} a quokka`);
    await colony.say("general", `@${me.name} </pre><b>look & see\n\`\`\`\n<script> \`\`\` **x`);
    expect((await me.phone.shows("look &amp; see")).text).toContain(`in <b>general</b>:\n@${me.name} &lt;/pre&gt;&lt;b&gt;look &amp; see\n<pre>&lt;script&gt;`);
    const mine = await colony.say("general", "what I said", {}, me.token);
    await colony.say("general", "an answer to it", { reply_to: mine.id });
    await me.phone.shows("an answer to it");
    await colony.post("/api/dms", { user: me.name, content: "between us" }, { token: other.token });
    await me.phone.shows(`<b>${other.name}</b>:\nbetween us`);
    for (const once of ["look &amp; see", "an answer to it", "between us"]) expect(times(me.phone, once)).toHaveLength(1);
    expect(me.phone.screen.map(({ text }) => text).join()).not.toContain("quokka");
    expect(other.phone.screen).toHaveLength(1);
  });

  test("chooses what to be told, by buttons there and by the API, and is not told later what was left out", async () => {
    const me = await person();
    const list = await me.phone.ask("/notify");
    expect(await me.phone.press(list, "✓ Mentions and replies")).toBe("Off");
    await colony.say("general", `@${me.name} unheard`);
    expect((await colony.call("PATCH", "/api/auth/telegram/settings", { token: me.token, body: { mentions: true, direct: false } })).body.settings).toEqual({
      mentions: true,
      direct: false,
      questions: true,
      runs: true,
    });
    await colony.post("/api/dms", { user: me.name, content: "unheard too" });
    await colony.say("general", `@${me.name} heard`);
    await me.phone.shows("heard");
    expect(times(me.phone, "unheard")).toEqual([]);
  });

  test("answers by replying, where the message stands", async () => {
    const me = await person();
    const asked = await colony.say("general", `@${me.name} how far?`);
    const note = await me.phone.shows("how far?");
    expect((await me.phone.ask("Half way <there>", { reply_to_message: { message_id: note.message_id } as never })).text).toBe("Said in <b>general</b>.");
    const said = (await colony.get("/api/channels/general/messages?limit=1")).body[0];
    expect([said.content, said.reply_to, said.via, said.user.username]).toEqual(["Half way <there>", asked.id, "telegram", me.name]);
  });

  test("is told of runs that failed in their projects, not in others, and not of those they watch there", async () => {
    const [me, other] = [await person(), await person()];
    const { body: project } = await colony.post("/api/projects", { name: `Broken ${people}` }, { token: me.token });
    await colony.post(`/api/projects/${project.slug}/container/execute?wait=50`, { command: "echo kumquat; exit 3" }, { token: other.token });
    const { text } = await me.phone.shows("kumquat");
    expect(text).toContain(`<b>${project.slug}</b>: <code>echo kumquat; exit 3</code> failed with exit code 3`);
    expect((await me.phone.ask(`/use ${project.slug}`)).text).toContain("is chosen");
    me.phone.write("/run echo papaya; exit 4");
    await me.phone.shows("failed with exit code 4");
    await colony.say("general", `@${me.name} the end`);
    await me.phone.shows("the end");
    expect(new Set(times(me.phone, "failed with exit code 4").map(({ message_id }) => message_id)).size).toBe(1);
    expect(times(other.phone, "kumquat")).toEqual([]);
  });
});

test("A question is answered by its button; whoever else it stands with sees how it ended, and its buttons are gone", async () => {
  const [me, other] = [await person(), await person()];
  await colony.post("/api/channels", { name: `ask-${people}`, members: [me.name, other.name] });
  const question = await colony.say(`ask-${people}`, "Deploy <now>?", { ask: { options: ["<b>yes", "no"] } });
  const [mine, others] = [await me.phone.shows("Deploy"), await other.phone.shows("Deploy")];
  expect(await me.phone.press(mine, "<b>yes")).toBe("Answered");
  const { body } = await colony.get(`/api/channels/ask-${people}/messages/${question.id}/answer`);
  expect([body.state, body.answer.option, body.answer.user.username]).toEqual(["answered", "<b>yes", me.name]);
  for (const { phone } of [me, other]) expect(await phone.shows(/&lt;b&gt;yes<\/b>, says @person/)).toMatchObject({ method: "editMessageText", buttons: [] });
  expect(await other.phone.press(others, "no")).toContain("answered already");
});

describe("Telegram", () => {
  test("that holds one chat back holds up no other, and nothing is lost or told twice", async () => {
    const [slow, quick] = [await person(), await person()];
    telegram.fail("sendMessage", { error_code: 429, description: "Too Many Requests: retry after 1", parameters: { retry_after: 1 } });
    await colony.say("general", `@${slow.name} first for the slow`);
    await until(() => telegram.calls.findLast(({ method, body }) => method === "sendMessage" && body.chat_id === slow.phone.id && body.text.includes("first for the slow")));
    await colony.say("general", `@${slow.name} second for the slow`);
    await colony.say("general", `@${quick.name} for the quick`);
    await quick.phone.shows("for the quick");
    expect(times(slow.phone, "for the slow")).toEqual([]);
    await slow.phone.shows("second for the slow");
    const tries = telegram.calls.filter(({ method, body }) => method === "sendMessage" && body.chat_id === slow.phone.id && body.text.includes("first for the slow"));
    expect(tries).toHaveLength(2);
    expect((tries[1]?.at ?? 0) - (tries[0]?.at ?? 0)).toBeGreaterThan(990);
    expect(times(slow.phone, "for the slow").map(({ text }) => text.split("\n")[1])).toEqual([`@${slow.name} first for the slow`, `@${slow.name} second for the slow`]);
  });

  test("that held something back is not told afterwards what was deleted meanwhile, or is no longer theirs to see", async () => {
    const me = await person();
    const channel = `closing-${people}`;
    await colony.post("/api/channels", { name: channel, visibility: "private", members: [me.name] });
    telegram.fail("sendMessage", { error_code: 429, description: "Too Many Requests: retry after 1", parameters: { retry_after: 1 } });
    const oops = await colony.say("general", `@${me.name} oops`);
    await until(() => telegram.calls.findLast(({ body }) => body.chat_id === me.phone.id && body.text.includes("oops")));
    await colony.say(channel, `@${me.name} a numbat`);
    await colony.call("DELETE", `/api/channels/general/messages/${oops.id}`);
    await colony.call("DELETE", `/api/channels/${channel}/members/${me.name}`);
    await colony.say("general", `@${me.name} \u001b[31mred\u001b[0m is what stands`);
    expect((await me.phone.shows("what stands")).text).toContain(`@${me.name} red is what stands`);
    for (const gone of ["oops", "numbat"]) expect(times(me.phone, gone)).toEqual([]);
  });

  test("that fails is asked again; markup that it does not take goes without", async () => {
    const me = await person();
    telegram.fail("sendMessage", { error_code: 502, description: "Bad Gateway" }, { error_code: 400, description: "Bad Request: can't parse entities: Unsupported start tag" });
    expect((await me.phone.ask("/help")).text).toContain("/projects Choose a project");
  });

  test("whose user stopped the bot is told nothing, until they write again: then what waited, the newest of it", async () => {
    const me = await person();
    telegram.blocked.add(me.phone.id);
    await colony.say("general", `@${me.name} waiting 1`);
    await until(async () => ((await colony.get("/api/auth/telegram", { token: me.token })).body.link.away ? true : undefined));
    for (let at = 2; at <= 25; at++) await colony.say("general", `@${me.name} waiting ${at}`);
    telegram.blocked.delete(me.phone.id);
    me.phone.write("/help");
    await me.phone.shows("5 older things wait for you in Colony");
    await me.phone.shows("waiting 6");
    expect((await colony.get("/api/auth/telegram", { token: me.token })).body.link.away).toBe(false);
    expect(times(me.phone, "waiting 5")).toEqual([]);
  });
});

test("A server that is killed in the middle does each thing once, and says afterwards what it could not say", async () => {
  const me = await person();
  const { body: project } = await colony.post("/api/projects", { name: `Killed ${people}` }, { token: me.token });
  await me.phone.ask(`/use ${project.slug}`);
  const letGo = telegram.lose("sendMessage");
  me.phone.write("/run echo once >> count; sleep 0.1");
  me.phone.write("/schedule 0 3 * * * echo nightly");
  await until(async () => ((await colony.get(`/api/projects/${project.slug}/runs`, { token: me.token })).body.length === 1 ? true : undefined));
  await until(async () => (readRows(colony.data, "SELECT 1 FROM telegram_watches WHERE done = 0").length > 0 ? true : undefined));
  await until(async () => ((await colony.get(`/api/projects/${project.slug}/schedules`, { token: me.token })).body.length === 1 ? true : undefined));
  await colony.say("general", `@${me.name} said before the end`);
  await until(() =>
    telegram.calls.find(({ method, body }) => method === "sendMessage" && body.chat_id === me.phone.id && body.text.includes("Killed") === false && body.text.includes("runs")),
  );
  await colony.stop("SIGKILL");
  letGo();
  await colony.run();
  await ready();
  await me.phone.shows("is next due on");
  await me.phone.shows("said before the end");
  await me.phone.shows("killed-");
  expect((await colony.get(`/api/projects/${project.slug}/runs`, { token: me.token })).body).toHaveLength(1);
  expect((await colony.get(`/api/projects/${project.slug}/schedules`, { token: me.token })).body).toHaveLength(1);
  await until(() => (readRows(colony.data, "SELECT 1 FROM telegram_updates").length === 0 ? true : undefined));
  expect((await me.phone.ask("/help")).text).toContain("/projects");
  for (const words of ["is next due on", "said before the end"]) expect(times(me.phone, words)).toHaveLength(1);
  // Nothing that was dealt with is asked of Telegram again.
  const [row] = readRows<{ next_update: number }>(colony.data, "SELECT next_update FROM telegram_bots");
  await until(() => telegram.calls.find(({ method, body }) => method === "getUpdates" && body.offset === row?.next_update));
  expect(telegram.updates).toEqual([]);
  expect(auditRows(colony.data).filter(({ action }) => action === "schedule_created")).toHaveLength(1);
});

test("A token that Telegram does not know is said once, by the doctor too, and holds up nothing else", async () => {
  const token = "987654321:AAAnotherTokenThatIsNotKnown-987654321";
  const env = { COLONY_TELEGRAM_TOKEN: token, COLONY_TELEGRAM_API: telegram.url };
  const other = await Colony.start(env);
  const { problem } = await until(async () => {
    const { body } = await other.get("/api/auth/telegram");
    return body.problem?.includes("does not know") ? body : undefined;
  });
  expect(problem).toContain("COLONY_TELEGRAM_TOKEN");
  const { status, text } = await other.post("/api/auth/telegram/link");
  expect([status, text]).toEqual([503, expect.stringContaining("does not know the bot's token")]);
  const said = await until(() => (other.output.includes("telegram_problem") ? other.output : undefined));
  expect(said.split("telegram_problem")).toHaveLength(2);
  expect(said).not.toContain(token);
  const folder = newFolder();
  const wrong = await command(["doctor", "--data", folder], env);
  expect(wrong.out).toMatch(/warn +telegram +Telegram does not know/);
  expect(wrong.out + wrong.err).not.toContain(token);
  expect((await command(["doctor", "--data", folder], telegram.env)).out).toMatch(/ok +telegram +The bot is @colony_test_bot/);
  await other.stop();
});

test("Another program with the same bot is named as the problem, until it stops", async () => {
  telegram.fail("getUpdates", { error_code: 409, description: "Conflict: terminated by other getUpdates request" });
  const me = await person();
  me.phone.write("/help");
  await me.phone.shows("/projects Choose");
  await until(() => (colony.output.includes("Another program asks Telegram") ? true : undefined));
  await until(async () => ((await colony.get("/api/auth/telegram")).body.problem === null ? true : undefined));
});

test("A chat that floods the bot is taken in part, told so, and holds up nobody else", async () => {
  const [me, flooding] = [await person(), new Phone(telegram, 9_000)];
  for (let at = 0; at < 90; at++) flooding.write(`flood ${at}`);
  expect((await me.phone.ask("/help")).text).toContain("/projects");
  expect((await flooding.shows("came faster than I take them")).text).toMatch(/^\d+ of your messages .* Send them again\.$/);
  expect(times(flooding, "not linked")).toHaveLength(5);
});

test("A server that is told to stop ends its wait for updates, and takes up what came meanwhile when it is back", async () => {
  const me = await person();
  expect(await colony.stop("SIGTERM")).toBe(0);
  me.phone.write("/help");
  await colony.run();
  await me.phone.shows("/projects Choose");
  await colony.say("general", `@${me.name} back again`);
  await me.phone.shows("back again");
  expect(times(me.phone, "/projects Choose")).toHaveLength(1);
});
