import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Project } from "../src/projects/directory.ts";
import { type Colony, outcome, until } from "./colony.ts";
import { openRun, Workshop } from "./console.ts";
import { Listener, readEvents } from "./follow.ts";

let workshop: Workshop;
let colony: Colony;
let maker: string;
let other: string;

beforeAll(async () => {
  workshop = await Workshop.start();
  colony = workshop.colony;
  [maker = "", other = ""] = await Promise.all([colony.user("maker"), colony.user("other")]);
});
afterAll(() => workshop.stop());

const socketOf = (project: Project, first: Record<string, unknown> = { token: maker }): Promise<Listener> =>
  Listener.open(colony, `/api/v1/ws/projects/${project.slug}/console`, first);
const contents = (listener: Listener): string[] => listener.frames.filter(({ event }) => event === "console.output").map(({ data }) => data.content);

describe("The history of a console", () => {
  let project: Project;
  let second: string;
  const history = async (query = "", path = "history") => (await colony.get(`/api/projects/written/console/${path}?${query}`, { token: other })).body;
  const seqs = async (query: string): Promise<number[]> => (await history(query)).map(({ seq }: { seq: number }) => seq);

  beforeAll(async () => {
    project = await workshop.project("Written", {}, maker);
    await workshop.run(project, "one\ntwo\n\u001b[31mThree\u001b[0m\n");
    second = await workshop.run(project, "four\nfive\nthree again\n");
  });

  test("is whole unless it is narrowed: by seq, number, run, stream and text", async () => {
    expect(await history()).toHaveLength(6);
    expect((await history("limit=1"))[0]).toEqual({ seq: 6, run_id: second, stream: "stdout", content: "three again", timestamp: expect.any(String) });
    expect(await seqs("limit=2")).toEqual([5, 6]);
    expect(await seqs("after_seq=1&limit=2")).toEqual([2, 3]);
    expect(await seqs("before_seq=3")).toEqual([1, 2]);
    expect(await seqs(`run=${second}`)).toEqual([4, 5, 6]);
    expect(await seqs(`run=${second}&limit=1`)).toEqual([6]);
    expect(await seqs("q=THREE")).toEqual([3, 6]);
    expect(await seqs("q=three&limit=1")).toEqual([6]);
    expect(await seqs("stream=stderr")).toEqual([]);
    expect(await seqs("stream=stderr&limit=3")).toEqual([]);
    expect((await colony.get("/api/projects/written/console/history?run=none")).status).toBe(404);
    expect((await colony.get("/api/projects/written/console/history?last=3")).status).toBe(422);
  });

  test("is followed from a line on, a page at a time; what is searched for in vain is not read twice", async () => {
    expect(await history("after_seq=4&limit=1", "follow")).toMatchObject({ lines: [{ seq: 5, content: "five" }], next_seq: 5, has_more: true, epoch: expect.any(String) });
    expect(await history("after_seq=5", "follow")).toMatchObject({ lines: [{ seq: 6 }], next_seq: 6, has_more: false });
    expect(await history("after_seq=0&q=five&limit=3", "follow")).toMatchObject({ lines: [], next_seq: 3, has_more: true });
    expect(await history("", "follow")).toMatchObject({ lines: [], next_seq: 6, has_more: false });
    expect(outcome(await colony.get("/api/projects/written/console/follow?after_seq=7", { token: other }))).toBe("410 cursor_expired");
    expect(outcome(await colony.get("/api/projects/written/console/follow?epoch=another", { token: other }))).toBe("410 cursor_expired");
  });

  test("is waited for, by who wants one run or one word, until something of it is said", async () => {
    const waited = await workshop.project("Waited", {}, maker);
    const waiting = colony.get("/api/projects/waited/console/follow?q=here&wait=55", { token: other });
    const [first, second] = [openRun(workshop.ctx, waited, 9_001), openRun(workshop.ctx, waited, 9_002)];
    const ofOne = colony.get("/api/projects/waited/runs/run-9002/output?wait=55", { token: other });
    await first.hear("stdout", Buffer.from("not it\n"));
    await second.hear("stderr", Buffer.from("it is here\n"));
    expect((await waiting).body.lines).toMatchObject([{ content: "it is here", run_id: "run-9002", stream: "stderr" }]);
    expect((await ofOne).body).toMatchObject({ run: { id: "run-9002", state: "running" }, ahead: null, lines: [{ content: "it is here" }], has_more: false, done: false });
    await Promise.all([first.end(), second.end()]);
  });

  test("is plain text or JSON lines too", async () => {
    expect(await history("format=text&limit=4")).toBe("Three\nfour\nfive\nthree again\n");
    expect((await history("format=ndjson&limit=2")).trim().split("\n").map(JSON.parse)).toEqual(await history("limit=2"));
  });

  test("of many lines is found from its end as from its beginning", async () => {
    const many = await workshop.project("Many", {}, maker);
    await workshop.run(many, Array.from({ length: 2_500 }, (_, n) => `line ${n}\n`).join(""));
    const { body } = await colony.get("/api/projects/many/console/history?q=line%201&limit=1200");
    expect(body).toHaveLength(1_111);
    expect(body.at(0).content).toBe("line 1");
    expect((await colony.get("/api/projects/many/console/history?limit=1500")).body[0].content).toBe("line 1000");
  });

  test("cleared, is gone for all, while seqs go on and what is said next is kept", async () => {
    const socket = await socketOf(project);
    expect(outcome(await colony.call("DELETE", "/api/projects/written/console/clear", { token: other }))).toBe("204");
    expect(await history()).toEqual([]);
    expect((await socket.waitFor("console.cleared")).data).toEqual({ through_seq: 6 });
    await workshop.run(project, "new\n");
    expect(await seqs("")).toEqual([7]);
    socket.close();
  });
});

describe("The socket of a console", () => {
  test("says who is there, then what was missed, then what comes, in order and once", async () => {
    const project = await workshop.project("Heard", {}, maker);
    await workshop.run(project, Array.from({ length: 1_200 }, (_, n) => `${n}\n`).join(""));
    const socket = await socketOf(project, { token: maker, after_seq: 0 });
    expect(socket.frames[0]).toMatchObject({ event: "ready", data: { user: { username: "maker" }, seq: 0, head_seq: 1_200 } });
    await workshop.run(project, "live\n");
    await socket.until(() => contents(socket).includes("live"));
    expect(contents(socket)).toEqual([...Array.from({ length: 1_200 }, (_, n) => String(n)), "live"]);
    const later = await socketOf(project);
    await workshop.run(project, "later\n");
    await later.until(() => contents(later).length > 0);
    expect(contents(later)).toEqual(["later"]);
    later.send({ type: "typing" });
    expect((await later.waitFor("error")).data.code).toBe("validation_failed");
    for (const one of [socket, later]) one.close();
  });

  test("is for who may read the project, with a credential that holds and a cursor that can be", async () => {
    const hidden = await workshop.project("Closed", { visibility: "private" }, maker);
    const codes = [
      await socketOf(hidden, { token: other }),
      await socketOf(hidden, { token: "col_none" }),
      await Listener.open(colony, "/api/ws/projects/nothing/console", { token: other }),
      await socketOf(hidden, { token: maker, after_seq: 1 }),
      await socketOf(hidden, { token: maker, after_seq: 0, epoch: "another" }),
    ].map(({ closed }) => closed?.code);
    expect(codes).toEqual([4404, 4401, 4404, 4410, 4410]);
  });

  test("ends at once with the membership, with the credential, and with the project", async () => {
    const project = await workshop.project("Ending", { visibility: "private" }, maker);
    const member = async (name: string) => {
      const token = await colony.user(name);
      await colony.post(`/api/channels/${project.channel.id}/members`, { user: name }, { token: maker });
      return socketOf(project, { token });
    };
    const [leaver, ended, last] = [await member("leaver"), await member("ended"), await member("last")];
    await colony.call("DELETE", `/api/channels/${project.channel.id}/members/leaver`, { token: maker });
    await colony.call("DELETE", "/api/users/ended");
    expect([(await leaver.waitClosed()).code, (await ended.waitClosed()).code]).toEqual([4404, 4401]);
    await workshop.run(project, "secret\n");
    await last.until(() => contents(last).length > 0);
    await colony.call("DELETE", "/api/projects/ending", { token: maker });
    expect((await last.waitClosed()).code).toBe(4404);
    for (const socket of [leaver, ended]) expect(contents(socket)).toEqual([]);
  });
});

describe("The events of a project", () => {
  test("come under the workbench's names, from a cursor, as a poll and as a stream", async () => {
    const project = await workshop.project("Told", {}, maker);
    const { body: plan } = await colony.post(`/api/channels/${project.channel.id}/messages`, { content: "- [x] one\n- [ ] two\ntext", type: "plan" }, { token: maker });
    await colony.say(project.channel.id, "aside");
    await colony.call("PATCH", "/api/projects/told", { token: maker, body: { description: "plots" } });
    const { body } = await colony.get("/api/projects/told/events?after_seq=0", { token: other });
    expect(body.events.map(({ event, data }: { event: string; data: object }) => [event, data])).toEqual([
      ["project.changed", expect.anything()],
      ["task.progress", { message_id: plan.id, done: 1, total: 2 }],
      ["project.changed", expect.objectContaining({ description: "plots" })],
    ]);
    const waiting = colony.get(`/api/projects/told/events?after_seq=${body.next_seq}&wait=20`, { token: other });
    await colony.say(project.channel.id, "of no concern");
    await colony.call("PATCH", "/api/projects/told", { token: maker, body: { name: "Told again" } });
    expect((await waiting).body.events.map(({ event }: { event: string }) => event)).toEqual(["project.changed"]);
  });

  test("tell the console and what agents are at to who listens", async () => {
    const project = await workshop.project("Streamed", {}, maker);
    const leaving = new AbortController();
    const headers = { authorization: `Bearer ${other}`, accept: "text/event-stream" };
    const { body } = await fetch(`${colony.url}/api/projects/streamed/events`, { headers, signal: leaving.signal });
    const seen: unknown[] = [];
    for await (const { event, data } of readEvents(body as ReadableStream<Uint8Array>)) {
      if (event === "ready") {
        workshop.ctx.feed.pass("typing", project.channel, null, {});
        workshop.ctx.feed.pass("agent_status", project.channel, null, { state: "thinking" });
        await workshop.run(project, "out\n");
        continue;
      }
      seen.push([event, data.event, data.data.lines?.[0].content]);
      if (seen.length === 2) break;
    }
    leaving.abort();
    expect(seen).toEqual([
      ["agent.status", "agent.status", undefined],
      ["console.output", "console.output", "out"],
    ]);
  });
});

describe("Known errors in a console", () => {
  const TRACE = `Traceback (most recent call last):\n  File "/workspace/main.py", line 7, in <module>\n    print(1 / 0)\nZeroDivisionError: division by zero\n`;
  let project: Project;
  beforeAll(async () => {
    project = await workshop.project("Broken", {}, maker);
  });
  const write = async (path: string, content: string) => expect((await colony.post("/api/projects/broken/files", { path, content }, { token: maker })).status).toBe(201);
  const errors = async (query = ""): Promise<any[]> => (await colony.get(`/api/projects/broken/console/errors?${query}`, { token: other })).body;

  test("are listed once however often they came, newest first, with place and lines", async () => {
    const first = await workshop.run(project, "fine\n", TRACE);
    const second = await workshop.run(project, TRACE, "sh: 1: pythn: not found\n");
    const [shell, python] = await errors();
    expect(shell).toMatchObject({ language: "shell", kind: "command_not_found", file: null, count: 1, run_id: second });
    expect(python).toMatchObject({ kind: "exception", message: "ZeroDivisionError: division by zero", file: "main.py", line: 7, count: 2, run_id: second, excerpt: TRACE.trim() });
    expect((await errors(`run=${first}`)).map(({ id, count, run_id }) => [id, count, run_id])).toEqual([[python.id, 1, first]]);
    expect(await errors("limit=1")).toHaveLength(1);
    expect(await errors(`since=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
  });

  test("name the file that they mean where a trace names the end of its path alone", async () => {
    await write("src/main/java/com/acme/Main.java", "public class Main {}\n");
    const run = await workshop.run(project, 'Exception in thread "main" java.lang.IllegalStateException: no\n\tat com.acme.Main.main(Main.java:1)\n');
    expect((await errors(`run=${run}`))[0]).toMatchObject({ file: "src/main/java/com/acme/Main.java", line: 1 });
  });

  test("are found while the run goes on", async () => {
    const run = openRun(workshop.ctx, project, 900);
    await run.hear("stderr", Buffer.from("Error: listen EADDRINUSE: address already in use :::3000\n"));
    await until(async () => (await errors("run=run-900")).length > 0 || undefined);
    expect((await run.end()).fault).toMatchObject({ kind: "port_in_use" });
  });

  test("say what ended a run that could not say it itself", async () => {
    const run = openRun(workshop.ctx, project, 901);
    await run.hear("stdout", Buffer.from("working\n"));
    expect((await run.end("memory")).fault).toMatchObject({ kind: "out_of_memory", message: "The run used more memory than it may" });
  });

  test("are put to the engineer in the project's channel, with what was written and the files that it names", async () => {
    await write("main.py", "import sys\n\n\n\n\n\nprint(1 / 0)  # here\n");
    const [python] = await errors("since=2020-01-01T00:00:00Z").then((all) => all.filter(({ language }) => language === "python"));
    const call = { token: other, headers: { "idempotency-key": "look" } };
    const { status, body } = await colony.post("/api/projects/broken/console/analyze", { error: python.id }, call);
    expect(status).toBe(201);
    expect(body.question).toMatchObject({ channel_id: project.channel.id, user: { username: "other" } });
    for (const part of ["@engineer", "ZeroDivisionError: division by zero, in main.py line 7", TRACE.trim(), "main.py, version 1", "    7  print(1 / 0)  # here"])
      expect(body.question.content).toContain(part);
    const again = await colony.post("/api/projects/broken/console/analyze?wait=1", { error: python.id }, call);
    expect(again.body.question.id).toBe(body.question.id);
    expect(outcome(await colony.post("/api/projects/broken/console/analyze", { error: "none" }, { token: other }))).toBe("404 not_found");
  });

  test("of a program that was really run stand in what its channel is told", async () => {
    await write("app.py", "def half(n):\n    return n / 0\n\nhalf(4)\n");
    const { body } = await colony.post("/api/projects/broken/container/execute?wait=55", { command: "python3 app.py" }, { token: maker });
    expect(body).toMatchObject({ state: "failed", exit_code: 1 });
    const { body: message } = await colony.get(`/api/channels/${project.channel.id}/messages/${body.message_id}`, { token: maker });
    expect(message.content).toContain("`ZeroDivisionError: division by zero`, in `app.py` line 2");
    expect(message).toMatchObject({ type: "error", metadata: { fault: { kind: "exception", file: "app.py", line: 2, id: (await errors())[0].id } } });
    const asked = await colony.post("/api/projects/broken/console/analyze", {}, { token: maker });
    expect(asked.body.question.content).toContain("failed with exit code 1");
    // No model is set up, so nobody waits to be told so.
    expect(asked.body).toMatchObject({ state: "failed", answer: { content: expect.stringContaining("No model is set up here, so I cannot answer.") } });
  });

  test("go with the lines that they stand in", async () => {
    await colony.call("DELETE", "/api/projects/broken/console/clear", { token: maker });
    expect(await errors()).toEqual([]);
  });
});
