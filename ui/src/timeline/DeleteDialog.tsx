import type { JSX } from "solid-js";
import type { Message } from "../api.ts";
import { Ask } from "../parts/Ask.tsx";
import { createDeed } from "../parts/deed.ts";
import { useColony } from "../store.ts";
import { gist } from "./gist.ts";

export const DeleteDialog = (props: { message: Message; onClose: () => void; onDeleted?: () => void }): JSX.Element => {
  const colony = useColony();
  const deed = createDeed(async () => {
    await colony.remove(props.message);
    props.onDeleted?.();
    props.onClose();
  });
  return (
    <Ask title="Delete this message?" act="Delete" danger deed={deed} onClose={props.onClose}>
      <p class="border-line border-l-3 pl-3 text-small text-soft [overflow-wrap:anywhere]">{gist(props.message)}</p>
      <p class="text-small text-soft">Its words are gone for everyone. Its place stays, so that replies still have something to point at.</p>
    </Ask>
  );
};
