import { createEffect, createMemo, createSignal, For, type JSX, Match, on, onMount, Show, Switch } from "solid-js";
import { createKeys } from "../keys.ts";
import { Button } from "../parts/Button.tsx";
import { Nothing } from "../parts/Nothing.tsx";
import { PageHeader } from "../parts/PageHeader.tsx";
import { addressOf, type Route } from "../route.ts";
import { HitRow } from "./HitRow.tsx";
import { Narrow } from "./Narrow.tsx";
import { Operators } from "./Operators.tsx";
import { createResults } from "./results.ts";
import { SearchBox } from "./SearchBox.tsx";
import { type Asked, askedOf, searchAddress } from "./words.ts";

/** Everything that was said and one may read, by words and operators. The address holds the search, so that it can be kept and sent. */
export const SearchPage = (props: { route: Route; onMenu: (() => void) | undefined }): JSX.Element => {
  const asked = createMemo<Asked>(
    (before) => {
      // Leaving the page changes the address before the page is gone.
      return props.route.place().page === "search" ? askedOf(location.search) : before;
    },
    askedOf(location.search),
    { equals: (one, other) => one.q === other.q && one.sort === other.sort },
  );
  const results = createResults(asked);
  const [selected, setSelected] = createSignal<string | null>(null);
  const ids = createMemo(() => results.hits().map(({ message }) => message.id));
  /** The one that keys act on, and that Tab comes to. */
  const stop = createMemo(() => (ids().includes(selected() ?? "") ? selected() : (ids()[0] ?? null)));
  let box: HTMLInputElement | undefined;
  let list: HTMLOListElement | undefined;
  let scroller: HTMLDivElement | undefined;

  // Who comes with a search goes on with what it finds; who comes without begins to write.
  onMount(() => (asked().q === "" ? box?.focus() : scroller?.focus()));
  createEffect(on(asked, () => scroller?.scrollTo(0, 0), { defer: true }));

  const hasFocus = () => list?.contains(document.activeElement) === true;
  const step = (by: 1 | -1) => {
    const at = hasFocus() ? ids().indexOf(stop() ?? "") + by : 0;
    if (at < 0) box?.focus();
    const id = ids()[at];
    if (id !== undefined) list?.querySelector<HTMLElement>(`[data-row="${id}"]`)?.focus();
  };

  const search = (q: string, settled = true) => {
    if (q === asked().q && results.failure() === null) return;
    props.route.go(searchAddress(q, asked().sort), !settled || asked().q === "");
    if (q === asked().q && results.failure()) results.again();
  };

  /** Begins to write an operator at the end of what stands in the box, which offers its values. */
  const begin = (operator: string) => {
    if (!box) return;
    box.focus();
    box.value = `${box.value.trim()} ${operator}`.trimStart();
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  };

  createKeys(() => "search", {
    next: () => step(1),
    previous: () => step(-1),
    open: () => {
      const hit = results.hits().find(({ message }) => message.id === stop());
      if (hit) props.route.go(addressOf(hit.channel, hit.message.id));
    },
  });

  const told = () => {
    if (results.busy() || results.answered() === null) return "";
    const count = results.hits().length;
    return count === 0 ? "Nothing found" : `${count}${results.hasMore() ? " or more" : ""} found`;
  };

  return (
    <main class="flex h-full min-w-0 grow flex-col">
      <h1 class="sr-only">Search</h1>
      <PageHeader onMenu={props.onMenu}>
        <SearchBox q={asked().q} onSearch={search} onDown={() => step(1)} ref={(element) => (box = element)} />
      </PageHeader>
      <Narrow asked={asked()} onSearch={search} onSort={(sort) => props.route.go(searchAddress(asked().q, sort), true)} />
      <p role="status" class="sr-only">
        {told()}
      </p>
      <Show when={results.indexing()}>
        <p role="status" class="border-line border-b bg-sunken px-4 py-1.5 text-small sm:px-5">
          The index is being built: of what was said long ago, some is not found yet.
        </p>
      </Show>
      <div ref={scroller} tabindex="-1" aria-busy={results.busy()} class="min-h-0 grow overflow-y-auto overscroll-contain pb-[max(1rem,env(safe-area-inset-bottom))] outline-none">
        <Switch>
          <Match when={results.failure()}>
            {(why) => (
              <Show when={why().status === 422} fallback={<Nothing title="The search did not get through" words={why().message} action="Try again" onAction={results.again} />}>
                <p role="alert" class="mx-auto max-w-(--column) px-4 py-4 text-error sm:px-5">
                  {why().message}
                </p>
                <Operators onTake={begin} />
              </Show>
            )}
          </Match>
          <Match when={asked().q === ""}>
            <Operators onTake={begin} />
          </Match>
          <Match when={results.answered() === null}>
            <p role="status" class="px-4 py-6 text-soft sm:px-5">
              Searching…
            </p>
          </Match>
          <Match when={results.hits().length === 0}>
            <Nothing
              title="Nothing is found"
              words="Every word must stand in a message. Try fewer of them, the beginning of one with a star (deploy*), or take out what narrows the search."
            />
          </Match>
        </Switch>
        <Show when={results.failure() === null}>
          <ol ref={list} aria-label="Found" class="mx-auto max-w-(--column) transition-opacity" classList={{ "opacity-60": results.busy() && results.answered() !== asked().q }}>
            <For each={results.hits()}>
              {(hit) => (
                <li>
                  <HitRow hit={hit} stop={stop() === hit.message.id} onSelect={() => setSelected(hit.message.id)} />
                </li>
              )}
            </For>
          </ol>
          <Show when={results.hasMore()}>
            <p class="mx-auto max-w-(--column) px-4 py-4 sm:px-5">
              <Button disabled={results.busy()} onClick={results.more}>
                Show more
              </Button>
            </p>
          </Show>
        </Show>
      </div>
    </main>
  );
};
