import Search from "lucide-solid/icons/search";
import { createEffect, createMemo, createSignal, createUniqueId, For, type JSX, on, onMount, Show } from "solid-js";
import type { User } from "../api.ts";
import { combobox } from "../parts/combobox.ts";
import { Dialog } from "../parts/Dialog.tsx";
import type { Overlay } from "../Reach.tsx";
import type { Route } from "../route.ts";
import { searchAddress } from "../search/words.ts";
import { useColony } from "../store.ts";
import { Option } from "./Option.tsx";
import { channelTargets, commandTargets, groupTargets, personTargets, projectTargets, saidTargets } from "./sources.ts";
import { listed, type Target, withSearch } from "./targets.ts";

type Props = {
  route: Route;
  /** The channels one was in, newest first. */
  visits: () => readonly string[];
  onClose: () => void;
  onOverlay: (overlay: Overlay) => void;
  say: (words: string) => void;
};

/** Rows that PageUp and PageDown go. */
const PAGE = 8;

/** Goes anywhere and does anything by a few letters. */
export const Switcher = (props: Props): JSX.Element => {
  const colony = useColony();
  const id = createUniqueId();
  const ways = { colony, route: props.route, onOverlay: props.onOverlay, say: props.say };
  const [query, setQuery] = createSignal("");
  const [users, setUsers] = createSignal<readonly User[]>([]);
  const [active, setActive] = createSignal(0);
  const current = createMemo(() => colony.channel(props.route.place().channel ?? ""));
  const recent = createMemo(() => props.visits().filter((visited) => visited !== current()?.id));
  const targets = createMemo(() => {
    const at = current() ?? colony.channel(props.visits()[0] ?? "");
    return [
      ...channelTargets(colony.channels(), ways),
      ...projectTargets(colony.channels(), current(), ways),
      ...personTargets(users(), ways),
      ...groupTargets(colony.channels(), ways),
      ...saidTargets(users(), at, ways),
      ...commandTargets(current(), ways),
    ];
  });
  const found = createMemo(() => listed(query(), targets(), recent()));
  const groups = createMemo(() => withSearch(found(), query(), (words) => props.route.go(searchAddress(words))));
  const rows = createMemo(() => groups().flatMap(({ found }) => found));
  const at = () => Math.min(active(), rows().length - 1);
  const optionId = (target: Target) => `${id}-${target.id}`;
  let input: HTMLInputElement | undefined;
  let list: HTMLDivElement | undefined;

  onMount(async () => {
    input?.focus();
    setUsers(await colony.users().catch(() => []));
  });
  createEffect(on(query, () => list?.scrollTo(0, 0), { defer: true }));

  const choose = (target: Target | undefined) => {
    if (!target) return;
    // First the dialog goes and lets go of the focus, which what was chosen may take.
    props.onClose();
    target.go();
  };

  const to = (index: number) => {
    setActive(index);
    list?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const count = rows().length;
    if (event.key === "Enter") choose(rows()[at()]?.target);
    else if (event.key === "k" && (event.ctrlKey || event.metaKey)) props.onClose();
    else if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || count === 0) return;
    else if (event.key === "ArrowDown") to((at() + 1) % count);
    else if (event.key === "ArrowUp") to((at() - 1 + count) % count);
    else if (event.key === "Home") to(0);
    else if (event.key === "End") to(count - 1);
    else if (event.key === "PageDown") to(Math.min(count - 1, at() + PAGE));
    else if (event.key === "PageUp") to(Math.max(0, at() - PAGE));
    else return;
    event.preventDefault();
  };

  return (
    <Dialog label="Go to" side="top" onClose={props.onClose}>
      <div class="flex h-13 shrink-0 items-center gap-3 border-line border-b px-4">
        <Search size={17} aria-hidden="true" class="shrink-0 text-faint" />
        <input
          ref={input}
          {...combobox}
          role="combobox"
          aria-label="Go to"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={rows()[at()] && optionId(rows()[at()]?.target as Target)}
          enterkeyhint="go"
          placeholder="A channel, a project, a person, or what to do"
          class="h-full min-w-0 grow bg-transparent text-title outline-none placeholder:text-faint"
          value={query()}
          onInput={(event) => {
            setQuery(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div ref={list} id={id} role="listbox" aria-label="Places and commands" class="min-h-0 grow overflow-y-auto overscroll-contain scroll-py-2 p-2">
        <For each={groups()}>
          {(group) => (
            // biome-ignore lint/a11y/useSemanticElements: a fieldset has no place in a listbox
            <div role="group" aria-label={group.name || "Found"}>
              <Show when={group.name}>
                <div aria-hidden="true" class="px-2.5 pt-2 pb-1 font-medium text-meta text-soft">
                  {group.name}
                </div>
              </Show>
              <For each={group.found}>
                {(found) => (
                  <Option
                    id={optionId(found.target)}
                    found={found}
                    active={rows()[at()] === found}
                    onPoint={() => setActive(rows().indexOf(found))}
                    onChoose={() => choose(found.target)}
                  />
                )}
              </For>
            </div>
          )}
        </For>
      </div>
      <Show when={found().length === 0}>
        <p role="status" class="px-5 pt-1 pb-6 text-center text-soft">
          Nothing here is called “{query().trim()}”.
        </p>
      </Show>
      <p aria-hidden="true" class="flex shrink-0 gap-4 border-line border-t px-4 py-2 text-faint text-meta pointer-coarse:hidden">
        <span># channels</span>
        <span>@ people</span>
        <span>&gt; commands</span>
        <span class="grow text-right">↑ ↓ and Enter</span>
      </p>
    </Dialog>
  );
};
