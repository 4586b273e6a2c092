import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { House, type Scheme, type Width } from "./house.ts";
import type { Screen } from "./screens/screen.ts";
import { screens } from "./screens.ts";

const axe = readFileSync(join(import.meta.dir, "../../node_modules/axe-core/axe.min.js"), "utf8");

const everything: RunOptions = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"] };
/** Nothing but the colours depends on the scheme, and they not on the width: dark is asked for those alone, and once. */
const colours: RunOptions = { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] }, resultTypes: ["violations"] };

type Run = { width: Width; schemes: [Scheme, RunOptions][] };
const wide: Run = {
  width: 1440,
  schemes: [
    ["light", everything],
    ["dark", colours],
  ],
};
const phone: Run = { width: 390, schemes: [["light", everything]] };

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

const examine = async (screen: Screen, { width, schemes }: Run): Promise<string[]> => {
  if (!house) throw new Error("The servers or the browser did not start.");
  const { page } = await house.show(screen, width, "light");
  try {
    const found: string[] = [];
    for (const [scheme, options] of schemes) {
      await page.emulateMedia({ colorScheme: scheme });
      found.push(...(await violations(page, options)).map((violation) => `${width} px, ${scheme}: ${violation}`));
    }
    return found;
  } finally {
    await page.context().close();
  }
};

for (const screen of screens) {
  test(`Screen ${screen.name}: axe finds nothing to object to, wide and on a phone, light and dark`, async () => {
    const runs = [wide, phone].filter(({ width }) => screen.at?.(width) ?? true);
    expect((await Promise.all(runs.map((run) => examine(screen, run)))).flat()).toEqual([]);
  }, 60_000);
}
