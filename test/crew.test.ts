import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { answerTo, growingTo } from "./answers.ts";
import { Colony, outcome, stopAll, until } from "./colony.ts";
import { type Asked, call, hang, say } from "./modelacts.ts";
import { Models } from "./models.ts";
import { readRows } from "./people.ts";

let models: Models;
let colony: Colony;
let benji: string;
let neeraj: string;
beforeAll(async () => {
  models = await Models.start();
  colony = await Colony.start(models.env);
  [benji, neeraj] = [await colony.user("benji", "ape"), await colony.user("neeraj", "ape")];
});
beforeEach(() => models.clear());
afterAll(async () => {
  models.stop();
  await stopAll();
});

let made = 0;
/** A project of benji's, by its slug. */
const newProject = async (more: object = {}): Promise<string> => (await colony.post("/api/projects", { name: `site ${++made}`, ...more }, { token: benji })).body.slug;
const said = async (slug: string) => (await colony.get(`/api/channels/${slug}/messages`, { token: benji })).body as any[];
const jobs = () => readRows<{ state: string; parent_no: number | null }>(colony.data, "SELECT state, parent_no FROM agent_jobs ORDER BY no");
const chat = (slug: string, message: string, token = benji, wait = 30) => colony.post(`/api/projects/${slug}/chat?wait=${wait}`, { message }, { token });

/** The end of a request: neither its plan nor what was handed over. */
const endOf = (slug: string, { id }: { id: string }): Promise<any> =>
  until(async () => (await said(slug)).find(({ reply_to, metadata }) => reply_to === id && !metadata?.streaming && !metadata?.plan && !metadata?.part_for));

const steps = [{ text: "Find the cause", who: "engineer" }, { text: "Report" }];
/** Who a request to a model came from: the agent whose instructions it carries. */
const agentOf = ({ system }: Asked): string => /You are @([\w-]+)/.exec(system)?.[1] ?? "";

/** A dev-manager who plans, hands one part to the engineer, ticks, and reports what came back; the engineer does what `engineer` says. */
const leading = (engineer: (asked: Asked) => any = () => "It was the kumquat.") => {
  models.answer((asked) => {
    if (agentOf(asked) !== "dev-manager") return engineer(asked);
    const done = asked.results.length;
    if (done === 0) return [say("I plan."), call("make_plan", { goal: "The site is up", steps })];
    if (done === 1) return call("hand_over", { to: "engineer", task: "Why is the site down?" });
    if (done === 2) return call("tick_step", { step: 1, done: true, note: "found" });
    return `parts: 1. The engineer says: ${asked.results[1]}`;
  });
};

describe("A request in a project", () => {
  test("is planned in one message, handed over, ticked, and ends in a result, all of it in the channel and at the cost of its asker", async () => {
    const slug = await newProject();
    leading();
    const { status, body } = await chat(slug, "The site is down.");
    expect([status, body.state, body.question.content]).toEqual([201, "answered", "@dev-manager The site is down."]);
    const all = await said(slug);
    expect(all.map(({ user, type, content }) => [user.username, type, content.split("\n")[0]])).toEqual([
      ["benji", "text", "@dev-manager The site is down."],
      ["dev-manager", "plan", "The site is up"],
      ["dev-manager", "text", "@engineer Why is the site down?"],
      ["engineer", "text", "It was the kumquat."],
      ["dev-manager", "result", "I plan."],
    ]);
    const [question, plan, part, answer, result] = all;
    expect([result, plan, part].every(({ reply_to }) => reply_to === question.id)).toBeTrue();
    expect(answer.reply_to).toBe(part.id);
    expect(plan.content).toBe("The site is up\n\n- [x] Find the cause (engineer)\n  found\n- [ ] Report");
    expect(result.content).toContain("engineer answered (message ");
    expect(result.content).toContain("It was the kumquat.");
    expect(result.metadata.steps.map(({ tool, state }: any) => `${tool} ${state}`)).toEqual(["make_plan done", "hand_over done", "tick_step done"]);
    const usage = (await colony.get(`/api/usage?by=agent&project=${slug}`, { token: neeraj })).body;
    expect(usage.rows.map(({ key, calls }: any) => [key, calls])).toEqual(
      expect.arrayContaining([
        ["dev-manager", 4],
        ["engineer", 1],
      ]),
    );
    expect((await colony.get("/api/usage?by=user", { token: neeraj })).body.total.calls).toBe(0);
    const history = (await colony.get(`/api/projects/${slug}/chat/history`, { token: benji })).body;
    expect(history.map(({ id }: any) => id)).toEqual(all.map(({ id }) => id));
    expect((await colony.get(`/api/projects/${slug}/chat/history?limit=2&before_seq=${answer.seq}`, { token: benji })).body.map(({ id }: any) => id)).toEqual([plan.id, part.id]);
  });

  test("shows the part its whole thread, and does not let it hand over further", async () => {
    const slug = await newProject();
    leading();
    await chat(slug, "The site is down.");
    const [engineer] = models.requests.filter((asked) => agentOf(asked) === "engineer");
    expect(engineer?.prompt).toContain("@dev-manager (an agent), who is answering @benji (a person)");
    expect(engineer?.prompt).toContain("- [ ] Find the cause (engineer)");
    expect(engineer?.prompt).not.toContain("I plan.");
    expect(engineer?.tools).not.toContain("hand_over");
    models.clear();
    leading();
    await answerTo(colony, await colony.say("general", "@dev-manager plan this", {}, benji));
    for (const tool of ["make_plan", "hand_over", "tick_step"]) expect(models.requests[0]?.tools).not.toContain(tool);
  });

  test("goes back to who leads it: whom a part names is not called, and the same part asked again is not done again", async () => {
    const slug = await newProject();
    models.answer((asked) => {
      if (agentOf(asked) !== "dev-manager") return "Ask @architect and @dev-manager.";
      if (asked.results.length < 2) return call("hand_over", { to: "@engineer", task: "Who knows?" });
      return "Nobody.";
    });
    const before = jobs().length;
    const { body } = await chat(slug, "Who knows?");
    expect(body.answer.metadata.steps.map(({ output }: any) => output)).toEqual(["answered", "answered"]);
    expect(models.requests.map(agentOf)).toEqual(["dev-manager", "engineer", "dev-manager", "dev-manager"]);
    expect([(await said(slug)).length, jobs().length - before]).toEqual([4, 2]);
  });

  test("makes one plan however often it is asked to, ticks no step that is not there, and hands nothing to who is not there", async () => {
    const slug = await newProject();
    models.next(
      [call("tick_step", { step: 1, done: true })],
      [call("make_plan", { goal: "One\n# two", steps: [{ text: "Only\nstep", who: "@engineer" }] })],
      [call("make_plan", { goal: "Another", steps })],
      [call("tick_step", { step: 2, done: true })],
      [call("hand_over", { to: "dev-manager", task: "You do it." })],
      [call("make_plan", { goal: "x", steps: [] })],
      "Done.",
    );
    const { body } = await chat(slug, "Plan twice.");
    expect(body.answer.metadata.steps.map(({ state }: any) => state)).toEqual(["failed", "done", "done", "failed", "failed", "failed"]);
    const { results } = models.requests.at(-1) as Asked;
    expect(results[2]).toStartWith("There is a plan for this request already");
    expect(results[4]).toStartWith("Error: There is no agent 'dev-manager' to hand it to. There are ");
    expect((await said(slug)).filter(({ type }) => type === "plan").map(({ content }) => content)).toEqual(["One # two\n\n- [ ] Only step (engineer)"]);
  });

  test("of a model that hands over for ever ends after so many parts, each with one answer", async () => {
    const slug = await newProject();
    models.answer((asked) => (agentOf(asked) === "dev-manager" ? [say("More."), call("hand_over", { to: "engineer", task: `Part ${asked.results.length}` })] : "Done."));
    const { body } = await chat(slug, "Go on and on.");
    expect(body).toMatchObject({ state: "answered", answer: { metadata: { finish: "calls" } } });
    const all = await said(slug);
    expect(all.filter(({ user }) => user.username === "engineer").length).toBe(12);
    expect(all.filter(({ content }) => content.startsWith("@engineer")).length).toBe(12);
    expect(models.requests.filter((asked) => agentOf(asked) === "dev-manager").length).toBe(30);
  }, 60_000);

  test("of one who may not see the project is as if there were none, also where another project's agent is asked", async () => {
    const slug = await newProject({ visibility: "private" });
    expect(outcome(await chat(slug, "hello", neeraj))).toBe("404 not_found");
    expect(outcome(await colony.get(`/api/usage?project=${slug}`, { token: neeraj }))).toBe("404 not_found");
    expect(outcome(await colony.post(`/api/projects/${slug}/agents/nobody/direct`, { message: "hello" }, { token: benji }))).toBe("404 not_found");
    expect(models.requests.length).toBe(0);
  });
});

describe("Stopped while a part is answered,", () => {
  /** A request whose part hangs. */
  const hanging = async () => {
    const slug = await newProject();
    leading(() => [say("Let me see"), hang()]);
    const { body } = await chat(slug, "The site is down.", benji, 0);
    const part = await until(async () => (await said(slug)).find(({ content }) => content.startsWith("@engineer")));
    await growingTo(colony, part, "Let me see");
    return { slug, question: body.question, part };
  };

  test("the whole stops, the part with it, and each has one end", async () => {
    const { slug, question, part } = await hanging();
    const { body: crew } = await colony.get(`/api/projects/${slug}/agents`, { token: neeraj });
    const at = (name: string) => crew.find(({ agent }: any) => agent.username === name);
    expect([at("dev-manager").state, at("dev-manager").work.length, at("engineer").work[0].question_id]).toEqual(["running", 1, part.id]);
    const { body } = await colony.post("/api/agents/dev-manager/stop", { message_id: question.id }, { token: benji });
    expect(body).toMatchObject({ state: "stopped" });
    expect(await answerTo(colony, part)).toMatchObject({ content: "Let me see", metadata: { stopped: true, stopped_by: "benji" } });
    expect(jobs().every(({ state }) => !["queued", "running"].includes(state))).toBeTrue();
    expect((await said(slug)).filter(({ via }) => via === "resident").length).toBe(4);
  });

  test("a part alone stops, and who leads is told so and goes on", async () => {
    const { slug, question, part } = await hanging();
    await colony.post("/api/agents/engineer/stop", { message_id: part.id }, { token: benji });
    const answer = await endOf(slug, question);
    expect(answer).toMatchObject({ type: "result" });
    expect(answer.content).toContain("This part was stopped before its end.");
    leading();
    const again = await colony.post("/api/agents/engineer/retry?wait=30", { message_id: part.id }, { token: benji });
    expect([again.status, again.body.answer.content]).toEqual([202, "It was the kumquat."]);
  });

  test("a request that was deleted takes all of it along", async () => {
    const { slug, question, part } = await hanging();
    await colony.call("DELETE", `/api/channels/${slug}/messages/${question.id}`);
    await until(() => jobs().every(({ state }) => !["queued", "running"].includes(state)) || undefined);
    expect((await said(slug)).find(({ reply_to }) => reply_to === part.id)?.deleted_at).not.toBeNull();
  });
});

test("A server killed while a part is answered begins with that part again, doubles no plan, and gives each question one end", async () => {
  const slug = await newProject();
  leading(() => [say("Let me see"), hang()]);
  const { body } = await chat(slug, "The site is down.", benji, 0);
  const part = await until(async () => (await said(slug)).find(({ content }) => content.startsWith("@engineer")));
  await growingTo(colony, part, "Let me see");
  await colony.stop("SIGKILL");
  models.clear();
  leading();
  await colony.run();
  const answer = await endOf(slug, body.question);
  const [again, lead] = models.requests;
  expect([agentOf(again as Asked), agentOf(lead as Asked)]).toEqual(["engineer", "dev-manager"]);
  expect(lead?.prompt).toContain("You began this before, and were interrupted.");
  expect(lead?.prompt).toContain("It was the kumquat.");
  expect(answer.metadata.steps.map(({ output }: any) => output)).toEqual(["the plan that stands", "answered", "1 of 2 done"]);
  const all = await said(slug);
  expect(all.map(({ user, type }) => `${user.username} ${type}`)).toEqual(["benji text", "dev-manager plan", "dev-manager text", "engineer text", "dev-manager result"]);
  expect(all[1].content).toContain("- [x] Find the cause");
}, 60_000);
