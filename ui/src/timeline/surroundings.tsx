import ArrowDown from "lucide-solid/icons/arrow-down";
import ArrowUp from "lucide-solid/icons/arrow-up";
import CornerUpLeft from "lucide-solid/icons/corner-up-left";
import { For, type JSX, Show } from "solid-js";
import type { Channel } from "../api.ts";
import { Nothing } from "../parts/Nothing.tsx";
import { today } from "../parts/now.ts";
import { dayName, dayOf } from "../parts/time.ts";
import type { Failed, Load } from "../timelines.ts";
import type { Row } from "./rows.ts";

/** Pixels of what stands over the first row, whatever it says: the list counts on it. */
export const TOP = 56;

const Missing = (props: { words: string; load: Failed }): JSX.Element => (
  <span role="alert">
    {props.words}{" "}
    <button type="button" class="font-medium text-soft underline" onClick={() => props.load.again()}>
      Try again
    </button>
  </span>
);

const failedAt = (part: Failed["part"], load: Load | undefined): Failed | undefined => (load?.state === "failed" && load.part === part ? load : undefined);

/** Over the first row: where the channel begins, or that more is coming. */
export const Beginning = (props: { title: string; atStart: boolean; filtered: boolean; load: Load | undefined }): JSX.Element => (
  <p class="flex items-end justify-center px-5 pb-2 text-faint text-small" style={{ height: `${TOP}px` }}>
    <Show
      when={props.atStart}
      fallback={
        <Show when={failedAt("older", props.load)} fallback="Loading earlier messages…">
          {(load) => <Missing words="Earlier messages could not be loaded." load={load()} />}
        </Show>
      }
    >
      <Show when={!props.filtered} fallback="The first that matches">
        <span class="truncate">The beginning of {props.title}</span>
      </Show>
    </Show>
  </p>
);

/** Under the last row of a stretch that does not reach the newest. It is as high whatever it says: what changes in size moves the page. */
export const Rest = (props: { load: Load | undefined }): JSX.Element => (
  <p class="flex h-10 items-center justify-center px-5 text-faint text-small">
    <Show when={failedAt("newer", props.load)} fallback="Loading later messages…">
      {(load) => <Missing words="Later messages could not be loaded." load={load()} />}
    </Show>
  </p>
);

/** A line with its name: a day's in its middle; where it marks what is new at its end, where the day of what is in view does not cover it. */
export const Rule = (props: { label: string; accent?: boolean }): JSX.Element => {
  const Line = () => <span aria-hidden="true" class="h-px grow" classList={{ "bg-accent": props.accent, "bg-line": !props.accent }} />;
  return (
    <div class="flex items-center gap-3 px-4 pt-4 pb-1 font-medium text-meta sm:px-5" classList={{ "text-accent-ink": props.accent, "text-faint": !props.accent }}>
      <Line />
      <h2>{props.label}</h2>
      <Show when={!props.accent}>
        <Line />
      </Show>
    </div>
  );
};

const dayOfRow = (row: Row | undefined): string | null => {
  if (!row || row.day !== null) return null;
  return dayOf(row.kind === "message" ? row.message.created_at : row.pending.created_at);
};

/** The day of what is in view, once its mark is not. Marks are what screen readers read. */
export const FloatingDay = (props: { row: Row | undefined }): JSX.Element => (
  <Show when={dayOfRow(props.row)}>
    {(day) => (
      <div aria-hidden="true" class="pointer-events-none absolute inset-x-0 top-2 mx-auto flex max-w-(--column) justify-center">
        <span class="rounded-full border border-line bg-raised px-2.5 py-0.5 font-medium text-meta text-soft">{dayName(day(), today())}</span>
      </div>
    )}
  </Show>
);

/** What is new above what is in view. `isFar`: above all that is at hand. */
type NewAbove = { count: number; since: string | null; isFar: boolean };

type PillsProps = {
  channel: Channel;
  isAtEnd: boolean;
  newAbove: NewAbove | null;
  back: boolean;
  onNewest: () => void;
  onNew: () => void;
  onBack: () => void;
};

const count = (unread: number): string => `${unread > 999 ? "999+" : unread} new`;

/** On a phone it is a picture and a count, so that few words are covered; what it does is still its name. */
const Pill = (props: { icon: JSX.Element; words?: string; count?: number; after?: string | null; onClick: () => void }): JSX.Element => (
  <button
    type="button"
    class="pointer-events-auto relative flex h-9 items-center justify-center gap-2 rounded-full border border-line bg-raised px-3.5 font-medium text-small shadow-float hover:bg-hover max-sm:size-11 max-sm:px-0"
    onClick={() => props.onClick()}
  >
    {props.icon}
    <Show when={props.words}>{(words) => <span class="max-sm:sr-only">{words()}</span>}</Show>
    <Show when={props.count}>
      {(unread) => (
        <span class="rounded-full bg-accent px-1.5 font-mono text-meta text-on-accent max-sm:absolute max-sm:-top-2.5 max-sm:-right-1 max-sm:whitespace-nowrap">
          {count(unread())}
        </span>
      )}
    </Show>
    <Show when={props.after}>{(words) => <span class="max-sm:sr-only"> {words()}</span>}</Show>
  </button>
);

/** Ways to where one may want to be: back from a jump, up to what is new, down to the newest. */
export const Pills = (props: PillsProps): JSX.Element => (
  <div class="pointer-events-none absolute inset-x-0 bottom-3 mx-auto flex max-w-(--column) flex-wrap justify-end gap-2 px-3 sm:px-5">
    <Show when={props.back}>
      <Pill icon={<CornerUpLeft size={15} aria-hidden="true" />} words="Back" onClick={props.onBack} />
    </Show>
    <Show when={props.newAbove}>
      {(above) => <Pill icon={<ArrowUp size={15} aria-hidden="true" />} count={above().count} after={above().since && `since ${above().since}`} onClick={props.onNew} />}
    </Show>
    <Show when={!props.isAtEnd}>
      <Pill
        icon={<ArrowDown size={15} aria-hidden="true" />}
        words="Jump to newest"
        count={props.newAbove && !props.newAbove.isFar ? 0 : props.channel.unread}
        onClick={props.onNewest}
      />
    </Show>
  </div>
);

export const LoadFailed = (props: { load: Failed; onNewest: () => void }): JSX.Element => {
  const isAbsent = () => props.load.failure.status === 404;
  return (
    <div role="alert">
      <Nothing
        title={isAbsent() ? "There is no such message here" : "The messages could not be loaded"}
        words={isAbsent() ? "It may stand in another channel, or one that you cannot see." : props.load.failure.message}
        action={isAbsent() ? "Show the newest" : "Try again"}
        onAction={() => (isAbsent() ? props.onNewest() : props.load.again())}
      />
    </div>
  );
};

export const NothingFound = (props: { onClear: () => void }): JSX.Element => (
  <Nothing title="No message here matches the filter" words="What comes and matches will appear by itself." action="Show all messages" onAction={() => props.onClear()} />
);

export const Skeleton = (): JSX.Element => (
  <div role="status" aria-label="Loading messages" class="flex flex-col gap-6 px-5 py-6">
    <For each={[72, 48, 60, 36]}>
      {(width) => (
        <div aria-hidden="true" class="flex gap-3 motion-safe:animate-pulse">
          <span class="size-8 rounded-full bg-line" />
          <span class="flex grow flex-col gap-2 pt-1">
            <span class="h-3 w-28 rounded bg-line" />
            <span class="h-3 rounded bg-line/70" style={{ width: `${width}%` }} />
          </span>
        </div>
      )}
    </For>
  </div>
);
