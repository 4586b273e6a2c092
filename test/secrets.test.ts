import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_SECRETS, SECRET_BYTES } from "../src/limits.ts";
import { Colony, command, outcome, until } from "./colony.ts";

let colony: Colony;
let maker: string;
let other: string;
const at = "/api/projects/vault";
const VALUE = "s3cr3t-quokka-value-of-some-length";

beforeAll(async () => {
  colony = await Colony.start({ COLONY_SANDBOX: "bubblewrap", COLONY_LOG_LEVEL: "debug" });
  [maker = "", other = ""] = await Promise.all([colony.user("maker", "ape"), colony.user("other", "ape")]);
  await colony.post("/api/projects", { name: "vault" }, { token: maker });
}, 30_000);

const put = (name: string, value: unknown, token = maker) => colony.call("PUT", `${at}/secrets/${name}`, { token, body: { value } });
const run = (command: string) => colony.post(`${at}/container/execute?wait=55`, { command }, { token: maker });

describe("A project's secret", () => {
  test("is set, listed by its name with who set it when, and taken away, by who tends the project alone; its value is answered to nobody", async () => {
    expect((await put("API_KEY", VALUE)).status).toBe(204);
    expect((await put("API_KEY", "another", other)).status).toBe(403);
    expect((await put("OTHER", VALUE, colony.admin)).status).toBe(204);
    const { body, text } = await colony.get(`${at}/secrets`, { token: other });
    expect(body).toEqual([
      { name: "API_KEY", changed_by: expect.objectContaining({ username: "maker" }), changed_at: expect.any(String) },
      { name: "OTHER", changed_by: expect.objectContaining({ username: "admin" }), changed_at: expect.any(String) },
    ]);
    expect(text).not.toContain(VALUE);
    expect(outcome(await colony.call("DELETE", `${at}/secrets/OTHER`, { token: other }))).toBe("403 forbidden");
    expect((await colony.call("DELETE", `${at}/secrets/OTHER`, { token: maker })).status).toBe(204);
    expect(outcome(await colony.call("DELETE", `${at}/secrets/OTHER`, { token: maker }))).toBe("404 not_found");
  });

  test("has a name that is a variable's, none that runs have of their own, and a value that an environment can hold", async () => {
    for (const name of ["api_key", "1KEY", "A-B", "A".repeat(65), "PATH", "HOME", "LD_PRELOAD", "BUN_BE_BUN", "COLONY_TOKEN"])
      expect([name, outcome(await put(name, "value"))]).toEqual([name, "422 validation_failed"]);
    for (const value of ["", "a\0b", "a".repeat(SECRET_BYTES + 1), "ä".repeat(SECRET_BYTES / 2 + 1), 7]) expect(outcome(await put("KEY", value))).toBe("422 validation_failed");
  });

  test("is had by the next run, as many and as large as they may be", async () => {
    for (let n = 1; n < PROJECT_SECRETS; n++) expect((await put(`LARGE_${n}`, `${n} `.repeat(SECRET_BYTES).slice(0, SECRET_BYTES))).status).toBe(204);
    expect(outcome(await put("ONE_MORE", "value"))).toBe("422 too_many_secrets");
    expect((await put("API_KEY", VALUE)).status).toBe(204);
    const { body } = await run(`printf %s "$LARGE_9" | wc -c; printf %s "$API_KEY" | wc -c`);
    expect(body).toMatchObject({ state: "succeeded", output: `${SECRET_BYTES}\n${VALUE.length}\n` });
    for (let n = 1; n < PROJECT_SECRETS; n++) await colony.call("DELETE", `${at}/secrets/LARGE_${n}`, { token: maker });
  }, 30_000);

  test("written by a run, whole, in pieces, in an error or on several lines, stands nowhere that is answered or kept: not in the console, messages, events, faults, nor in the database, the audit or the log", async () => {
    await put("API_KEY", VALUE);
    await put("PEM", "-----BEGIN KEY-----\nline-one-of-the-key\nline-two-of-the-key\n-----END KEY-----\n");
    const before = (await colony.get("/api/events", { token: maker })).body.next_seq;
    const half = VALUE.length / 2;
    const pieces = `printf %s "$API_KEY" | head -c ${half}; sleep 0.7; printf %s "$API_KEY" | tail -c +${half + 1}; echo`;
    const { body: ended, text } = await run(`echo "it is $API_KEY"; ${pieces}; echo "$PEM"; echo "$API_KEY" >&2; python3 -c 'import os; raise ValueError(os.environ["API_KEY"])'`);
    expect(ended.state).toBe("failed");
    expect(ended.output).toContain("it is [API_KEY]");
    expect(ended.output).toContain("ValueError: [API_KEY]");
    const heard = await colony.get(`/api/events?after_seq=${before}`, { token: maker });
    const answers = await Promise.all(
      ["/console/history", "/console/errors", "/runs", `/runs/${ended.id}`, "/container/logs", "/chat/history", "/events?after_seq=0", "/secrets", ""].map((path) =>
        colony.get(`${at}${path}`, { token: maker }),
      ),
    );
    answers.push(
      await colony.post(`${at}/console/analyze`, {}, { token: maker }),
      heard,
      await colony.get("/api/channels/vault/messages"),
      await colony.get("/api/search?q=ValueError"),
      await colony.get("/api/audit"),
    );
    for (const answer of answers.slice(0, 2)) expect(answer.text).toContain("[API_KEY]");
    const secrets = [VALUE, VALUE.slice(half), "line-one-of-the-key", "line-two-of-the-key"];
    for (const answer of [text, ...answers.map(({ text }) => text), colony.output]) for (const secret of secrets) expect(answer).not.toContain(secret);
    expect((await colony.get("/api/audit?action=project_secret_set")).text).toContain("API_KEY");
    // The log of a debugging server, and all that lies in its folder, with the database's own journal.
    const bytes = readdirSync(colony.data, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [readFileSync(join(colony.data, entry.name), "latin1")] : []));
    expect(bytes.length).toBeGreaterThan(1);
    for (const secret of secrets) for (const content of bytes) expect(content.includes(secret)).toBe(false);
    const database = new Database(join(colony.data, "colony.db"), { readonly: true });
    expect(database.query("SELECT count(*) AS n FROM project_secrets").get()).toEqual({ n: 2 });
    database.close();
  }, 30_000);

  test("written into a command is what is run, and is seen by its name alone: in the run while it waits and after, its message, the schedule and the audit", async () => {
    await put("API_KEY", VALUE);
    const token = maker;
    const before = (await colony.get("/api/events", { token })).body.next_seq;
    const command = `printf %s "${VALUE}" | wc -c`;
    const blocking = (await colony.post(`${at}/container/execute`, { command: `sleep 30; : ${VALUE}` }, { token })).body;
    const waiting = (await colony.post(`${at}/container/execute`, { command }, { token })).body;
    const withdrawn = (await colony.post(`${at}/container/execute`, { command }, { token })).body;
    expect([waiting.state, waiting.command]).toEqual(["queued", 'printf %s "[API_KEY]" | wc -c']);
    const made = await colony.post(`${at}/schedules`, { name: "counts", cron: "0 0 1 1 *", command }, { token });
    expect(made.body.command).toBe('printf %s "[API_KEY]" | wc -c');
    // Who sends back what they see changes nothing in it.
    const sent = await colony.call("PUT", `${at}/schedules/${made.body.id}`, { token, body: { name: "counts on", command: made.body.command } });
    await colony.post(`${at}/runs/${withdrawn.id}/stop`, undefined, { token });
    await colony.post(`${at}/runs/${blocking.id}/stop`, undefined, { token });
    const counted = await colony.get(`${at}/runs/${waiting.id}?wait=30`, { token });
    const again = await colony.post(`${at}/schedules/${made.body.id}/run`, undefined, { token });
    const scheduled = await colony.get(`${at}/runs/${again.body.id}?wait=30`, { token });
    for (const { body } of [counted, scheduled]) expect(body).toMatchObject({ state: "succeeded", output: `${VALUE.length}\n`, command: waiting.command });
    const message = (await colony.get("/api/channels/vault/messages", { token })).body.find(({ id }: { id: string }) => id === counted.body.message_id);
    expect([message.content, message.metadata.command]).toEqual([expect.stringContaining("[API_KEY]"), waiting.command]);
    const answers = ["/runs", "/schedules", "/console/history", "/chat/history", `/events?after_seq=${before}`].map((path) => colony.get(`${at}${path}`, { token }));
    answers.push(colony.get(`/api/events?after_seq=${before}`, { token }), colony.get("/api/audit"), colony.post(`${at}/console/analyze`, { run: blocking.id }, { token }));
    for (const { text } of [made, sent, again, ...(await Promise.all(answers))]) expect(text).not.toContain(VALUE);
    expect((await colony.get("/api/audit?action=run_started")).text).toContain("[API_KEY]");
  }, 30_000);

  test("is in no arguments of a process of the machine while a run has it", async () => {
    const { body } = await colony.post(`${at}/container/execute`, { command: "echo begun; sleep 30" }, { token: maker });
    await until(async () => (await colony.get(`${at}/runs/${body.id}`, { token: maker })).body.output.includes("begun") || undefined);
    const told = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    const lines = told.map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    });
    expect(lines.some((line) => line.includes("sleep"))).toBe(true);
    for (const line of lines) expect(line).not.toContain(VALUE);
    await colony.post(`${at}/runs/${body.id}/stop`, undefined, { token: maker });
  }, 30_000);

  test("that was set under another key of the server keeps commands from being run, and it is said which it is and what to do", async () => {
    await put("API_KEY", VALUE);
    await colony.stop();
    writeFileSync(join(colony.data, "secret.key"), "ab".repeat(32));
    await colony.run();
    const { body } = await run("echo $API_KEY");
    expect(body).toMatchObject({ state: "failed", reason: "sandbox" });
    const { text } = await colony.get(`${at}/console/history?format=text&run=${body.id}`, { token: maker });
    expect(text).toContain("the secrets API_KEY, PEM cannot be read");
    expect(text).toContain("COLONY_SECRET_KEY");
    expect(text).toContain("PUT …/secrets/API_KEY");
    // The doctor says it before a run does; it may look while the server goes on.
    const lost = await command(["doctor", "--data", colony.data]);
    expect([lost.code, lost.out]).toEqual([
      1,
      expect.stringMatching(/^fail +secrets +2 of 2 that are kept do not open under \S+secret\.key: API_KEY of project vault, PEM of project vault\. .*key from before/m),
    ]);
    expect(lost.out).not.toContain(VALUE);
    expect((await put("API_KEY", VALUE)).status).toBe(204);
    await colony.call("DELETE", `${at}/secrets/PEM`, { token: maker });
    expect((await command(["doctor", "--data", colony.data])).out).toMatch(/^ok +secrets +All 1 that are kept open under /m);
    expect((await command(["doctor", "--data", colony.data], { COLONY_SECRET_KEY: "cd".repeat(32) })).out).toMatch(/^fail +secrets .* under COLONY_SECRET_KEY/m);
    expect((await run("echo $API_KEY")).body).toMatchObject({ state: "succeeded", output: "[API_KEY]\n" });
  }, 30_000);

  test("goes with the project", async () => {
    await colony.post("/api/projects", { name: "short lived" }, { token: maker });
    await colony.call("PUT", "/api/projects/short-lived/secrets/GONE", { token: maker, body: { value: VALUE } });
    await colony.call("DELETE", "/api/projects/short-lived", { token: maker });
    const database = new Database(join(colony.data, "colony.db"), { readonly: true });
    expect(database.query("SELECT count(*) AS n FROM project_secrets WHERE name = 'GONE'").get()).toEqual({ n: 0 });
    database.close();
  });
});
