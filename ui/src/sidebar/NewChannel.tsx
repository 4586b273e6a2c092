import { createSignal, For, type JSX, Show } from "solid-js";
import type { Channel, User } from "../api.ts";
import { Ask } from "../parts/Ask.tsx";
import { createDeed, createKeys } from "../parts/deed.ts";
import { Field } from "../parts/Field.tsx";
import { useColony } from "../store.ts";
import { People } from "../team/People.tsx";

/** What is written, as the server takes names: spaces become dashes while one types. */
const asName = (written: string): string =>
  written
    .toLowerCase()
    .replace(/\s+/g, "-")
    .replace(/[^a-z0-9_-]/g, "")
    .replace(/^[_-]+/, "");

const kinds = [
  ["public", "Public", "everyone signed in reads it and posts to it"],
  ["private", "Private", "only those who are in it know of it"],
] as const;

export const NewChannel = (props: { onClose: () => void; onMade: (channel: Channel) => void }): JSX.Element => {
  const colony = useColony();
  const keyOf = createKeys();
  const [name, setName] = createSignal("");
  const [description, setDescription] = createSignal("");
  const [visibility, setVisibility] = createSignal<"public" | "private">("public");
  const [people, setPeople] = createSignal<readonly User[]>([]);
  const deed = createDeed(async () => {
    const members = visibility() === "private" ? { members: people().map(({ id }) => id) } : {};
    const body = { name: name(), description: description(), visibility: visibility(), ...members };
    const made = await colony.made((api) => api.makeChannel(body, keyOf(body)));
    props.onClose();
    props.onMade(made);
  });
  return (
    <Ask title="New channel" act="Make channel" ready={name() !== ""} deed={deed} onClose={props.onClose}>
      <Field
        label="Name"
        required
        autofocus
        autocomplete="off"
        autocapitalize="none"
        maxlength={80}
        placeholder="training"
        value={name()}
        onInput={(event) => {
          setName(asName(event.currentTarget.value));
          event.currentTarget.value = name();
        }}
      />
      <Field label="What it is for (optional)" autocomplete="off" maxlength={2000} value={description()} onInput={(event) => setDescription(event.currentTarget.value)} />
      <fieldset class="flex flex-col gap-0.5">
        <legend class="mb-1 font-medium text-small text-soft">Who sees it</legend>
        <For each={kinds}>
          {([kind, label, words]) => (
            <label class="flex min-h-8 items-baseline gap-2.5 rounded-md px-1 py-1 hover:bg-hover pointer-coarse:min-h-11">
              <input
                type="radio"
                name="visibility"
                class="size-4 shrink-0 translate-y-0.5 accent-(--accent-ink)"
                checked={visibility() === kind}
                onChange={() => setVisibility(kind)}
              />
              <span>
                {label} <span class="text-small text-soft">{words}</span>
              </span>
            </label>
          )}
        </For>
      </fieldset>
      <Show when={visibility() === "private"}>
        <People label="People and agents (optional)" members chosen={people()} without={[colony.me()?.id ?? ""]} onChange={setPeople} />
      </Show>
    </Ask>
  );
};
