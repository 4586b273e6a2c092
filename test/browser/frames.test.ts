import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { launch } from "./chromium.ts";
import { watchFrames } from "./frames.ts";

let browser: Browser | undefined;
beforeAll(async () => {
  browser = await launch();
}, 60_000);
afterAll(() => browser?.close());

test("A frame that script holds up is seen with its length and the script that did it", async () => {
  const page = await browser?.newPage();
  if (!page) throw new Error("No browser");
  await page.setContent("<p>still</p>");
  const { worst, long, over50 } = await watchFrames(page, () =>
    page.evaluate(
      () =>
        new Promise<void>((done) =>
          requestAnimationFrame(() => {
            const end = performance.now() + 300;
            while (performance.now() < end);
            done();
          }),
        ),
    ),
  );
  expect(worst).toBeGreaterThanOrEqual(300);
  expect(over50).toBeGreaterThanOrEqual(1);
  // The page's own first frame may have taken longer, on a busy machine.
  const held = long.find(({ scripts }) => scripts[0]?.includes("FrameRequestCallback"));
  expect(held?.ms).toBeGreaterThanOrEqual(300);
}, 60_000);
