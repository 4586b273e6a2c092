import { createSignal, type JSX } from "solid-js";
import type { Channel } from "../api.ts";
import { Ask } from "../parts/Ask.tsx";
import { createDeed, createKeys } from "../parts/deed.ts";
import { Field } from "../parts/Field.tsx";
import { useColony } from "../store.ts";

/** What is written, as the server takes names: spaces become dashes while one types. */
const asName = (written: string): string =>
  written
    .toLowerCase()
    .replace(/\s+/g, "-")
    .replace(/[^a-z0-9_-]/g, "")
    .replace(/^[_-]+/, "");

export const NewChannel = (props: { onClose: () => void; onMade: (channel: Channel) => void }): JSX.Element => {
  const colony = useColony();
  const keyOf = createKeys();
  const [name, setName] = createSignal("");
  const [description, setDescription] = createSignal("");
  const deed = createDeed(async () => {
    const made = await colony.makeChannel(name(), description(), keyOf([name(), description()]));
    props.onClose();
    props.onMade(made);
  });
  return (
    <Ask title="New channel" words="Everyone signed in can read it and post to it." act="Make channel" ready={name() !== ""} deed={deed} onClose={props.onClose}>
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
    </Ask>
  );
};
