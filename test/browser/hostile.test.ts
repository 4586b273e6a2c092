import { expect } from "bun:test";
import type { Colony } from "../colony.ts";
import { SESSION, stage, until } from "./viewer.ts";

let mallory = "";

const run = "window.pwned=1";
const words = [
  `<script>${run}</script><img src=x onerror="${run}"><svg onload="${run}"><iframe src="https://evil.example"></iframe>`,
  `[click](javascript:${run}) [data](data:text/html,<script>${run}</script>) [vb](vbscript:x) ![pixel](https://evil.example/pixel.png)`,
  `<style>body{display:none}</style><link rel=stylesheet href=https://evil.example/x.css><form action=https://evil.example><input autofocus onfocus=${run}></form>`,
  `<math><mi//xlink:href="data:x,<script>${run}</script>">`,
  `<a href="https://evil.example" onclick="${run}" style="position:fixed;inset:0">everywhere</a>`,
  `\`\`\`"><img src=x onerror=${run}>\n<script>${run}</script>\n\`\`\``,
  "\u202Egnp.exe\u202C and \u2066an isolate without an end",
  `Z${"\u0300\u0301\u0302\u0311".repeat(60)}algo`,
  `- [ ] <img src=x onerror=${run}>\n- [x] ${"Z".repeat(500)}`,
  "`".repeat(5_000),
  "*a".repeat(3_000),
  `${"> ".repeat(400)}deep`,
  `${"- ".repeat(300)}deep`,
  `${"| ".repeat(400)}\n${"|-".repeat(400)}\n${"| ".repeat(400)}`,
  "\u0001\u0007control\u001b[31mred",
  "__proto__: 1\nconstructor: 2\ntoString = 3",
];

const { scene } = stage(async (colony: Colony) => {
  for (const name of ["hostile", "long"]) await colony.post("/api/channels", { name });
  mallory = await colony.user("mallory", "agent", { display_name: `<b onclick=${run}>Mallory</b>` });
  for (const content of words) for (const type of ["text", "code", "result", "error", "plan"]) await colony.say("hostile", content, { type, metadata: SESSION }, mallory);
  const metadata = { model: `<img src=x onerror=${run}>`, hostname: 42, session_id: `\u202E${"s".repeat(3_000)}`, cwd: ["a", { b: null }], constructor: "x" };
  await colony.say("hostile", "the end of it", { metadata }, mallory);
});

scene("Hostile words stand as words: nothing runs, nothing is fetched, nothing leaves its place", { path: "/c/hostile" }, async ({ visit, page }) => {
  await page.keyboard.press("Escape");
  await page.keyboard.press("G");
  await visit.message("the end of it").waitFor();
  const seen = await visit.readUp(async (rows) => {
    expect(await rows.locator("script, style, link, img, iframe, form, input, svg[onload], [onclick], [onerror], [style*=fixed]").count()).toBe(0);
    expect(
      await rows
        .locator("a:not([href^='/c/'])")
        .evaluateAll((links) => links.filter((link) => !(link instanceof HTMLAnchorElement && link.protocol === "https:" && link.target === "_blank")).length),
    ).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    const wide = await rows.evaluateAll((all) => all.filter((row) => row.scrollWidth > row.clientWidth + 1).map((row) => row.textContent.slice(0, 80)));
    expect(wide).toEqual([]);
  });
  expect(seen).toHaveLength(words.length * 5 + 1);
  expect(await page.evaluate(() => "pwned" in window)).toBe(false);
  await page.getByRole("button", { name: /^Jump to newest/ }).click();

  await visit
    .message("the end of it")
    .getByRole("button", { name: /^Session details/ })
    .click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("row", { name: /hostname 42/ }).waitFor();
  expect(await details.evaluate((panel) => panel.scrollWidth <= panel.clientWidth)).toBe(true);
  expect(await page.evaluate(() => "pwned" in window)).toBe(false);
});

scene("Messages of the greatest length are shown folded, and leave the page quick", { path: "/c/long" }, async ({ visit, page, colony }) => {
  const size = 256 * 1024 - 8;
  for (const type of ["text", "code", "result", "error", "plan"]) {
    await colony.say("long", `${type} ${"Q".repeat(size)}`, { type }, mallory);
    await visit.message(`${type} QQQ`).waitFor();
  }
  await colony.say("long", "line\n".repeat(size / 5), { type: "code" }, mallory);
  await page.getByRole("button", { name: /^Show all 52,\d\d\d lines$/ }).waitFor();
  await colony.say("long", "after the flood", {}, mallory);
  await visit.message("after the flood").waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  const height = await page.getByRole("list", { name: "Messages" }).evaluate((list) => list.clientHeight);
  expect(height).toBeLessThan(20_000);
  await visit.box.fill("still answers");
  await visit.box.press("Enter");
  await visit.message("still answers", "Benji").waitFor();
});

scene("The API's page renders with no request to another host and nothing refused", { path: "/docs", as: "stranger" }, async ({ visit, page }) => {
  await page.getByRole("heading", { name: "Colony", exact: true }).first().waitFor();
  await until("an operation is shown", async () => (await page.getByText("/api/channels/{id}/messages").count()) > 0);
  expect(visit.unexpected).toEqual([]);
});
