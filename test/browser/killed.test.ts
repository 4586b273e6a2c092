import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { Colony } from "../colony.ts";
import { launch } from "./chromium.ts";
import { thereAre, until, Visit } from "./viewer.ts";

/** How often the server is killed. */
const KILLS = 4;
/** Posts of each writer before and after each of these: enough that some are on their way. */
const POSTS = 6;

type Message = { id: string; seq: number; content: string; user: { username: string } };

let colony: Colony;
let browser: Browser;

beforeAll(async () => {
  [colony, browser] = await Promise.all([Colony.start(), launch()]);
  for (const name of ["benji", "neeraj"]) await colony.user(name, "ape", { display_name: name });
  await colony.post("/api/channels", { name: "killed" });
}, 60_000);

afterAll(async () => {
  await browser.close();
  await colony.stop("SIGKILL");
});

/** Someone with a browser, who goes on posting whatever becomes of the server. */
class Writer {
  readonly said: string[] = [];

  private constructor(
    readonly name: string,
    readonly visit: Visit,
  ) {}

  static async sitDown(name: string): Promise<Writer> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
    await context.addCookies([{ name: "colony_session", value: await colony.signIn(name, `password of ${name}`), url: colony.url, httpOnly: true, sameSite: "Lax" }]);
    const visit = new Visit(await context.newPage(), colony.url);
    // What browsers note when a server is gone, or when an answer never came.
    visit.expect(/net::ERR_/, /WebSocket connection to .* failed/);
    await visit.go("/c/killed");
    await visit.settled();
    return new Writer(name, visit);
  }

  async write(count: number): Promise<void> {
    for (let at = 0; at < count; at++) {
      const words = `${this.name} ${this.said.length}`;
      await this.visit.box.fill(words);
      await this.visit.box.press("Enter");
      this.said.push(words);
    }
  }

  /** Waits until one of its posts goes out. */
  async sends(): Promise<void> {
    await this.visit.page.waitForRequest((request) => request.method() === "POST");
  }
}

test("Two people write on while the server is killed again and again: both pages end as a fresh read tells it, nothing lost and nothing doubled", async () => {
  const port = Number(new URL(colony.url).port);
  const writers = await Promise.all(["benji", "neeraj"].map(Writer.sitDown));
  const both = (what: (writer: Writer) => Promise<unknown>) => Promise.all(writers.map(what));
  for (let kill = 0; kill < KILLS; kill++) {
    const sent = Promise.race(writers.map((writer) => writer.sends()));
    const written = both((writer) => writer.write(POSTS));
    await sent;
    await colony.stop("SIGKILL");
    await written;
    // More is written while the page finds its way back.
    const more = both((writer) => writer.write(POSTS));
    await colony.run(port);
    await more;
    await both(({ visit }) => visit.comeBack());
  }

  const count = writers.reduce((sum, { said }) => sum + said.length, 0);
  const read = async (): Promise<Message[]> => (await colony.get("/api/channels/killed/messages")).body;
  await until("all that was written is stored", async () => (await read()).length >= count);
  await both(({ visit }) => thereAre(0, visit.page.getByRole("article", { name: /being sent|not sent/ })));
  const stored = await read();
  for (const { name, said } of writers) expect(stored.filter(({ user }) => user.username === name).map(({ content }) => content)).toEqual(said);
  expect(stored).toHaveLength(count);

  for (const { visit } of writers) {
    await thereAre(0, visit.page.getByText("Offline."));
    expect(await visit.page.locator("[data-connection]").getAttribute("data-connection")).toBe("online");
    expect(await visit.readUp()).toEqual(stored.map(({ content }) => content));
    expect(await visit.page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("colony.unsent.")))).toEqual([]);
    expect(visit.unexpected).toEqual([]);
  }
}, 120_000);
