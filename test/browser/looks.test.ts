import { expect } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { FIRST_PAINT_BYTES } from "../../ui/firstpaint.ts";
import type { Colony } from "../colony.ts";
import { SESSION, stage, until } from "./viewer.ts";

const { scene } = stage(async (colony: Colony) => {
  const opus = await colony.user("cc-benji-opus", "agent", { display_name: "Claude (Benji's Opus, the one with the very long name)" });
  for (const name of ["full", "a-channel-whose-name-is-as-long-as-names-may-be-longer-than-any-sidebar-is-wide"]) await colony.post("/api/channels", { name });
  const { id } = await colony.say("full", "How is it going, and what about the long word Donaudampfschifffahrtsgesellschaftskapitän?");
  await colony.say("full", "| a | b | c |\n|---|---|---|\n| a long cell of words | another long cell of words | and one more of them |", { metadata: SESSION, reply_to: id }, opus);
  await colony.say("full", "x = 1 # ".repeat(60), { type: "code", metadata: SESSION }, opus);
  await colony.say("full", "loss: 0.02\nacc: 91%\nsteps: 6,000\ntime: 42 min\nmemory: 61.2 GB", { type: "result", metadata: SESSION }, opus);
  await colony.say("full", "TypeError: x is not a function\n    at a (/srv/app/src/a-long-name-of-a-file.ts:12:9)", { type: "error", metadata: SESSION }, opus);
  await colony.say("full", "- [x] one\n  - [ ] two\n    - [ ] three", { type: "plan", metadata: SESSION }, opus);
});

/** All of a control is within the page's width. */
const inPage = async (page: Page, control: Locator) => {
  const box = await control.boundingBox();
  expect(box?.x).toBeGreaterThanOrEqual(0);
  expect((box?.x ?? Number.NaN) + (box?.width ?? Number.NaN)).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
};

for (const [width, height] of [
  [360, 640],
  [768, 1024],
  [1440, 900],
  [2560, 1300],
] as const) {
  scene(
    `At ${width} px all is in its place: nothing overflows, and every control has a name and room`,
    { path: "/c/full", context: { viewport: { width, height } } },
    async ({ visit, page }) => {
      await visit.message("Donaudampf").first().waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      const over = await page.getByRole("article").evaluateAll((rows) => rows.filter((row) => row.scrollWidth > row.clientWidth + 1).map((row) => row.textContent));
      expect(over).toEqual([]);
      const box = await visit.box.boundingBox();
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(height);
      const faults = await page.locator("button, a, input, select, textarea, summary").evaluateAll((controls) =>
        controls
          .filter((control) => control.checkVisibility())
          .filter((control) => {
            const named =
              control.getAttribute("aria-label") ??
              (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement ? control.labels?.[0]?.textContent : control.textContent);
            const { width, height } = control.getBoundingClientRect();
            // WCAG 2.2 asks for 24 px of what is not a link within a line.
            return !named?.trim() || (control.tagName === "BUTTON" && !control.closest("header, p") && (width < 24 || height < 24));
          })
          .map((control) => control.outerHTML.slice(0, 200)),
      );
      expect(faults).toEqual([]);
      const name = page.getByRole("heading", { name: "full", exact: true }).getByText("full", { exact: true });
      expect(await name.evaluate((words) => words.scrollWidth <= words.clientWidth)).toBe(true);
      await visit.go("/c/a-channel-whose-name-is-as-long-as-names-may-be-longer-than-any-sidebar-is-wide");
      await page.getByRole("heading", { name: "a-channel-whose-name" }).waitFor();
      for (const name of ["type", "user", "session"]) await inPage(page, page.getByRole("group", { name: "Filter" }).getByRole("button", { name, exact: true }));
    },
  );
}

scene(
  "On a phone the channels are a drawer and the details slide over; Escape closes each",
  { path: "/c/full", context: { viewport: { width: 390, height: 844 }, hasTouch: true } },
  async ({ visit, page }) => {
    await page.getByRole("button", { name: "Open channels" }).click();
    const drawer = page.getByRole("dialog", { name: "Channels" });
    await drawer.getByRole("link", { name: "general" }).click();
    await drawer.waitFor({ state: "detached" });
    await page.waitForURL("**/c/general");
    await page.getByRole("button", { name: "Open channels" }).click();
    await drawer.waitFor();
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });

    await visit.go("/c/full");
    await page
      .getByRole("button", { name: /^Session details/ })
      .first()
      .click();
    const details = page.getByRole("dialog", { name: "Details" });
    await details.getByRole("row", { name: "skill /critic" }).waitFor();
    await page.keyboard.press("Escape");
    await details.waitFor({ state: "detached" });
  },
);

scene(
  "On a phone who speaks, and what and where from, is told in full; what can be done with a message is shown under a finger, and covers no words",
  { path: "/c/full", context: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
  async ({ visit, page }) => {
    const row = visit.message("another long cell of words");
    await row.waitFor();
    const labels = row.getByRole("button", { name: "Session details: claude-opus-4-6 · benjis-macbook cc_abc123" });
    expect(await labels.evaluate((button) => button.firstElementChild?.checkVisibility())).toBe(true);
    expect((await labels.boundingBox())?.y ?? 0).toBeGreaterThan((await row.getByText("Claude (Benji's Opus").boundingBox())?.y ?? 0);

    await row.getByText("another long cell of words").tap();
    const toolbar = row.getByRole("toolbar", { name: "Message actions" });
    await toolbar.waitFor();
    const { top, bottom, textBottom, within } = await toolbar.evaluate((bar) => {
      const row = bar.closest("article");
      const box = bar.getBoundingClientRect();
      return { top: box.top, bottom: box.bottom, textBottom: row?.querySelector("table")?.getBoundingClientRect().bottom ?? 0, within: row?.getBoundingClientRect().bottom ?? 0 };
    });
    expect(top).toBeGreaterThanOrEqual(textBottom);
    expect(bottom).toBeLessThanOrEqual(within);
    // What a finger does within a message is not to be covered by them.
    await visit.message("x = 1 #").getByRole("button", { name: /wrap/i }).tap();
    await toolbar.waitFor({ state: "detached" });
    expect(await page.getByRole("toolbar", { name: "Message actions" }).count()).toBe(0);
  },
);

scene(
  "On a wide screen the talk stands in the middle, and the box under it",
  { path: "/c/full", context: { viewport: { width: 2560, height: 1300 } } },
  async ({ visit, page }) => {
    const row = visit.message("Donaudampf").first();
    await row.waitFor();
    const [main, rows, box] = await Promise.all([page.getByRole("main").boundingBox(), row.boundingBox(), visit.box.locator("..").boundingBox()]);
    if (!main || !rows || !box) throw new Error("Something is not drawn.");
    const middle = ({ x, width }: { x: number; width: number }) => x + width / 2;
    expect(Math.abs(middle(rows) - middle(main))).toBeLessThan(2);
    expect(Math.abs(middle(box) - middle(rows))).toBeLessThan(2);
    expect(rows.width).toBeLessThan(main.width * 0.75);
  },
);

scene("The first paint of a timeline needs little: at most 120 KB of script, gzipped", {}, async ({ visit, page }) => {
  await page.addInitScript(() => {
    new MutationObserver((_, watching) => {
      if (!document.querySelector("article")) return;
      performance.mark("rows");
      watching.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  await visit.go("/c/full");
  await visit.message("Donaudampf").first().waitFor();
  // What came after the rows they did not wait for.
  const scripts = await page.evaluate(() => {
    const shown = performance.getEntriesByName("rows")[0]?.startTime ?? 0;
    return performance
      .getEntriesByType("resource")
      .flatMap((one) => (one instanceof PerformanceResourceTiming && one.name.endsWith(".js") && one.responseEnd <= shown ? [one.name] : []));
  });
  expect(scripts.length).toBeGreaterThan(0);
  const sizes = await Promise.all(scripts.map(async (url) => Bun.gzipSync(await (await fetch(url)).arrayBuffer()).length));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(FIRST_PAINT_BYTES);
});

for (const colorScheme of ["light", "dark"] as const) {
  scene(`In ${colorScheme} the page is drawn ${colorScheme}`, { path: "/c/full", context: { colorScheme } }, async ({ page }) => {
    const ground = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const lightness = Number(/lab\(([\d.]+)/.exec(ground)?.[1]);
    expect(lightness > 50).toBe(colorScheme === "light");
  });
}

scene("The Tab key goes from the channels to one message and its controls, on to the box and back, and is seen on the way", { path: "/c/full" }, async ({ visit, page }) => {
  await visit.message("Donaudampf").first().waitFor();
  await visit.channels.getByRole("link").first().focus();
  const walk = async (key: string, end: string): Promise<Set<string>> => {
    const rows = new Set<string>();
    await until(`the focus has come to ${end}`, async () => {
      const { outlined, row, isEnd } = await page.evaluate((selector) => {
        const now = document.activeElement;
        const shown = now?.closest("form") ?? now;
        return {
          outlined: [now, shown, now?.parentElement].some((one) => one && getComputedStyle(one).outlineStyle !== "none"),
          row: now?.closest("article")?.id ?? null,
          isEnd: now?.matches(selector) ?? false,
        };
      }, end);
      if (row !== null) rows.add(row);
      if (isEnd) return true;
      expect(outlined).toBe(true);
      await page.keyboard.press(key);
      return false;
    });
    return rows;
  };
  expect((await walk("Tab", "textarea")).size).toBe(1);
  expect((await walk("Shift+Tab", "nav a")).size).toBe(1);
});

scene(
  "Keys lead to the first message and the newest, and copy; a filter stands in the address and ends by Escape",
  { path: "/c/full", context: { viewport: { width: 900, height: 420 }, permissions: ["clipboard-read", "clipboard-write"] } },
  async ({ visit, page }) => {
    await visit.message("three").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await visit.message("Donaudampf").first().waitFor();
    await page.keyboard.press("G");
    await visit.message("three").waitFor();
    await page.keyboard.press("k");
    await page.keyboard.press("y");
    await page.getByRole("status").filter({ hasText: "Text copied" }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("three");

    await page.getByRole("button", { name: "type", exact: true }).click();
    await page.getByRole("menuitemcheckbox", { name: "error" }).click();
    await page.keyboard.press("Escape");
    await until("only the error is shown", async () => (await page.getByRole("article").count()) === 1);
    await visit.message("TypeError").waitFor();
    expect(new URL(page.url()).search).toBe("?type=error");
    await page.reload();
    await visit.message("TypeError").waitFor();
    await until("it is still filtered", async () => (await page.getByRole("article").count()) === 1);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await visit.message("three").waitFor();
    expect(new URL(page.url()).search).toBe("");
  },
);
