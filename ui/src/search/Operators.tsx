import { For, type JSX, Show } from "solid-js";
import { Kbd } from "../parts/Kbd.tsx";
import { operators } from "./words.ts";

/** How one searches. `onTake`: an operator was chosen to be written on. */
export const Operators = (props: { onTake: (operator: string) => void }): JSX.Element => (
  <section aria-labelledby="how-to-search" class="mx-auto max-w-2xl px-4 py-8 sm:px-5">
    <h2 id="how-to-search" class="font-semibold text-title">
      Search what was said
    </h2>
    <p class="mt-1 text-soft">All words must stand in a message; the last one may be its beginning. Case and accents make no difference, and names of files are found too.</p>
    <dl class="mt-5 grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-5 gap-y-1.5">
      <For each={operators}>
        {({ name, example, words }) => (
          <>
            <dt>
              <Show when={name} fallback={<code class="px-1.5 font-mono text-small">{example}</code>}>
                {(operator) => (
                  <button
                    type="button"
                    class="rounded-md border border-line bg-raised px-1.5 py-0.5 font-mono text-small transition-colors hover:border-edge hover:bg-hover pointer-coarse:min-h-11"
                    onClick={() => props.onTake(operator())}
                  >
                    {example}
                  </button>
                )}
              </Show>
            </dt>
            <dd class="text-soft">{words}</dd>
          </>
        )}
      </For>
    </dl>
    <p class="mt-6 text-faint text-small pointer-coarse:hidden">
      <Kbd keys={["/"]} /> comes here from anywhere; <Kbd keys={["j"]} /> and <Kbd keys={["k"]} /> go through what is found, <Kbd keys={["Enter"]} /> opens it.
    </p>
  </section>
);
