import CornerDownLeft from "lucide-solid/icons/corner-down-left";
import Square from "lucide-solid/icons/square";
import { createMemo, createSignal, createUniqueId, For, type JSX, Show } from "solid-js";
import { Button, IconButton } from "../../parts/Button.tsx";
import { createDeed, createKeys } from "../../parts/deed.ts";
import { Fault } from "../../parts/Fault.tsx";
import { useColony } from "../../store.ts";
import { type NewRun, projectsApi } from "../api.ts";
import type { Desk } from "../desk.ts";
import type { Project, Run } from "../moments.ts";
import { commandsOf } from "./commands.ts";
import { StateMark } from "./StateMark.tsx";
import { Unrunnable } from "./Unrunnable.tsx";

type Props = { project: Project; desk: Desk; onRun?: () => void };
type Way = "run" | "background" | "build";

const ways: readonly [Way, string][] = [
  ["run", "one at a time"],
  ["background", "in the background"],
  ["build", "as a build"],
];

/** Where a command is written to be run, over what runs and waits now. The arrow keys go through the commands before. */
export const RunBox = (props: Props): JSX.Element => (
  <Show when={props.desk.sandbox()?.state === "unavailable" ? props.desk.sandbox() : null} fallback={<Box {...props} />}>
    {(status) => <Unrunnable status={status()} />}
  </Show>
);

const Box = (props: Props): JSX.Element => {
  const colony = useColony();
  const keyOf = createKeys();
  const id = createUniqueId();
  const [command, setCommand] = createSignal("");
  const [way, setWay] = createSignal<Way>("run");
  const [keep, setKeep] = createSignal("dist/**");
  const [back, setBack] = createSignal(-1);
  const commands = createMemo(() => commandsOf(props.desk.runs.list(), colony.me()?.id ?? ""));
  let begun = "";
  let box: HTMLTextAreaElement | undefined;
  let asked = 0;

  const deed = createDeed(async () => {
    const patterns = keep()
      .split(/[\s,]+/)
      .filter(Boolean);
    const body: NewRun = {
      command: command().trim(),
      ...(way() === "background" && { background: true }),
      ...(way() === "build" && { kind: "build" as const, artifacts: patterns }),
    };
    // The same command may be run twice in a row: what makes it the same wish is this press of the key alone.
    props.desk.runs.put(await colony.ask(() => projectsApi.execute(props.project.id, body, keyOf([body, asked]))));
    asked++;
    setCommand("");
    setBack(-1);
    props.onRun?.();
  });
  const run = () => command().trim() !== "" && deed.run();

  const recall = (to: number) => {
    if (to < -1 || to >= commands().length) return;
    if (back() === -1) begun = command();
    setBack(to);
    setCommand(to === -1 ? begun : (commands()[to] ?? ""));
    queueMicrotask(() => box?.setSelectionRange(command().length, command().length));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const [before, after] = [command().slice(0, box?.selectionStart ?? 0), command().slice(box?.selectionEnd ?? 0)];
    if (event.key === "Enter" && !event.shiftKey) run();
    else if (event.key === "ArrowUp" && !before.includes("\n")) recall(back() + 1);
    else if (event.key === "ArrowDown" && !after.includes("\n") && back() >= 0) recall(back() - 1);
    else return;
    event.preventDefault();
  };

  return (
    <form
      aria-label="Run a command"
      class="group/box shrink-0 border-line border-t bg-ground px-3 pt-2 max-sm:px-2 max-sm:pt-1.5 max-sm:pb-[calc(0.5rem+env(safe-area-inset-bottom))] pb-[calc(0.75rem+env(safe-area-inset-bottom))] sm:px-5"
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <Queue {...props} />
      <Fault words={deed.failed()} class="mb-2" />
      <div class="flex flex-wrap items-end gap-2 rounded-lg border border-edge bg-raised p-1.5 focus-within:outline-2 focus-within:outline-accent-ink">
        <span aria-hidden="true" class="flex h-9 items-center pl-1.5 font-mono text-faint">
          $
        </span>
        <textarea
          ref={box}
          id={id}
          rows={1}
          aria-label="Command"
          placeholder="python3 main.py"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          enterkeyhint="go"
          class="field-sizing-content max-h-40 min-h-9 min-w-0 flex-1 resize-none bg-transparent py-1.5 font-mono text-small outline-none placeholder:text-faint"
          value={command()}
          onInput={(event) => {
            setCommand(event.currentTarget.value);
            setBack(-1);
          }}
          onKeyDown={onKeyDown}
        />
        <Show when={way() === "build"}>
          <input
            aria-label="Files to keep"
            class="h-9 w-36 rounded-md border border-line bg-ground px-2 font-mono text-small max-sm:order-3"
            value={keep()}
            onInput={(event) => setKeep(event.currentTarget.value)}
          />
        </Show>
        <select
          aria-label="How it is run"
          class="field-sizing-content h-9 rounded-md bg-transparent px-1 text-small text-soft hover:bg-hover max-sm:order-3 max-sm:mr-auto pointer-coarse:h-11"
          // On a phone it takes a line of its own: it is there once a command is written.
          classList={{ "max-sm:not-group-focus-within/box:hidden": way() === "run" && command() === "" }}
          value={way()}
          onChange={(event) => setWay(event.currentTarget.value as Way)}
        >
          <For each={ways}>{([value, label]) => <option value={value}>{label}</option>}</For>
        </select>
        <Button kind="main" type="submit" disabled={command().trim() === "" || deed.busy()} class="pointer-coarse:h-11!">
          Run
          <CornerDownLeft size={14} aria-hidden="true" class="max-sm:hidden" />
        </Button>
      </div>
    </form>
  );
};

/** What runs and waits now, each to be stopped. */
const Queue = (props: Props): JSX.Element => {
  const running = () => props.desk.runs.open().filter(({ state }) => state === "running");
  const waiting = () => props.desk.runs.open().length - running().length;
  return (
    <Show when={props.desk.runs.open().length > 0}>
      <ul aria-label="Under way" class="mb-1.5 flex flex-col">
        <For each={running().slice(0, 5)}>{(run) => <Under {...props} run={run} />}</For>
        <Show when={waiting() > 0}>
          <li class="flex min-h-7 items-center gap-2 text-small text-soft">
            <StateMark state="queued" />
            {waiting() === 1 ? "1 waits its turn" : `${waiting()} wait their turn`}
          </li>
        </Show>
      </ul>
    </Show>
  );
};

const Under = (props: Props & { run: Run }): JSX.Element => {
  const colony = useColony();
  const stop = createDeed(async () => props.desk.runs.put(await colony.ask(() => projectsApi.stopRun(props.project.id, props.run.id))));
  return (
    <li class="flex min-h-7 items-center gap-2 text-small">
      <StateMark state={props.run.state} />
      <span class="min-w-0 truncate font-mono">{props.run.command}</span>
      <span class="shrink-0 text-soft">
        {props.run.background ? "in the background" : "runs"} for {props.run.user.display_name}
      </span>
      <Fault words={stop.failed()} class="truncate" />
      <span class="grow" />
      <IconButton label={`Stop ${props.run.command.slice(0, 60)}`} class="size-7! pointer-coarse:size-11!" disabled={stop.busy()} onClick={stop.run}>
        <Square size={13} aria-hidden="true" fill="currentColor" />
      </IconButton>
    </li>
  );
};
