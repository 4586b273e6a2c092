import { beforeAll, describe, expect, test } from "bun:test";
import { Colony, outcome, until } from "./colony.ts";
import { formOf, PIXEL, type Place, places, sha256, upload } from "./files.ts";

describe.each(places)("%s", (_, placeOf) => {
  let place: Place;
  let colony: Colony;
  beforeAll(async () => {
    place = placeOf();
    colony = await Colony.start(place.env);
  });

  describe("a download", () => {
    const bytes = Uint8Array.from({ length: 1_000 }, (_, n) => n % 251);
    let path: string;
    beforeAll(async () => {
      path = `/api/files/${(await upload(colony, bytes, "bytes.bin")).id}/download`;
    });

    /** Asks by HTTP as it is: `fetch` would hide what a header says of the length. */
    const ask = async (headers: Record<string, string> = {}, method = "GET") => {
      const answer = await fetch(colony.url + path, { method, headers: { authorization: `Bearer ${colony.admin}`, ...headers } });
      return { status: answer.status, headers: answer.headers, bytes: await answer.bytes() };
    };

    test("is the bytes whole, with their length, their SHA-256 as the tag, and nothing that runs", async () => {
      const answer = await ask();
      expect([answer.status, answer.bytes]).toEqual([200, bytes]);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "content-length": "1000",
        "content-type": "application/octet-stream",
        "content-disposition": "attachment; filename=bytes.bin",
        "content-security-policy": "sandbox; default-src 'none'",
        "cross-origin-resource-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-cache",
        "accept-ranges": "bytes",
        etag: `"${sha256(bytes)}"`,
      });
    });

    test("asked for its head tells the same and sends nothing", async () => {
      const [whole, head] = [await ask(), await ask({}, "HEAD")];
      expect([head.status, head.bytes.length]).toEqual([200, 0]);
      for (const name of ["content-length", "content-type", "etag", "content-disposition"]) expect([name, head.headers.get(name)]).toEqual([name, whole.headers.get(name)]);
    });

    test.each([
      ["bytes=0-0", 0, 1],
      ["bytes=10-19", 10, 20],
      ["bytes=990-", 990, 1_000],
      ["bytes=990-99999", 990, 1_000],
      ["bytes=-5", 995, 1_000],
      ["bytes=-99999", 0, 1_000],
    ])("of the range %s is that stretch", async (range, start, end) => {
      const answer = await ask({ range });
      expect([answer.status, answer.bytes]).toEqual([206, bytes.slice(start, end)]);
      expect(answer.headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/1000`);
      expect(answer.headers.get("content-length")).toBe(String(end - start));
    });

    test.each(["bytes=1000-", "bytes=5000-6000", "bytes=-0"])("of the range %s, which it does not have, is refused with its size", async (range) => {
      const answer = await ask({ range });
      expect([answer.status, answer.headers.get("content-range")]).toEqual([416, "bytes */1000"]);
      expect(new TextDecoder().decode(answer.bytes)).toContain("range_not_satisfiable");
    });

    test.each(["bytes=0-1,5-6", "bytes=9-3", "pages=1-2", "bytes=a-b", "bytes=-", ""])("with the range %p is whole", async (range) => {
      expect(await ask({ range })).toMatchObject({ status: 200, bytes });
    });

    test("goes on where it broke off only when it is the same file", async () => {
      expect((await ask({ range: "bytes=1-2", "if-range": `"${sha256(bytes)}"` })).status).toBe(206);
      for (const tag of ['"other"', `W/"${sha256(bytes)}"`, "Sat, 21 Nov 2026 00:00:00 GMT"]) expect((await ask({ range: "bytes=1-2", "if-range": tag })).status).toBe(200);
    });

    test("of what the caller has already is 304 with nothing", async () => {
      const etag = `"${sha256(bytes)}"`;
      for (const tag of [etag, `W/${etag}`, `"a", ${etag}`, "*"]) {
        const answer = await ask({ "if-none-match": tag });
        expect([answer.status, answer.bytes.length, answer.headers.get("etag")]).toEqual([304, 0, etag]);
      }
      expect((await ask({ "if-none-match": '"other"' })).status).toBe(200);
    });
  });

  describe("a hostile name", () => {
    test.each([
      ['a"b\\c.txt', "c.txt"],
      ['qu"ote.txt', 'qu"ote.txt'],
      ["a\r\nSet-Cookie: x=1\r\n\r\n<script>.txt", "aSet-Cookie: x=1<script>.txt"],
      ["../../etc/passwd", "passwd"],
      ["C:\\windows\\system32\\evil.exe", "evil.exe"],
      ["..", "file"],
      ["/", "file"],
      ["photo\u202Egpj.exe", "photogpj.exe"],
      ["nul\u0000.txt", "nul.txt"],
      ["line\u2028break.txt", "linebreak.txt"],
      ["日本語 🎉.png", "日本語 🎉.png"],
      ["👩\u200d💻.txt", "👩\u200d💻.txt"],
      [`${"é".repeat(300)}.tar.gz`, `${"é".repeat(197)}.gz`],
      ["x".repeat(300), "x".repeat(200)],
      ["half \ud800.txt", "half \ufffd.txt"],
    ])("%p is kept as %p and cannot break out of the header", async (sent, kept) => {
      const file = await upload(colony, sent.toWellFormed(), sent.toWellFormed());
      expect(file.name).toBe(kept);
      for (const query of ["", "?inline=1"]) {
        const { headers } = await colony.get(`/api/files/${file.id}/download${query}`);
        const value = headers.get("content-disposition") ?? "";
        expect(value).toMatch(/^(attachment|inline); filename=("([ !#-[\]-~\u00a0-\u00ff]|\\["\\])*"|[\w.-]+)(; filename\*=UTF-8''[\w.!#$&+^`|~%-]+)?$/);
        expect(headers.get("set-cookie")).toBeNull();
      }
    });

    test("in a form is treated alike, with the three letters that browsers escape there", async () => {
      const { body } = await colony.call("POST", "/api/files", { raw: formOf("x", "../a%0D%0Ab: %22c%22\u202E.txt") });
      expect(body.name).toBe('ab: "c".txt');
      expect((await colony.call("POST", "/api/files", { raw: formOf("x", "日本語 🎉.txt") })).body.name).toBe("日本語 🎉.txt");
    });
  });

  describe("what is looked at in place", () => {
    test.each<[string, BodyInit, string, string, string]>([
      ["a picture", PIXEL, "a.png", "image/png", "inline"],
      ["text", "# words", "a.md", "text/plain; charset=utf-8", "inline"],
      ["a program's text", "alert(1)", "a.js", "text/plain; charset=utf-8", "inline"],
      ["PDF", "%PDF-1.7\n", "a.pdf", "application/pdf", "inline"],
      ["HTML", "<html><script>alert(1)</script></html>", "a.html", "application/octet-stream", "attachment"],
      ["HTML that is called a picture", "<html><script>alert(1)</script></html>", "a.png", "application/octet-stream", "attachment"],
      ["SVG", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "a.svg", "application/octet-stream", "attachment"],
      ["bytes", new Uint8Array([0, 1, 2]), "a.png", "application/octet-stream", "attachment"],
      ["a picture that is a page too", new Uint8Array([...Buffer.from("GIF89a/*<html><script>alert(1)</script>*/=1;")]), "a.html", "image/gif", "inline"],
    ])("%s goes as what it is to be seen as", async (_, bytes, name, type, how) => {
      const { id } = await upload(colony, bytes, name);
      const { headers } = await colony.get(`/api/files/${id}/download?inline=1`);
      expect(headers.get("content-type")).toBe(type);
      expect(headers.get("content-disposition")).toStartWith(how);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      if (type !== "application/pdf") expect(headers.get("content-security-policy")).toStartWith("sandbox;");
      const kept = await colony.get(`/api/files/${id}/download`);
      expect(kept.headers.get("content-disposition")).toStartWith("attachment");
      expect(kept.headers.get("content-type")).not.toMatch(/html|svg|xml|script|css/);
    });
  });

  test("bytes that the store has lost are told as missing, and the log says what to do", async () => {
    const { id, sha256: sha } = await upload(colony, "soon gone", "gone.txt");
    place.lose(colony.data, sha);
    expect(outcome(await colony.get(`/api/files/${id}/download`))).toBe("404 not_found");
    expect((await colony.get(`/api/files/${id}`)).status).toBe(200);
    const line = await until(() => colony.output.split("\n").find((text) => text.includes("blob_missing")));
    expect(line).toContain(id);
    expect(line).toContain("colony doctor");
  });
});
