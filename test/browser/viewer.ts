import { afterAll, beforeAll, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";
import { Colony } from "../colony.ts";
import { launch } from "./chromium.ts";
import { Door } from "./door.ts";

/** Milliseconds that a page may take to show something: far more than it needs, so that a busy machine fails nothing. */
const PATIENCE = 15_000;
const WHOLE_TEST = 60_000;

export const APE = { username: "benji", display_name: "Benji", password: "password of benji" };

/** A browser's window on the page, which notes whatever goes wrong in it. */
export class Visit {
  readonly faults: string[] = [];
  #expected: RegExp[] = [];

  constructor(
    readonly page: Page,
    readonly origin: string,
  ) {
    page.setDefaultTimeout(PATIENCE);
    page.on("pageerror", (error) => this.#fault(`error: ${error.stack ?? error.message}`));
    page.on("dialog", (dialog) => this.#fault(`dialog: ${dialog.message()}`));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`${origin}/`) && !url.startsWith("data:") && !url.startsWith("blob:")) this.#fault(`request to another host: ${url}`);
    });
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.#fault(`console: ${message.text()} ${message.location().url}`);
    });
  }

  /** Lets faults of this kind pass, from the start of the visit. */
  expect(...kinds: RegExp[]): void {
    this.#expected.push(...kinds);
  }

  get unexpected(): string[] {
    return this.faults.filter((fault) => !this.#expected.some((kind) => kind.test(fault)));
  }

  #fault(what: string): void {
    this.faults.push(what);
  }

  async go(path: string): Promise<void> {
    await this.page.goto(this.origin + path);
  }

  /** The messages that hold `text`; those of one author that the server has, when `by` names one. */
  message(text: string, by?: string): Locator {
    const rows = by === undefined ? this.page.getByRole("article") : this.page.getByRole("article", { name: new RegExp(`^${RegExp.escape(by)}, \\w+, \\d`) });
    return rows.filter({ hasText: text });
  }

  get box(): Locator {
    return this.page.getByRole("textbox", { name: /^Message/ });
  }

  get channels(): Locator {
    return this.page.getByRole("navigation", { name: "Channels" });
  }

  /** What stands under a label to be copied. */
  async snippet(label: string): Promise<string> {
    return (await this.page.getByRole("figure").filter({ hasText: label }).locator("pre").textContent()) ?? "";
  }

  /** What a button puts on the clipboard. */
  async copied(button: string): Promise<string> {
    await this.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await this.page.getByRole("button", { name: button, exact: true }).click();
    await this.page.getByRole("button", { name: "Copied", exact: true }).first().waitFor();
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** Waits until the page shows a timeline that follows the server. */
  async settled(): Promise<void> {
    await this.page.locator("[data-connection=online]").waitFor();
    await this.page.getByRole("region", { name: /^Messages in/ }).waitFor();
    await this.page.getByRole("status", { name: "Loading messages" }).waitFor({ state: "detached" });
  }

  /** Asks the page to try the server again at once, as often as it takes; it may come back by itself meanwhile. */
  async comeBack(): Promise<void> {
    const again = () => [...document.querySelectorAll("button")].find(({ textContent }) => textContent === "Try now")?.click();
    await until("the page has come back", async () => {
      await this.page.evaluate(again);
      return (await this.page.locator("[data-connection=online]").count()) > 0;
    });
    await this.settled();
  }

  /** Points at a message, or touches it, and presses one of its buttons. */
  async act(row: Locator, button: string): Promise<void> {
    if (await row.evaluate(() => matchMedia("(pointer: coarse)").matches)) await row.focus();
    else await row.hover();
    await row.getByRole("button", { name: button, exact: true }).click();
  }

  /** Points at a message and chooses from its menu. */
  async choose(row: Locator, item: string): Promise<void> {
    await this.act(row, "More actions");
    await this.page.getByRole("menuitem", { name: item }).click();
  }

  /** Turns the wheel over the timeline. */
  async wheel(by: number): Promise<void> {
    await this.page.getByRole("region", { name: /^Messages in/ }).hover();
    await this.page.mouse.wheel(0, by);
  }

  /** Reads the timeline from its end to its beginning: the last paragraph of each message, in order. Each stands in one place only. `look` is shown what is drawn at each step. */
  async readUp(look: (rows: Locator) => Promise<void> = async () => {}): Promise<string[]> {
    const words = new Map<string, string>();
    let order: string[] = [];
    await until("the beginning is reached", async () => {
      const rows = this.page.getByRole("article");
      await look(rows);
      const drawn = await rows.evaluateAll((all) => all.map((row): [string, string] => [row.id, [...row.querySelectorAll("p")].at(-1)?.textContent ?? ""]));
      for (const [id, text] of drawn) words.set(id, text);
      order = joined(
        order,
        drawn.map(([id]) => id),
      );
      if ((await this.page.getByText(/^The beginning of/).count()) > 0 && (await this.isAtStart())) return true;
      await this.wheel(-300);
      return false;
    });
    return order.map((id) => words.get(id) ?? "");
  }

  async isAtStart(): Promise<boolean> {
    const scroller = this.page
      .getByRole("region", { name: /^Messages in/ })
      .locator("> div")
      .first();
    return scroller.evaluate((box) => box.scrollTop === 0);
  }

  /** Scrolls up until a message is drawn: rows out of sight are not on the page. */
  async scrollUpTo(row: Locator): Promise<void> {
    await until(`${row} is drawn`, async () => {
      if ((await row.count()) > 0) return true;
      await this.wheel(-600);
      return false;
    });
    await row.scrollIntoViewIfNeeded();
  }
}

/**
 * What was read, with what is drawn now put in its place: a row that a step went past comes between its neighbours when it is drawn. What shares
 * nothing with what was read stands above it.
 */
const joined = (read: readonly string[], drawn: readonly string[]): string[] => {
  if (new Set(drawn).size !== drawn.length) throw new Error("A message is drawn twice.");
  const order = [...read];
  let before = order.indexOf(drawn.findLast((id) => order.includes(id)) ?? "") + 1;
  for (const id of drawn.toReversed()) {
    const known = order.indexOf(id);
    if (known >= before && known >= 0) throw new Error("Messages have changed their places.");
    if (known < 0) order.splice(before, 0, id);
    else before = known;
  }
  return order;
};

/** Waits until something holds. `what` says it in words, for when it does not. */
export const until = async (what: string, holds: () => Promise<boolean> | boolean): Promise<void> => {
  const end = Date.now() + PATIENCE;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`It did not come to pass: ${what}`);
    await Bun.sleep(20);
  }
};

/** How many there are, once there are that many. */
export const thereAre = (count: number, of: Locator): Promise<void> => until(`${count} of ${of}`, async () => (await of.count()) === count);

type Setting = { path?: string; as?: "ape" | "stranger"; context?: BrowserContextOptions };
type Scene = { visit: Visit; colony: Colony; page: Page };

/**
 * A stage for tests in a real browser: one browser and one server with an ape `benji`, behind a door that keeps its address.
 * `env`: the server's settings. Each scene has a window of its own, signed in unless it is a stranger's; an error or a request elsewhere fails it.
 */
export const stage = (prepare: (colony: Colony) => Promise<void> = async () => {}, env: Record<string, string> = {}) => {
  const door = new Door();
  let colony: Colony | undefined;
  let browser: Browser | undefined;
  let cookie = "";

  const playing = (): { colony: Colony; browser: Browser } => {
    if (!colony || !browser) throw new Error("The stage is not set: its server or its browser did not start.");
    return { colony, browser };
  };

  const signIn = (): Promise<string> => playing().colony.signIn(APE.username, APE.password);

  beforeAll(async () => {
    if (!process.env.COLONY_BINARY && !existsSync(join(import.meta.dir, "../../ui/dist/index.html"))) {
      throw new Error("The viewer is not built. Run `bun run build:viewer` first.");
    }
    [colony, browser] = await Promise.all([Colony.start(env), launch()]);
    await colony.user(APE.username, "ape", { display_name: APE.display_name, password: APE.password });
    await prepare(colony);
    await door.open(colony.url);
    cookie = await signIn();
  }, WHOLE_TEST);

  afterAll(async () => {
    await browser?.close();
    await door.shut();
    await colony?.stop("SIGKILL");
  });

  const open = async ({ path, as = "ape", context: options }: Setting): Promise<{ visit: Visit; context: BrowserContext }> => {
    const context = await playing().browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...options });
    if (as === "ape") await context.addCookies([{ name: "colony_session", value: cookie, url: door.url, httpOnly: true, sameSite: "Lax" }]);
    const visit = new Visit(await context.newPage(), door.url);
    // The page asks who is there before it draws the form; browsers note every 401.
    if (as === "stranger") visit.expect(/status of 401.*\/api\/auth\/me$/);
    if (path !== undefined) {
      await visit.go(path);
      if (as === "ape" && /^\/(c|dm)\//.test(path)) await visit.settled();
    }
    return { visit, context };
  };

  const scene = (title: string, setting: Setting, play: (scene: Scene) => Promise<void>) =>
    test(
      title,
      async () => {
        const { visit, context } = await open(setting);
        try {
          await play({ visit, colony: playing().colony, page: visit.page });
          if (visit.unexpected.length > 0) throw new Error(`The page went wrong:\n${visit.unexpected.join("\n")}`);
        } catch (error) {
          const shown = await visit.page
            .locator("body")
            .ariaSnapshot({ timeout: 2_000 })
            .catch(() => "nothing");
          console.error(`${title}: the page showed\n${shown.slice(0, 4_000)}\n${visit.unexpected.join("\n")}`);
          throw error;
        } finally {
          await context.close();
        }
      },
      WHOLE_TEST,
    );

  /** Stops the server and shuts its door; `start` starts it again with the same data. */
  const stop = async () => {
    await door.shut();
    await playing().colony.stop();
  };
  const start = async () => {
    const { colony } = playing();
    await colony.run();
    await door.open(colony.url);
  };

  return { scene, stop, start, signIn };
};

/** What an agent tells of itself with each message. */
export const SESSION = { model: "claude-opus-4-6", hostname: "benjis-macbook.local", session_id: "cc_abc123", cwd: "~/apes", skill: "/critic" };
