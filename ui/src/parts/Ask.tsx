import { type JSX, Show } from "solid-js";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import type { Deed } from "./deed.ts";
import { Fault } from "./Fault.tsx";

type Props = {
  title: string;
  /** What it does, before it is done. */
  words?: JSX.Element;
  /** What the button that does it is called. */
  act: string;
  danger?: boolean;
  /** There is something to be done. */
  ready?: boolean;
  deed: Deed;
  onClose: () => void;
  children?: JSX.Element;
};

/** A dialog that asks before something is done, or for what it needs: fields, a way back, the deed, and why it did not work. */
export const Ask = (props: Props): JSX.Element => {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (props.ready !== false) props.deed.run();
  };
  return (
    <Dialog label={props.title} onClose={props.onClose}>
      <h2 class="font-semibold text-title">{props.title}</h2>
      <Show when={props.words}>
        <div class="mt-1 text-small text-soft">{props.words}</div>
      </Show>
      <form class="mt-4 flex flex-col gap-3" onSubmit={submit}>
        {props.children}
        <Fault words={props.deed.failed()} />
        <div class="mt-1 flex justify-end gap-2">
          <Button onClick={() => props.onClose()}>Cancel</Button>
          <Button kind={props.danger ? "danger" : "main"} type="submit" disabled={props.ready === false || props.deed.busy()}>
            {props.act}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
