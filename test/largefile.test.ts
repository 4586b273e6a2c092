import { beforeAll, describe, expect, test } from "bun:test";
import { watchRss } from "../bench/proc.ts";
import { Colony, until } from "./colony.ts";
import { disk, places, underWay, upload } from "./files.ts";

const MiB = 1024 * 1024;
/** Large enough that whoever held it whole, or half of it, would be seen; a bucket beside a test is slow. */
const SIZES: Record<string, number> = { "on disk": 256 * MiB, "in a bucket": 144 * MiB };
const PIECE = MiB;
/** Bytes that the server's memory may grow by while a file of any size goes through it. */
const GROWTH = 64 * MiB;

/** A file that is made as it is read, no two MiB of it alike, and its hash so far. */
const made = (size: number) => {
  const hash = new Bun.CryptoHasher("sha256");
  const head = crypto.getRandomValues(new Uint8Array(65_536));
  let sent = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const piece = new Uint8Array(Math.min(PIECE, size - sent));
      for (let at = 0; at < piece.length; at += head.length) piece.set(head.subarray(0, piece.length - at), at);
      new DataView(piece.buffer).setFloat64(0, sent);
      hash.update(piece);
      sent += piece.length;
      controller.enqueue(piece);
      if (sent === size) controller.close();
    },
  });
  return { stream, sha256: () => hash.digest("hex") };
};

// Only Linux tells another process's memory in a file.
describe.skipIf(process.platform !== "linux").each(places)("%s", (name, placeOf) => {
  const size = SIZES[name] ?? 0;
  let colony: Colony;
  beforeAll(async () => {
    colony = await Colony.start({ ...placeOf().env, COLONY_MAX_UPLOAD: String(size) });
    // What is done the first time is not what a file costs.
    const { id } = await upload(colony, "small", "small");
    await colony.get(`/api/files/${id}/download`);
  });

  test("a large file goes up and comes down the same, and the server holds only a little of it at a time", async () => {
    const pid = colony.process?.pid ?? 0;
    const authorization = `Bearer ${colony.admin}`;
    const before = watchRss(pid)();
    const highest = watchRss(pid);
    const { stream, sha256 } = made(size);
    const up = await fetch(`${colony.url}/api/v1/files?name=large`, { method: "POST", headers: { authorization, "content-type": "application/octet-stream" }, body: stream });
    const { data } = (await up.json()) as { data: { id: string; size: number; sha256: string } };
    expect([up.status, data.size, data.sha256]).toEqual([201, size, sha256()]);

    const down = await fetch(`${colony.url}/api/v1/files/${data.id}/download`, { headers: { authorization } });
    const hash = new Bun.CryptoHasher("sha256");
    for await (const chunk of down.body ?? []) hash.update(chunk);
    expect(hash.digest("hex")).toBe(data.sha256);
    expect(highest() - before).toBeLessThan(GROWTH);
  }, 120_000);
});

test("a large upload that is cut in the midst leaves nothing behind", async () => {
  const place = disk();
  const colony = await Colony.start();
  const stop = new AbortController();
  const { stream } = made(64 * MiB);
  const body = stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: async (piece, controller) => {
        controller.enqueue(piece);
        if (underWay(colony).length > 0) stop.abort();
      },
    }),
  );
  const sent = fetch(`${colony.url}/api/files?name=cut`, { method: "POST", headers: { authorization: `Bearer ${colony.admin}` }, body, signal: stop.signal });
  expect(await sent.catch((error) => error.name)).toBe("AbortError");
  await until(() => (underWay(colony).length === 0 ? true : undefined));
  expect([place.names(colony.data), (await colony.get("/api/files")).body]).toEqual([[], []]);
});
