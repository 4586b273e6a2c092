import { writeFileSync } from "node:fs";
import type { Browser, CDPSession, Page } from "playwright-core";
import { launch } from "../test/browser/chromium.ts";
import { type Frames, joinFrames, watchFrames } from "../test/browser/frames.ts";
import { load } from "./children.ts";
import type { Figure, Plan, Promised } from "./plan.ts";
import { longestTask } from "./processor.ts";
import { folder } from "./servers.ts";
import { ADMIN, make, makeToken, spawnColony } from "./subjects.ts";
import { said } from "./talk.ts";
import { contents } from "./words.ts";

const MIB = 1_048_576;
const VIEWPORT = { width: 1440, height: 900 };
const CONNECTIONS = 64;
/** Messages that the load generator is handed at once. */
const BATCH = 5_000;
/** Pixels of one turn of the wheel: a free-spinning wheel, thrown hard, gives about this much a frame. */
const TURN = 1_200;
/** Share of the history that is to pass while flinging before memory is weighed, and seconds after which it is weighed anyway. */
const PASSED = 0.2;
const PATIENCE = 90;
/** As tall as browsers draw. */
const EMPTY = '<body style="margin:0"><section aria-label="Messages in nothing" style="height:100vh;overflow-y:auto"><div style="height:30000000px"></div></section>';

/** A Colony to be looked at: the path of its channel, the credential of an agent that talks there, the session of the one who looks. */
type Hall = { url: string; port: number; pid: number; channel: string; authorization: string; cookie: string; stop(): Promise<void> };

/** What was seen in one round. Times in ms, memory in bytes. */
type Round = { open: number; up: Flung; down: Flung; before: Weight; after: Weight; passed: number; floor: Flung };
/** `task`: the longest of the page's main thread, in processor time; taken in a fling of its own, as taking it takes time. */
type Flung = Frames & { task: number };
type Weight = { heap: number; nodes: number };
/** For how many seconds it is flung each way, and how many messages are to pass before memory is weighed. */
type Throws = { seconds: number; passed: number };

/** The viewer in Chromium over a long channel: how soon it shows rows, how even its frames are while it is flung through its history, and what it holds in memory then. */
export async function viewer(plan: Plan): Promise<Figure[]> {
  const hall = await openHall();
  await fill(hall, plan.history);
  const browser = await launch();
  const throws: Throws = { seconds: plan.seconds * 5, passed: plan.history * PASSED };
  const rounds: Round[] = [];
  for (let round = 0; round < Math.ceil(plan.rounds / 2); round++) {
    rounds.push({ ...(await look(browser, hall, throws, null)), floor: await flingNothing(browser, throws.seconds) });
  }
  if (plan.profile) await look(browser, hall, throws, plan.profile);
  await browser.close();
  await hall.stop();
  tellLongest(rounds);
  return figures(rounds, plan.history, throws.passed);
}

async function openHall(): Promise<Hall> {
  const { child, port, stop } = await spawnColony(folder());
  const authorization = `Bearer ${await makeToken(port)}`;
  const agent = await make<{ token: { token: string } }>(port, "/api/users", authorization, { username: "bench-agent", role: "agent", with_token: true });
  const { headers } = await make(port, "/api/auth/login", null, ADMIN);
  const cookie = /colony_session=([^;]+)/.exec(headers.get("set-cookie") ?? "")?.[1] ?? "";
  return { url: `http://127.0.0.1:${port}`, port, pid: child.pid, channel: "/api/channels/general", authorization: `Bearer ${agent.made.token.token}`, cookie, stop };
}

async function fill({ port, pid, channel, authorization }: Hall, count: number): Promise<void> {
  const texts = contents();
  const request = (at: number) => {
    const body = JSON.stringify(said(at, texts[at % texts.length] ?? ""));
    return `POST ${channel}/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  };
  for (let from = 0; from < count; from += BATCH) {
    const requests = Array.from({ length: Math.min(BATCH, count - from) }, (_, at) => request(from + at));
    await load({ port, pid, connections: CONNECTIONS, requests, expect: 201, warm: 0, seconds: null, count: requests.length, every: null });
  }
}

/** Opens the channel in a window of its own, flings up through its history and down again. `profile`: a file for what the processor did meanwhile. */
async function look(browser: Browser, { url, cookie }: Hall, { seconds, passed: wanted }: Throws, profile: string | null): Promise<Omit<Round, "floor">> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  await context.addCookies([{ name: "colony_session", value: cookie, url, httpOnly: true, sameSite: "Lax" }]);
  const page = await context.newPage();
  await page.addInitScript(() => {
    new MutationObserver((_, watching) => {
      if (!document.querySelector("article")) return;
      watching.disconnect();
      requestAnimationFrame(() => setTimeout(() => performance.mark("rows")));
    }).observe(document, { childList: true, subtree: true });
  });
  const devtools = await context.newCDPSession(page);
  await devtools.send("Performance.enable");
  await page.goto(`${url}/c/general`);
  await page.waitForFunction(() => performance.getEntriesByName("rows").length > 0);
  const open = await page.evaluate(() => performance.getEntriesByName("rows")[0]?.startTime ?? Number.NaN);
  const before = await weigh(devtools);
  const begin = await topmost(page);
  if (profile) await startProfile(devtools);
  const deadline = performance.now() + PATIENCE * 1_000;
  const ups = [await fling(page, -TURN, seconds)];
  while (begin - (await topmost(page)) < wanted && performance.now() < deadline) ups.push(await fling(page, -TURN, 1));
  const passed = begin - (await topmost(page));
  const after = await weigh(devtools);
  const down = await fling(page, TURN, seconds);
  if (profile) await writeProfile(devtools, profile);
  const tasks = { up: await longestTask(browser, page, () => fling(page, -TURN, seconds / 2)), down: await longestTask(browser, page, () => fling(page, TURN, seconds / 2)) };
  await context.close();
  return { open, up: { ...joinFrames(ups), task: tasks.up }, down: { ...down, task: tasks.down }, before, after, passed };
}

/** An empty page in the same browser, flung in the same way: what no page could do better. */
async function flingNothing(browser: Browser, seconds: number): Promise<Flung> {
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.setContent(EMPTY);
  const frames = await fling(page, TURN, seconds);
  const task = await longestTask(browser, page, () => fling(page, TURN, seconds / 2));
  await page.close();
  return { ...frames, task };
}

/** Turns the wheel over the timeline for so many seconds, as often as the browser takes it, sixty times a second at most. */
async function fling(page: Page, by: number, seconds: number): Promise<Frames> {
  await page.getByRole("region", { name: /^Messages in/ }).hover();
  return watchFrames(page, async () => {
    const end = performance.now() + seconds * 1_000;
    while (performance.now() < end) {
      const next = performance.now() + 1_000 / 60;
      await page.mouse.wheel(0, by);
      await Bun.sleep(Math.max(0, next - performance.now()));
    }
  });
}

/** The number of the first message in view. */
async function topmost(page: Page): Promise<number> {
  return page.evaluate(() => {
    const list = document.querySelector("[aria-label='Messages']");
    const top = list?.closest("section")?.getBoundingClientRect().top ?? 0;
    const row = [...document.querySelectorAll("article")].find((one) => one.getBoundingClientRect().bottom > top && /#\d+/.test(one.textContent ?? ""));
    return Number(/#(\d+)/.exec(row?.textContent ?? "")?.[1]);
  });
}

async function weigh(devtools: CDPSession): Promise<Weight> {
  await devtools.send("HeapProfiler.collectGarbage");
  const { metrics } = await devtools.send("Performance.getMetrics");
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { heap: value("JSHeapUsedSize"), nodes: value("Nodes") };
}

async function startProfile(devtools: CDPSession): Promise<void> {
  await devtools.send("Profiler.enable");
  await devtools.send("Profiler.setSamplingInterval", { interval: 200 });
  await devtools.send("Profiler.start");
}

async function writeProfile(devtools: CDPSession, file: string): Promise<void> {
  const { profile } = await devtools.send("Profiler.stop");
  writeFileSync(file, JSON.stringify(profile));
  console.log(`profile: ${file}`);
}

/** Says of the longest frames what took them. */
function tellLongest(rounds: Round[]): void {
  const long = rounds.flatMap(({ up, down }) => [...up.long, ...down.long]).toSorted((a, b) => b.ms - a.ms);
  for (const { ms, scripts } of long.slice(0, 3)) console.log(`a frame of ${Math.round(ms)} ms: ${scripts.slice(0, 3).join("; ")}`);
}

function figures(rounds: Round[], history: number, passed: number): Figure[] {
  const figure = (name: string, unit: string, colony: (round: Round) => number, floor?: (round: Round) => number, ...promises: Promised[]): Figure => ({
    name,
    unit,
    colony: rounds.map(colony),
    floor: floor && rounds.map(floor),
    promises,
  });
  const most = (value: number): Promised => ({ of: "itself", at: "most", value });
  const flung = (direction: "up" | "down"): Figure[] => [
    figure(
      `worst frame, flung ${direction}`,
      "ms",
      (round) => round[direction].worst,
      ({ floor }) => floor.worst,
      most(50),
    ),
    figure(
      `longest task of the page, processor time, flung ${direction}`,
      "ms",
      (round) => round[direction].task,
      ({ floor }) => floor.task,
    ),
    figure(
      `p95 of frames, flung ${direction}`,
      "ms",
      (round) => round[direction].p95,
      ({ floor }) => floor.p95,
    ),
    figure(
      `frames a second, flung ${direction}`,
      "/s",
      (round) => rate(round[direction]),
      ({ floor }) => rate(floor),
    ),
    figure(`frames over 50 ms, flung ${direction}`, "", (round) => round[direction].over50),
    figure(`longest work for one frame by the browser's own account, flung ${direction}`, "ms", (round) => round[direction].long[0]?.ms ?? 0),
  ];
  return [
    figure(`first rows painted, a channel of ${history.toLocaleString("en")} messages`, "ms", ({ open }) => open, undefined, most(1_000)),
    ...flung("up"),
    ...flung("down"),
    figure("messages passed, flung up", "", (round) => round.passed, undefined, { of: "itself", at: "least", value: passed }),
    figure("script memory when opened", "MiB", ({ before }) => before.heap / MIB),
    figure("script memory after that many messages", "MiB", ({ after }) => after.heap / MIB),
    figure("DOM nodes when opened", "", ({ before }) => before.nodes),
    figure("DOM nodes after that many messages", "", ({ after }) => after.nodes),
  ];
}

const rate = ({ times }: Frames): number => (times.length * 1_000) / times.reduce((sum, ms) => sum + ms, 0);
