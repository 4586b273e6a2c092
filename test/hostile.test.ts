import { describe, expect, test } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { bubblewrap } from "../src/sandbox/bubblewrap.ts";
import { newFolder, until } from "./colony.ts";
import { hostilities, placeIn, serverOf, token, withToken } from "./hostilities.ts";

hostilities("bubblewrap", (data) => bubblewrap(data, false));

const newData = (): string => {
  const data = join(newFolder(), "data");
  mkdirSync(data, { mode: 0o700 });
  return data;
};

describe("bubblewrap and the end of a server", () => {
  test("what runs ends with a killed server by itself, before another is there", async () => {
    const word = token();
    const server = Bun.spawn([process.execPath, serverOf(import.meta), "bubblewrap", newData(), `(setsid sleep ${word} &); exec sleep ${word}`]);
    await until(() => withToken(word).length === 2 || undefined);
    server.kill("SIGKILL");
    await until(() => withToken(word).length === 0 || undefined);
  });

  test("what outlived a server all the same is swept by the next one with that data folder, and by no other", async () => {
    const [ours, others] = [newData(), newData()];
    const word = token();
    // As a run that rid itself of what ends it with its server would be: it still sees its workspace.
    const outliving = [ours, others].map((data) => {
      const system = ["--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"];
      return Bun.spawn(["bwrap", "--die-with-parent", "--unshare-user", "--unshare-pid", ...system, "--bind", placeIn(data, "left").workspace, "/workspace", "sleep", word], {
        env: {},
      });
    });
    await until(() => withToken(word).length === 6 || undefined);
    await bubblewrap(ours, false).sweep();
    // What waits outside of each ends a moment after what was inside.
    await until(() => withToken(word).length === 3 || undefined);
    await bubblewrap(others, false).sweep();
    await until(() => withToken(word).length === 0 || undefined);
    await Promise.all(outliving.map(({ exited }) => exited));
  });
});

// The usual server is no root and has no control groups of its own. What runs this again as such a user has no need to do so once more.
if (process.getuid?.() === 0) {
  test("all of it holds of a server that is an ordinary user without control groups", async () => {
    const folder = newFolder();
    const own = join(folder, "own");
    mkdirSync(own);
    for (const path of [folder, own]) chmodSync(path, 0o777);
    // The user may read neither this repository nor the bun that runs it.
    const { success } = await Bun.build({ entrypoints: [import.meta.path, serverOf(import.meta)], outdir: folder, target: "bun" });
    expect(success).toBe(true);
    copyFileSync(process.execPath, join(folder, "bun"));
    chmodSync(join(folder, "bun"), 0o755);
    const user = ["setpriv", "--reuid", "64321", "--regid", "64321", "--clear-groups"];
    const child = Bun.spawn([...user, join(folder, "bun"), "test", "--timeout", "30000", join(folder, "hostile.test.js")], {
      cwd: own,
      env: { PATH: process.env.PATH ?? "", HOME: own, TMPDIR: own },
      stdout: "pipe",
      stderr: "pipe",
    });
    const [said, errors, code] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
    if (code !== 0) console.error(said, errors);
    expect({ code, passed: Number(/(\d+) pass/.exec(errors)?.[1]) > 10 }).toEqual({ code: 0, passed: true });
    // Each of those tests has a limit of its own.
  }, 120_000);
}
