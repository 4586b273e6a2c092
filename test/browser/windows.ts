import type { BrowserContextOptions, Page } from "playwright-core";
import type { Colony } from "../colony.ts";
import { Visit } from "./viewer.ts";

/** Another ape's window on the same server. `options`: of its browser context. */
export const windowOf = async (page: Page, colony: Colony, origin: string, username: string, options: BrowserContextOptions = {}): Promise<Visit> => {
  const browser = page.context().browser();
  if (!browser) throw new Error("The page has no browser.");
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...options });
  const cookie = await colony.signIn(username, `password of ${username}`);
  await context.addCookies([{ name: "colony_session", value: cookie, url: origin, httpOnly: true, sameSite: "Lax" }]);
  return new Visit(await context.newPage(), origin);
};
