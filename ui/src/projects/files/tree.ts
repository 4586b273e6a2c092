import type { TreeEntry } from "../moments.ts";

/** A row of the tree as it is drawn. `level` counts from 1; `at` and `of`: its place among its folder's. */
export type Node = { path: string; name: string; type: TreeEntry["type"]; level: number; at: number; of: number; isOpen: boolean; entry: TreeEntry | null };

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** All folders that a path lies in, the outermost first. */
export const foldersOf = (path: string): string[] => {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
};

const isFolder = ({ type }: { type: TreeEntry["type"] }): boolean => type === "directory";

/** The rows of what lies in a workspace, folders first, each in order of its name; what is in a folder stands under it while it is open. */
export const nodesOf = (entries: readonly TreeEntry[], open: ReadonlySet<string>): Node[] => {
  const inside = new Map<string, TreeEntry[]>();
  for (const entry of entries) {
    const folder = folderOf(entry.path);
    inside.set(folder, [...(inside.get(folder) ?? []), entry]);
  }
  const rows: Node[] = [];
  const walk = (folder: string, level: number) => {
    const here = (inside.get(folder) ?? []).toSorted((a, b) => Number(isFolder(b)) - Number(isFolder(a)) || (nameOf(a.path) < nameOf(b.path) ? -1 : 1));
    for (const [at, entry] of here.entries()) {
      const isOpen = isFolder(entry) && open.has(entry.path);
      rows.push({ path: entry.path, name: nameOf(entry.path), type: entry.type, level, at: at + 1, of: here.length, isOpen, entry });
      if (isOpen) walk(entry.path, level + 1);
    }
  };
  walk("", 1);
  return rows;
};

export type Step = { to: string } | { open: string } | { close: string } | null;

/** What a key does at a row of a tree, as the WAI-ARIA pattern has it: arrows go, open and close; a letter goes to the next name that begins with it. */
export const stepOf = (nodes: readonly Node[], at: string, key: string): Step => {
  const index = nodes.findIndex(({ path }) => path === at);
  const node = nodes[index];
  if (!node) return nodes[0] ? { to: nodes[0].path } : null;
  const to = (target: Node | undefined): Step => (target ? { to: target.path } : null);
  switch (key) {
    case "ArrowDown":
      return to(nodes[index + 1]);
    case "ArrowUp":
      return to(nodes[index - 1]);
    case "Home":
      return to(nodes[0]);
    case "End":
      return to(nodes.at(-1));
    case "ArrowRight":
      if (!isFolder(node)) return null;
      return node.isOpen ? to(nodes[index + 1]?.level === node.level + 1 ? nodes[index + 1] : undefined) : { open: at };
    case "ArrowLeft":
      if (isFolder(node) && node.isOpen) return { close: at };
      return to(nodes.find(({ path }) => path === folderOf(at)));
  }
  if (key.length !== 1 || key === " ") return null;
  const letter = key.toLowerCase();
  return to([...nodes.slice(index + 1), ...nodes.slice(0, index)].find(({ name }) => name.toLowerCase().startsWith(letter)));
};
