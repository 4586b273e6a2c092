import { beforeAll, describe, expect, test } from "bun:test";
import { Colony, outcome } from "./colony.ts";
import { disk, sha256, upload } from "./files.ts";

const onDisk = () => place.names(colony.data);

let colony: Colony;
let author: string;
let member: string;
let outsider: string;
const place = disk();
beforeAll(async () => {
  colony = await Colony.start();
  [author, member, outsider] = await Promise.all([colony.user("author"), colony.user("member"), colony.user("outsider")]);
  await colony.post("/api/channels", { name: "secret", visibility: "private", members: ["author", "member"] });
});

const post = (body: unknown, token = author, channel = "secret") => colony.post(`/api/channels/${channel}/messages`, body, { token });
const wire = ({ id, name, mime, size, sha256, width, height }: any) => ({ id, name, mime, size, sha256, width, height });
const statuses = (id: string, path = "") =>
  Promise.all([author, member, outsider, colony.admin].map(async (token) => (await colony.get(`/api/files/${id}${path}`, { token })).status));
/** What came on the line after a seq, for a member. */
const since = async (seq: number) =>
  (await colony.get(`/api/channels/secret/events?after_seq=${seq}`, { token: member })).body.events.map(({ event, data }: any) => ({ event, data }));

describe("a message with files", () => {
  test("shows them in their order wherever it is read, with no word needed", async () => {
    const files = [await upload(colony, "one", "one.txt", author), await upload(colony, "two", "two.md", author)];
    const { status, body } = await post({ attachments: files.map(({ id }) => id).toReversed() });
    expect([status, body.content, body.attachments]).toEqual([201, "", files.map(wire).toReversed()]);
    const [listed] = (await colony.get("/api/channels/secret/messages?limit=1", { token: member })).body;
    expect(listed).toEqual(body);
    const { text } = await colony.get("/api/channels/secret/messages?limit=1&format=md", { token: member });
    expect(text).toContain(`[file: two.md · text/markdown · 3 bytes · /api/files/${files[1].id}/download]`);
    expect((await since(body.seq - 1))[0]).toEqual({ event: "message", data: body });
  });

  test("names each once, at most twenty, all of them there and the poster's to see", async () => {
    const { id } = await upload(colony, "mine", "mine.txt", author);
    expect((await post({ content: "x", attachments: [id, id] })).body.attachments).toHaveLength(1);
    const strange = await upload(colony, "strange", "strange.txt", outsider);
    for (const [body, expected] of [
      [{ content: "x", attachments: [strange.id] }, "422 file_not_found"],
      [{ content: "x", attachments: [crypto.randomUUID()] }, "422 file_not_found"],
      [{ content: "x", attachments: new Array(21).fill(id) }, "422 validation_failed"],
      [{ content: "x", attachments: [1] }, "422 validation_failed"],
      [{ content: "x", attachments: id }, "422 validation_failed"],
      [{ content: "", attachments: [] }, "422 validation_failed"],
      [{ attachments: [] }, "422 validation_failed"],
      [{ content: "" }, "422 validation_failed"],
      [{}, "422 validation_failed"],
    ] as const)
      expect([JSON.stringify(body).slice(0, 60), outcome(await post(body))]).toEqual([JSON.stringify(body).slice(0, 60), expected]);
  });

  test("that could not be posted gives nobody the right to see them", async () => {
    const { id } = await upload(colony, "held back", "held.txt", author);
    expect(outcome(await post({ content: "x", attachments: [id, crypto.randomUUID()] }))).toBe("422 file_not_found");
    expect(await statuses(id)).toEqual([200, 404, 404, 404]);
  });

  test("keeps them when its words are changed, and may lose its words but not become nothing", async () => {
    const { id } = await upload(colony, "stays", "stays.txt", author);
    const { body } = await post({ content: "a word", attachments: [id] });
    const change = (message: string, content: string) => colony.call("PATCH", `/api/channels/secret/messages/${message}`, { token: author, body: { content } });
    for (const content of ["another", ""]) expect((await change(body.id, content)).body).toMatchObject({ content, attachments: body.attachments });
    const { body: plain } = await post({ content: "only words" });
    expect(outcome(await change(plain.id, ""))).toBe("422 validation_failed");
    await colony.call("DELETE", `/api/files/${id}`, { token: author });
    expect((await colony.get(`/api/channels/secret/messages/${body.id}`, { token: member })).body.deleted_at).not.toBeNull();
  });

  test("under an Idempotency-Key is posted once, with its files", async () => {
    const { id } = await upload(colony, "once", "once.txt", author);
    const headers = { "idempotency-key": "with-file" };
    const [first, again] = [0, 0].map(() => colony.post("/api/channels/secret/messages", { attachments: [id] }, { token: author, headers }));
    expect((await again)?.body).toEqual((await first)?.body);
  });
});

describe("who sees a file", () => {
  test("its uploader first; then whoever sees the message; and nobody by it when the message is deleted", async () => {
    const { id } = await upload(colony, "for members", "plan.txt", author);
    for (const path of ["", "/download", "/download?inline=1"]) expect([path, await statuses(id, path)]).toEqual([path, [200, 404, 404, 404]]);
    const { body: message } = await post({ content: "the plan", attachments: [id] });
    for (const path of ["", "/download", "/download?inline=1"]) expect([path, await statuses(id, path)]).toEqual([path, [200, 200, 404, 200]]);
    expect((await colony.get("/api/files?channel=secret", { token: member })).body[0].id).toBe(id);
    expect(outcome(await colony.get("/api/files?channel=secret", { token: outsider }))).toBe("404 not_found");
    await colony.call("DELETE", `/api/channels/secret/messages/${message.id}`, { token: author });
    for (const path of ["", "/download"]) expect([path, await statuses(id, path)]).toEqual([path, [200, 404, 404, 404]]);
    expect((await colony.get("/api/files?channel=secret", { token: member })).text).not.toContain(id);
    expect((await colony.get(`/api/channels/secret/messages/${message.id}`, { token: member })).body.attachments).toEqual([]);
  });

  test("a member no more once they left, or were removed", async () => {
    const leaver = await colony.user("leaver");
    await colony.post("/api/channels/secret/members", { user: "leaver" });
    const { id } = await upload(colony, "while here", "here.txt", author);
    await post({ attachments: [id] });
    expect((await colony.get(`/api/files/${id}`, { token: leaver })).status).toBe(200);
    await colony.call("DELETE", "/api/channels/secret/members/leaver");
    expect((await colony.get(`/api/files/${id}`, { token: leaver })).status).toBe(404);
  });

  test("passed on by one who sees it, also by those it is passed on to, as long as any message carries it", async () => {
    const { id } = await upload(colony, "pass on", "pass.txt", author);
    const { body: first } = await post({ attachments: [id] });
    const { body: second } = await post({ content: "look", attachments: [id] }, member, "general");
    expect(await statuses(id)).toEqual([200, 200, 200, 200]);
    await colony.call("DELETE", `/api/channels/secret/messages/${first.id}`, { token: author });
    expect(await statuses(id)).toEqual([200, 200, 200, 200]);
    await colony.call("DELETE", `/api/channels/general/messages/${second.id}`, { token: member });
    expect(await statuses(id)).toEqual([200, 404, 404, 404]);
  });
});

describe("a file that its uploader deletes", () => {
  test("leaves the messages that carry it, which is told live, and its bytes go with the last file that has them", async () => {
    const bytes = "same in both";
    const [one, two] = [await upload(colony, bytes, "one.txt", author), await upload(colony, bytes, "two.txt", author)];
    const { body: message } = await post({ content: "both", attachments: [one.id, two.id] });
    const remove = (id: string, token = author) => colony.call("DELETE", `/api/files/${id}`, { token });
    expect(outcome(await remove(one.id, outsider))).toBe("404 not_found");
    expect(outcome(await remove(one.id, member))).toBe("403 forbidden");

    expect((await remove(one.id)).status).toBe(204);
    const kept = { ...message, attachments: [wire(two)] };
    expect(await since(message.seq)).toEqual([{ event: "edit", data: kept }]);
    expect(onDisk()).toContain(sha256(bytes));
    expect((await colony.get(`/api/files/${two.id}/download`, { token: member })).text).toBe(bytes);

    expect((await remove(two.id)).status).toBe(204);
    expect((await colony.get(`/api/channels/secret/messages/${message.id}`, { token: member })).body).toEqual({ ...message, attachments: [] });
    expect(onDisk()).not.toContain(sha256(bytes));
    expect(await statuses(two.id)).toEqual([404, 404, 404, 404]);
    const [deed] = (await colony.get("/api/audit?action=file_deleted")).body.entries;
    expect([deed.actor.username, deed.subject]).toEqual(["author", { kind: "file", id: null, name: null }]);
    expect(outcome(await remove(two.id))).toBe("404 not_found");
  });

  test("takes a message with it that was nothing else, which pollers by time see too", async () => {
    const { id } = await upload(colony, "nothing else", "only.txt", author);
    const { body: message } = await post({ attachments: [id] });
    const before = new Date().toISOString();
    await colony.call("DELETE", `/api/files/${id}`, { token: author });
    expect(await since(message.seq)).toEqual([{ event: "delete", data: { id: message.id } }]);
    const changed = (await colony.get(`/api/channels/secret/messages?since=${before}`, { token: member })).body;
    expect(changed.map(({ id, deleted_at }: any) => [id, deleted_at !== null])).toEqual([[message.id, true]]);
  });
});
