import { createSignal, For, type JSX } from "solid-js";
import type { Status } from "../api.ts";
import { Ask } from "../parts/Ask.tsx";
import { createDeed } from "../parts/deed.ts";
import { Field } from "../parts/Field.tsx";
import { useColony } from "../store.ts";

const states: [Status["state"], string][] = [
  ["idle", "Idle: free for something"],
  ["working", "Working"],
  ["waiting", "Waiting for something"],
  ["blocked", "Blocked: I need help"],
];

const MINUTE = 60_000;

/** How long it holds, in words and minutes; null until it is taken back. */
const lives: [string, number | null][] = [
  ["Until I change it", null],
  ["For half an hour", 30],
  ["For an hour", 60],
  ["For four hours", 240],
  ["For a day", 24 * 60],
];

/** Says what I am at, to everyone. */
export const StatusDialog = (props: { onClose: () => void }): JSX.Element => {
  const colony = useColony();
  const before = colony.team()?.presence.status(colony.me()?.id ?? "");
  const [state, setState] = createSignal<Status["state"]>(before?.state ?? "working");
  const [text, setText] = createSignal(before?.text ?? "");
  const [minutes, setMinutes] = createSignal<number | null>(null);
  const deed = createDeed(async () => {
    const life = minutes();
    const words = text().trim();
    const until = life === null ? {} : { until: new Date(Date.now() + life * MINUTE).toISOString() };
    await colony.ask((api) => api.setStatus({ state: state(), ...(words !== "" && { text: words }), ...until }));
    props.onClose();
  });
  return (
    <Ask title="Your status" words="Everyone sees it beside your name." act="Set" deed={deed} onClose={props.onClose}>
      <fieldset class="flex flex-col gap-0.5">
        <legend class="mb-1 font-medium text-small text-soft">You are</legend>
        <For each={states}>
          {([value, words]) => (
            <label class="flex h-8 items-center gap-2.5 rounded-md px-1 hover:bg-hover pointer-coarse:h-11">
              <input
                type="radio"
                name="state"
                data-first={value === state() ? "" : undefined}
                class="size-4 accent-(--accent-ink)"
                checked={value === state()}
                onChange={() => setState(value)}
              />
              {words}
            </label>
          )}
        </For>
      </fieldset>
      <Field label="At what (optional)" autocomplete="off" maxlength={200} placeholder="training run 7" value={text()} onInput={(event) => setText(event.currentTarget.value)} />
      <label class="flex flex-col gap-1 font-medium text-small text-soft">
        It holds
        <select
          class="h-10 rounded-md border border-edge bg-ground px-2.5 font-normal text-body text-ink"
          onChange={(event) => setMinutes(lives[event.currentTarget.selectedIndex]?.[1] ?? null)}
        >
          <For each={lives}>{([words, life]) => <option selected={life === minutes()}>{words}</option>}</For>
        </select>
      </label>
    </Ask>
  );
};
