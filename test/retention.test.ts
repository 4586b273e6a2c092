import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readConfig } from "../src/config.ts";
import { openContext } from "../src/context.ts";
import { removeUnusedFiles, sweepBlobs } from "../src/files/sweep.ts";
import { newId } from "../src/ids.ts";
import { Colony, outcome, until } from "./colony.ts";
import { PIXEL, places, send, sha256, underWay, upload } from "./files.ts";
import { Bucket } from "./s3.ts";

const HOUR = 60 * 60 * 1000;

describe.each(places)("%s", (_, placeOf) => {
  /** Does the housekeeping of a server that stands still, as if so much time had passed. */
  const keepHouse = async (data: string, env: Record<string, string>, later: number) => {
    const ctx = openContext(readConfig({ COLONY_DATA: data, COLONY_LOG_LEVEL: "silent", ...env }), () => new Date(Date.now() + later));
    const removed = await removeUnusedFiles(ctx);
    await sweepBlobs(ctx);
    ctx.close();
    return removed;
  };

  test("a file that no message carries is kept a day, and one that a message carries for ever", async () => {
    const place = placeOf();
    const colony = await Colony.start(place.env);
    const [carried, forgotten, dropped] = [await upload(colony, "carried", "a"), await upload(colony, PIXEL, "b.png"), await upload(colony, "dropped", "c")];
    expect((await colony.get(`/api/files/${forgotten.id}/thumbnail`)).status).toBe(200);
    await colony.say("general", "look", { attachments: [carried.id] });
    const { id } = await colony.say("general", "and", { attachments: [dropped.id] });
    await colony.call("DELETE", `/api/channels/general/messages/${id}`);
    // Another file of the same bytes, which a message carries, holds them.
    const twin = await upload(colony, "dropped", "twin");
    await colony.say("general", "twin", { attachments: [twin.id] });
    await colony.stop();

    expect(await keepHouse(colony.data, place.env, 23 * HOUR)).toBe(0);
    expect(place.names(colony.data)).toHaveLength(4);
    expect(await keepHouse(colony.data, place.env, 25 * HOUR)).toBe(2);
    expect(place.names(colony.data).toSorted()).toEqual([sha256("carried"), sha256("dropped")].toSorted());

    await colony.run();
    expect((await Promise.all([carried, forgotten, dropped, twin].map((file) => colony.get(`/api/files/${file.id}/download`)))).map(({ status }) => status)).toEqual([
      200, 404, 404, 200,
    ]);
  });

  test("bytes that no file has are swept away, such as a killed server leaves, and no others", async () => {
    const place = placeOf();
    const colony = await Colony.start(place.env);
    const { sha256: kept } = await upload(colony, "kept", "kept");
    await colony.stop("SIGKILL");
    const ctx = openContext(readConfig({ COLONY_DATA: colony.data, COLONY_LOG_LEVEL: "silent", ...place.env }));
    for (const name of [sha256("stray"), `${sha256("gone")}.thumb`]) {
      const file = join(colony.data, "files", "tmp", newId());
      writeFileSync(file, "stray");
      await ctx.blobs.put(name, file);
    }
    ctx.close();
    expect(place.names(colony.data)).toHaveLength(3);
    await keepHouse(colony.data, place.env, 0);
    expect(place.names(colony.data)).toEqual([kept]);
  });
});

test("what a killed server had half received is gone when the next one starts", async () => {
  const colony = await Colony.start();
  await colony.stop("SIGKILL");
  mkdirSync(join(colony.data, "files", "tmp"), { recursive: true });
  writeFileSync(join(colony.data, "files", "tmp", "half"), "x");
  await colony.run();
  expect(underWay(colony)).toEqual([]);
});

// Only Linux lets one process narrow another's files.
test.skipIf(!Bun.which("prlimit"))("a full disk refuses the upload with 503 and keeps nothing of it; there is room, and it goes", async () => {
  const colony = await Colony.start();
  const room = (bytes: string) => expect(Bun.spawnSync(["prlimit", "--pid", String(colony.process?.pid), `--fsize=${bytes}:`]).exitCode).toBe(0);
  const before = await upload(colony, "before", "before");
  room("100000");
  const headers = { "idempotency-key": "full" };
  for (let tries = 0; tries < 3; tries++) {
    expect(outcome(await send(colony, "x".repeat(200_000), "large", { headers }))).toBe("503 storage_failed");
    expect(underWay(colony)).toEqual([]);
  }
  expect((await colony.get(`/api/files/${before.id}/download`)).text).toBe("before");
  room("unlimited");
  expect((await send(colony, "x".repeat(200_000), "large", { headers })).status).toBe(201);
  await until(() => (colony.output.includes('"event":"storage_failed"') ? true : undefined));
});

test("a bucket that cannot be reached refuses uploads and downloads with 503, says why in the log, and the rest goes on", async () => {
  const bucket = new Bucket();
  const colony = await Colony.start(bucket.settings);
  const { id } = await upload(colony, "kept", "kept");
  bucket.fails = () => true;
  expect(outcome(await send(colony, "lost", "lost"))).toBe("503 storage_failed");
  expect(outcome(await colony.get(`/api/files/${id}/download`))).toBe("503 storage_failed");
  expect(underWay(colony)).toEqual([]);
  await colony.say("general", "still here");
  await until(() => (colony.output.includes("The bucket answered 500") ? true : undefined));
  expect(colony.output).not.toContain(Bucket.SECRET);
  bucket.fails = () => false;
  expect((await colony.get(`/api/files/${id}/download`)).text).toBe("kept");
  expect((await colony.get("/api/files")).body.map(({ name }: { name: string }) => name)).toEqual(["kept"]);
});

test("a file larger than a part goes to a bucket in parts, and one that fails there leaves no part behind", async () => {
  const bucket = new Bucket();
  const colony = await Colony.start(bucket.settings);
  const bytes = new Uint8Array(20 * 1024 * 1024).map((_, n) => n % 253);
  const { id, sha256: sha } = await upload(colony, bytes, "parts");
  expect(sha).toBe(sha256(bytes));
  expect(bucket.requests.filter((request) => request.includes("partNumber")).length).toBe(4);
  expect(bucket.begun()).toEqual([]);
  const range = await fetch(`${colony.url}/api/files/${id}/download`, { headers: { authorization: `Bearer ${colony.admin}`, range: "bytes=8388600-8388615" } });
  expect(await range.bytes()).toEqual(bytes.slice(8_388_600, 8_388_616));

  bucket.fails = (request) => request.includes("partNumber=2");
  expect(outcome(await send(colony, bytes.fill(1), "unlucky"))).toBe("503 storage_failed");
  await until(() => (bucket.begun().length === 0 ? true : undefined));
  expect(bucket.keys()).toEqual([`colony/files/${sha}`]);
});
