import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { Colony, stopAll, until } from "./colony.ts";
import { type Asked, call, say } from "./modelacts.ts";
import { Models } from "./models.ts";
import { readRows } from "./people.ts";

let models: Models;
let colony: Colony;
let benji: string;
let at: string;
let slug: string;
let made = 0;
beforeAll(async () => {
  models = await Models.start();
  colony = await Colony.start({ ...models.env, COLONY_SANDBOX: "bubblewrap" });
  benji = await colony.user("benji", "ape");
});
beforeEach(async () => {
  models.clear();
  ({ slug } = (await colony.post("/api/projects", { name: `Averages ${++made}` }, { token: benji })).body);
  at = `/api/projects/${slug}`;
  const { status } = await colony.call("PUT", `${at}/files/main.py`, { token: benji, body: { content: BUG } });
  expect(status).toBeLessThan(300);
});
afterAll(async () => {
  models.stop();
  await stopAll();
});

const BUG = "def average(numbers):\n    return sum(numbers) / len(numbers)\n\nprint(average([1, 2, 3]))\nprint(average([]))\n";
const FIX = BUG.replace("    return", "    if not numbers:\n        return 0\n    return");

const get = async (path: string) => (await colony.get(`${at}${path}`, { token: benji })).body;
const said = async () => (await colony.get(`/api/channels/${slug}/messages`, { token: benji })).body as any[];
const agentOf = ({ system }: Asked): string => /You are @([\w-]+)/.exec(system)?.[1] ?? "";
const open = () => readRows(colony.data, "SELECT no FROM agent_jobs WHERE state IN ('queued', 'running')").length;

const plan = { goal: "main.py prints both averages", steps: [{ text: "Mend the average of nothing", who: "engineer" }, { text: "See that it runs" }] };

/** A dev-manager who hands the fault to the engineer and sees for itself that it is gone; `command` is what the engineer runs to see it. */
const crew = (command = "python3 main.py") => {
  models.answer((asked) => {
    const done = asked.results.length;
    if (agentOf(asked) === "engineer") {
      if (done === 0) return [say("I read it first."), call("read_file", { path: "main.py" })];
      if (done === 1) return call("write_file", { path: "main.py", content: FIX, if_version: 1 });
      if (done === 2) return call("run_command", { command });
      return "runs: 1, failed: 0\n\nAn empty list has the average 0 now.";
    }
    if (done === 0) return call("make_plan", plan);
    if (done === 1) return call("hand_over", { to: "engineer", task: "main.py fails with ZeroDivisionError in line 2: mend it and run it." });
    if (done === 2) return call("tick_step", { step: 1, done: true, note: "main.py version 2" });
    if (done === 3) return call("run_command", { command: "python3 main.py" });
    if (done === 4) return call("tick_step", { step: 2, done: true });
    return "files: 1 changed\n\nBoth averages are printed.";
  });
};
const begin = async () => (await colony.post(`${at}/chat`, { message: "main.py fails: mend it." }, { token: benji })).body.question;

test("A program with a bug is mended by the crew: the fault is seen, the plan ticked, the file a version of the engineer's, the run seen, and a result posted", async () => {
  const failed = (await colony.post(`${at}/container/execute?wait=55`, { command: "python3 main.py" }, { token: benji })).body;
  expect([failed.state, failed.exit_code]).toEqual(["failed", 1]);
  expect((await get("/console/errors")).find(({ file, line }: any) => file === "main.py" && line === 2)).toMatchObject({ language: "python", run_id: failed.id });
  crew();
  const { body } = await colony.post(`${at}/chat?wait=55`, { message: "main.py fails: mend it." }, { token: benji });
  expect(body).toMatchObject({ state: "answered", answer: { type: "result", content: "files: 1 changed\n\nBoth averages are printed." } });
  const [lead] = models.requests as [Asked];
  expect(lead.prompt).toContain("benji · exit code 1 in ");
  expect(lead.prompt).toContain("ZeroDivisionError: division by zero · main.py:2");
  const all = await said();
  const [part] = all.filter(({ content }) => content.startsWith("@engineer main.py fails"));
  expect(all.find(({ reply_to }) => reply_to === part.id)).toMatchObject({ type: "result", user: { username: "engineer" }, content: expect.stringContaining("average 0 now") });
  expect(all.find(({ type }) => type === "plan").content).toBe(
    "main.py prints both averages\n\n- [x] Mend the average of nothing (engineer)\n  main.py version 2\n- [x] See that it runs",
  );
  const file = await get("/files/main.py");
  expect([file.content, file.version, file.changed_by.username]).toEqual([FIX, 2, "engineer"]);
  expect((await get("/files/main.py/versions")).map(({ version, user }: any) => `${version} ${user.username}`)).toEqual(["2 engineer", "1 benji"]);
  expect((await get("/runs")).map(({ user, state }: any) => `${user.username} ${state}`)).toEqual(["dev-manager succeeded", "engineer succeeded", "benji failed"]);
  expect(all.filter(({ metadata, user }) => metadata?.run_id && user.username === "engineer").map(({ type }) => type)).toEqual(["result"]);
}, 60_000);

/** A crew whose engineer is at a run that does not end. */
const atRun = async () => {
  crew("echo begun; sleep 600");
  const question = await begin();
  const run = await until(async () => (await get("/runs")).find(({ state, user }: any) => state === "running" && user.username === "engineer"));
  return { question, run };
};

test("Who stops the leader stops the part and its run; each ends once, and the plan stays as it stood", async () => {
  const { question, run } = await atRun();
  const { body } = await colony.post("/api/agents/dev-manager/stop", { message_id: question.id }, { token: benji });
  expect(body.state).toBe("stopped");
  expect(open()).toBe(0);
  await until(async () => (await get(`/runs/${run.id}`)).state === "stopped" || undefined);
  const all = await said();
  const part = all.find(({ content }) => content.startsWith("@engineer"));
  expect(all.filter(({ reply_to }) => reply_to === part.id).map(({ metadata }) => metadata.stopped_by)).toEqual(["benji"]);
  expect(all.filter(({ type }) => type === "plan").map(({ content }) => content.includes("[x]"))).toEqual([false]);
});

test("Who stops a run leaves those who wait for it to go on", async () => {
  const { run } = await atRun();
  crew();
  await colony.post(`${at}/runs/${run.id}/stop`, {}, { token: benji });
  await until(() => open() === 0 || undefined);
  const { results } = models.requests.findLast((asked) => agentOf(asked) === "engineer") as Asked;
  expect(results.at(-1)).toContain(": stopped in ");
  expect((await said()).find(({ user, metadata }) => user.username === "dev-manager" && metadata?.model)).toMatchObject({ type: "result" });
}, 60_000);

test("A server killed in the midst of a part's run ends that run, and goes on: one plan, one end for each question, the file written once", async () => {
  const { question, run } = await atRun();
  await colony.stop("SIGKILL");
  models.clear();
  crew();
  await colony.run();
  await until(() => open() === 0 || undefined);
  expect(await get(`/runs/${run.id}`)).toMatchObject({ state: "killed", reason: "server_ended" });
  const all = await said();
  const part = all.filter(({ content, via }) => via === "resident" && content.startsWith("@engineer"));
  expect(part.length).toBe(1);
  expect(all.filter(({ type }) => type === "plan").length).toBe(1);
  expect(all.filter(({ reply_to }) => reply_to === part[0].id).map(({ type }) => type)).toEqual(["result"]);
  expect(all.filter(({ reply_to, metadata }) => reply_to === question.id && metadata?.model).map(({ type }) => type)).toEqual(["result"]);
  expect((await get("/files/main.py/versions")).length).toBe(2);
}, 60_000);
