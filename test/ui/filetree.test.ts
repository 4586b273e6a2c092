import { expect, test } from "bun:test";
import { foldersOf, nodesOf, stepOf } from "../../ui/src/projects/files/tree.ts";
import type { TreeEntry } from "../../ui/src/projects/moments.ts";

const entry = (path: string, type: TreeEntry["type"] = "file"): TreeEntry => ({
  ...{ path, type, size: 1, version: 1, versioned: true, listed: true, sha256: null, executable: false, changed_at: "2026-03-29T16:00:00.000Z", changed_by: null, target: null },
});
const entries = [entry("zeta.py"), entry("src", "directory"), entry("src/plot.py"), entry("src/deep", "directory"), entry("src/deep/a.py"), entry("alpha.md")];
const paths = (open: string[]) => nodesOf(entries, new Set(open)).map(({ path }) => path);

test("A tree has folders first, each in order of its name, and shows what is in those that are open", () => {
  expect(paths([])).toEqual(["src", "alpha.md", "zeta.py"]);
  expect(paths(["src"])).toEqual(["src", "src/deep", "src/plot.py", "alpha.md", "zeta.py"]);
  // A folder that is open within one that is not is not seen.
  expect(paths(["src/deep"])).toEqual(["src", "alpha.md", "zeta.py"]);
  expect(nodesOf(entries, new Set(["src"])).map(({ level, at, of }) => [level, at, of])).toEqual([
    [1, 1, 3],
    [2, 1, 2],
    [2, 2, 2],
    [1, 2, 3],
    [1, 3, 3],
  ]);
});

test("All folders of a path are opened on the way to it", () => {
  expect(foldersOf("src/deep/a.py")).toEqual(["src", "src/deep"]);
  expect(foldersOf("alpha.md")).toEqual([]);
});

test("Arrows open, close and go through a tree as screen readers expect, and a letter goes to the next name", () => {
  const closed = nodesOf(entries, new Set());
  const open = nodesOf(entries, new Set(["src"]));
  expect(stepOf(closed, "src", "ArrowRight")).toEqual({ open: "src" });
  expect(stepOf(open, "src", "ArrowRight")).toEqual({ to: "src/deep" });
  expect(stepOf(open, "src/plot.py", "ArrowLeft")).toEqual({ to: "src" });
  expect(stepOf(open, "src", "ArrowLeft")).toEqual({ close: "src" });
  expect(stepOf(open, "src/plot.py", "ArrowRight")).toBeNull();
  expect(stepOf(open, "src/plot.py", "ArrowDown")).toEqual({ to: "alpha.md" });
  expect(stepOf(open, "zeta.py", "ArrowDown")).toBeNull();
  expect(stepOf(open, "zeta.py", "Home")).toEqual({ to: "src" });
  expect(stepOf(open, "src", "z")).toEqual({ to: "zeta.py" });
  expect(stepOf(open, "src", "ArrowUp")).toBeNull();
});
