import { beforeAll, describe, expect, test } from "bun:test";
import { type Answer, Colony, environment, newFolder, outcome } from "./colony.ts";
import { auditRows, bytesOnDisk } from "./people.ts";

const MESSAGES = "/api/channels/general/messages";

let colony: Colony;
let key: { id: string; token: string; secret: string };
beforeAll(async () => {
  colony = await Colony.start({ COLONY_LOG_LEVEL: "debug" });
  const token = await colony.user("careful", "ape", { admin: true });
  key = (await colony.post("/api/auth/keys", { name: "careful", signed: true }, { token })).body;
});

const hex = (text: string | Uint8Array): string => new Bun.CryptoHasher("sha256").update(text).digest("hex");
const hmac = (text: string, secret = key.secret): string => new Bun.CryptoHasher("sha256", secret).update(text).digest("hex");

/** Seconds since 1970, another one each time: what is said twice within a second is not taken for a replay. */
let last = 0;
const now = (): number => {
  last = Math.max(last + 1, Math.floor(Date.now() / 1000));
  return last;
};
const signature = (method: string, path: string, digest: string, t = now(), secret = key.secret): Record<string, string> => ({
  "x-colony-signature": `t=${t},v1=${hmac(`${t}.${method}.${path}.${digest}`, secret)}`,
});
const ask = (method: string, path: string, raw: string | undefined, headers: Record<string, string>): Promise<Answer> =>
  colony.call(method, path, { token: key.token, raw, headers: { "content-type": "application/json", ...headers } });
const send = (method: string, path: string, raw = "") => ask(method, path, raw === "" ? undefined : raw, signature(method, path, hex(raw)));
const contents = async () => (await colony.get(`${MESSAGES}?user_id=careful`)).body.map(({ content }: { content: string }) => content);

describe("a signed token", () => {
  test("comes with a secret that is shown once, kept encrypted, and told by a flag from then on", async () => {
    expect(key.secret).toMatch(/^cos_[a-z0-9]{52}$/);
    const listed = await colony.get("/api/auth/keys", { token: key.token });
    expect(listed.body.find(({ id }: { id: string }) => id === key.id)).toMatchObject({ name: "careful", signed: true });
    expect(listed.text).not.toContain(key.secret);
    expect(bytesOnDisk(colony.data).includes(key.secret)).toBe(false);
    const { body: plain } = await colony.post("/api/auth/keys", { name: "plain" });
    expect([plain.signed, plain.secret]).toEqual([false, null]);
  });

  test("reads without a signature and writes only with one, by every method and in both dialects", async () => {
    expect((await ask("GET", "/api/auth/me", undefined, {})).body.username).toBe("careful");
    const body = '{"content":"signed"}';
    expect(outcome(await ask("POST", MESSAGES, body, {}))).toBe("401 bad_signature");
    const { status, body: message } = await send("POST", MESSAGES, body);
    expect(status).toBe(201);
    expect((await send("PATCH", `${MESSAGES}/${message.id}`, '{"content":"edited"}')).body.content).toBe("edited");
    expect((await send("PUT", "/api/channels/general/read", `{"seq":${message.seq}}`)).status).toBe(200);
    expect((await send("DELETE", `${MESSAGES}/${message.id}`)).status).toBe(204);
    const v1 = await send("POST", `/api/v1${MESSAGES.slice(4)}`, '{"content":"wrapped"}');
    expect([v1.status, v1.body.data.content]).toEqual([201, "wrapped"]);
    // The query is part of what is signed, and plain text is signed as it is sent.
    const text = await ask("POST", `${MESSAGES}?type=result`, "as it is: ü", { "content-type": "text/plain", ...signature("POST", `${MESSAGES}?type=result`, hex("as it is: ü")) });
    expect([text.status, text.body.content]).toEqual([201, "as it is: ü"]);
  });

  test("writes nothing where the signature is of something else, and says what was to be signed", async () => {
    const before = await contents();
    const body = '{"content":"forged"}';
    const wrong: [string, Record<string, string>][] = [
      ["another body", signature("POST", MESSAGES, hex('{"content":"other"}'))],
      ["another path", signature("POST", `${MESSAGES}?type=error`, hex(body))],
      ["another method", signature("PUT", MESSAGES, hex(body))],
      ["another secret", signature("POST", MESSAGES, hex(body), now(), "cos_guess")],
      ["the token in the secret's place", signature("POST", MESSAGES, hex(body), now(), key.token)],
      ["too old", signature("POST", MESSAGES, hex(body), Math.floor(Date.now() / 1000) - 400)],
      ["too new", signature("POST", MESSAGES, hex(body), Math.floor(Date.now() / 1000) + 400)],
      ["no signature", { "x-colony-signature": "hello" }],
      ["half of one", { "x-colony-signature": `t=${now()}` }],
    ];
    for (const [what, headers] of wrong) {
      const answer = await ask("POST", MESSAGES, body, headers);
      expect([what, outcome(answer)]).toEqual([what, "401 bad_signature"]);
      expect(answer.body.error.details[0].signs).toEndWith(`.POST.${MESSAGES}.${hex(body)}`);
      expect(answer.text).not.toContain(key.secret);
    }
    expect(await contents()).toEqual(before);
    expect(auditRows(colony.data).some(({ action, subject, details }) => action === "signature_refused" && subject === key.id && details?.includes("wrong"))).toBe(true);
  });

  test("that does what the refusal's words say is taken", async () => {
    const body = '{"content":"told how"}';
    const { details } = (await ask("POST", MESSAGES, body, {})).body.error;
    const headers = { "x-colony-signature": `t=${details[0].signs.split(".")[0]},v1=${hmac(details[0].signs)}` };
    expect((await ask("POST", MESSAGES, body, headers)).status).toBe(201);
  });

  test("is taken once for each signature, also when many come at once, and also after a restart", async () => {
    const body = '{"content":"only once"}';
    const headers = signature("POST", MESSAGES, hex(body));
    const volley = await Promise.all(Array.from({ length: 8 }, () => ask("POST", MESSAGES, body, headers)));
    expect(volley.map(outcome).toSorted()).toEqual(["201", ...Array(7).fill("401 bad_signature")]);
    await colony.stop();
    await colony.run();
    expect(outcome(await ask("POST", MESSAGES, body, headers))).toBe("401 bad_signature");
    expect((await contents()).filter((content: string) => content === "only once")).toHaveLength(1);
    expect((await send("POST", MESSAGES, body)).status).toBe(201);
  });

  test("a body whose hash is sent beforehand is held against it as it comes", async () => {
    const body = '{"content":"streamed"}';
    const digest = hex(body);
    const promised = (t = now()) => ({ ...signature("POST", MESSAGES, digest, t), "x-colony-content-sha256": digest });
    expect((await ask("POST", MESSAGES, body, promised())).status).toBe(201);
    const before = await contents();
    expect(outcome(await ask("POST", MESSAGES, '{"content":"swapped!"}', promised()))).toBe("401 bad_signature");
    expect(outcome(await ask("POST", MESSAGES, undefined, promised()))).toBe("401 bad_signature");
    expect(await contents()).toEqual(before);
  });

  test("an upload larger than what is held in memory is signed by its hash; another than was signed leaves nothing", async () => {
    const bytes = new Uint8Array(3_000_000).fill(7);
    const path = "/api/files?name=large.bin";
    const upload = (raw: Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
      colony.call("POST", path, { token: key.token, raw, headers: { "content-type": "application/octet-stream", ...headers } });
    const promised = () => ({ ...signature("POST", path, hex(bytes)), "x-colony-content-sha256": hex(bytes) });
    const whole = await upload(bytes, signature("POST", path, hex(bytes)));
    expect([outcome(whole), whole.body.error.hint]).toEqual(["401 bad_signature", expect.stringContaining("X-Colony-Content-SHA256")]);
    expect(outcome(await upload(new Uint8Array(3_000_000), promised()))).toBe("401 bad_signature");
    expect((await colony.get("/api/files", { token: key.token })).body).toEqual([]);
    expect((await upload(bytes, promised())).body).toMatchObject({ size: bytes.length, sha256: hex(bytes) });
    // A small one, signed like any other request.
    const small = new TextEncoder().encode("small");
    expect((await upload(small, signature("POST", path, hex(small)))).body).toMatchObject({ size: 5 });
  });

  test("a chunked body is signed like any other", async () => {
    const pieces = ['{"content":', '"in pieces"}'];
    const body = pieces.join("");
    const chunked = (text: string[]) =>
      fetch(colony.url + MESSAGES, {
        method: "POST",
        headers: { authorization: `Bearer ${key.token}`, "content-type": "application/json", ...signature("POST", MESSAGES, hex(body)) },
        body: new ReadableStream({
          start: (controller) => {
            for (const piece of text) controller.enqueue(new TextEncoder().encode(piece));
            controller.close();
          },
        }),
      });
    expect((await chunked(pieces)).status).toBe(201);
    expect((await chunked([...pieces, " "])).status).toBe(401);
  });

  test("the script in the docs signs as the server wants it", async () => {
    const { description } = (await colony.get("/openapi.json", { token: null })).body.info;
    const script = /```sh\n([\s\S]*?)```/.exec(description)?.[1] ?? "";
    const child = Bun.spawn(["bash", "-euo", "pipefail", "-c", `curl() { command curl -sS --fail-with-body "$@"; }\n${script}`], {
      env: { ...environment(), TOKEN: key.token, COLONY_SECRET: key.secret, URL: colony.url },
      cwd: newFolder(),
      stdout: "pipe",
      stderr: "inherit",
    });
    expect(JSON.parse(await new Response(child.stdout).text())).toMatchObject({ content: "signed and sent", user: { username: "careful" } });
    expect(await child.exited).toBe(0);
  });

  test("its secret stands in no log", async () => {
    // What was gathered is written when it ends.
    await colony.stop();
    expect(colony.output).toContain(MESSAGES);
    expect(colony.output).not.toContain(key.secret);
    expect(JSON.stringify(auditRows(colony.data))).not.toContain(key.secret);
  });
});
