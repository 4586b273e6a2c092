import { createEffect, createSignal, For, type JSX, on, onCleanup, Show, Suspense } from "solid-js";
import type { KnowledgeHit, KnowledgePage } from "../api.ts";
import { asFailure } from "../model.ts";
import { Fault } from "../parts/Fault.tsx";
import { late } from "../parts/late.ts";
import { piecesOf } from "../search/words.ts";
import { Rows } from "../settings/Section.tsx";
import { useColony } from "../store.ts";

const SourceDialog = late(async () => (await import("../agents/SourceDialog.tsx")).SourceDialog);

/** Milliseconds after the last letter until the server is asked. */
const REST = 200;
/** Sections asked for: the first few answer, or another question is better. */
const LIMIT = 10;

/** Looks for sections of the documents, in plain language, as an agent would. */
export const DocumentSearch = (): JSX.Element => {
  const colony = useColony();
  const [query, setQuery] = createSignal("");
  const [found, setFound] = createSignal<KnowledgePage | null>(null);
  const [failed, setFailed] = createSignal<string | null>(null);
  const [opened, setOpened] = createSignal<KnowledgeHit | null>(null);
  let latest = 0;

  createEffect(
    on(query, (words) => {
      const mine = ++latest;
      if (words.trim() === "") {
        setFound(null);
        setFailed(null);
        return;
      }
      const timer = setTimeout(async () => {
        try {
          const page = await colony.ask((api) => api.knowledge(words.trim(), LIMIT));
          if (mine !== latest) return;
          setFound(page);
          setFailed(null);
        } catch (error) {
          if (mine === latest) setFailed(asFailure(error).message);
        }
      }, REST);
      onCleanup(() => clearTimeout(timer));
    }),
  );

  return (
    <search class="flex flex-col gap-3">
      <input
        type="search"
        aria-label="Search the documents"
        placeholder="How long is parental leave?"
        class="h-10 w-full max-w-lg rounded-md border border-edge bg-ground px-3 placeholder:text-faint"
        value={query()}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      <Fault words={failed() && `The documents could not be searched: ${failed()}`} />
      <p role="status" class="sr-only">
        {found() ? `${found()?.hits.length} sections found` : ""}
      </p>
      <Show when={found()}>
        {(page) => (
          <Show when={page().hits.length > 0} fallback={<p class="text-small text-soft">No section holds these words.</p>}>
            <Rows label="Sections found">
              <For each={page().hits}>{(hit) => <Hit hit={hit} onOpen={() => setOpened(hit)} />}</For>
            </Rows>
          </Show>
        )}
      </Show>
      <Show when={opened()}>
        {(hit) => (
          <Suspense>
            <SourceDialog source={hit()} onClose={() => setOpened(null)} />
          </Suspense>
        )}
      </Show>
    </search>
  );
};

const Hit = (props: { hit: KnowledgeHit; onOpen: () => void }): JSX.Element => (
  <li class="px-3 py-2.5 sm:px-4">
    <p class="flex flex-wrap items-baseline gap-x-2">
      <button type="button" class="min-h-6 rounded text-left font-medium underline underline-offset-2" onClick={() => props.onOpen()}>
        {props.hit.heading.replaceAll(" > ", " › ") || props.hit.file}
      </button>
      <span class="font-mono text-faint text-meta [overflow-wrap:anywhere]">
        {props.hit.file}
        <Show when={props.hit.page}>{(page) => `, page ${page()}`}</Show>
      </span>
    </p>
    <p dir="auto" class="line-clamp-2 text-small text-soft [overflow-wrap:anywhere]">
      <For each={piecesOf(props.hit.snippet)}>
        {({ text, found }) => (
          <Show when={found} fallback={text}>
            <mark class="rounded-[3px] bg-accent/35 text-ink">{text}</mark>
          </Show>
        )}
      </For>
    </p>
  </li>
);
