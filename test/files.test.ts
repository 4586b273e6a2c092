import { beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { Colony, outcome, time, until } from "./colony.ts";
import { formOf, PIXEL, type Place, places, send, sha256, underWay, upload } from "./files.ts";

const LIMIT = 200_000;

describe.each(places)("%s", (_, placeOf) => {
  let place: Place;
  let colony: Colony;
  let agent: string;
  const kept = () => place.names(colony.data).toSorted();
  beforeAll(async () => {
    place = placeOf();
    colony = await Colony.start({ ...place.env, COLONY_MAX_UPLOAD: String(LIMIT) });
    agent = await colony.user("uploader");
  });

  describe("an upload", () => {
    test.each([
      ["/api/files", "a form"],
      ["/api/files/upload", "a form"],
      ["/api/files", "the body itself"],
      ["/api/files/upload", "the body itself"],
    ])("to %s as %s is on disk under its SHA-256, and told with what it is", async (path, how) => {
      const bytes = `${path} ${how} — grün 🎉\n`;
      const sha = sha256(bytes);
      const { status, body } =
        how === "a form"
          ? await colony.call("POST", path, { raw: formOf(bytes, "grün.md"), token: agent })
          : await colony.call("POST", `${path}?name=${encodeURIComponent("grün.md")}`, { raw: bytes, token: agent });
      expect(status).toBe(201);
      expect(body).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        name: "grün.md",
        mime: "text/markdown",
        size: Buffer.byteLength(bytes),
        sha256: sha,
        width: null,
        height: null,
        created_at: expect.stringMatching(time),
        user: expect.objectContaining({ username: "uploader", role: "agent" }),
      });
      expect(kept()).toContain(sha);
      expect((await colony.get(`/api/files/${body.id}`, { token: agent })).body).toEqual(body);
      expect((await colony.get(`/api/files/${body.id}/download`, { token: agent })).text).toBe(bytes);
    });

    test("is told beforehand how large it may be", async () => {
      expect((await colony.get("/api/files/limits", { token: agent })).body).toEqual({ bytes: LIMIT, per_message: 20 });
    });

    test("of nothing is a file of no bytes", async () => {
      const { body } = await colony.call("POST", "/api/files", { raw: formOf("", "empty.txt") });
      expect(body).toMatchObject({ size: 0, sha256: sha256("") });
      const answer = await colony.get(`/api/files/${body.id}/download`);
      expect([answer.status, answer.text]).toEqual([200, ""]);
    });

    test("twice with the same bytes, by two users under two names, is two files and one blob", async () => {
      const bytes = "the very same bytes";
      const [one, two] = [await upload(colony, bytes, "one.txt"), await upload(colony, bytes, "two.txt", agent)];
      expect(one.id).not.toBe(two.id);
      expect(one.sha256).toBe(two.sha256);
      expect(kept().filter((name) => name === sha256(bytes))).toHaveLength(1);
    });

    test("twenty times at once with the same bytes leaves one blob and nothing half done", async () => {
      const bytes = "at once";
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => send(colony, bytes, `${n}.txt`)));
      expect(answers.map(({ status }) => status)).toEqual(new Array(20).fill(201));
      expect(kept().filter((name) => name === sha256(bytes))).toHaveLength(1);
      expect(underWay(colony)).toEqual([]);
    });

    test("tells a picture's pixels", async () => {
      expect(await upload(colony, PIXEL, "pixel.png")).toMatchObject({ mime: "image/png", width: 1, height: 1 });
    });

    test("under an Idempotency-Key is one file however often it is sent, and another file under it is refused", async () => {
      const headers = { "idempotency-key": crypto.randomUUID() };
      const first = await send(colony, "once", "once.txt", { headers });
      const again = await send(colony, "once", "once.txt", { headers });
      expect(again.body).toEqual(first.body);
      expect([first.headers.get("idempotency-replayed"), again.headers.get("idempotency-replayed")]).toEqual([null, "true"]);
      expect(outcome(await send(colony, "other", "once.txt", { headers }))).toBe("422 idempotency_key_reused");
      expect(kept()).not.toContain(sha256("other"));
      expect((await colony.get("/api/files")).body.filter(({ name }: { name: string }) => name === "once.txt")).toHaveLength(1);
    });

    test("is of the type its bytes have, whatever it is called and claimed to be", async () => {
      for (const [bytes, name, mime] of [
        [PIXEL, "page.html", "image/png"],
        ["<!doctype html><script>1</script>", "photo.png", "text/html"],
        ["<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "photo.jpg", "image/svg+xml"],
        ["%PDF-1.7\n", "a.txt", "application/pdf"],
        ["plain words", "photo.png", "text/plain"],
        ['{"a":1}', "a.json", "application/json"],
        [new Uint8Array([0, 1, 2, 3]), "movie.mp4", "application/octet-stream"],
      ] as const)
        expect([name, (await upload(colony, bytes, name)).mime]).toEqual([name, mime]);
    });
  });

  describe("what is refused, leaving nothing behind", () => {
    const boundary = "multipart/form-data; boundary=x";
    const part = (disposition: string, text: string) => `--x\r\nContent-Disposition: ${disposition}\r\n\r\n${text}\r\n`;
    const file = part('form-data; name="file"; filename="a.txt"', "text");
    const stream = (bytes: number) => new Blob([new Uint8Array(bytes)]).stream();

    test.each<[string, string, BodyInit, string, string]>([
      ["a body with no name", "/api/files", "text", "text/plain", "422 validation_failed"],
      ["a file over the limit", "/api/files?name=a", "x".repeat(LIMIT + 1), "", "413 payload_too_large"],
      ["one that does not say its length", "/api/files?name=a", stream(LIMIT + 1), "", "413 payload_too_large"],
      ["one over the limit in a form", "/api/files", `${part('form-data; name="file"; filename="a"', "x".repeat(LIMIT + 1))}--x--`, boundary, "413 payload_too_large"],
      ["one far over the limit", "/api/files?name=a", "x".repeat(LIMIT * 2), "", "413 payload_too_large"],
      ["a form without the file", "/api/files", "--x--\r\n", boundary, "422 validation_failed"],
      ["a form with a field that is none", "/api/files", `${part('form-data; name="flie"', "text")}--x--`, boundary, "422 validation_failed"],
      ["a form with a huge field", "/api/files", `${part('form-data; name="note"', "x".repeat(50_000))}--x--`, boundary, "413 payload_too_large"],
      ["a form with two files", "/api/files", `${file}${file}--x--`, boundary, "422 validation_failed"],
      ["a form that is cut short", "/api/files", file, boundary, "422 validation_failed"],
      ["a form without its boundary", "/api/files", `${file}--x--`, "multipart/form-data; charset=x", "422 validation_failed"],
      ["a form with a name that cannot be read", "/api/files", `${part("form-data; name=\"file\"; filename*=UTF-8''%ff%", "text")}--x--`, boundary, "422 validation_failed"],
      ["a form with a part that is none", "/api/files", "--x\r\n\u0000\r\n\r\ntext\r\n--x--", boundary, "422 validation_failed"],
      ["a parameter that is none", "/api/files?nmae=a", "text", "", "422 validation_failed"],
    ])("%s", async (what, path, raw, type, expected) => {
      const before = kept();
      const answer = await colony.call("POST", path, { raw, headers: type ? { "content-type": type } : {} });
      expect(outcome(answer)).toBe(expected);
      expect(answer.body.error.hint.length).toBeGreaterThan(10);
      if (what.includes("over the limit")) expect(answer.body.error.hint).toContain("COLONY_MAX_UPLOAD");
      expect([kept(), underWay(colony)]).toEqual([before, []]);
    });

    test("an upload whose token is revoked before its end", async () => {
      const token = await colony.user(`revoked-${sha256(crypto.randomUUID()).slice(0, 8)}`);
      const before = kept();
      const { promise: rest, resolve } = Promise.withResolvers<void>();
      const body = new ReadableStream<Uint8Array>({
        start: async (controller) => {
          controller.enqueue(new Uint8Array(1_000));
          await rest;
          controller.enqueue(new Uint8Array(1_000));
          controller.close();
        },
      });
      const sent = colony.call("POST", "/api/files?name=late", { raw: body, token });
      await until(() => (underWay(colony).length > 0 ? true : undefined));
      const [{ id }] = (await colony.get("/api/auth/keys", { token })).body;
      await colony.call("DELETE", `/api/auth/keys/${id}`, { token });
      resolve();
      expect(outcome(await sent)).toBe("401 unauthorized");
      expect([kept(), underWay(colony)]).toEqual([before, []]);
    });

    test("an upload that is cut in the midst leaves nothing, and the server goes on", async () => {
      const before = kept();
      const { hostname, port } = new URL(colony.url);
      const socket = connect(Number(port), hostname);
      socket.write(`POST /api/files?name=cut HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${colony.admin}\r\nContent-Length: 150000\r\n\r\n${"x".repeat(100_000)}`);
      await until(() => (underWay(colony).length > 0 ? true : undefined));
      socket.destroy();
      await until(() => (underWay(colony).length === 0 ? true : undefined));
      expect(kept()).toEqual(before);
      expect((await colony.get("/api/files")).body.some(({ name }: { name: string }) => name === "cut")).toBe(false);
    });
  });

  describe("a file is its uploader's alone until a message carries it", () => {
    test("nobody else finds it, and what is not there answers alike", async () => {
      const mine = await upload(colony, "secret", "secret.txt", agent);
      expect((await colony.get("/api/files", { token: agent })).body[0]).toEqual(mine);
      expect((await colony.get("/api/files")).text).not.toContain(mine.id);
      for (const path of ["", "/download", "/download?inline=1"]) {
        const ask = (id: string) => colony.get(`/api/files/${id}${path}`);
        const [hidden, missing] = await Promise.all([ask(mine.id), ask(crypto.randomUUID())]);
        expect(outcome(hidden)).toBe("404 not_found");
        expect(hidden.body.error).toEqual(missing.body.error);
      }
    });

    test("mine are listed newest first, and as many as asked for", async () => {
      const token = await colony.user("lister");
      const made = [];
      for (const name of ["a", "b", "c"]) made.unshift(await upload(colony, name, name, token));
      expect((await colony.get("/api/files", { token })).body).toEqual(made);
      expect((await colony.get("/api/files?limit=2", { token })).body).toEqual(made.slice(0, 2));
      expect(outcome(await colony.get("/api/files?channel=nowhere", { token }))).toBe("404 not_found");
      expect((await colony.get("/api/files?channel=general", { token })).body).toEqual([]);
    });
  });

  test("under /api/v1 an upload's answer is wrapped and a download is the file, JSON too", async () => {
    const { body } = await colony.call("POST", "/api/v1/files", { raw: formOf('{"a":1}', "a.json") });
    expect(body).toMatchObject({ success: true, data: { name: "a.json", mime: "application/json" }, error: null });
    const { text, headers } = await colony.get(`/api/v1/files/${body.data.id}/download`);
    expect([text, headers.get("content-type")]).toEqual(['{"a":1}', "application/json; charset=utf-8"]);
  });
});
