import type { Locator } from "playwright-core";
import type { Showing, Width } from "../house.ts";

/** A screen or a state of one, and how a page gets there. */
export type Screen = {
  name: string;
  /** On a server on which nothing has happened yet. */
  fresh?: boolean;
  /** Nobody is signed in. */
  stranger?: boolean;
  /** Only where it looks different from another screen; all widths when not given. */
  at?: (width: Width) => boolean;
  /** On a phone one comes there by another way, so that a window made narrow does not show it. */
  apart?: boolean;
  show: (showing: Showing) => Promise<void>;
};

export const isPhone = (width: Width): boolean => width < 720;

/** Opens the sidebar where there is no room for it. */
export const openSidebar = async ({ page, width }: Showing): Promise<void> => {
  if (isPhone(width)) await page.getByRole("button", { name: "Open channels" }).click();
};

/** The last message of the page that holds `text`. */
export const row = ({ visit }: Showing, text: string): Locator => visit.message(text).last();

export const post = async ({ visit, page }: Showing, text: string): Promise<void> => {
  await visit.box.fill(text);
  await page.getByRole("button", { name: "Send", exact: true }).click();
};

/** Puts text into the box as a paste does. */
export const paste = async ({ visit }: Showing, text: string): Promise<void> => {
  await visit.box.evaluate((box, words) => {
    const data = new DataTransfer();
    data.setData("text/plain", words);
    box.focus();
    if (box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))) document.execCommand("insertText", false, words);
  }, text);
};
