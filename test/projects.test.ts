import { beforeAll, describe, expect, test } from "bun:test";
import { Colony, outcome } from "./colony.ts";

let colony: Colony;
let maker: string;
let other: string;

beforeAll(async () => {
  colony = await Colony.start();
  [maker = "", other = ""] = await Promise.all([colony.user("maker"), colony.user("other")]);
});

describe("A project", () => {
  test("is made with a channel of its own that has its name, and is found by id and slug", async () => {
    const { status, body } = await colony.post("/api/projects", { name: "Löss Plots!", template: "python" }, { token: maker });
    expect(status).toBe(201);
    expect(body).toMatchObject({ slug: "loss-plots", name: "Löss Plots!", template: "python", visibility: "public", member: true, tends: true });
    expect(body.limits).toMatchObject({ network: false });
    const { body: channel } = await colony.get("/api/channels/loss-plots", { token: other });
    expect(channel).toMatchObject({ id: body.channel_id, project_id: body.id });
    for (const ref of [body.id, "loss-plots"])
      expect((await colony.get(`/api/projects/${ref}`, { token: other })).body).toMatchObject({ id: body.id, member: false, tends: false });
  });

  test("takes no name that a project or a channel has", async () => {
    await colony.post("/api/projects", { name: "taken" }, { token: maker });
    expect(outcome(await colony.post("/api/projects", { name: "Taken" }, { token: other }))).toBe("409 project_exists");
    expect(outcome(await colony.post("/api/projects", { name: "general" }, { token: other }))).toBe("409 project_exists");
    expect(outcome(await colony.post("/api/projects", { name: "—" }, { token: other }))).toBe("422 validation_failed");
  });

  test("made again under the same key is the same project", async () => {
    const call = { token: maker, headers: { "idempotency-key": "one" } };
    const [first, again] = [await colony.post("/api/projects", { name: "once" }, call), await colony.post("/api/projects", { name: "once" }, call)];
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });

  test("private, is there for the members of its channel alone", async () => {
    const { body } = await colony.post("/api/projects", { name: "hidden", visibility: "private" }, { token: maker });
    for (const token of [other, colony.admin]) {
      expect(outcome(await colony.get("/api/projects/hidden", { token }))).toBe("404 not_found");
      expect((await colony.get("/api/projects", { token })).text).not.toContain(body.id);
    }
    await colony.post(`/api/channels/${body.channel_id}/members`, { user: "other" }, { token: maker });
    expect((await colony.get("/api/projects/hidden", { token: other })).body).toMatchObject({ id: body.id, tends: false });
    expect(outcome(await colony.call("PATCH", "/api/projects/hidden", { token: other, body: { name: "mine" } }))).toBe("403 forbidden");
  });

  test("has limits that its maker sets within bounds, each by itself", async () => {
    await colony.post("/api/projects", { name: "bounded" }, { token: maker });
    const change = (limits: object) => colony.call("PATCH", "/api/projects/bounded", { token: maker, body: { limits } });
    await change({ memory_mib: 256 });
    expect((await change({ seconds: 5 })).body.limits).toMatchObject({ memory_mib: 256, seconds: 5, processes: 256 });
    expect(outcome(await change({ memory_mib: 1 }))).toBe("422 validation_failed");
    expect(outcome(await change({ memory: 256 }))).toBe("422 validation_failed");
    expect(outcome(await change({ network: true }))).toBe("422 network_refused");
  });

  test("deleted, is gone for everyone, its name free, its channel left to be read", async () => {
    const { body } = await colony.post("/api/projects", { name: "passing" }, { token: maker });
    await colony.say(body.channel_id, "said here", {}, maker);
    expect(outcome(await colony.call("DELETE", "/api/projects/passing", { token: other }))).toBe("403 forbidden");
    expect((await colony.call("DELETE", "/api/projects/passing", { token: maker })).status).toBe(204);
    expect(outcome(await colony.get(`/api/projects/${body.id}`, { token: maker }))).toBe("404 not_found");
    const { body: channel } = await colony.get(`/api/channels/${body.channel_id}`, { token: maker });
    expect(channel).toMatchObject({ project_id: null, archived_at: expect.any(String) });
    expect(channel.name).toStartWith("passing-");
    expect((await colony.post("/api/projects", { name: "passing" }, { token: other })).status).toBe(201);
  });

  test("keeps its channel: it is renamed and archived with the project alone", async () => {
    const { body } = await colony.post("/api/projects", { name: "rooted" }, { token: maker });
    expect(outcome(await colony.call("DELETE", `/api/channels/${body.channel_id}`, { token: maker }))).toBe("409 project_channel");
    expect(outcome(await colony.call("PATCH", `/api/channels/${body.channel_id}`, { token: maker, body: { name: "loose" } }))).toBe("409 project_channel");
  });
});

test("Making, changing and deleting a project is told on the line to who may see it, and to nobody else", async () => {
  const before = (await colony.get("/api/events", { token: other })).body.next_seq;
  await colony.post("/api/projects", { name: "told" }, { token: maker });
  await colony.post("/api/projects", { name: "untold", visibility: "private" }, { token: maker });
  await colony.call("PATCH", "/api/projects/told", { token: maker, body: { description: "more" } });
  await colony.call("DELETE", "/api/projects/told", { token: maker });
  const { text, body } = await colony.get(`/api/events?after_seq=${before}`, { token: other });
  const told = body.events.filter(({ event }: { event: string }) => event === "project").map(({ data }: { data: { deleted: boolean; name: string } }) => data);
  expect(told.map(({ deleted, name }: { deleted: boolean; name: string }) => `${name} ${deleted}`)).toEqual(["told true", "told true", "told true"]);
  expect(text).not.toContain("untold");
});
