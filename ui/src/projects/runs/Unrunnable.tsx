import { type JSX, Show } from "solid-js";
import { useColony } from "../../store.ts";
import type { SandboxStatus } from "../moments.ts";

/** In the place of the box, where nothing can be run: why, and to an admin how to mend it. */
export const Unrunnable = (props: { status: SandboxStatus }): JSX.Element => {
  const colony = useColony();
  return (
    <div role="status" class="shrink-0 border-line border-t bg-error-wash px-5 py-3 pb-[calc(0.75rem+env(safe-area-inset-bottom))] text-small">
      <p class="font-semibold">Nothing can be run here</p>
      <p class="mt-0.5 max-w-(--prose) text-soft">{props.status.health.problem ?? "No sandbox works on this server."} Files, schedules and the talk work without.</p>
      <Show when={colony.me()?.admin} fallback={<p class="mt-1 text-soft">An admin can mend it.</p>}>
        <p class="mt-1 max-w-(--prose)">
          {props.status.health.hint} <span class="font-mono text-meta">colony doctor</span> says more.
        </p>
      </Show>
    </div>
  );
};
