import { type Figure, figure, type Plan } from "./plan.ts";
import { rss, watchRss } from "./proc.ts";
import { folder } from "./servers.ts";
import { makeToken, spawnColony } from "./subjects.ts";

const MIB = 1_048_576;
const PIECE = 1_048_576;

/** One file of `plan.file` bytes up and down again: how fast, the same, and what it costs in the server's memory. */
export async function files(plan: Plan): Promise<Figure[]> {
  if (!plan.subjects.includes("colony")) return [];
  const measured = new Map([["colony" as const, [await through(plan.file)]]]);
  const size = `${plan.file / MIB} MiB`;
  return [
    figure(`a file of ${size} goes up`, "MiB/s", measured, ({ up }) => plan.file / MIB / up),
    figure(`a file of ${size} comes down`, "MiB/s", measured, ({ down }) => plan.file / MIB / down),
    figure("memory growth meanwhile", "MiB", measured, ({ grown }) => grown / MIB, { of: "itself", at: "most", value: 64 }),
  ];
}

/** Sends a file through a server and takes it back; times in seconds. */
async function through(size: number): Promise<{ up: number; down: number; grown: number }> {
  const { child, port, stop } = await spawnColony(folder(), { COLONY_MAX_UPLOAD: String(size) });
  const headers = { authorization: `Bearer ${await makeToken(port)}` };
  const idle = rss(child.pid);
  const highest = watchRss(child.pid);

  const hash = new Bun.CryptoHasher("sha256");
  const begin = performance.now();
  const sent = await fetch(`http://127.0.0.1:${port}/api/files?name=large`, { method: "POST", headers, body: made(size, hash) });
  if (!sent.ok) throw new Error(`colony refused the file: ${sent.status} ${await sent.text()}`);
  const { id, sha256 } = (await sent.json()) as { id: string; sha256: string };
  const up = (performance.now() - begin) / 1_000;
  if (sha256 !== hash.digest("hex")) throw new Error("the file that went up is another");

  const back = new Bun.CryptoHasher("sha256");
  const middle = performance.now();
  const got = await fetch(`http://127.0.0.1:${port}/api/files/${id}/download`, { headers });
  for await (const chunk of got.body ?? []) back.update(chunk);
  const down = (performance.now() - middle) / 1_000;
  if (sha256 !== back.digest("hex")) throw new Error("the file that came down is another");
  const grown = highest() - idle;
  await stop();
  return { up, down, grown };
}

/** Random bytes, made as they are read and hashed as they go. */
function made(size: number, hash: Bun.CryptoHasher): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      const piece = new Uint8Array(Math.min(PIECE, size - sent));
      for (let at = 0; at < piece.length; at += 65_536) crypto.getRandomValues(piece.subarray(at, Math.min(piece.length, at + 65_536)));
      hash.update(piece);
      sent += piece.length;
      controller.enqueue(piece);
      if (sent === size) controller.close();
    },
  });
}
