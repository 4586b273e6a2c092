import { beforeAll, describe, expect, test } from "bun:test";
import { type Answer, Colony, outcome, until } from "./colony.ts";

describe("the rate limit", () => {
  let limited: Colony;
  beforeAll(async () => {
    limited = await Colony.start({ COLONY_RATE_LIMIT: "60" });
  });
  const tokenWith = async (more: Record<string, unknown>, token?: string) => limited.post("/api/auth/token", { name: "limited", ...more }, { token });
  const whoAmI = (token: string) => limited.get("/api/auth/me", { token });

  test("is told on every answer to someone signed in, the failures too", async () => {
    const { body } = await tokenWith({});
    const first = await whoAmI(body.token);
    const second = await limited.get("/api/channels/no-such", { token: body.token });
    for (const { headers } of [first, second]) {
      expect(headers.get("ratelimit-limit")).toBe("60");
      expect(headers.get("ratelimit-reset")).toMatch(/^\d+$/);
    }
    expect(Number(second.headers.get("ratelimit-remaining"))).toBeLessThan(Number(first.headers.get("ratelimit-remaining")));
  });

  test("ends in 429 with the seconds to wait, after which it goes on", async () => {
    const { body } = await tokenWith({});
    const answers: Answer[] = [];
    await until(async () => {
      const answer = await whoAmI(body.token);
      answers.push(answer);
      return answer.status === 429 ? true : undefined;
    });
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(60);
    const refused = answers.at(-1);
    if (!refused) throw new Error("nothing was answered");
    expect(outcome(refused)).toBe("429 rate_limited");
    expect(refused.body.error.hint).not.toBe("");
    expect(refused.headers.get("ratelimit-remaining")).toBe("0");
    expect(refused.headers.get("x-request-id")).toBeTruthy();
    const seconds = Number(refused.headers.get("retry-after"));
    expect(seconds).toBeGreaterThanOrEqual(1);
    // Another token of the same user has a bucket of its own.
    expect((await whoAmI(limited.admin)).status).toBe(200);
    await Bun.sleep(seconds * 1_000);
    expect((await whoAmI(body.token)).status).toBe(200);
  });

  test("of a token is its own when it has one", async () => {
    const { body: slow } = await tokenWith({ rate_limit: 3 });
    expect(slow.rate_limit).toBe(3);
    const statuses: number[] = [];
    for (let asked = 0; asked < 4; asked++) statuses.push((await whoAmI(slow.token)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    // The page that is to tell of it comes all the same.
    const page = await limited.get("/projects/any", { token: slow.token });
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html;charset=utf-8"]);
    expect(outcome(await limited.post("/hooks/none", {}, { token: slow.token }))).toBe("429 rate_limited");
    const { body: free } = await tokenWith({ rate_limit: 0 });
    for (let asked = 0; asked < 70; asked++) expect((await whoAmI(free.token)).status).toBe(200);
  });

  test("is raised above the server's by an admin alone", async () => {
    const { body: made } = await limited.post("/api/users", { username: "ambitious", display_name: "A", role: "agent", with_token: true });
    const token: string = made.token.token;
    expect(outcome(await tokenWith({ rate_limit: 0 }, token))).toBe("403 forbidden");
    expect(outcome(await tokenWith({ rate_limit: 61 }, token))).toBe("403 forbidden");
    expect((await tokenWith({ rate_limit: 30 }, token)).status).toBe(201);
    expect((await tokenWith({ rate_limit: 6_000 })).status).toBe(201);
  });

  test("holds an address that shows no credential, and no one who does", async () => {
    const strange = await Colony.start({ COLONY_RATE_LIMIT: "600" });
    // Programs that post to webhooks keep nobody who lives beside them from signing in.
    await until(async () => ((await strange.post("/hooks/unknown", { text: "x" }, { token: null })).status === 429 ? true : undefined));
    expect(outcome(await strange.post("/api/auth/login", { username: "admin", password: "wrong" }, { token: null }))).toBe("401 unauthorized");
    const refused = await until(async () => {
      const answer = await strange.get("/api/channels", { token: null });
      return answer.status === 429 ? answer : undefined;
    });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect(outcome(await strange.get("/api/channels", { token: "nonsense" }))).toBe("429 rate_limited");
    expect((await strange.get("/api/channels")).status).toBe(200);
    await strange.stop();
  });
});
