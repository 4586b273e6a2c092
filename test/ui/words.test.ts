import { expect, test } from "bun:test";
import { nearly } from "../../ui/src/parts/time.ts";
import { deviceOf } from "../../ui/src/settings/device.ts";
import { asUsername, newPassword } from "../../ui/src/settings/words.ts";

test("A username is made of a name as the server takes it", () => {
  const taken = /^[a-z0-9][a-z0-9._-]{0,39}$/;
  for (const [name, username] of [
    ["Claude (Benji's Opus)", "claude-benjis-opus"],
    ["Zoë  Quinn", "zoe-quinn"],
    ["._-lead", "lead"],
    ["R2.D2", "r2.d2"],
    ["a".repeat(60), "a".repeat(40)],
  ] as const) {
    expect(asUsername(name)).toBe(username);
    expect(username).toMatch(taken);
  }
  for (const nothing of ["", "ليلى", "🐜 -"]) expect(asUsername(nothing)).toBe("");
});

test("A password that is made up is long, of letters that are told apart, and another each time", () => {
  const made = Array.from({ length: 200 }, newPassword);
  for (const password of made) expect(password).toMatch(/^[a-hj-km-np-z2-9]{20}$/);
  expect(new Set(made).size).toBe(made.length);
  expect(new Set(made.join("")).size).toBe(31);
});

test.each([
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15", "Safari on Mac", true, false],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Windows", true, false],
  ["Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android", true, true],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone", true, true],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux", true, false],
  ["curl/8.5.0", "curl 8.5.0", false, false],
  ["something else", "something else", false, false],
  [null, "Unknown device", false, false],
])("What signed in as %j is called %s", (user_agent, name, browser, phone) => {
  expect(deviceOf(user_agent)).toEqual({ name, browser, phone });
});

test("A time is told as far as it matters: in words when near, as a date when far", () => {
  const now = Date.parse("2026-03-29T16:00:00.000Z");
  const at = (minutes: number) => nearly(new Date(now + minutes * 60_000).toISOString(), now);
  expect([at(0), at(-0.5), at(0.05), at(0.5)]).toEqual(["just now", "just now", "just now", "in a moment"]);
  expect([at(-5), at(-180), at(60 * 48)]).toEqual([expect.stringMatching(/5 min/), expect.stringMatching(/3 h/), expect.stringMatching(/2 days/)]);
  expect(at(-60 * 24 * 30)).toContain("2026");
});
