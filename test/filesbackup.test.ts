import { describe, expect, test } from "bun:test";
import { existsSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Colony, command, newFolder } from "./colony.ts";
import { PIXEL, pathOf, places, sha256, underWay, upload } from "./files.ts";
import { Bucket } from "./s3.ts";

describe("a backup of a Colony with files on disk", () => {
  test("taken while files come and go restores every file that its database knows, and nothing is left of the taking", async () => {
    const colony = await Colony.start();
    const large = new Uint8Array(3_000_000).map((_, n) => n % 249);
    const kept = [
      await upload(colony, "plain", "plain.txt"),
      await upload(colony, "plain", "again.txt"),
      await upload(colony, PIXEL, "pixel.png"),
      await upload(colony, large, "large"),
    ];
    await colony.get(`/api/files/${kept[2].id}/thumbnail`);
    let busy = true;
    const churning = (async () => {
      for (let n = 0; busy; n++) {
        const { id } = await upload(colony, `comes and goes ${n}`, "churn");
        await colony.call("DELETE", `/api/files/${id}`);
      }
    })();
    const file = join(newFolder(), "colony.backup");
    const backup = await command(["backup", file, "--data", colony.data]);
    busy = false;
    await churning;
    expect(backup).toMatchObject({ code: 0, err: "" });
    expect(underWay(colony)).toEqual([]);

    const folder = join(newFolder(), "restored");
    expect(await command(["restore", file, "--data", folder])).toMatchObject({ code: 0, err: "" });
    const doctor = await command(["doctor", "--data", folder]);
    expect([doctor.code, doctor.out]).toEqual([0, expect.stringMatching(/^ok +files +\d+ files, \d+ contents, 3 MiB in /m)]);
    const copy = await Colony.start({}, folder);
    for (const { id, sha256: sha, name } of kept) {
      const answer = await fetch(`${copy.url}/api/files/${id}/download`, { headers: { authorization: `Bearer ${colony.admin}` } });
      expect([name, sha256(await answer.bytes())]).toEqual([name, sha]);
    }
    expect((await copy.get(`/api/files/${kept[2].id}/thumbnail`)).status).toBe(200);
  });

  test("in which a file's bytes are not what they were restores nothing", async () => {
    const folder = newFolder();
    const content = `files/${sha256("right")}`;
    await Bun.write(join(folder, "wrong"), Bun.zstdCompressSync(await new Bun.Archive({ "colony.db": "x", "secret.key": "x", [content]: "wrong" }).bytes()));
    const data = join(folder, "data");
    const { code, err } = await command(["restore", join(folder, "wrong"), "--data", data]);
    expect([code, err]).toEqual([1, expect.stringContaining("damaged")]);
    expect(existsSync(join(data, "colony.db"))).toBe(false);
    expect(existsSync(join(data, "files"))).toBe(false);
  });
});

test("a backup of a Colony with files in a bucket says that it does not hold them, and restores beside the bucket", async () => {
  const bucket = new Bucket();
  const colony = await Colony.start(bucket.settings);
  const { id } = await upload(colony, "in the bucket", "a.txt");
  const file = join(newFolder(), "colony.backup");
  const { code, out } = await command(["backup", file, "--data", colony.data], bucket.settings);
  expect([code, out]).toEqual([0, expect.stringContaining("s3://attic")]);
  // Without the server's settings nobody knows of a bucket: what is not there is told.
  const blind = await command(["backup", join(newFolder(), "blind"), "--data", colony.data]);
  expect(blind.err).toContain("It lacks the bytes of 1 files");
  const folder = join(newFolder(), "restored");
  await command(["restore", file, "--data", folder], bucket.settings);
  const copy = await Colony.start(bucket.settings, folder);
  expect((await copy.get(`/api/files/${id}/download`)).text).toBe("in the bucket");
});

describe("doctor", () => {
  test.each(places)("with files %s finds them whole, and names one whose bytes are gone, with what to do", async (_, placeOf) => {
    const place = placeOf();
    const colony = await Colony.start(place.env);
    const { id, sha256: sha } = await upload(colony, "lost", "lost plan.txt");
    await upload(colony, "kept", "kept.txt");
    const look = () => command(["doctor", "--data", colony.data], place.env);
    const whole = await look();
    expect([whole.code, whole.out]).toEqual([0, expect.stringMatching(/^ok +files +2 files, 2 contents, 1 MiB in /m)]);
    place.lose(colony.data, sha);
    const { code, out } = await look();
    expect(code).toBe(1);
    expect(out).toMatch(/^fail +files +The bytes of one file are missing, e\.g\. of "lost plan\.txt"/m);
    for (const part of [id, sha, "backup"]) expect(out).toContain(part);
  });

  test("finds bytes that were cut, and those that no file has", async () => {
    const colony = await Colony.start();
    const { sha256: sha } = await upload(colony, "whole", "a.txt");
    const path = join(colony.data, "files", pathOf(sha));
    writeFileSync(join(path, "..", `${sha.slice(0, 4)}${"0".repeat(60)}`), "stray");
    expect((await command(["doctor", "--data", colony.data])).out).toMatch(/^ok +files .*; 1 blobs that no file has, which the server sweeps$/m);
    truncateSync(path, 2);
    const { code, out } = await command(["doctor", "--data", colony.data]);
    expect([code, out]).toEqual([1, expect.stringMatching(/^fail +files +The bytes of one file are of another length/m)]);
  });

  test("tells of a bucket that cannot be used, without its secret, and makes nothing where nothing is", async () => {
    const bucket = new Bucket();
    const colony = await Colony.start(bucket.settings);
    bucket.fails = () => true;
    const { code, out } = await command(["doctor", "--data", colony.data], bucket.settings);
    expect([code, out]).toEqual([1, expect.stringMatching(/^fail +files +s3:\/\/attic\/colony\/files\/ cannot be read .*COLONY_S3_/m)]);
    expect(out).not.toContain(Bucket.SECRET);
    const data = join(newFolder(), "none");
    await command(["doctor", "--data", data]);
    expect(existsSync(data)).toBe(false);
  });
});

test("a bucket is told with its keys, or the start is refused by name", async () => {
  for (const missing of ["COLONY_S3_ACCESS_KEY", "COLONY_S3_SECRET_KEY"]) {
    const { [missing]: _, ...env } = new Bucket().settings;
    const { code, err } = await command(["serve", "--data", newFolder(), "--port", "0"], env);
    expect([code, err]).toEqual([2, expect.stringContaining(missing)]);
  }
});
