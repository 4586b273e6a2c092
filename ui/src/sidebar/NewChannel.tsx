import { createSignal, type JSX, Show } from "solid-js";
import type { Channel } from "../api.ts";
import { Button } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
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
  const key = crypto.randomUUID();
  const [name, setName] = createSignal("");
  const [description, setDescription] = createSignal("");
  const [failed, setFailed] = createSignal<string | null>(null);
  const [busy, setBusy] = createSignal(false);
  const make = async (event: SubmitEvent) => {
    event.preventDefault();
    if (name() === "" || busy()) return;
    setBusy(true);
    try {
      // The key is of this name: another one is another channel.
      const made = await colony.makeChannel(name(), description(), `${key}-${name()}-${description().length}`);
      props.onClose();
      props.onMade(made);
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog label="New channel" onClose={props.onClose}>
      <h2 class="font-semibold text-title">New channel</h2>
      <p class="mt-1 text-small text-soft">Everyone signed in can read it and post to it.</p>
      <form class="mt-4 flex flex-col gap-3" onSubmit={make}>
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
        <Show when={failed()}>
          {(why) => (
            <p role="alert" class="text-error text-small">
              {why()}
            </p>
          )}
        </Show>
        <div class="mt-1 flex justify-end gap-2">
          <Button onClick={() => props.onClose()}>Cancel</Button>
          <Button kind="main" type="submit" disabled={name() === "" || busy()}>
            Make channel
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
