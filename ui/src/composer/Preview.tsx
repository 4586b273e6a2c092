import X from "lucide-solid/icons/x";
import { createMemo, type JSX, Show } from "solid-js";
import { IconButton } from "../parts/Button.tsx";
import { useColony } from "../store.ts";
import { Body } from "../timeline/Body.tsx";
import { finished } from "./typing.ts";
import type { Writing } from "./writing.ts";

/** What is being written as it will stand in the channel. */
export const Preview = (props: { writing: Writing; onClose: () => void }): JSX.Element => {
  const colony = useColony();
  const content = () => finished(props.writing.text(), props.writing.type());
  // The server decides who is called; these are all that it could mean.
  const reader = createMemo(() => ({ mentions: [...colony.people().map(({ username }) => username), "here", "channel"], me: colony.me()?.username }));
  return (
    <section aria-label="Preview" class="mb-2 max-h-[40dvh] overflow-y-auto rounded-lg border border-line border-dashed px-3 pt-1 pb-2">
      <div class="flex items-center justify-between font-medium text-faint text-meta">
        Preview
        <IconButton label="Close the preview" class="size-6! pointer-coarse:size-11!" onClick={() => props.onClose()}>
          <X size={14} aria-hidden="true" />
        </IconButton>
      </div>
      <Show when={!props.writing.blank()} fallback={<p class="text-faint text-small">Nothing is written yet.</p>}>
        <Body id="preview" type={props.writing.type()} content={content()} metadata={null} reader={reader()} />
      </Show>
    </section>
  );
};
