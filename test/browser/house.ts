import type { Browser, CDPSession, Page, Request, WebSocketRoute } from "playwright-core";
import { ADMIN_PASSWORD, Colony } from "../colony.ts";
import { BENJI, fill, NOW } from "../sample/fill.ts";
import { launch } from "./chromium.ts";
import type { Screen } from "./screens/screen.ts";
import { until, Visit } from "./viewer.ts";

/** Pixels. A phone, a tablet, a laptop, a wide screen. */
export const sizes = { 390: 844, 768: 1024, 1440: 900, 2560: 1300 } as const;
export type Width = keyof typeof sizes;
export type Scheme = "light" | "dark";

/** A server with its data, the cookie of the one who looks, and its messages that have a name. */
type World = { colony: Colony; cookie: string; ids: Map<string, string> };

/** A page on its way to a screen, and what can be done to the server as it sees it. */
export class Showing {
  #held = new WeakSet<Request>();
  #pending = new Set<Request>();
  #sockets = new Set<WebSocketRoute>();
  #down = false;
  #touch: CDPSession | undefined;

  constructor(
    readonly visit: Visit,
    readonly width: Width,
    readonly world: World,
  ) {
    this.page.on("request", (request) => this.#pending.add(request));
    this.page.on("requestfinished", (request) => this.#pending.delete(request));
    this.page.on("requestfailed", (request) => this.#pending.delete(request));
  }

  get page(): Page {
    return this.visit.page;
  }

  /** Stands between the page and its socket, and lets nothing that was looked at be marked as read: every screen finds the same. */
  async prepare(): Promise<void> {
    await this.page.routeWebSocket(/\/ws/, (socket) => {
      if (this.#down) return void socket.close();
      socket.connectToServer();
      this.#sockets.add(socket);
    });
    await this.page.route("**/api/channels/*/read", (route) => route.fulfill({ status: 503, json: { error: { code: "unavailable", message: "Not now." } } }));
  }

  /** The id of a message that has a name in the sample. */
  id(name: string): string {
    const id = this.world.ids.get(name);
    if (!id) throw new Error(`No message of the sample is named ${name}.`);
    return id;
  }

  /** Goes to an address, and waits for a timeline when it is a channel's. */
  async go(path: string): Promise<void> {
    await this.visit.go(path);
    if (/^\/(c|dm)\//.test(path)) await this.visit.settled();
  }

  /** From now on no socket stands. `code`: how the server closes the ones that do. */
  async breakLine(code?: number): Promise<void> {
    this.#down = true;
    await Promise.all([...this.#sockets].map((socket) => socket.close({ code })));
  }

  /** From now on the server cannot be reached. */
  async unplug(): Promise<void> {
    await this.page.route("**/api/**", (route) => route.abort("connectionrefused"));
    await this.breakLine();
  }

  /** Answers requests to `glob` with a failure. */
  async refuse(glob: string, method: string, status: number, message: string): Promise<void> {
    await this.page.route(glob, (route) => (route.request().method() === method ? route.fulfill({ status, json: { error: { code: "refused", message } } }) : route.fallback()));
  }

  /** Never answers requests to `glob`. */
  async hold(glob: string): Promise<void> {
    await this.page.route(glob, (route) => void this.#held.add(route.request()));
  }

  /** Turns the window into a phone's, with what it shows. */
  async narrow(): Promise<void> {
    this.#touch ??= await this.page.context().newCDPSession(this.page);
    await this.#touch.send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 1 });
    await this.page.setViewportSize({ width: 390, height: sizes[390] });
    await this.still();
  }

  /** Waits until everything asked for has come and is drawn. */
  async still(): Promise<void> {
    await until("all that was asked for has come", () => [...this.#pending].every((request) => this.#held.has(request)));
    await this.page.evaluate(async () => {
      await document.fonts.ready;
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    });
  }
}

/** Two servers, one with days of talk and one that is new, and a browser to look at them. */
export class House {
  /** Windows that nobody looks at: one that was used before has the page's scripts at hand, and shows a screen in half the time. */
  #windows = new Map<string, Page[]>();

  private constructor(
    readonly browser: Browser,
    readonly sample: World,
    readonly fresh: World,
  ) {}

  static async open(): Promise<House> {
    const [browser, sample, fresh] = await Promise.all([launch(), Colony.start(), Colony.start()]);
    const ids = await fill(sample);
    return new House(
      browser,
      { colony: sample, ids, cookie: await sample.signIn(BENJI.username, BENJI.password) },
      { colony: fresh, ids: new Map(), cookie: await fresh.signIn("admin", ADMIN_PASSWORD) },
    );
  }

  /** Brings a screen about in a window of its own, lets it be looked at, and leaves nothing of it behind. */
  async show<Seen>(screen: Screen, width: Width, scheme: Scheme, look: (showing: Showing) => Promise<Seen>): Promise<Seen> {
    const world = screen.fresh ? this.fresh : this.sample;
    const kind = `${width} ${screen.stranger ? "stranger" : world.colony.url}`;
    const page = this.#windows.get(kind)?.pop() ?? (await this.#window(width, screen.stranger ? undefined : world));
    try {
      await page.emulateMedia({ colorScheme: scheme });
      const showing = new Showing(new Visit(page, world.colony.url), width, world);
      await showing.prepare();
      await screen.show(showing);
      await showing.still();
      const seen = await look(showing);
      await clear(page, world, width);
      this.#windows.set(kind, [...(this.#windows.get(kind) ?? []), page]);
      return seen;
    } catch (error) {
      await page.context().close();
      throw new Error(`${screen.name} at ${width} px: ${error instanceof Error ? error.message : error}`);
    }
  }

  async #window(width: Width, signedIn: World | undefined): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: { width, height: sizes[width] },
      reducedMotion: "reduce",
      hasTouch: width < 720,
      locale: "en-GB",
      timezoneId: "UTC",
    });
    if (signedIn) await context.addCookies([{ name: "colony_session", value: signedIn.cookie, url: signedIn.colony.url, httpOnly: true, sameSite: "Lax" }]);
    const page = await context.newPage();
    await page.clock.setFixedTime(NOW);
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await Promise.all([this.sample, this.fresh].map(({ colony }) => colony.stop("SIGKILL")));
  }
}

/** Takes away what one screen did to a window, so that the next finds a new one. */
const clear = async (page: Page, { colony }: World, width: Width): Promise<void> => {
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.mouse.move(-1, -1);
  await page.goto("about:blank");
  for (const event of ["request", "requestfinished", "requestfailed", "pageerror", "dialog", "console"]) page.removeAllListeners(event);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Storage.clearDataForOrigin", { origin: colony.url, storageTypes: "local_storage" });
  if (width >= 720) await devtools.send("Emulation.setTouchEmulationEnabled", { enabled: false });
  await devtools.detach();
  await page.setViewportSize({ width, height: sizes[width] });
};
