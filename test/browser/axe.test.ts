import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { House, type Scheme, type Width } from "./house.ts";
import type { Screen } from "./screens/screen.ts";
import { screens } from "./screens.ts";

const axe = readFileSync(join(import.meta.dir, "../../node_modules/axe-core/axe.min.js"), "utf8");

const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Rules about colours. These alone depend on the scheme, and they do not on the width; everything else is the other way round. */
const ofColour = ["color-contrast", "link-in-text-block"];
const everything: RunOptions = { runOnly: standards, resultTypes: ["violations"] };
const colours: RunOptions = { runOnly: { type: "rule", values: ofColour }, resultTypes: ["violations"] };
const shapes: RunOptions = { ...everything, rules: Object.fromEntries(ofColour.map((rule) => [rule, { enabled: false }])) };

type Look = { width: Width; schemes: [Scheme, RunOptions][] };

/** How a screen is looked at: everything in light and the colours in dark, at a laptop's width; on a phone what a width may change. What only a phone has is looked at there. */
const looks = ({ at = () => true }: Screen): Look[] => {
  const both: Look["schemes"] = [
    ["light", everything],
    ["dark", colours],
  ];
  if (!at(1440)) return [{ width: 390, schemes: both }];
  const wide: Look = { width: 1440, schemes: both };
  return at(390) ? [wide, { width: 390, schemes: [["light", shapes]] }] : [wide];
};

let house: House | undefined;
beforeAll(async () => {
  house = await House.open();
}, 60_000);
afterAll(() => house?.close());

/** Each violation in a line: rule, element, what is wrong with it. */
const violations = async (page: Page, options: RunOptions): Promise<string[]> => {
  // Evaluated from outside, which the page's policy on scripts does not concern.
  await page.evaluate(`window.axe || (() => { ${axe} })()`);
  const found = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults;
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary = "" }) => `${id}: ${target.join(" ")}: ${failureSummary.replace(/\s+/g, " ")}`));
};

const examine = async (screen: Screen, { width, schemes }: Look): Promise<string[]> => {
  if (!house) throw new Error("The servers or the browser did not start.");
  return house.show(screen, width, "light", async ({ page }) => {
    const found: string[] = [];
    for (const [scheme, options] of schemes) {
      await page.emulateMedia({ colorScheme: scheme });
      found.push(...(await violations(page, options)).map((violation) => `${width} px, ${scheme}: ${violation}`));
    }
    return found;
  });
};

for (const screen of screens) {
  test(`Screen ${screen.name}: axe finds nothing to object to, wide and on a phone, light and dark`, async () => {
    expect((await Promise.all(looks(screen).map((look) => examine(screen, look)))).flat()).toEqual([]);
  }, 60_000);
}
