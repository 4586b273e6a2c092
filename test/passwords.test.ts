import { beforeAll, describe, expect, test } from "bun:test";
import { ADMIN_PASSWORD, Colony, outcome } from "./colony.ts";
import { basic, peopleOf } from "./people.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});
const { login, me, person } = peopleOf(() => colony);

describe("a password change", () => {
  test("ends the other sessions at once, keeps this one and the API tokens, and the old password is gone", async () => {
    const ape = await person("changer");
    const { body: other } = await login(ape.username, ape.password);
    expect((await me(other.token)).status).toBe(200);
    const answer = await colony.post("/api/auth/password", { current: ape.password, new: "quite another password" }, { token: ape.session });
    expect(answer.status).toBe(204);
    expect((await me(ape.session)).status).toBe(200);
    expect(outcome(await me(other.token))).toBe("401 unauthorized");
    expect((await me(ape.token)).status).toBe(200);
    expect(outcome(await login(ape.username, ape.password))).toBe("401 unauthorized");
    expect((await login(ape.username, "quite another password")).status).toBe(200);
  });

  test("needs the current password, and counts wrong ones like failed sign-ins", async () => {
    const ape = await person("guesser");
    const guess = () => colony.post("/api/auth/password", { current: "a wrong guess", new: "quite another password" }, { token: ape.session });
    for (let tries = 0; tries < 5; tries++) expect((await guess()).status).toBe(401);
    expect(outcome(await guess())).toBe("429 rate_limited");
    expect((await me(ape.session)).status).toBe(200);
  });

  test("takes 8 to 1,024 characters", async () => {
    const ape = await person("measurer");
    const change = (current: string, next: string) => colony.post("/api/auth/password", { current, new: next }, { token: ape.session });
    for (const wrong of ["", "1234567", "x".repeat(1_025)]) {
      const answer = await change(ape.password, wrong);
      expect(outcome(answer)).toBe("422 validation_failed");
      expect(answer.body.error.details[0].path).toBe("new");
    }
    expect((await change(ape.password, "x".repeat(1_024))).status).toBe(204);
    expect((await change("x".repeat(1_024), "12345678")).status).toBe(204);
    expect((await login(ape.username, "12345678")).status).toBe(200);
  });

  test("tells one long password from another that begins alike", async () => {
    const long = "p".repeat(1_000);
    await colony.user("long-password", "ape", { password: `${long}A` });
    expect(outcome(await login("long-password", `${long}B`))).toBe("401 unauthorized");
    expect((await login("long-password", `${long}A`)).status).toBe(200);
  });

  test("by an admin gives the user a new password and ends all their sessions", async () => {
    const ape = await person("forgetful");
    expect((await colony.call("PATCH", "/api/users/forgetful", { body: { password: "told by the admin" } })).status).toBe(200);
    expect(outcome(await me(ape.session))).toBe("401 unauthorized");
    expect(outcome(await login(ape.username, ape.password))).toBe("401 unauthorized");
    expect((await login(ape.username, "told by the admin")).status).toBe(200);
  });
});

describe("the throttle on guessing", () => {
  test("refuses a name after five failures, the right password too, and says for how long", async () => {
    const ape = await person("victim");
    const bystander = await person("bystander");
    for (let tries = 0; tries < 5; tries++) expect(outcome(await login("victim", `guess ${tries}`))).toBe("401 unauthorized");
    for (const refused of [
      await login("victim", "guess 6"),
      await login("victim", ape.password),
      await colony.post("/api/auth/token", { name: "x" }, { token: null, headers: basic("victim", ape.password) }),
    ]) {
      expect(outcome(refused)).toBe("429 rate_limited");
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
      expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(60);
      expect(refused.body.error.hint).not.toBe("");
    }
    expect((await login("bystander", bystander.password)).status).toBe(200);
    for (const token of [ape.token, ape.session]) expect((await me(token)).status).toBe(200);
  });

  test("counts an unknown name, and one in other letters, the same way", async () => {
    for (let tries = 0; tries < 5; tries++) expect(outcome(await login("no-such-name", "guess"))).toBe("401 unauthorized");
    expect(outcome(await login("no-such-name", "guess"))).toBe("429 rate_limited");
    await person("lettered");
    for (const username of ["lettered", "LETTERED", "Lettered", " lettered", "lettered "]) await login(username, "guess");
    expect(outcome(await login("lettered", "guess"))).toBe("429 rate_limited");
  });

  test("counts guesses by Basic and by login together, and those sent all at once", async () => {
    await person("both-ways");
    const guesses = Array.from({ length: 12 }, (_, at) =>
      at % 2 ? login("both-ways", "guess") : colony.post("/api/auth/token", { name: "x" }, { token: null, headers: basic("both-ways", "guess") }),
    );
    const outcomes = (await Promise.all(guesses)).map(outcome);
    expect(outcomes.filter((one) => one === "401 unauthorized")).toHaveLength(5);
    expect(outcomes.filter((one) => one === "429 rate_limited")).toHaveLength(7);
  });

  test("forgets the failures before a right password", async () => {
    const ape = await person("fumbler");
    for (let round = 0; round < 3; round++) {
      for (let tries = 0; tries < 4; tries++) expect(outcome(await login("fumbler", "oops"))).toBe("401 unauthorized");
      expect((await login("fumbler", ape.password)).status).toBe(200);
    }
  });

  test("holds a name for the address that guesses, not for others", async () => {
    const proxied = await Colony.start({ COLONY_TRUST_PROXY: "true" });
    const from = (address: string, password: string) => proxied.post("/api/auth/login", { username: "admin", password }, { token: null, headers: { "x-forwarded-for": address } });
    for (let tries = 0; tries < 5; tries++) await from("203.0.113.7", "guess");
    expect(outcome(await from("203.0.113.7", ADMIN_PASSWORD))).toBe("429 rate_limited");
    expect((await from("203.0.113.8", ADMIN_PASSWORD)).status).toBe(200);
    // What a caller writes before the proxy's own entry is not believed.
    expect(outcome(await from("203.0.113.9, 203.0.113.7", ADMIN_PASSWORD))).toBe("429 rate_limited");
    await proxied.stop();
  });
});
