import { createEffect, createSignal, type JSX, on, onCleanup, onMount, Show } from "solid-js";
import { miss } from "../../parts/late.ts";
import type { OpenedEditor } from "./codemirror.ts";

type Props = {
  path: string;
  text: string;
  readOnly?: boolean;
  /** The line that is gone to; null for none. */
  line: number | null;
  onChange: (text: string) => void;
  onSave: () => void;
};

/** A text to be changed. What it needs is fetched with the first that is opened. */
export const Editor = (props: Props): JSX.Element => {
  const [editor, setEditor] = createSignal<OpenedEditor>();
  let parent: HTMLDivElement | undefined;
  let isGone = false;
  onMount(async () => {
    try {
      const { openEditor } = await import("./codemirror.ts");
      if (isGone || !parent) return;
      const { path, text, readOnly = false } = props;
      const made = await openEditor(parent, { path, text, readOnly, onChange: (now) => props.onChange(now), onSave: () => props.onSave() });
      if (isGone) made.close();
      else setEditor(made);
    } catch {
      miss();
    }
  });
  onCleanup(() => {
    isGone = true;
    editor()?.close();
  });
  createEffect(on([editor, () => props.text], ([now, text]) => now?.put(text)));
  createEffect(on([editor, () => props.line], ([now, line]) => line !== null && now?.toLine(line)));
  return (
    <>
      <Show when={!editor()}>
        <p role="status" class="px-5 py-3 text-faint text-small">
          Loading the editor…
        </p>
      </Show>
      <div ref={parent} class="min-h-0 grow overflow-hidden" />
    </>
  );
};

type Compared = { path: string; before: string; after: string; names: [string, string] };

/** Two texts of a file, with what differs marked. */
export const Diff = (props: Compared): JSX.Element => {
  let parent: HTMLDivElement | undefined;
  createEffect(() => {
    const { path, before, after, names } = props;
    let close: (() => void) | undefined;
    let isGone = false;
    import("./codemirror.ts")
      .then(async ({ openDiff }) => {
        if (isGone || !parent) return;
        close = await openDiff(parent, { path, before, after, names });
        if (isGone) close();
      })
      .catch(miss);
    onCleanup(() => {
      isGone = true;
      close?.();
      parent?.replaceChildren();
    });
  });
  return <div ref={parent} class="min-h-0 grow overflow-auto" />;
};
