import { For, type JSX, Show } from "solid-js";
import type { Hit } from "../api.ts";
import { inks } from "../composer/looks.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { laneOf } from "../parts/lane.ts";
import { When } from "../parts/When.tsx";
import { addressOf } from "../route.ts";
import { useColony } from "../store.ts";
import { labelsOf } from "../timeline/shapes.ts";
import { piecesOf } from "./words.ts";

type Props = {
  hit: Hit;
  /** The one that keys act on. */
  stop: boolean;
  onSelect: () => void;
};

/** A message that was found: who said it where and when, and the place in it. It leads to where it stands. */
export const HitRow = (props: Props): JSX.Element => {
  const colony = useColony();
  const said = () => props.hit.message;
  const by = () => said().user;
  const labels = () => labelsOf(said().metadata);
  const lane = () => (by().role === "agent" && labels().session ? laneOf(labels().session ?? "") : undefined);
  const place = () => `${props.hit.channel.name === null ? "with " : ""}${colony.titleOf(props.hit.channel)}`;
  const machine = () => said().type === "code" || said().type === "error";
  return (
    <article
      data-row={said().id}
      aria-label={`${by().display_name} in ${place()}`}
      tabindex={props.stop ? 0 : -1}
      class="relative flex gap-3 border-line border-b px-4 py-2.5 transition-colors hover:bg-hover/60 focus-visible:-outline-offset-2 sm:px-5"
      classList={{ "bg-hover/60": props.stop }}
      onFocusIn={() => props.onSelect()}
    >
      <Show when={lane()}>{(colour) => <span aria-hidden="true" class="absolute inset-y-0 left-0 w-[3px]" style={{ background: colour() }} />}</Show>
      <div class="w-8.5 shrink-0 pt-0.5">
        <Avatar name={by().display_name} role={by().role} model={labels().model ?? by().username} lane={lane()} />
      </div>
      <div class="min-w-0 grow">
        <p class="flex flex-wrap items-baseline gap-x-2 text-small text-soft">
          <bdi class="truncate font-semibold text-body text-ink">{by().display_name}</bdi>
          <span class="truncate">{place()}</span>
          <Show when={said().type !== "text"}>
            <span class={`font-medium ${inks[said().type]}`}>{said().type}</span>
          </Show>
          <span class="ml-auto shrink-0 font-mono text-faint text-meta">
            <When at={said().created_at} />
          </span>
        </p>
        <a
          href={addressOf(props.hit.channel, said().id)}
          tabindex="-1"
          dir="auto"
          class="mt-0.5 line-clamp-3 max-w-(--prose) [overflow-wrap:anywhere] hover:underline"
          classList={{ "font-mono text-small": machine() }}
        >
          <For
            each={piecesOf(props.hit.snippet)}
            fallback={
              said()
                .attachments.map(({ name }) => name)
                .join(", ") || "…"
            }
          >
            {({ text, found }) => (
              <Show when={found} fallback={text}>
                <mark class="rounded-[3px] bg-accent/35 text-ink">{text}</mark>
              </Show>
            )}
          </For>
        </a>
      </div>
    </article>
  );
};
