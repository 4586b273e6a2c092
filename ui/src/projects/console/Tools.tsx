import ChevronDown from "lucide-solid/icons/chevron-down";
import ChevronUp from "lucide-solid/icons/chevron-up";
import Eraser from "lucide-solid/icons/eraser";
import Search from "lucide-solid/icons/search";
import TextWrap from "lucide-solid/icons/text-wrap";
import TriangleAlert from "lucide-solid/icons/triangle-alert";
import X from "lucide-solid/icons/x";
import { createSignal, type JSX, onMount, Show } from "solid-js";
import { Ask } from "../../parts/Ask.tsx";
import { IconButton } from "../../parts/Button.tsx";
import { CopyButton } from "../../parts/CopyButton.tsx";
import { createDeed } from "../../parts/deed.ts";
import { useColony } from "../../store.ts";
import { projectsApi } from "../api.ts";
import type { Project } from "../moments.ts";
import { plain } from "./ansi.ts";
import type { Finding } from "./finding.ts";
import type { Lines } from "./lines.ts";

type Props = {
  project: Project;
  lines: Lines;
  wrapped: boolean;
  onWrap: (wrapped: boolean) => void;
  finding: Finding;
  isFinding: boolean;
  onFind: (isFinding: boolean) => void;
  /** How many errors were recognised. */
  faults: number;
  showsFaults: boolean;
  onFaults: () => void;
};

/** What can be done with a console: search it, wrap, copy, clear, and look at its errors. */
export const Tools = (props: Props): JSX.Element => {
  const colony = useColony();
  const [clearing, setClearing] = createSignal(false);
  const clear = createDeed(async () => {
    await colony.ask(() => projectsApi.clearConsole(props.project.id));
    props.lines.clear();
    setClearing(false);
  });
  const text = () =>
    props.lines
      .rows()
      .flatMap((row) => (row.kind === "line" ? [plain(row.line.content)] : []))
      .join("\n");
  return (
    <div class="flex min-h-10 shrink-0 flex-wrap items-center gap-x-1 border-line border-b px-2 sm:px-4">
      <Show
        when={props.isFinding}
        fallback={
          <IconButton label="Search the console" data-keys="Ctrl+F" class="pointer-coarse:size-11" onClick={() => props.onFind(true)}>
            <Search size={15} aria-hidden="true" />
          </IconButton>
        }
      >
        <Find finding={props.finding} onClose={() => props.onFind(false)} />
      </Show>
      <span class="grow" />
      <div class="flex items-center gap-x-1" classList={{ "max-sm:hidden": props.isFinding }}>
        <button
          type="button"
          aria-pressed={props.showsFaults}
          class="inline-flex h-8 items-center gap-1.5 rounded-md px-2 text-small text-soft transition-colors hover:bg-hover hover:text-ink aria-pressed:bg-hover aria-pressed:text-ink pointer-coarse:h-11"
          onClick={() => props.onFaults()}
        >
          <TriangleAlert size={15} aria-hidden="true" classList={{ "text-error": props.faults > 0 }} />
          Errors
          <span class="font-mono text-meta">{props.faults}</span>
        </button>
        <IconButton
          label="Wrap long lines"
          aria-pressed={props.wrapped}
          class="aria-pressed:bg-hover aria-pressed:text-ink pointer-coarse:size-11"
          onClick={() => props.onWrap(!props.wrapped)}
        >
          <TextWrap size={15} aria-hidden="true" />
        </IconButton>
        <CopyButton label="Copy what is shown" text={text} class="pointer-coarse:size-11" />
        <IconButton label="Clear the console" class="pointer-coarse:size-11" onClick={() => setClearing(true)}>
          <Eraser size={15} aria-hidden="true" />
        </IconButton>
      </div>
      <Show when={clearing()}>
        <Ask
          title="Clear the console?"
          words="All lines here are deleted, for everyone in the project. The runs stay listed."
          act="Clear"
          danger
          deed={clear}
          onClose={() => setClearing(false)}
        />
      </Show>
    </div>
  );
};

const Find = (props: { finding: Finding; onClose: () => void }): JSX.Element => {
  let input: HTMLInputElement | undefined;
  onMount(() => input?.focus());
  const close = () => {
    props.finding.setQuery("");
    props.onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") props.finding.step(event.shiftKey ? 1 : -1);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <search class="flex min-w-0 items-center gap-1 max-sm:w-full">
      <input
        ref={input}
        type="text"
        aria-label="Search the console"
        placeholder="Search the console"
        autocomplete="off"
        spellcheck={false}
        class="h-8 w-56 min-w-0 rounded-md border border-edge bg-ground px-2.5 font-mono text-small placeholder:font-sans placeholder:text-faint max-sm:grow"
        value={props.finding.query()}
        onInput={(event) => props.finding.setQuery(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <span role="status" class="min-w-16 px-1 font-mono text-meta text-soft">
        {props.finding.query() === "" ? "" : props.finding.count() === 0 ? "none" : `${props.finding.index() + 1} of ${props.finding.count()}${props.finding.isMost() ? "+" : ""}`}
      </span>
      <IconButton label="The one before" onClick={() => props.finding.step(-1)}>
        <ChevronUp size={15} aria-hidden="true" />
      </IconButton>
      <IconButton label="The next one" onClick={() => props.finding.step(1)}>
        <ChevronDown size={15} aria-hidden="true" />
      </IconButton>
      <IconButton label="Close the search" onClick={close}>
        <X size={15} aria-hidden="true" />
      </IconButton>
    </search>
  );
};
