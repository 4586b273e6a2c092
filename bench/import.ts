import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { postFor } from "./agents.ts";
import { keep } from "./children.ts";
import { type Figure, figure, type Plan } from "./plan.ts";
import { folder } from "./servers.ts";
import { settled } from "./stored.ts";
import { colonyCommand, startColony } from "./subjects.ts";
import { contents } from "./words.ts";

const CHANNELS = 20;
const DAYS = 50;
const PEOPLE = 100;

type Round = { rate: number; again: number; idle: number; busy: number };

/** A Slack export with so many messages, a fifth of them in threads and a tenth with a reaction, beside a server that takes 500 posts a second: how fast it comes over, and how long posts take meanwhile. */
export async function imports(plan: Plan): Promise<Figure[]> {
  const count = plan.history;
  const rounds: Round[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    const source = writeExport(count);
    const data = folder();
    const subject = await startColony(data);
    await postFor(subject, plan.seconds);
    const idle = await postFor(subject, plan.seconds);
    const bringing = bring(source, data);
    let busy = 0;
    while (bringing.running()) busy = Math.max(busy, await postFor(subject, plan.seconds));
    const { made, ms } = await bringing.ended;
    if (made !== count) throw new Error(`${made} of ${count} messages came`);
    await settled(subject);
    const again = await bring(source, data).ended;
    if (again.made !== 0) throw new Error(`${again.made} messages came a second time`);
    const channels = (await subject.read<{ name: string; unread: number }[]>("/api/channels")) ?? [];
    if (channels.some(({ name, unread }) => name !== "general" && unread > 0)) throw new Error("what came is unread");
    await subject.stop();
    rounds.push({ rate: count / (ms / 1_000), again: count / (again.ms / 1_000), idle, busy });
  }
  const measured = new Map([["colony" as const, rounds]]);
  return [
    figure(`a Slack export of ${count.toLocaleString("en")} messages, messages brought over`, "/s", measured, ({ rate }) => rate),
    figure("the same once more, nothing new in it, messages looked at", "/s", measured, ({ again }) => again),
    figure("ordinary posts, p99, nothing comes over", "ms", measured, ({ idle }) => idle),
    figure("ordinary posts, p99 of the worst stretch, while it comes over", "ms", measured, ({ busy }) => busy),
  ];
}

/** Runs the command to its end. @returns how to see whether it runs, and what came of it with the milliseconds that it took */
function bring(source: string, data: string) {
  const begin = performance.now();
  const child = keep(Bun.spawn([...colonyCommand(), "import", "slack", source, "--data", data, "--json"], { stdin: "ignore", stdout: "pipe", stderr: "inherit" }));
  const ended = new Response(child.stdout as ReadableStream<Uint8Array>).text().then(async (out) => {
    if ((await child.exited) !== 0) throw new Error("the import failed");
    return { made: (JSON.parse(out) as { messages: { made: number } }).messages.made, ms: performance.now() - begin };
  });
  return { running: () => child.exitCode === null, ended };
}

/** Writes an export as Slack makes it, unpacked. */
function writeExport(count: number): string {
  const root = folder();
  const words = contents();
  const ids = Array.from({ length: PEOPLE }, (_, n) => `U${n}`);
  const members = ids.slice(0, PEOPLE / 2);
  const put = (path: string, value: unknown) => writeFileSync(join(root, path), JSON.stringify(value));
  put(
    "users.json",
    ids.map((id, n) => ({ id, team_id: "T1", name: `person${n}`, profile: { real_name: `Person ${n}` } })),
  );
  put(
    "channels.json",
    Array.from({ length: CHANNELS }, (_, n) => ({ id: `C${n}`, name: `channel${n}`, created: 1_600_000_000, creator: "U0", members })),
  );
  const perDay = count / CHANNELS / DAYS;
  for (let channel = 0; channel < CHANNELS; channel++) {
    mkdirSync(join(root, `channel${channel}`));
    for (let day = 0; day < DAYS; day++) {
      const at = (n: number) => `${1_600_000_000 + day * 86_400 + n}.000100`;
      const messages = Array.from({ length: perDay }, (_, n) => ({
        type: "message",
        user: ids[(n * 7 + day) % PEOPLE],
        text: `<@U${n % PEOPLE}> ${words[(n + day * perDay) % words.length]}`,
        ts: at(n),
        ...(n % 5 === 4 && { thread_ts: at(n - 4) }),
        ...(n % 10 === 0 && { reactions: [{ name: "thumbsup", users: [ids[n % PEOPLE]], count: 1 }] }),
      }));
      put(join(`channel${channel}`, `${new Date((1_600_000_000 + day * 86_400) * 1_000).toISOString().slice(0, 10)}.json`), messages);
    }
  }
  return root;
}
