import { createSignal, type JSX, Show } from "solid-js";
import type { Message } from "../api.ts";
import { Button } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { useColony } from "../store.ts";
import { gist } from "./gist.ts";

export const DeleteDialog = (props: { message: Message; onClose: () => void; onDeleted?: () => void }): JSX.Element => {
  const colony = useColony();
  const [failed, setFailed] = createSignal<string | null>(null);
  const remove = async () => {
    try {
      await colony.remove(props.message);
      props.onDeleted?.();
      props.onClose();
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Dialog label="Delete message" onClose={props.onClose}>
      <h2 class="font-semibold text-title">Delete this message?</h2>
      <p class="mt-2 border-line border-l-3 pl-3 text-small text-soft [overflow-wrap:anywhere]">{gist(props.message)}</p>
      <p class="mt-2 text-small text-soft">Its words are gone for everyone. Its place stays, so that replies still have something to point at.</p>
      <Show when={failed()}>
        {(why) => (
          <p role="alert" class="mt-2 text-error text-small">
            {why()}
          </p>
        )}
      </Show>
      <div class="mt-4 flex justify-end gap-2">
        <Button onClick={() => props.onClose()}>Cancel</Button>
        <Button kind="danger" onClick={remove}>
          Delete
        </Button>
      </div>
    </Dialog>
  );
};
