import { afterAll, beforeAll, expect, test } from "bun:test";
import type { RunOptions } from "axe-core";
import { colours, everything, shapes, violations } from "./axe.ts";
import { House, type Scheme, type Showing, type Width } from "./house.ts";
import type { Screen } from "./screens/screen.ts";
import { screens } from "./screens.ts";

/** Screens begun before their turn: one is drawn while another is examined. */
const AHEAD = 1;

let house: House | undefined;
beforeAll(async () => {
  house = await House.open();
}, 60_000);
afterAll(async () => {
  await Promise.allSettled(begun.values());
  await house?.close();
});

/**
 * What axe objects to in a screen: everything in light and the colours in dark, at a laptop's width; then in the same window made a phone's whatever a
 * width may change. What only a phone has, or has elsewhere, is looked at there from the start.
 */
const examine = async (screen: Screen): Promise<string[]> => {
  const at = screen.at ?? (() => true);
  const found: string[] = [];
  const look = async ({ page }: Showing, width: Width, scheme: Scheme, options: RunOptions) => {
    await page.emulateMedia({ colorScheme: scheme });
    found.push(...(await violations(page, options)).map((violation) => `${width} px, ${scheme}: ${violation}`));
  };
  const start = (width: Width, then: (showing: Showing) => Promise<void>) => {
    if (!house) throw new Error("The servers or the browser did not start.");
    return house.show(screen, width, "light", then);
  };
  const isWide = at(1440);
  await start(isWide ? 1440 : 390, async (showing) => {
    await look(showing, showing.width, "light", everything);
    await look(showing, showing.width, "dark", colours);
    if (!isWide || !at(390) || screen.apart) return;
    await showing.narrow();
    await look(showing, 390, "light", shapes);
  });
  if (screen.apart) await start(390, (showing) => look(showing, 390, "light", shapes));
  return found;
};

const begun = new Map<Screen, Promise<string[]>>();
const begin = (screen: Screen): Promise<string[]> => {
  const examined = begun.get(screen) ?? examine(screen);
  // It is told in its own turn why one failed.
  examined.catch(() => {});
  begun.set(screen, examined);
  return examined;
};

for (const [turn, screen] of screens.entries()) {
  test(`Screen ${screen.name}: axe finds nothing to object to, wide and on a phone, light and dark`, async () => {
    for (const next of screens.slice(turn, turn + 1 + AHEAD)) begin(next);
    expect(await begin(screen)).toEqual([]);
  }, 60_000);
}
