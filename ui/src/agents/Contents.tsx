import { createEffect, createMemo, For, type JSX, on, Show } from "solid-js";
import type { KnowledgeContents } from "../api.ts";
import { linesOf } from "./contents.ts";

/** Steps to the right that headings within each other are drawn at. */
const DEEPEST = 4;

/** What a document holds, section by section. `heading`: of the one that is read. */
export const Contents = (props: { contents: KnowledgeContents; heading: string; onGo: (heading: string) => void }): JSX.Element => {
  const lines = createMemo(() => linesOf(props.contents.sections));
  let list: HTMLUListElement | undefined;
  createEffect(
    on(
      () => props.heading,
      () => list?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" }),
    ),
  );
  return (
    <nav aria-label="Sections of the document">
      <ul ref={list} class="flex flex-col text-small">
        <For each={lines()}>
          {(line) => (
            <li style={{ "padding-left": `${Math.min(line.depth, DEEPEST) * 0.75}rem` }}>
              <Show
                when={line.heading !== null}
                fallback={
                  <p dir="auto" class="truncate px-2 py-1 text-faint">
                    {line.label}
                  </p>
                }
              >
                <button
                  type="button"
                  dir="auto"
                  aria-current={line.heading === props.heading ? "true" : undefined}
                  class="min-h-7 w-full rounded-md px-2 py-0.5 text-left text-soft [overflow-wrap:anywhere] hover:bg-hover hover:text-ink aria-[current]:bg-accent-wash aria-[current]:font-medium aria-[current]:text-accent-ink pointer-coarse:min-h-11"
                  onClick={() => props.onGo(line.heading ?? "")}
                >
                  {line.label}
                </button>
              </Show>
            </li>
          )}
        </For>
      </ul>
      <Show when={props.contents.has_more}>
        <p class="px-2 py-1 text-faint text-meta">It has more sections: search the documents for what you look for.</p>
      </Show>
    </nav>
  );
};
