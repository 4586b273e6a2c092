import { createEffect, For, type JSX, Match, on, Show, Switch } from "solid-js";
import { Avatar } from "../parts/Avatar.tsx";
import { useColony } from "../store.ts";
import { inks } from "./looks.ts";
import { IN_SIGHT, type Suggestion } from "./suggest.ts";
import { optionId, type Suggestions } from "./suggestions.ts";

/** What can be completed, over the box. The focus stays in the box, which says which one is active. */
export const SuggestionList = (props: { id: string; suggestions: Suggestions }): JSX.Element => {
  let list: HTMLDivElement | undefined;
  createEffect(on(props.suggestions.active, (at) => list?.children[at]?.scrollIntoView({ block: "nearest" })));
  return (
    <>
      <Show when={props.suggestions.isOpen()}>
        <div class="absolute inset-x-0 bottom-full z-30 mb-1 max-w-[34rem] overflow-clip rounded-lg border border-line bg-raised text-small shadow-float">
          <div ref={list} id={props.id} role="listbox" aria-label="Suggestions" class="max-h-[min(17.5rem,40dvh)] overflow-y-auto overscroll-contain p-1">
            <For each={props.suggestions.items()}>
              {(item, at) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are pressed in the box, which keeps the focus
                // biome-ignore lint/a11y/useFocusableInteractive: as above
                <div
                  id={optionId(props.id, at())}
                  role="option"
                  aria-selected={props.suggestions.active() === at()}
                  class="flex cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-1 pointer-coarse:min-h-11"
                  classList={{ "bg-hover": props.suggestions.active() === at(), "hover:bg-hover/60": props.suggestions.active() !== at() }}
                  onPointerDown={(event) => event.preventDefault()}
                  onClick={() => props.suggestions.take(at())}
                >
                  <Face item={item} />
                </div>
              )}
            </For>
          </div>
          <Show when={props.suggestions.items().length > IN_SIGHT}>
            <p aria-hidden="true" class="border-line border-t px-3 py-1 text-faint text-meta">
              {props.suggestions.items().length} names: scroll, or write the first letters
            </p>
          </Show>
        </div>
      </Show>
      <p role="status" class="sr-only">
        {props.suggestions.isOpen() ? `${props.suggestions.items().length} suggestions. Arrow keys choose, Enter or Tab takes, Escape closes.` : ""}
      </p>
    </>
  );
};

const Face = (props: { item: Suggestion }): JSX.Element => {
  const colony = useColony();
  const person = () => (props.item.kind === "person" ? props.item.person : null);
  const all = () => (props.item.kind === "all" ? props.item : null);
  const type = () => (props.item.kind === "type" ? props.item : null);
  return (
    <Switch>
      <Match when={person()}>
        {(one) => (
          <>
            <Avatar name={one().display_name} role={one().role} model={colony.team()?.modelOf(one()) ?? one().username} small />
            <span dir="auto" class="max-w-[45%] shrink-0 truncate font-medium">
              {one().display_name}
            </span>
            <span class="max-w-[40%] shrink-0 truncate text-faint">@{one().username}</span>
            <Show when={colony.team()?.residents.of(one().id)}>
              {(resident) => (
                <span dir="auto" class="min-w-0 grow truncate text-right text-faint text-meta max-sm:hidden">
                  {resident().ready ? resident().description : "no model yet"}
                </span>
              )}
            </Show>
          </>
        )}
      </Match>
      <Match when={all()}>
        {(one) => (
          <>
            <span aria-hidden="true" class="w-6 text-center font-semibold text-accent-ink">
              @
            </span>
            <span class="font-medium">@{one().name}</span>
            <span class="min-w-0 grow truncate text-faint">{one().words}</span>
          </>
        )}
      </Match>
      <Match when={type()}>
        {(one) => (
          <>
            <span class={`w-14 shrink-0 font-semibold ${inks[one().type]}`}>/{one().type}</span>
            <span class="min-w-0 grow truncate text-soft">{one().words}</span>
          </>
        )}
      </Match>
    </Switch>
  );
};
