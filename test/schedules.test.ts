import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { PROJECT_SCHEDULES } from "../src/limits.ts";
import { latestOf, nextOf } from "../src/schedules/cron.ts";
import { type Answer, Colony, outcome, time, until } from "./colony.ts";

let colony: Colony;
let maker: string;
let other: string;
let made = 0;

beforeAll(async () => {
  colony = await Colony.start({ COLONY_SANDBOX: "bubblewrap" });
  [maker = "", other = ""] = await Promise.all([colony.user("maker", "ape"), colony.user("other", "ape")]);
}, 30_000);

const project = async (more: object = {}): Promise<string> =>
  `/api/projects/${(await colony.post("/api/projects", { name: `timed ${++made}`, ...more }, { token: maker })).body.slug}`;

const yearly = { name: "Report", cron: "0 9 1 1 *", timezone: "Europe/Berlin", command: "echo reported" };
const make = (at: string, more: object = {}, token = maker): Promise<Answer> => colony.post(`${at}/schedules`, { ...yearly, ...more }, { token });
const messages = async (at: string): Promise<any[]> => (await colony.get(`/api/channels/${at.split("/").at(-1)}/messages`, { token: maker })).body;
const schedule = async (at: string, id: string) => (await colony.get(`${at}/schedules`, { token: maker })).body.find((one: { id: string }) => one.id === id);

/** Lets time have passed while no server ran. */
const meanwhile = async (work: (database: Database) => void): Promise<void> => {
  await colony.stop();
  const database = new Database(join(colony.data, "colony.db"));
  work(database);
  database.close();
  await colony.run();
};
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const dueAt = (id: string, at: string) => (database: Database) => void database.query("UPDATE schedules SET next_at = ? WHERE id = ?").run(at, id);

describe("A schedule", () => {
  test("is made, listed, changed and deleted by whoever may work in the project", async () => {
    const at = await project();
    const { status, body } = await make(at, {}, other);
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...yearly, timeout: null, enabled: true, created_by: { username: "other" }, runs_as: { username: "other" }, last_at: null, last_run: null });
    expect(body.next_at).toMatch(/^\d{4}-01-01T08:00:00\.000Z$/);
    expect((await colony.get(`${at}/schedules`, { token: maker })).body).toEqual([body]);
    const change = (more: object) => colony.call("PUT", `${at}/schedules/${body.id}`, { token: maker, body: more });
    expect((await change({ cron: "30 6 * * *", timezone: "UTC", timeout: 30 })).body).toMatchObject({ timeout: 30, name: "Report", runs_as: { username: "maker" } });
    expect((await schedule(at, body.id)).next_at).toMatch(/T06:30:00\.000Z$/);
    expect((await change({ enabled: false })).body).toMatchObject({ enabled: false, next_at: null });
    expect((await change({ enabled: true })).body.next_at).toMatch(/T06:30:00\.000Z$/);
    expect((await colony.call("DELETE", `${at}/schedules/${body.id}`, { token: other })).status).toBe(204);
    expect((await colony.get(`${at}/schedules`, { token: maker })).body).toEqual([]);
    for (const [method, path] of [
      ["PUT", ""],
      ["DELETE", ""],
      ["GET", "/runs"],
      ["POST", "/run"],
    ] as const)
      expect(outcome(await colony.call(method, `${at}/schedules/${body.id}${path}`, { token: maker, ...(method === "PUT" && { body: { name: "x" } }) }))).toBe("404 not_found");
    expect((await colony.get("/api/audit?limit=10")).text).toContain("schedule_deleted");
  });

  test("takes no more seconds than a run of the project may, no blank command and no empty name, and says what it takes", async () => {
    const at = await project();
    const { id } = (await make(at)).body;
    const wrong: [object, string][] = [
      [{ timeout: 86_400 }, "timeout: is more than the project's limit"],
      [{ command: "  " }, "command: must not be blank"],
      [{ name: "" }, "name: must be: 1 to 200 characters in one line"],
    ];
    for (const [fields, said] of wrong)
      for (const answer of [
        await colony.post(`${at}/schedules`, { ...yearly, ...fields }, { token: maker }),
        await colony.call("PUT", `${at}/schedules/${id}`, { token: maker, body: fields }),
      ])
        expect([outcome(answer), answer.body.error.message]).toEqual(["422 validation_failed", expect.stringContaining(said)]);
  });

  test("made again under the same key is the same one, and a project has so many of them", async () => {
    const at = await project();
    const call = { token: maker, headers: { "idempotency-key": `schedule ${at}` } };
    const [first, again] = [await colony.post(`${at}/schedules`, yearly, call), await colony.post(`${at}/schedules`, yearly, call)];
    expect(again.body.id).toBe(first.body.id);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    await Promise.all(Array.from({ length: PROJECT_SCHEDULES - 1 }, () => make(at)));
    expect(outcome(await make(at))).toBe("422 too_many_schedules");
  });

  test("takes five fields and a known zone alone, and a time that comes", async () => {
    const at = await project();
    const wrong = [
      { cron: "* * * *" },
      { cron: "0 * * * * *" },
      { cron: "@daily" },
      { cron: "61 * * * *" },
      { cron: "0 0 30 2 *" },
      { cron: "2030-01-01T00:00:00" },
      { timezone: "Mars/Olympus" },
      { timezone: "+01:00" },
    ];
    for (const more of wrong) {
      expect([more, outcome(await make(at, more))]).toEqual([more, "422 bad_schedule"]);
      const { body } = await colony.post(`${at}/schedules/validate`, { cron: "0 9 * * *", ...more }, { token: other });
      expect(body).toEqual({ valid: false, next: [], problem: expect.stringMatching(/\w/) });
    }
    const { body } = await colony.post(`${at}/schedules/validate`, { cron: "0 9 * * 1-5", timezone: "America/New_York" }, { token: other });
    expect(body).toEqual({ valid: true, next: Array.from({ length: 5 }, () => expect.stringMatching(time)) });
    for (const next of body.next) expect(next).toMatch(/T1[34]:00:00\.000Z$/);
    expect(outcome(await make(at, { command: "a\0b" }))).toBe("422 validation_failed");
  });

  test("is run now by whoever may, in their own name, as often as asked but once for a key", async () => {
    const at = await project();
    const { body } = await make(at);
    const call = { token: other, headers: { "idempotency-key": `now ${at}` } };
    const first = await colony.post(`${at}/schedules/${body.id}/run`, undefined, call);
    expect(first.status).toBe(202);
    expect(first.body).toMatchObject({ schedule_id: body.id, user: { username: "other" }, trigger: "person", late: false });
    expect((await colony.post(`${at}/schedules/${body.id}/run`, undefined, call)).body.id).toBe(first.body.id);
    const second = await colony.post(`${at}/schedules/${body.id}/run`, undefined, { token: maker });
    expect((await colony.get(`${at}/runs/${second.body.id}?wait=55`, { token: maker })).body).toMatchObject({ state: "succeeded", output: "reported\n" });
    const { body: runs } = await colony.get(`${at}/schedules/${body.id}/runs`, { token: maker });
    expect(runs.map(({ id }: { id: string }) => id)).toEqual([second.body.id, first.body.id]);
    const paged = await colony.get(`${at}/schedules/${body.id}/runs?limit=1&before=${second.body.id}`, { token: maker });
    expect(paged.body.map(({ id }: { id: string }) => id)).toEqual([first.body.id]);
    expect((await schedule(at, body.id)).last_run.id).toBe(second.body.id);
  });
});

describe("What is due", () => {
  test("runs at its time, in the name of who made it, and what came of it is posted as its own", async () => {
    const at = await project();
    const { body } = await make(at, { cron: "* * * * *", timezone: "UTC", enabled: false }, other);
    const due = new Date(Date.now() + 1_000).toISOString();
    const database = new Database(join(colony.data, "colony.db"));
    database.run("PRAGMA busy_timeout = 5000");
    database.query("UPDATE schedules SET enabled = 1, next_at = ? WHERE id = ?").run(due, body.id);
    database.close();
    // A change has the clock look when it is due next.
    await colony.call("PUT", `${at}/schedules/${body.id}`, { token: other, body: { name: "Each minute" } });
    const last = await until(async () => {
      const found = (await schedule(at, body.id)).last_run;
      return found?.ended_at ? found : undefined;
    });
    await colony.call("PUT", `${at}/schedules/${body.id}`, { token: other, body: { enabled: false } });
    expect(last).toMatchObject({ trigger: "schedule", user: { username: "other" }, due_at: due, late: false, state: "succeeded" });
    const [message] = await messages(at);
    expect(message).toMatchObject({ type: "result", via: "schedule", user: { username: "other" }, metadata: { schedule: body.id, late: false, state: "succeeded" } });
  }, 30_000);

  test("while the server was down runs once, late, and says so; and not again at the next start", async () => {
    const at = await project();
    const { body } = await make(at, { cron: "0 * * * *", timezone: "UTC" });
    await meanwhile(dueAt(body.id, ago(600)));
    const late = await until(async () => {
      const [run] = (await colony.get(`${at}/schedules/${body.id}/runs`, { token: maker })).body;
      return run?.ended_at ? run : undefined;
    });
    const latest = new Date();
    latest.setUTCMinutes(0, 0, 0);
    expect([latest.toISOString(), new Date(latest.getTime() - 3_600_000).toISOString()]).toContain(late.due_at);
    expect(late).toMatchObject({ late: true, state: "succeeded" });
    const [message] = await messages(at);
    expect(message.content).toContain("the server was down");
    expect(message.metadata).toMatchObject({ late: true });
    await meanwhile(() => {});
    expect((await schedule(at, body.id)).next_at > new Date().toISOString()).toBe(true);
    expect((await colony.get(`${at}/schedules/${body.id}/runs`, { token: maker })).body).toHaveLength(1);
  }, 30_000);

  test("while its last run goes on is left out, told of once, and never put into the queue", async () => {
    const at = await project();
    const { body } = await make(at, { command: "until [ -e go ]; do sleep 0.05; done" });
    // A server that is down ends what runs; what waits behind another run is left as it is.
    await meanwhile((database) => {
      const { no, project_no } = database.query<{ no: number; project_no: number }, [string]>("SELECT no, project_no FROM schedules WHERE id = ?").get(body.id) as never;
      const insert = database.query(
        "INSERT INTO runs (id, project_no, command, kind, state, trigger, user_no, right_no, via, schedule_no, background, late, seconds, output_bytes, created_at) SELECT ?, ?, command, 'run', 'queued', 'schedule', right_no, right_no, 'schedule', no, 0, 0, 600, 0, created_at FROM schedules WHERE no = ?",
      );
      insert.run("0195e0c4-7b1e-7cc3-a1f5-3d2f2f6f7b11", project_no, no);
      dueAt(body.id, ago(1))(database);
    });
    const said = () => messages(at).then((all) => all.filter(({ content }) => content.includes("left out")));
    await until(async () => ((await said()).length > 0 ? true : undefined));
    await colony.call("PUT", `${at}/files/go`, { token: maker, body: { content: "" } });
    const { body: ended } = await colony.get(`${at}/runs/0195e0c4-7b1e-7cc3-a1f5-3d2f2f6f7b11?wait=55`, { token: maker });
    expect(ended.state).toBe("succeeded");
    expect(await said()).toHaveLength(1);
    expect((await colony.get(`${at}/schedules/${body.id}/runs`, { token: maker })).body).toHaveLength(1);
  }, 30_000);

  test("by the right of someone who lost it does not run: the schedule is switched off, and the channel is told", async () => {
    const [hidden, open] = [await project({ visibility: "private" }), await project()];
    await colony.post(`/api/channels/${hidden.split("/").at(-1)}/members`, { user: "other" }, { token: maker });
    const leaver = await colony.user("leaver", "ape");
    const [lost, gone, kept] = [(await make(hidden, {}, other)).body.id, (await make(open, {}, leaver)).body.id, (await make(open, {}, leaver)).body.id];
    // Whoever changes a schedule takes it over.
    expect((await colony.call("PUT", `${open}/schedules/${kept}`, { token: maker, body: { name: "Kept" } })).status).toBe(200);
    await colony.call("DELETE", `/api/channels/${hidden.split("/").at(-1)}/members/other`, { token: maker });
    await colony.call("DELETE", "/api/users/leaver");
    await meanwhile((database) => {
      for (const id of [lost, gone, kept]) dueAt(id, ago(1))(database);
    });
    const ran = await until(async () => (await schedule(open, kept)).last_run ?? undefined);
    expect(ran).toMatchObject({ user: { username: "maker" } });
    for (const [at, id, name] of [
      [hidden, lost, "other"],
      [open, gone, "leaver"],
    ] as const) {
      const message = await until(async () => (await messages(at)).find(({ metadata }) => metadata?.schedule === id));
      expect(message).toMatchObject({ type: "error", content: expect.stringContaining(`@${name}`) });
      expect(await schedule(at, id)).toMatchObject({ enabled: false, next_at: null, last_run: null });
    }
  }, 30_000);

  test("of a deleted project is never run", async () => {
    const at = await project();
    const { body } = await make(at, { command: "touch /workspace/ran" });
    await colony.call("DELETE", at, { token: maker });
    await meanwhile(dueAt(body.id, ago(1)));
    const database = new Database(join(colony.data, "colony.db"), { readonly: true });
    await until(() => (database.query("SELECT 1 FROM schedules WHERE id = ? AND next_at IS NULL").get(body.id) ? true : undefined));
    expect(database.query("SELECT count(*) AS n FROM runs WHERE schedule_no = (SELECT no FROM schedules WHERE id = ?)").get(body.id)).toEqual({ n: 0 });
    database.close();
  }, 30_000);

  test("planned by a clock that ran ahead is due by the right one", async () => {
    const at = await project();
    const { body } = await make(at);
    await meanwhile(dueAt(body.id, "2099-01-01T08:00:00.000Z"));
    await until(async () => ((await schedule(at, body.id)).next_at === body.next_at ? true : undefined));
  }, 30_000);
});

describe("In the nights in which clocks change", () => {
  const berlin = (cron: string) => ({ cron, timezone: "Europe/Berlin" });
  const times = (cron: string, from: string, count: number): string[] => {
    const found: string[] = [];
    for (let at = nextOf(berlin(cron), new Date(from)); at && found.length < count; at = nextOf(berlin(cron), at)) found.push(at.toISOString());
    return found;
  };

  test("a time that is left out is due once, as soon as clocks go on", () => {
    expect(times("30 2 * * *", "2026-03-28T12:00:00Z", 2)).toEqual(["2026-03-29T01:00:00.000Z", "2026-03-30T00:30:00.000Z"]);
  });

  test("a time that comes twice is due once, and what is due all day long all the time", () => {
    expect(times("30 2 * * *", "2026-10-24T12:00:00Z", 2)).toEqual(["2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"]);
    expect(times("*/30 * * * *", "2026-10-25T00:00:00Z", 4).map((at) => at.slice(11, 16))).toEqual(["00:30", "01:00", "01:30", "02:00"]);
  });

  test("of all that was missed the latest counts", () => {
    expect(latestOf(berlin("*/30 * * * *"), new Date("2026-10-25T00:00:00Z"), new Date("2026-10-25T01:40:00Z")).toISOString()).toBe("2026-10-25T01:30:00.000Z");
  });
});
