import ChevronDown from "lucide-solid/icons/chevron-down";
import ChevronRight from "lucide-solid/icons/chevron-right";
import FileIcon from "lucide-solid/icons/file";
import Folder from "lucide-solid/icons/folder";
import LinkIcon from "lucide-solid/icons/link-2";
import { createMemo, createSignal, For, type JSX, Match, Show, Switch } from "solid-js";
import { unsavedOf } from "./drafts.ts";
import { type Node, stepOf } from "./tree.ts";

type Props = {
  project_id: string;
  nodes: readonly Node[];
  /** The path of what is open. */
  current: string | null;
  onOpen: (path: string) => void;
  onFolder: (path: string, isOpen: boolean) => void;
};

/** What lies in a workspace, as a tree: arrows go about in it, Enter opens. */
export const Tree = (props: Props): JSX.Element => {
  const [at, setAt] = createSignal<string | null>(null);
  const byPath = createMemo(() => new Map(props.nodes.map((node) => [node.path, node])));
  const stop = createMemo(() => [at(), props.current].find((path) => path !== null && byPath().has(path)) ?? props.nodes[0]?.path);
  let list: HTMLDivElement | undefined;

  const open = (node: Node) => {
    setAt(node.path);
    if (node.type === "directory") props.onFolder(node.path, !node.isOpen);
    else if (node.type === "file") props.onOpen(node.path);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const path = stop();
    const node = byPath().get(path ?? "");
    if (!node) return;
    if (event.key === "Enter" || event.key === " ") open(node);
    else {
      const step = stepOf(props.nodes, node.path, event.key);
      if (!step) return;
      if ("open" in step) props.onFolder(step.open, true);
      else if ("close" in step) props.onFolder(step.close, false);
      else {
        setAt(step.to);
        list?.querySelector<HTMLElement>(`[data-path="${CSS.escape(step.to)}"]`)?.focus();
      }
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div ref={list} role="tree" aria-label="Files" class="py-1" onKeyDown={onKeyDown}>
      <For each={props.nodes.map(({ path }) => path)}>
        {(path) => (
          <Show when={byPath().get(path)}>
            {(node) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
              // biome-ignore lint/a11y/useFocusableInteractive: one of them is Tab's stop
              <div
                role="treeitem"
                data-path={path}
                tabindex={stop() === path ? 0 : -1}
                aria-level={node().level}
                aria-posinset={node().at}
                aria-setsize={node().of}
                aria-expanded={node().type === "directory" ? node().isOpen : undefined}
                aria-selected={props.current === path}
                class="flex min-h-7 cursor-pointer items-center gap-1.5 rounded-md pr-2 text-small [content-visibility:auto] [contain-intrinsic-size:auto_1.75rem] hover:bg-hover focus-visible:-outline-offset-2 pointer-coarse:min-h-11"
                classList={{ "bg-hover font-medium": props.current === path, "text-faint": node().entry?.versioned === false }}
                style={{ "padding-left": `${(node().level - 1) * 0.9 + 0.4}rem` }}
                onClick={() => open(node())}
                onFocus={() => setAt(path)}
              >
                <span aria-hidden="true" class="flex w-4 shrink-0 justify-center text-faint">
                  <Switch fallback={<FileIcon size={14} />}>
                    <Match when={node().type === "directory"}>{node().isOpen ? <ChevronDown size={14} /> : <ChevronRight size={14} />}</Match>
                    <Match when={node().type === "link"}>
                      <LinkIcon size={14} />
                    </Match>
                  </Switch>
                </span>
                <Show when={node().type === "directory"}>
                  <Folder size={14} aria-hidden="true" class="shrink-0 text-faint" />
                </Show>
                <span class="min-w-0 truncate">{node().name}</span>
                <Show when={node().entry?.target}>{(target) => <span class="min-w-0 truncate text-faint text-meta">→ {target()}</span>}</Show>
                <Show when={unsavedOf(props.project_id, path)}>
                  <span class="ml-auto size-2 shrink-0 rounded-full bg-accent-ink" role="img" aria-label="not saved" />
                </Show>
              </div>
            )}
          </Show>
        )}
      </For>
    </div>
  );
};
