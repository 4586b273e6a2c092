import Play from "lucide-solid/icons/play";
import Square from "lucide-solid/icons/square";
import { createMemo, type JSX, Match, Show, Switch } from "solid-js";
import { createDeed } from "../../parts/deed.ts";
import { say } from "../../parts/Said.tsx";
import { useColony } from "../../store.ts";
import { projectsApi } from "../api.ts";
import type { Desk } from "../desk.ts";
import { figureWords, sandboxWords } from "./words.ts";

/** How the sandbox stands, what it takes, and a way to start or stop it. */
export const Sandbox = (props: { desk: Desk }): JSX.Element => {
  const colony = useColony();
  const status = createMemo(() => props.desk.sandbox());
  const isUp = () => ["running", "starting"].includes(status()?.state ?? "");
  const set = createDeed(async () => {
    try {
      await colony.ask(() => projectsApi.setSandbox(props.desk.id, isUp() ? "stop" : "start"));
    } catch (error) {
      say(`That did not work: ${error instanceof Error ? error.message : error}`);
    }
    await props.desk.lookAtSandbox();
  });
  return (
    <Show when={status()}>
      {(now) => (
        <div class="flex h-9 min-w-0 items-center gap-1.5 text-small text-soft">
          <span
            aria-hidden="true"
            class="size-2 shrink-0"
            classList={{
              "rounded-full bg-result": now().state === "running",
              "rounded-full border border-plan motion-safe:animate-pulse": now().state === "starting" || now().state === "stopping",
              "rounded-full border border-edge": now().state === "stopped",
              "rotate-45 bg-error": now().state === "unavailable",
            }}
          />
          <span role="status" class="truncate max-sm:sr-only" data-tip={figureWords(now())}>
            <span class="sr-only">Sandbox: </span>
            {sandboxWords(now())}
          </span>
          <Show when={now().state !== "unavailable"}>
            <button
              type="button"
              disabled={set.busy() || now().state === "stopping"}
              class="inline-flex h-7 shrink-0 items-center justify-center gap-1.5 rounded-md px-2 font-medium text-ink transition-colors hover:bg-hover disabled:text-faint pointer-coarse:h-11 pointer-coarse:min-w-11"
              onClick={set.run}
            >
              <Switch>
                <Match when={isUp()}>
                  <Square size={12} aria-hidden="true" fill="currentColor" />
                  <span class="max-sm:sr-only">Stop</span>
                </Match>
                <Match when={true}>
                  <Play size={12} aria-hidden="true" fill="currentColor" />
                  <span class="max-sm:sr-only">Start</span>
                </Match>
              </Switch>
            </button>
          </Show>
        </div>
      )}
    </Show>
  );
};
