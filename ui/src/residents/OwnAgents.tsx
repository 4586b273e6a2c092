import { For, type JSX, Show } from "solid-js";
import type { Agents } from "../api.ts";
import { Snippet } from "../parts/Snippet.tsx";
import { EXAMPLE } from "./words.ts";

/** For admins: what keeps agents' files from being used, by file and line. */
export const Problems = (props: { problems: Agents["problems"] }): JSX.Element => (
  <Show when={props.problems.length > 0}>
    <div role="alert" class="rounded-lg border border-line border-l-3 border-l-error bg-error-wash px-4 py-3">
      <p class="font-semibold text-small">Not in use until mended. Where such a file was right before, the agent stays as it was.</p>
      <ul aria-label="Problems of agents' files" class="mt-1 flex flex-col gap-1">
        <For each={props.problems}>
          {(problem) => (
            <li class="text-small [overflow-wrap:anywhere]">
              <span class="font-mono">
                {problem.file}:{problem.line}
              </span>{" "}
              {problem.message}
            </li>
          )}
        </For>
      </ul>
    </div>
  </Show>
);

/** For admins: how an agent is written. */
export const OwnAgents = (): JSX.Element => (
  <section aria-label="Agents of your own" class="flex flex-col gap-4">
    <div>
      <h2 class="font-semibold text-title">Agents of your own</h2>
      <p class="mt-0.5 max-w-(--prose) text-small text-soft">
        A markdown file in <code class="font-mono">agents/</code> of the data folder is an agent, taken up the moment it is saved. One with the username of an agent above takes its
        place.
      </p>
    </div>
    <details>
      <summary class="inline-flex min-h-6 items-center rounded font-medium text-small text-soft underline underline-offset-2 hover:text-ink pointer-coarse:min-h-11">
        How such a file is written
      </summary>
      <div class="mt-2 flex flex-col gap-2">
        <Snippet
          label={
            <>
              <code class="font-mono">agents/release-notes.md</code>: only <code class="font-mono">username</code> must be there; <code class="font-mono">model</code>,{" "}
              <code class="font-mono">fallback_model</code> and <code class="font-mono">max_tokens</code> may be.
            </>
          }
          copy="Copy the example"
          text={EXAMPLE}
        />
      </div>
    </details>
  </section>
);
