import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";

const axe = readFileSync(join(import.meta.dir, "../../node_modules/axe-core/axe.min.js"), "utf8");

const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Rules about colours. These alone depend on the scheme, and they do not on the width; everything else is the other way round. */
const ofColour = ["color-contrast", "link-in-text-block"];
/** Costs time and finds no violation: it only ever asks for a second look. */
const idle = ["hidden-content"];
const without = (rules: string[]) => Object.fromEntries(rules.map((rule) => [rule, { enabled: false }]));
export const everything: RunOptions = { runOnly: standards, rules: without(idle), resultTypes: ["violations"] };
export const colours: RunOptions = { runOnly: { type: "rule", values: ofColour }, resultTypes: ["violations"] };
export const shapes: RunOptions = { ...everything, rules: without([...idle, ...ofColour, "css-orientation-lock"]) };

/** Each violation in a line: rule, element, what is wrong with it. */
export const violations = async (page: Page, options: RunOptions): Promise<string[]> => {
  // Evaluated from outside, which the page's policy on scripts does not concern.
  await page.evaluate(`window.axe || (() => { ${axe} })()`);
  const found = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults;
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary = "" }) => `${id}: ${target.join(" ")}: ${failureSummary.replace(/\s+/g, " ")}`));
};
