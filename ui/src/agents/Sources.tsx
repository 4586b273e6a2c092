import { For, type JSX } from "solid-js";
import type { Source } from "../api.ts";
import { sourceWords } from "./words.ts";
import "./answers.css";

/** The sections of documents that an answer cites, each to be read. */
export const Sources = (props: { sources: readonly Source[]; onShow: (source: Source) => void }): JSX.Element => (
  <ul aria-label="Sources" class="mt-2.5 flex max-w-(--prose) flex-col items-start">
    <For each={props.sources}>
      {(source) => (
        <li class="max-w-full">
          <button
            type="button"
            class="flex min-h-6 max-w-full items-baseline gap-2 rounded text-left text-small text-soft hover:text-ink hover:underline"
            data-tip={source.heading.includes(" > ") ? source.heading.replaceAll(" > ", " › ") : undefined}
            onClick={() => props.onShow(source)}
          >
            <span class="cites shrink-0">{source.n}</span>
            <bdi class="min-w-0 [overflow-wrap:anywhere]">{sourceWords(source)}</bdi>
          </button>
        </li>
      )}
    </For>
  </ul>
);
