import { type JSX, onMount } from "solid-js";

type Props = { label: string; onClose: () => void; children: JSX.Element; side?: "left" | "right" };

const places = {
  middle: "m-auto w-[min(26rem,calc(100vw-2rem))] rounded-xl border border-line p-5",
  left: "mr-auto h-dvh max-h-none w-[min(18rem,85vw)] border-r border-line",
  right: "ml-auto h-dvh max-h-none w-[min(22rem,90vw)] border-l border-line",
};

/** A dialog over the page, in its middle or slid over from a side. The browser keeps the focus in it; Escape and a click beside it close it. */
export const Modal = (props: Props): JSX.Element => {
  let dialog: HTMLDialogElement | undefined;
  onMount(() => dialog?.showModal());
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the key for it, and the dialog's own
    <dialog
      ref={dialog}
      aria-label={props.label}
      class={`bg-raised shadow-float ${places[props.side ?? "middle"]}`}
      onClose={() => props.onClose()}
      onClick={(event) => event.target === dialog && dialog.close()}
    >
      {props.children}
    </dialog>
  );
};
