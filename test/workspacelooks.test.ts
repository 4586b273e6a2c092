import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bootstrap } from "../src/accounts/bootstrap.ts";
import type { Actor } from "../src/accounts/credentials.ts";
import { readConfig } from "../src/config.ts";
import { type Context, openContext } from "../src/context.ts";
import { checkBlobs } from "../src/files/check.ts";
import { sweepBlobs } from "../src/files/sweep.ts";
import { clearUploads } from "../src/files/upload.ts";
import { VERSIONS_PER_FILE, WORKSPACE_DEPTH } from "../src/limits.ts";
import type { Project } from "../src/projects/directory.ts";
import { type Doer, doerOf } from "../src/projects/doer.ts";
import { placeOf } from "../src/projects/place.ts";
import { createProject, deleteProject } from "../src/projects/service.ts";
import { removeOldVersions } from "../src/workspace/retention.ts";
import { deleteFileIn, moveIn, readFileIn, restoreIn, scan, treeOf, usageOf, versionsIn, writeFileIn } from "../src/workspace/service.ts";
import { ADMIN_PASSWORD, newFolder, stopAll } from "./colony.ts";
import { disk, sha256 } from "./files.ts";

const SEED = Number(process.env.COLONY_TEST_SEED ?? Date.now() % 1_000_000);

let ctx: Context;
let actor: Actor;
let doer: Doer;
const data = join(newFolder(), "data");
beforeAll(async () => {
  ctx = openContext(readConfig({ COLONY_DATA: data, COLONY_LOG_LEVEL: "silent", COLONY_ADMIN_PASSWORD: ADMIN_PASSWORD }));
  clearUploads(data);
  await bootstrap(ctx);
  const user = ctx.users.find("admin");
  if (!user) throw new Error("There is no admin");
  actor = { user, credential: { kind: "token", id: "test", user_no: user.no }, via: "api", address: "test", seen: ctx.credentials.changes } as Actor;
  doer = doerOf(actor);
});
afterAll(async () => {
  ctx.close();
  await stopAll();
});

const make = async (name: string): Promise<{ project: Project; root: string }> => {
  const { answer } = await createProject(ctx, actor, { name }, null);
  const project = ctx.projects.find(answer.id) as Project;
  return { project, root: placeOf(ctx, project).workspace };
};
const look = (project: Project) => scan(ctx, project, doer, null);

/** The files that lie on disk, by path. */
const onDisk = (folder: string, above = ""): [path: string, content: Buffer][] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = above + entry.name;
    if (entry.isDirectory()) return onDisk(join(folder, entry.name), `${path}/`);
    return entry.isFile() ? [[path, readFileSync(join(folder, entry.name))]] : [];
  });

test(`whatever people and programs do to files, the newest versions are what lies there, and each version keeps its bytes (seed ${SEED})`, async () => {
  const { project, root } = await make("random");
  let state = SEED;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  const pick = <T>(list: T[]): T => list[Math.floor(random() * list.length)] as T;
  const path = () => pick(["a", "b", "c/d", "c/e", "c/f/g", "f/g", "f"]);
  const bytes = () => Buffer.from(Array.from({ length: Math.floor(random() * 4) }, () => Math.floor(random() * 256)));
  const deeds: (() => Promise<unknown> | unknown)[] = [
    () => writeFileIn(ctx, project, doer, path(), new Uint8Array(bytes()), { executable: pick([true, false, undefined]) }),
    () => deleteFileIn(ctx, project, doer, path(), { recursive: random() < 0.5 }),
    () => moveIn(ctx, project, doer, path(), path()),
    () => restoreIn(ctx, project, doer, path(), 1 + Math.floor(random() * 4)),
    () => {
      const at = join(root, path());
      mkdirSync(dirname(at), { recursive: true });
      writeFileSync(at, bytes());
    },
    () => rmSync(join(root, path()), { recursive: true }),
    () => renameSync(join(root, path()), join(root, path())),
    () => symlinkSync("a", join(root, path())),
  ];
  const kept = new Map<string, { path: string; version: number; sha256: string }>();
  for (let round = 0; round < 60; round++) {
    // What cannot be done is refused, and changes nothing.
    await Promise.all(Array.from({ length: 1 + Math.floor(random() * 4) }, async () => pick(deeds)()).map((deed) => deed.catch(() => {})));
    await look(project);
    const files = (await treeOf(ctx, project)).filter(({ type }) => type === "file");
    expect(new Map(files.map((file) => [file.path, file.sha256]))).toEqual(new Map(onDisk(root).map(([path, content]) => [path, sha256(content)])));
    for (const { path, version, sha256 } of files) {
      expect(version).not.toBeNull();
      const before = kept.get(`${path} ${version}`);
      if (before) expect(sha256).toBe(before.sha256);
      kept.set(`${path} ${version}`, { path, version: version ?? 0, sha256: sha256 ?? "" });
    }
  }
  expect(kept.size).toBeGreaterThan(10);
  await sweepBlobs(ctx);
  expect(await checkBlobs(ctx.db, ctx.blobs)).toMatchObject({ missing: [], wrong: [], strays: 0 });
  for (const { path, version, sha256: known } of kept.values()) {
    const { content, encoding } = await readFileIn(ctx, project, path, version);
    expect(sha256(Buffer.from(content ?? "", encoding === "utf8" ? "utf8" : "base64"))).toBe(known);
  }
  // Numbers go up by one, and nothing is removed that was not there.
  for (const path of new Set([...kept.values()].map((one) => one.path))) {
    const versions = versionsIn(ctx, project, path).toReversed();
    expect(versions.map(({ version }) => version)).toEqual(versions.map((_, at) => at + 1));
    versions.forEach(({ change }, at) => {
      const before = versions[at - 1]?.change;
      expect(change === "added").toBe(before === undefined || before === "removed");
    });
  }
}, 60_000);

test("a program that puts links in the place of folders while the server reads and writes leads it nowhere", async () => {
  const { project, root } = await make("racing");
  const outside = newFolder();
  writeFileSync(join(outside, "f"), "the secret");
  mkdirSync(join(root, "d"));
  writeFileSync(join(root, "d/f"), "harmless");
  const swap = `const fs = require("node:fs"); const [d, e] = ["d", "e"].map((name) => ${JSON.stringify(root)} + "/" + name);
    process.stdout.write("ready"); for (;;) try { fs.renameSync(d, e); fs.symlinkSync(${JSON.stringify(outside)}, d); fs.unlinkSync(d); fs.renameSync(e, d); } catch { try { fs.unlinkSync(d); } catch {} try { fs.renameSync(e, d); } catch {} try { fs.mkdirSync(d); } catch {} }`;
  const program = Bun.spawn([process.execPath, "-e", swap], { stdout: "pipe", stderr: "ignore", env: { ...process.env, BUN_BE_BUN: "1" } });
  await program.stdout.getReader().read();
  const told: string[] = [];
  let [written, refused] = [0, 0];
  for (let round = 0; round < 100; round++) {
    const deeds = [
      writeFileIn(ctx, project, doer, "d/f", `written ${round}`),
      writeFileIn(ctx, project, doer, `d/new/${round}`, "new"),
      readFileIn(ctx, project, "d/f").then(({ content }) => void told.push(content ?? "")),
      deleteFileIn(ctx, project, doer, `d/new/${round - 1}`),
      ...(round % 10 === 0
        ? [look(project), treeOf(ctx, project).then((tree) => void told.push(JSON.stringify(tree))), deleteFileIn(ctx, project, doer, "d/new", { recursive: true })]
        : []),
    ];
    for (const { status } of await Promise.allSettled(deeds)) status === "fulfilled" ? written++ : refused++;
  }
  program.kill("SIGKILL");
  await program.exited;
  expect(readdirSync(outside)).toEqual(["f"]);
  expect(readFileSync(join(outside, "f"), "utf8")).toBe("the secret");
  expect(told.join()).not.toContain("the secret");
  expect(disk().names(data)).not.toContain(sha256("the secret"));
  // Both happened, or nothing was tried.
  expect([written > 50, refused > 5]).toEqual([true, true]);
}, 60_000);

test("five thousand new files are taken up while others have their turns", async () => {
  const { project, root } = await make("many");
  for (const folder of ["lib", "node_modules"])
    for (let n = 0; n < 2_500; n++) {
      if (n % 50 === 0) mkdirSync(join(root, folder, `${n / 50}`), { recursive: true });
      writeFileSync(join(root, folder, `${Math.floor(n / 50)}`, `${n}.js`), `module.exports = ${n % 100};`);
    }
  let turns = 0;
  let over = false;
  const others = (async () => {
    while (!over) {
      await ctx.write(() => turns++);
    }
  })();
  expect(await look(project)).toBe(2_500);
  const first = turns;
  // A second look takes nothing in.
  expect(await look(project)).toBe(0);
  over = true;
  await others;
  expect(first).toBeGreaterThan(200);
  expect((await usageOf(ctx, project)).files).toBe(5_000 + 2 + 100);
}, 60_000);

describe("Folders within each other beyond what is looked into", () => {
  test("are listed to there, and fill the project", async () => {
    const { project, root } = await make("deep");
    mkdirSync(join(root, ...Array(WORKSPACE_DEPTH + 5).fill("d")), { recursive: true });
    const tree = await treeOf(ctx, project);
    expect(tree).toHaveLength(WORKSPACE_DEPTH);
    expect(tree.filter(({ listed }) => !listed)).toHaveLength(1);
    expect((await usageOf(ctx, project)).files).toBeGreaterThan(project.limits.files);
    expect(writeFileIn(ctx, project, doer, "x", "x")).rejects.toMatchObject({ code: "project_full" });
    // And can be taken away as a whole.
    await deleteFileIn(ctx, project, doer, "d", { recursive: true });
    expect(existsSync(join(root, "d"))).toBe(false);
  });
});

describe("Versions", () => {
  test("of a file are kept to a number, the newest ones, and their bytes no longer than they", async () => {
    const { project } = await make("kept");
    for (let n = 1; n <= VERSIONS_PER_FILE + 5; n++) await writeFileIn(ctx, project, doer, "often", `version ${n}`);
    await writeFileIn(ctx, project, doer, "other", "version 1");
    await removeOldVersions(ctx);
    expect(versionsIn(ctx, project, "often").map(({ version }) => version)).toEqual(Array.from({ length: VERSIONS_PER_FILE }, (_, at) => VERSIONS_PER_FILE + 5 - at));
    const names = new Set(disk().names(data));
    // The first one's bytes are another file's too.
    expect([1, 2, 5, 6].map((n) => names.has(sha256(`version ${n}`)))).toEqual([true, false, false, true]);
    expect(readFileIn(ctx, project, "often", 5)).rejects.toMatchObject({ code: "not_found" });
    expect(await writeFileIn(ctx, project, doer, "often", "again")).toMatchObject({ file: { version: VERSIONS_PER_FILE + 6 } });
  });

  test("of a project that is deleted are gone with their bytes", async () => {
    const { project } = await make("going");
    await writeFileIn(ctx, project, doer, "only.txt", "only here");
    await deleteProject(ctx, actor, project.id);
    await removeOldVersions(ctx);
    expect(disk().names(data)).not.toContain(sha256("only here"));
    expect(versionsIn.bind(null, ctx, project, "only.txt")).toThrow();
  });
});
