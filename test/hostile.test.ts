import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { bubblewrap } from "../src/sandbox/bubblewrap.ts";
import { newFolder, until } from "./colony.ts";
import { hostilities, placeIn, token, withToken } from "./hostilities.ts";

hostilities("bubblewrap", (data) => bubblewrap(data, false));

const newData = (): string => {
  const data = join(newFolder(), "data");
  mkdirSync(data, { mode: 0o700 });
  return data;
};

describe("bubblewrap and the end of a server", () => {
  test("what runs ends with a killed server by itself, before another is there", async () => {
    const word = token();
    const server = Bun.spawn([process.execPath, resolve(import.meta.dir, "hostileserver.ts"), "bubblewrap", newData(), `(setsid sleep ${word} &); exec sleep ${word}`]);
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
    expect(withToken(word).length).toBe(3);
    await bubblewrap(others, false).sweep();
    expect(withToken(word)).toEqual([]);
    await Promise.all(outliving.map(({ exited }) => exited));
  });
});
