import { For, type JSX, Show } from "solid-js";
import { capsOf, table } from "../keys.ts";
import { EitherOf, Kbd } from "../parts/Kbd.tsx";
import type { Place } from "../route.ts";

/** While the first of two keys waits: what may follow. Else why a key led nowhere. */
export const PrefixHint = (props: { first: string | null; page: Place["page"]; said: string }): JSX.Element => {
  const follow = () =>
    table.flatMap(({ page, strokes, words }) => {
      if (page !== undefined && page !== props.page) return [];
      const caps = strokes.filter((stroke) => stroke.startsWith(`${props.first} `)).flatMap((stroke) => capsOf(stroke)[1] ?? []);
      return caps.length > 0 ? [{ caps, words }] : [];
    });
  return (
    <div class="pointer-events-none fixed inset-x-0 bottom-20 z-40 flex justify-center px-4">
      <div role="status" class="max-w-full rounded-lg border border-line bg-raised px-3.5 py-2 text-small shadow-float">
        <Show when={props.first} fallback={props.said}>
          {(first) => (
            <div class="flex gap-3">
              <Kbd keys={[first()]} />
              <ul class="grid gap-x-5 gap-y-1 sm:grid-cols-2">
                <For each={follow()}>
                  {({ caps, words }) => (
                    <li class="flex items-center gap-2 text-soft">
                      <EitherOf strokes={caps.map((cap) => [[cap]])} />
                      {words}
                    </li>
                  )}
                </For>
              </ul>
            </div>
          )}
        </Show>
      </div>
    </div>
  );
};
