import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { House, type Scheme, type Showing, type Width } from "./house.ts";
import type { Screen } from "./screens/screen.ts";
import { screens } from "./screens.ts";

const axe = readFileSync(join(import.meta.dir, "../../node_modules/axe-core/axe.min.js"), "utf8");

const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Rules about colours. These alone depend on the scheme, and they do not on the width; everything else is the other way round. */
const ofColour = ["color-contrast", "link-in-text-block"];
/** Costs time and finds no violation: it only ever asks for a second look. */
const idle = ["hidden-content"];
const without = (rules: string[]) => Object.fromEntries(rules.map((rule) => [rule, { enabled: false }]));
const everything: RunOptions = { runOnly: standards, rules: without(idle), resultTypes: ["violations"] };
const colours: RunOptions = { runOnly: { type: "rule", values: ofColour }, resultTypes: ["violations"] };
const shapes: RunOptions = { ...everything, rules: without([...idle, ...ofColour, "css-orientation-lock"]) };

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

/** Each violation in a line: rule, element, what is wrong with it. */
const violations = async (page: Page, options: RunOptions): Promise<string[]> => {
  // Evaluated from outside, which the page's policy on scripts does not concern.
  await page.evaluate(`window.axe || (() => { ${axe} })()`);
  const found = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults;
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary = "" }) => `${id}: ${target.join(" ")}: ${failureSummary.replace(/\s+/g, " ")}`));
};

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
