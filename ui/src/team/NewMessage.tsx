import { createSignal, type JSX } from "solid-js";
import type { User } from "../api.ts";
import { Ask } from "../parts/Ask.tsx";
import { createDeed, createKeys } from "../parts/deed.ts";
import { useColony } from "../store.ts";
import { converse } from "./converse.ts";
import { People } from "./People.tsx";

/** People of a conversation beside me, at most; the server holds it too. */
const MOST = 7;

/** Picks whom to write to, and opens the conversation with them. */
export const NewMessage = (props: { onClose: () => void; onGo: (address: string) => void }): JSX.Element => {
  const colony = useColony();
  const keyOf = createKeys();
  const [chosen, setChosen] = createSignal<readonly User[]>([]);
  const deed = createDeed(async () => {
    const ids = chosen().map(({ id }) => id);
    await converse(
      colony,
      ids,
      (address) => {
        props.onClose();
        props.onGo(address);
      },
      keyOf(ids),
    );
  });
  return (
    <Ask title="New message" words="Only those in it can read a conversation." act="Open" ready={chosen().length > 0} deed={deed} onClose={props.onClose}>
      <People label="To" chosen={chosen()} most={MOST} autofocus onChange={setChosen} />
    </Ask>
  );
};
