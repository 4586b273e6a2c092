import { beforeAll, describe, expect, test } from "bun:test";
import { Colony, outcome, time, until } from "./colony.ts";
import { readRows } from "./people.ts";

let colony: Colony;
let channel: string;
/** Two people and two agents. */
let ann: string;
let ben: string;
let asker: string;
let helper: string;
beforeAll(async () => {
  colony = await Colony.start();
  channel = (await colony.post("/api/channels", { name: "asked" })).body.id;
  [ann, ben, asker, helper] = await Promise.all([colony.user("ann", "ape"), colony.user("ben", "ape"), colony.user("asker"), colony.user("helper")]);
});

type Target = { id: string; channel_id: string };
type Question = Target & { seq: number; content: string; ask: Record<string, unknown> };
const options = ["deploy", "wait"];
const ask = (content: string, more: Record<string, unknown> = {}, token = asker): Promise<Question> => colony.say(channel, content, { ask: { options, ...more } }, token);
const path = ({ id, channel_id }: Target) => `/api/channels/${channel_id}/messages/${id}`;
const answer = (question: Target, option: string, token = ann, note?: string) => colony.post(`${path(question)}/answer`, { option, ...(note && { note }) }, { token });
const wait = (question: Target, seconds = 0, token = asker) => colony.get(`${path(question)}/answer?wait=${seconds}`, { token });
const open = async (token: string): Promise<Question[]> => (await colony.get("/api/questions", { token })).body.map(({ message }: { message: Question }) => message);
const headSeq = async (): Promise<number> => (await colony.get("/api/events")).body.head_seq;
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

describe("a question", () => {
  test("stands on its message: options, whom it is for, until when, and that it is open", async () => {
    const until = inSeconds(3_600);
    const question = await ask("Deploy now?", { assignee: "ann", expires_at: until });
    expect(question.ask).toEqual({ options, assignee: "ann", expires_at: until, state: "open", answer: null });
    expect((await wait(question)).body).toEqual({ state: "open", answer: null });
    const plain = await ask("And now?", { options: [" yes ", "no"], assignee: null, expires_at: null });
    expect(plain.ask).toEqual({ options: ["yes", "no"], assignee: null, expires_at: null, state: "open", answer: null });
    const offset = inSeconds(10_800).replace("Z", "+02:00");
    expect((await ask("By offset?", { expires_at: offset })).ask).toMatchObject({ expires_at: new Date(offset).toISOString() });
  });

  test("is answered by a person; the first answer holds, and the second is told which that was", async () => {
    const question = await ask("Which one?");
    const before = await headSeq();
    const first = await answer(question, "deploy", ann, "after lunch");
    const given = { option: "deploy", note: "after lunch", user: expect.objectContaining({ username: "ann" }), at: expect.stringMatching(time) };
    expect([first.status, first.body]).toEqual([200, { state: "answered", answer: given }]);
    const second = await answer(question, "wait", ben);
    expect([outcome(second), second.body.error.details]).toEqual(["409 question_answered", [first.body.answer]]);
    expect((await colony.get(path(question))).body.ask).toMatchObject({ state: "answered", answer: first.body.answer });
    // The same answer again by the same person is a retry; another of theirs is a second answer.
    expect((await answer(question, "deploy", ann, "after lunch")).body).toEqual(first.body);
    for (const [option, note] of [
      ["deploy", "now"],
      ["deploy", undefined],
      ["wait", "after lunch"],
    ] as const)
      expect(outcome(await answer(question, option, ann, note))).toBe("409 question_answered");
    const events = (await colony.get(`/api/channels/${channel}/events?after_seq=${before}`)).body.events;
    expect(events).toMatchObject([{ event: "answer", channel_id: channel, data: { id: question.id, ask: { state: "answered", answer: first.body.answer } } }]);
  });

  test("that two people answer at once has one answer, every time", async () => {
    for (let round = 0; round < 20; round++) {
      const question = await ask(`Race ${round}?`);
      const answers = await Promise.all([answer(question, "deploy", ann), answer(question, "wait", ben)]);
      expect(answers.map(outcome).toSorted()).toEqual(["200", "409 question_answered"]);
      const held = answers.find(({ status }) => status === 200)?.body;
      expect((await wait(question)).body).toEqual(held);
      expect(answers.find(({ status }) => status === 409)?.body.error.details).toEqual([held.answer]);
    }
  });

  test("is waited for: the asker is woken by the answer, and by nothing else in the channel", async () => {
    const question = await ask("Anyone?");
    const waiting = wait(question, 30);
    for (let n = 0; n < 5; n++) await colony.say(channel, "something else");
    const { body } = await answer(question, "wait");
    expect((await waiting).body).toEqual(body);
    expect((await wait(question, 30)).body).toEqual(body);
    expect((await wait(await ask("Nobody?"), 1)).body).toEqual({ state: "open", answer: null });
  });

  test("of a private channel is its members' alone: who is taken out while waiting hears no more of it", async () => {
    const room = (await colony.post("/api/channels", { name: "asked-inside", visibility: "private", members: ["asker", "ann"] })).body.id;
    const question = await colony.say(room, "Between us?", { ask: { options, assignee: "ann" } }, asker);
    const outside = await colony.post(`/api/channels/${room}/messages`, { content: "?", ask: { options, assignee: "ben" } }, { token: asker });
    expect([outcome(outside), outside.body.error.message]).toEqual(["422 validation_failed", expect.stringContaining("ask.assignee")]);
    expect([outcome(await wait(question, 0, ben)), outcome(await answer(question, "deploy", ben))]).toEqual(["404 not_found", "404 not_found"]);
    expect((await open(ann)).map(({ id }) => id)).toContain(question.id);
    const waiting = wait(question, 55);
    await colony.call("DELETE", `/api/channels/${room}/members/asker`);
    expect(outcome(await waiting)).toBe("404 not_found");
    await colony.call("DELETE", `/api/channels/${room}/members/ann`);
    expect((await open(ann)).map(({ id }) => id)).not.toContain(question.id);
  });

  test("ends at its time: the wait is told so, and an answer comes too late", async () => {
    const question = await ask("Quick?", { expires_at: inSeconds(1.5) });
    expect((await wait(question, 55)).body).toEqual({ state: "expired", answer: null });
    expect((await colony.get(path(question))).body.ask.state).toBe("expired");
    const late = await answer(question, "deploy");
    expect(outcome(late)).toBe("409 question_expired");
    expect(late.body.error.hint).toBeTruthy();
    expect((await open(ann)).map(({ id }) => id)).not.toContain(question.id);
  });

  test("is for people, or for its assignee alone, who may be an agent", async () => {
    const forPeople = await ask("People?");
    expect(outcome(await answer(forPeople, "deploy", helper))).toBe("403 forbidden");
    expect((await answer(forPeople, "deploy", ben)).status).toBe(200);
    const forAnn = await ask("Ann?", { assignee: "ann" });
    const refused = await answer(forAnn, "deploy", ben);
    expect([outcome(refused), refused.body.error.message]).toEqual(["403 forbidden", expect.stringContaining("ann")]);
    expect((await answer(forAnn, "deploy", ann)).status).toBe(200);
    const forAgent = await ask("Helper?", { assignee: "helper" });
    expect(outcome(await answer(forAgent, "deploy", ann))).toBe("403 forbidden");
    expect((await answer(forAgent, "deploy", helper)).status).toBe(200);
  });

  test("outlives a crash, and who waited asks again", async () => {
    const own = await Colony.start();
    const agent = await own.user("waiter");
    const question = await own.say("general", "Still there?", { ask: { options } }, agent);
    const at = `/api/channels/general/messages/${question.id}/answer`;
    await own.stop("SIGKILL");
    await own.run();
    const waiting = own.get(`${at}?wait=30`, { token: agent });
    const { body } = await own.post(at, { option: "wait" });
    expect((await waiting).body).toEqual(body);
    await own.stop();
  });

  test("keeps its options through an edit, ends with its message, and a retry of it asks once", async () => {
    const question = await ask("Typo?");
    const edited = await colony.call("PATCH", path(question), { token: asker, body: { content: "No typo?" } });
    expect(edited.body).toMatchObject({ content: "No typo?", ask: { options, state: "open" } });
    expect(outcome(await colony.call("PATCH", path(question), { token: asker, body: { ask: { options } } }))).toBe("422 validation_failed");
    const waiting = wait(question, 30);
    await colony.call("DELETE", path(question), { token: asker });
    expect(outcome(await waiting)).toBe("409 message_deleted");
    expect(outcome(await answer(question, "deploy"))).toBe("409 message_deleted");
    expect((await open(ann)).map(({ id }) => id)).not.toContain(question.id);
    const headers = { "idempotency-key": "ask-once" };
    const body = { content: "Once?", ask: { options, expires_at: inSeconds(1.5) } };
    const first = await colony.post(`/api/channels/${channel}/messages`, body, { token: asker, headers });
    await until(async () => ((await wait(first.body)).body.state === "expired" ? true : undefined));
    const again = await colony.post(`/api/channels/${channel}/messages`, body, { token: asker, headers });
    expect([again.status, again.body.id]).toEqual([201, first.body.id]);
  });

  test("keeps its words once it is answered: nobody is made to have agreed to others", async () => {
    const question = await ask("Delete the cache?");
    const edit = (content: string) => colony.call("PATCH", path(question), { token: asker, body: { content } });
    expect((await edit("Delete the old cache?")).status).toBe(200);
    await answer(question, "deploy");
    expect(outcome(await edit("Delete everything?"))).toBe("409 question_answered");
    expect((await edit("Delete the old cache?")).status).toBe(200);
    expect((await colony.call("PATCH", path(question), { token: asker, body: { metadata: { task: 7 } } })).body).toMatchObject({
      content: "Delete the old cache?",
      metadata: { task: 7 },
    });
  });

  test("whose assignee has gone is for any person: nobody waits for ever", async () => {
    const gone = await colony.user("gone", "ape");
    const question = await ask("Ship it?", { assignee: "gone" });
    expect(outcome(await answer(question, "deploy"))).toBe("403 forbidden");
    await colony.call("DELETE", "/api/users/gone");
    expect(outcome(await answer(question, "deploy", gone))).toBe("401 unauthorized");
    expect((await open(ann)).map(({ id }) => id)).toContain(question.id);
    expect((await answer(question, "deploy")).body).toMatchObject({ state: "answered", answer: { option: "deploy" } });
  });

  test("that cannot be asked or answered so is refused by name, and nothing is posted", async () => {
    const before = await headSeq();
    const wrong: [unknown, string][] = [
      [{ options: ["one"] }, "ask.options"],
      [{ options: Array.from({ length: 11 }, (_, n) => `option ${n}`) }, "ask.options"],
      [{ options: ["yes", "yes"] }, "ask.options"],
      [{ options: ["yes", " yes "] }, "ask.options"],
      [{ options: ["yes", "  "] }, "ask.options.1"],
      [{ options: ["yes", "two\nlines"] }, "ask.options.1"],
      [{ options: ["yes", "x".repeat(101)] }, "ask.options.1"],
      [{ options: ["yes", 1] }, "ask.options.1"],
      [{}, "ask.options"],
      [{ options, assignee: "nobody-at-all" }, "ask.assignee"],
      // It answers in words, so a question for its button alone would wait for ever.
      [{ options, assignee: "grimlock" }, "ask.assignee"],
      [{ options, expires_at: "2020-01-01T00:00:00Z" }, "ask.expires_at"],
      [{ options, expires_at: "9999-01-01T00:00:00Z" }, "ask.expires_at"],
      [{ options, expires_at: "tomorrow" }, "ask.expires_at"],
      [{ options, answer: "yes" }, "ask.answer"],
    ];
    for (const [asked, field] of wrong) {
      const refused = await colony.post(`/api/channels/${channel}/messages`, { content: "?", ask: asked }, { token: asker });
      expect({ asked, outcome: outcome(refused) }).toEqual({ asked, outcome: "422 validation_failed" });
      expect(refused.body.error.message).toStartWith(field);
    }
    expect(await headSeq()).toBe(before);
    const question = await ask("Right?");
    expect(outcome(await answer(question, "neither"))).toBe("422 validation_failed");
    expect((await answer(question, "neither")).body.error.hint).toContain('"deploy", "wait"');
    expect(outcome(await answer(question, "deploy", ann, "x".repeat(2_001)))).toBe("422 validation_failed");
    const plain = await colony.say(channel, "asks nothing");
    expect(outcome(await answer(plain, "deploy"))).toBe("404 not_found");
    expect(outcome(await wait(plain))).toBe("404 not_found");
    expect((await wait(question, 56)).status).toBe(422);
  });
});

test("the open questions are those of others that one may answer, oldest first, with where they stand", async () => {
  const own = await Colony.start();
  const [person, agent] = await Promise.all([own.user("person", "ape"), own.user("agent")]);
  const other = (await own.post("/api/channels", { name: "other" })).body.id;
  const old = (await own.post("/api/channels", { name: "old" })).body.id;
  const say = (where: string, content: string, more: Record<string, unknown> = {}, token = agent) => own.say(where, content, { ask: { options, ...more } }, token);
  const first = await say(other, "first");
  await say("general", "for another", { assignee: "admin" });
  const second = await say("general", "second", { assignee: "person", expires_at: inSeconds(3_600) });
  await say("general", "mine", {}, person);
  const third = await say("general", "third", {}, own.admin);
  await say(old, "archived");
  await own.call("DELETE", `/api/channels/${old}`);
  const done = await say("general", "done");
  await own.post(`/api/channels/general/messages/${done.id}/answer`, { option: "wait" });
  const { body } = await own.get("/api/questions", { token: person });
  expect(body.map(({ channel, message }: { channel: { name: string }; message: unknown }) => [channel.name, message])).toEqual([
    ["other", first],
    ["general", second],
    ["general", third],
  ]);
  expect((await own.get("/api/questions", { token: agent })).body).toEqual([]);
  const forAgent = await say("general", "an agent's", { assignee: "agent" }, person);
  expect((await own.get("/api/questions", { token: agent })).body).toMatchObject([{ message: forAgent }]);
  // However many messages there are, only what is open is looked at.
  const plan = readRows<{ detail: string }>(
    own.data,
    "EXPLAIN QUERY PLAN SELECT * FROM messages WHERE ask IS NOT NULL AND answer IS NULL AND coalesce(json_extract(ask, '$.expires_at'), '9999') > '2026' ORDER BY created_at, key",
  );
  expect(plan[0]?.detail).toContain("USING INDEX messages_open_questions");
  await own.stop();
});

test("the inbox tells whom a question is put to, and the asker the answer; what is answered waits for nobody any more", async () => {
  const own = await Colony.start();
  const [person, bystander, agent] = await Promise.all([own.user("person", "ape"), own.user("bystander", "ape"), own.user("agent")]);
  const work = (await own.post("/api/channels", { name: "work" })).body.id;
  await own.say(work, "a member now", {}, person);
  const inbox = async (token: string) =>
    (await own.get("/api/inbox?after_seq=0", { token })).body.items.map(({ reasons, message }: { reasons: string[]; message: Question }) => [reasons.join(), message.content]);
  const question = await own.say(work, "open to people", { ask: { options } }, agent);
  await own.say(work, "assigned", { ask: { options, assignee: "bystander" } }, agent);
  expect(await inbox(person)).toEqual([["ask", "open to people"]]);
  expect(await inbox(bystander)).toEqual([["ask", "assigned"]]);
  expect(await inbox(agent)).toEqual([]);
  const waiting = own.get(`/api/inbox?after_seq=${question.seq + 1}&wait=30`, { token: agent });
  await own.post(`/api/channels/${work}/messages/${question.id}/answer`, { option: "deploy" }, { token: person });
  expect((await waiting).body.items).toMatchObject([{ reasons: ["answer"], message: { id: question.id, ask: { state: "answered", answer: { option: "deploy" } } } }]);
  expect(await inbox(person)).toEqual([]);
  await own.stop();
});
