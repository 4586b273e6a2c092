import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { answerTo, closedChannel, growingTo } from "./answers.ts";
import { Colony, outcome, stopAll, until } from "./colony.ts";
import { fail, hang, hold, say } from "./modelacts.ts";
import { Models } from "./models.ts";

let models: Models;
let colony: Colony;
let benji: string;
let neeraj: string;
beforeAll(async () => {
  models = await Models.start();
  colony = await Colony.start(models.env);
  benji = await colony.user("benji", "ape");
  neeraj = await colony.user("neeraj", "ape");
});
beforeEach(() => models.clear());
afterAll(async () => {
  models.stop();
  await stopAll();
});

type Direct = { question: any; answer: any; state: string };
const direct = (message: string, { wait = 0, key, token = benji, name = "grimlock" }: { wait?: number; key?: string; token?: string; name?: string } = {}) =>
  colony.post(`/api/agents/${name}/direct${wait > 0 ? `?wait=${wait}` : ""}`, { message }, { token, headers: key ? { "idempotency-key": key } : {} });
const order = (what: "stop" | "retry", message_id: string, token = benji, headers: Record<string, string> = {}, name = "grimlock") =>
  colony.post(`/api/agents/${name}/${what}`, { message_id }, { token, headers });
const statusOf = async (token: string, name = "grimlock") => (await colony.get("/api/agents/status", { token })).body.find(({ agent }: any) => agent.username === name);
const broken = () => models.next([fail(400)], [fail(400)]);

describe("asking an agent by one call", () => {
  test("gives its answer, when one waits for it", async () => {
    models.next([say("By hand.")]);
    const { status, body } = await direct("How do we deploy?", { wait: 55 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ state: "answered", question: { content: "How do we deploy?", user: { username: "benji" } }, answer: { content: "By hand.", via: "resident" } });
    expect(body.answer.reply_to).toBe(body.question.id);
    expect((await colony.get("/api/dms/grimlock/messages", { token: benji })).body.map(({ id }: any) => id)).toEqual([body.question.id, body.answer.id]);
  });

  test("gives the question at once, when one does not wait", async () => {
    const gate = Promise.withResolvers<void>();
    models.next([hold(gate.promise), say("Later.")]);
    const { body } = await direct("Any time?");
    expect([body.answer, ["waiting", "answering"].includes(body.state)]).toEqual([null, true]);
    gate.resolve();
    expect(await answerTo(colony, body.question, benji)).toMatchObject({ content: "Later." });
  });

  test("again under the same key goes on waiting, and asks nothing twice", async () => {
    const gate = Promise.withResolvers<void>();
    models.next([say("So"), hold(gate.promise), say(" it is.")]);
    const first: Direct = (await direct("Is it so?", { key: "one" })).body;
    await growingTo(colony, first.question, "So", benji);
    const half = await direct("Is it so?", { key: "one" });
    expect(half.headers.get("idempotency-replayed")).toBe("true");
    expect(half.body).toMatchObject({ state: "answering", question: { id: first.question.id }, answer: { content: "So", metadata: { streaming: true } } });
    const waiting = direct("Is it so?", { key: "one", wait: 55 });
    gate.resolve();
    expect((await waiting).body).toMatchObject({ state: "answered", question: { id: first.question.id }, answer: { content: "So it is." } });
    expect(outcome(await direct("Is it otherwise?", { key: "one" }))).toBe("422 idempotency_key_reused");
    expect(models.requests.length).toBe(1);
  });

  test("ends the wait as well when it fails, is stopped, or has nothing to wait for any more", async () => {
    broken();
    expect((await direct("Does it work?", { wait: 55 })).body).toMatchObject({ state: "failed", answer: { type: "error" } });
    models.next([hang()]);
    const stopped = direct("Will it end?", { wait: 55 });
    const work = await until(async () => (await statusOf(benji)).work[0]);
    await order("stop", work.question_id);
    expect((await stopped).body).toMatchObject({ state: "stopped", answer: { content: "Stopped by @benji before it had said anything." } });
    models.next([hang()]);
    const deleted = direct("Shall I say?", { wait: 55 });
    const { question_id, channel_id } = await until(async () => (await statusOf(benji)).work[0]);
    await colony.call("DELETE", `/api/channels/${channel_id}/messages/${question_id}`, { token: benji });
    expect((await deleted).body).toMatchObject({ state: "failed", question: { content: "" }, answer: null });
  });

  test("with nothing is refused by the name of what is missing", async () => {
    const { status, body } = await direct("");
    expect([status, body.error.details[0].path]).toEqual([422, "message"]);
  });

  test("of a name that no agent has names those there are", async () => {
    const { status, body } = await direct("hello", { name: "grimlok" });
    expect([status, body.error.message]).toEqual([404, "There is no resident agent 'grimlok'."]);
    expect(body.error.hint).toStartWith("Did you mean grimlock? There are grimlock, ");
    expect((await direct("hello", { name: "zebra" })).body.error.hint).toStartWith("There are grimlock, ");
    expect(body.error.details).toContain("engineer");
    expect(outcome(await direct("hello", { name: "benji" }))).toBe("404 not_found");
  });

  test("takes its name as people write it; the agent itself is told of under it too", async () => {
    expect((await direct("hello", { name: "@grimlock", wait: 55 })).body.state).toBe("answered");
    const { agents } = (await colony.get("/api/agents", { token: benji })).body;
    for (const name of ["grimlock", "@grimlock"]) expect((await colony.get(`/api/agents/${name}`, { token: benji })).body).toEqual(agents[0]);
    expect((await colony.get("/api/agents/grimlok", { token: benji })).body.error.hint).toStartWith("Did you mean grimlock?");
  });

  test("refuses what it does not know, and nothing to say", async () => {
    for (const body of [{ content: "hello" }, { message: "hello", model: "x" }, { message: "" }, {}])
      expect(outcome(await colony.post("/api/agents/grimlock/direct", body, { token: benji }))).toBe("422 validation_failed");
  });
});

describe("stopping", () => {
  test("keeps what had come, says that it was stopped, and ends the model's work", async () => {
    models.next([say("As far as I"), hang()]);
    const question = await colony.say("general", "@grimlock tell me", {}, benji);
    const half = await growingTo(colony, question, "As far as I");
    const { status, body } = await order("stop", half.id);
    expect([status, body.state, body.question.id]).toEqual([200, "stopped", question.id]);
    expect(body.answer).toMatchObject({ id: half.id, content: "As far as I", metadata: { stopped: true } });
    expect((await statusOf(benji)).work).toEqual([]);
    expect(await answerTo(colony, question)).toMatchObject({
      id: half.id,
      content: "As far as I",
      type: "text",
      metadata: { stopped: true, provider: "anthropic", steps: [], sources: [] },
    });
    await until(() => models.requests[0]?.left || undefined);
    expect((await order("stop", question.id)).body).toEqual(body);
  });

  test("of what has its answer says so, and leaves it", async () => {
    const question = await colony.say("general", "@grimlock so?", {}, benji);
    const answer = await answerTo(colony, question);
    expect((await order("stop", question.id)).body).toEqual({ question: expect.objectContaining({ id: question.id }), answer, state: "answered" });
  });

  test("takes a question that waits out of the line", async () => {
    const gate = Promise.withResolvers<void>();
    models.next([say("One"), hold(gate.promise)]);
    const first = await colony.say("general", "@grimlock the first", {}, benji);
    const second = await colony.say("general", "@grimlock the second", {}, benji);
    await growingTo(colony, first);
    expect(await statusOf(benji)).toMatchObject({
      state: "thinking",
      waiting: 1,
      work: [
        { state: "thinking", question_id: first.id },
        { state: "waiting", question_id: second.id },
      ],
    });
    await order("stop", second.id);
    expect(await answerTo(colony, second)).toMatchObject({ type: "error", metadata: { stopped: true } });
    gate.resolve();
    await answerTo(colony, first);
    expect(models.requests.length).toBe(1);
  });
});

describe("trying again", () => {
  test("writes the same message anew, and tells its asker anew", async () => {
    broken();
    const question = await colony.say("general", "@grimlock once more?", {}, benji);
    const failed = await answerTo(colony, question);
    expect(failed.type).toBe("error");
    const gate = Promise.withResolvers<void>();
    models.next([say("This"), hold(gate.promise), say(" time.")]);
    const { status, body } = await order("retry", failed.id);
    expect([status, body.question.id, body.answer.id]).toEqual([202, question.id, failed.id]);
    expect(body.answer).toMatchObject({ content: "", type: "text", metadata: { streaming: true } });
    const growing = await growingTo(colony, question, "This");
    expect(growing).toMatchObject({ id: failed.id, type: "text" });
    const inbox = async () => (await colony.get("/api/inbox?after_seq=0", { token: benji })).body.items.filter(({ message }: any) => message.id === failed.id);
    expect(await inbox()).toEqual([]);
    gate.resolve();
    const answer = await answerTo(colony, question);
    expect(answer).toMatchObject({ id: failed.id, content: "This time.", type: "text", updated_at: null });
    expect(answer.metadata.error).toBeUndefined();
    expect(await inbox()).toHaveLength(1);
    expect((await colony.get(`/api/channels/general/messages?after_seq=${question.seq}`)).body).toHaveLength(1);
  });

  test("gives the new answer to who waits for it, and to who goes on waiting under the same key", async () => {
    broken();
    const question = await colony.say("general", "@grimlock and in one call?", {}, benji);
    await answerTo(colony, question);
    const gate = Promise.withResolvers<void>();
    models.next([say("In"), hold(gate.promise), say(" one.")]);
    const again = (wait: number) => colony.post(`/api/agents/grimlock/retry?wait=${wait}`, { message_id: question.id }, { token: benji, headers: { "idempotency-key": "waited" } });
    expect((await again(0)).body).toMatchObject({ state: expect.stringMatching(/waiting|answering/), question: { id: question.id } });
    const waited = again(55);
    gate.resolve();
    expect((await waited).body).toMatchObject({ state: "answered", question: { id: question.id }, answer: { content: "In one." } });
    expect(models.requests.length).toBe(3);
  });

  test("is for what failed or was stopped, once, and not for what was answered or deleted", async () => {
    const question = await colony.say("general", "@grimlock all well?", {}, benji);
    await answerTo(colony, question);
    expect(outcome(await order("retry", question.id))).toBe("409 nothing_to_retry");
    broken();
    const second = await colony.say("general", "@grimlock and now?", {}, benji);
    await answerTo(colony, second);
    models.next([say("Now"), hang()]);
    const key = { "idempotency-key": "again" };
    expect((await order("retry", second.id, benji, key)).status).toBe(202);
    await growingTo(colony, second, "Now");
    expect(outcome(await order("retry", second.id))).toBe("409 nothing_to_retry");
    expect((await order("retry", second.id, benji, key)).headers.get("idempotency-replayed")).toBe("true");
    await order("stop", second.id);
    await colony.call("DELETE", `/api/channels/general/messages/${second.id}`, { token: benji });
    expect(outcome(await order("retry", second.id))).toBe("409 message_deleted");
  });
});

describe("who may", () => {
  test("stop and try again is who asked, and an admin; others are told so, and outsiders that there is nothing", async () => {
    const room = await closedChannel(colony, benji, "closed", ["neeraj"]);
    models.next([say("Half"), hang()]);
    const question = await colony.say(room.id, "@grimlock tell us", {}, benji);
    const { id } = await growingTo(colony, question, "Half", benji);
    const outsider = await colony.user("outsider", "ape");
    for (const what of ["stop", "retry"] as const) {
      expect(outcome(await order(what, id, neeraj))).toBe("403 forbidden");
      expect(outcome(await order(what, id, outsider))).toBe("404 not_found");
      // An admin who is no member sees no more of a private channel than anyone.
      expect(outcome(await order(what, id, colony.admin))).toBe("404 not_found");
      expect(outcome(await order(what, id, benji, {}, "architect"))).toBe("404 not_found");
    }
    expect([(await statusOf(outsider)).state, (await statusOf(outsider)).work, (await statusOf(neeraj)).work.length]).toEqual(["thinking", [], 1]);
    await colony.post(`/api/channels/${room.id}/members`, { user: "admin" }, { token: benji });
    expect((await order("stop", id, colony.admin)).status).toBe(200);
    models.next([say("All of it")]);
    expect((await order("retry", id, colony.admin)).status).toBe(202);
    expect(await answerTo(colony, question, benji)).toMatchObject({ content: "All of it" });
    const written = (await colony.get("/api/audit?action=answer_stopped_by_admin,answer_retried_by_admin")).body.entries;
    expect(written.map(({ action, actor, subject, details }: any) => [action, actor.username, subject.id, details.user, details.channel])).toEqual([
      ["answer_retried_by_admin", "admin", question.id, "grimlock", "closed"],
      ["answer_stopped_by_admin", "admin", question.id, "grimlock", "closed"],
    ]);
  });
});
