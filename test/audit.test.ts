import { describe, expect, test } from "bun:test";
import { ADMIN_PASSWORD, Colony, time } from "./colony.ts";
import { auditRows, peopleOf } from "./people.ts";

describe("the audit log", () => {
  test("has a row for each deed: who, what, whom, from where, when; and no secret is in it, nor in the log", async () => {
    const own = await Colony.start({ COLONY_LOG_LEVEL: "debug" });
    const { login } = peopleOf(() => own);
    const secrets: string[] = [ADMIN_PASSWORD, own.admin];
    const password = "the password of audited";
    secrets.push(password, "a wrong guess", "another password of audited", "one more password");

    const { body: made } = await own.post("/api/users", { username: "audited", display_name: "Audited", role: "ape", password, with_token: true });
    secrets.push(made.token.token);
    await login("audited", "a wrong guess");
    const { body: session } = await login("audited", password);
    secrets.push(session.token);
    await own.post("/api/auth/password", { current: password, new: "another password of audited" }, { token: session.token });
    const { body: key } = await own.post("/api/auth/keys", { name: "audited key" }, { token: session.token });
    secrets.push(key.token);
    await own.call("DELETE", `/api/auth/keys/${key.id}`, { token: session.token });
    await own.call("PATCH", "/api/users/audited", { body: { display_name: "Audited Again", password: "one more password" } });
    const { body: again } = await login("audited", "one more password");
    secrets.push(again.token);
    await own.call("POST", "/api/auth/logout", { token: again.token });
    const { body: channel } = await own.post("/api/channels", { name: "audited-channel" });
    await own.call("PATCH", "/api/channels/audited-channel", { body: { topic: "audited" } });
    await own.call("DELETE", "/api/channels/audited-channel");
    const message = await own.say("general", "to be removed by the admin", {}, made.token.token);
    await own.call("DELETE", `/api/channels/general/messages/${message.id}`);
    await own.call("DELETE", "/api/users/audited");
    // Secrets where they do not belong are not written down either.
    await own.get(`/api/channels?token=${encodeURIComponent(own.admin)}`);
    await own.post("/api/auth/login", { username: "admin", password: ADMIN_PASSWORD, extra: 1 }, { token: null });

    const rows = auditRows(own.data);
    const first = (action: string) => rows.find((row) => row.action === action && (row.subject !== null || action === "login_failed") && row.address !== "local");
    const expected: [action: string, actor: string | null, subject: string | null][] = [
      ["user_created", "admin", made.id],
      ["login_failed", null, made.id],
      ["login", "audited", null],
      ["password_changed", "audited", made.id],
      ["token_revoked", "audited", key.id],
      ["user_changed", "admin", made.id],
      ["logout", "audited", null],
      ["channel_created", "admin", channel.id],
      ["channel_changed", "admin", channel.id],
      ["channel_archived", "admin", channel.id],
      ["message_deleted_by_admin", "admin", message.id],
      ["user_deactivated", "admin", made.id],
    ];
    for (const [action, actor, subject] of expected) {
      const row = rows.find((one) => one.action === action && one.actor === actor && (subject === null || one.subject === subject));
      expect([action, row !== undefined]).toEqual([action, true]);
      expect(row?.at).toMatch(time);
      expect(row?.address).toContain("127.0.0.1");
    }
    expect(first("token_created")?.actor).toBe("admin");
    expect(rows.filter(({ action, subject }) => action === "token_created" && subject === key.id)).toHaveLength(1);

    await own.stop();
    const written = JSON.stringify(rows);
    for (const secret of secrets) {
      expect(written).not.toContain(secret);
      expect(own.output).not.toContain(secret);
    }
    expect(own.output).toContain("/api/channels/audited-channel");
    expect(own.output).not.toContain("to be removed by the admin");
    expect(written).not.toContain("to be removed by the admin");
  }, 15_000);
});
