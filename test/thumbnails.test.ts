import { beforeAll, describe, expect, test } from "bun:test";
import { Colony, outcome } from "./colony.ts";
import { PIXEL, type Place, places, upload } from "./files.ts";

describe.each(places)("%s", (_, placeOf) => {
  let place: Place;
  let colony: Colony;
  let other: string;
  beforeAll(async () => {
    place = placeOf();
    colony = await Colony.start(place.env);
    other = await colony.user("other");
  });

  /** A picture of a colour in a form, as wide and high as said. */
  const picture = (form: "png" | "jpeg" | "webp", width = 900, height = 600): Promise<Uint8Array<ArrayBuffer>> =>
    new Bun.Image(PIXEL).resize(width, height)[form]().bytes() as Promise<Uint8Array<ArrayBuffer>>;

  const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

  const small = async (id: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${colony.url}/api/files/${id}/thumbnail`, { headers: { authorization: `Bearer ${colony.admin}`, ...headers } });
    return { status: answer.status, headers: answer.headers, bytes: await answer.bytes() };
  };

  describe("a picture's thumbnail", () => {
    test.each(["png", "jpeg", "webp"] as const)("of %s fits 640 pixels, keeps its shape, and is WebP whatever it was", async (form) => {
      const file = await upload(colony, await picture(form), `wide.${form}`);
      expect([file.mime, file.width, file.height]).toEqual([`image/${form}`, 900, 600]);
      const { status, headers, bytes } = await small(file.id);
      expect([status, headers.get("content-type"), headers.get("x-content-type-options")]).toEqual([200, "image/webp", "nosniff"]);
      expect(headers.get("content-security-policy")).toBe("sandbox; default-src 'none'");
      expect(await new Bun.Image(bytes).metadata()).toEqual({ width: 640, height: 427, format: "webp" });
    });

    test("of a picture that is small, or moves, is no larger than it", async () => {
      const { id } = await upload(colony, GIF, "dot.gif");
      expect(await new Bun.Image((await small(id)).bytes).metadata()).toMatchObject({ width: 1, height: 1 });
    });

    test("is made once, known again by its tag, and goes with the file", async () => {
      const file = await upload(colony, await picture("png", 700, 100), "once.png");
      const [first, second] = await Promise.all([small(file.id), small(file.id)]);
      expect(first.bytes).toEqual(second.bytes);
      const kept = () =>
        place
          .names(colony.data)
          .filter((name) => name.startsWith(file.sha256))
          .toSorted();
      expect(kept()).toEqual([file.sha256, `${file.sha256}.thumb`]);
      expect((await small(file.id, { "if-none-match": first.headers.get("etag") ?? "" })).status).toBe(304);
      await colony.call("DELETE", `/api/files/${file.id}`);
      expect(kept()).toEqual([]);
    });

    test("is seen by whoever sees the file, and by nobody else", async () => {
      const { id } = await upload(colony, await picture("png", 20, 20), "mine.png");
      expect(outcome(await colony.get(`/api/files/${id}/thumbnail`, { token: other }))).toBe("404 not_found");
      await colony.say("general", "look", { attachments: [id] });
      expect((await colony.get(`/api/files/${id}/thumbnail`, { token: other })).status).toBe(200);
    });
  });

  describe("what has no thumbnail", () => {
    /** A PNG that says it has a thousand million pixels, and one whose pixels are not there. */
    const bomb = (width: number): Uint8Array<ArrayBuffer> => {
      const bytes = PIXEL.slice();
      new DataView(bytes.buffer).setUint32(16, width);
      new DataView(bytes.buffer).setUint32(20, width);
      return bytes;
    };
    test.each<[string, BodyInit, string]>([
      ["text", "words", "a.txt"],
      ["SVG", "<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg"],
      ["a picture that is cut off", PIXEL.slice(0, 40), "cut.png"],
      ["a picture of more pixels than memory bears", bomb(30_000), "bomb.png"],
      ["a picture that lies about its pixels", bomb(5_000), "lie.png"],
      ["PDF", "%PDF-1.7", "a.pdf"],
    ])("%s is told so, and the server goes on", async (_, bytes, name) => {
      const { id } = await upload(colony, bytes, name);
      const answer = await colony.get(`/api/files/${id}/thumbnail`);
      expect(outcome(answer)).toBe("404 not_found");
      expect(answer.body.error.message).toContain("no thumbnail");
      expect((await colony.get("/readyz")).status).toBe(200);
    });
  });
});
