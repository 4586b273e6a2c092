import { expect } from "bun:test";
import type { Locator, Page } from "playwright-core";

export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };

export const dialog = (page: Page, name: string | RegExp): Locator => page.getByRole("dialog", { name });
export const row = (page: Page, text: string): Locator => page.getByRole("main").getByRole("listitem").filter({ hasText: text });

/** Opens the menu of a row and chooses from it, by keyboard. */
export const choose = async (page: Page, whose: string, item: string): Promise<void> => {
  const menu = page.getByRole("menu");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByRole("button", { name: `Change ${whose}`, exact: true }).press("Enter");
  await menu.locator(":focus").waitFor();
  await menu.getByRole("menuitem", { name: item }).press("Enter");
  await menu.waitFor({ state: "detached" });
  await page.getByRole("dialog").locator(":focus").waitFor();
};

/** Writes into the field that a dialog has put the focus on. */
export const write = async (page: Page, into: string | RegExp, words: string): Promise<void> => {
  await dialog(page, into).locator("input:focus").waitFor();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(words);
};

/** Says that the secret is saved, and makes sure that it is gone from everywhere. */
export const saved = async (page: Page, words: string): Promise<void> => {
  await page.getByRole("button", { name: "I have saved it" }).press("Enter");
  await page.getByRole("button", { name: "I have saved it" }).waitFor({ state: "detached" });
  const kept = await page.evaluate(() =>
    [document.documentElement.outerHTML, location.href, document.title, JSON.stringify({ ...localStorage, ...sessionStorage }), JSON.stringify(history.state)].join("\n"),
  );
  expect(kept).not.toContain(words);
};
