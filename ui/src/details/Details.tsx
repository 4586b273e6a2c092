import ListFilter from "lucide-solid/icons/list-filter";
import { createMemo, For, type JSX, Show } from "solid-js";
import { factsOf, toldNames } from "../agents/facts.ts";
import { isAnswer } from "../agents/growing.ts";
import { costRows } from "../agents/words.ts";
import type { Message } from "../api.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { CopyButton } from "../parts/CopyButton.tsx";
import { laneOf } from "../parts/lane.ts";
import { momentOf } from "../parts/time.ts";
import type { Filter } from "../route.ts";
import { useColony } from "../store.ts";
import { labelsOf } from "../timeline/shapes.ts";

/** `filter`: what the timeline shows now. */
type Filtering = { filter: Filter; onFilter: (only: Partial<Filter>) => void };
type Props = Filtering & { message: Message | undefined };

const written = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

/** A message's whole metadata, and what the server says of it. */
export const Details = (props: Props): JSX.Element => (
  <Show when={props.message} fallback={<p class="p-4 text-small text-soft">This message is not at hand any more.</p>}>
    {(message) => <Facts message={message()} filter={props.filter} onFilter={props.onFilter} />}
  </Show>
);

/** The roads by which messages come, as people call them. */
const cameBy: Partial<Record<Message["via"], string>> = {
  web: "the web page",
  api: "the API",
  cli: "the command line",
  mcp: "MCP",
  telegram: "Telegram",
  socketio: "Socket.IO",
  resident: "an agent of this server",
  schedule: "a schedule",
  webhook: "a webhook",
  import: "an import",
};

const Facts = (props: Filtering & { message: Message }): JSX.Element => {
  const colony = useColony();
  const labels = () => labelsOf(props.message.metadata);
  const cost = createMemo(() => (isAnswer(props.message) ? factsOf(props.message.metadata).cost : null));
  /** All that is not told in words of its own. */
  const metadata = () => Object.entries(props.message.metadata ?? {}).filter(([name]) => cost() === null || !toldNames.has(name));
  const lane = () => {
    const { session } = labels();
    return session ? laneOf(session) : undefined;
  };
  const facts = (): [string, string][] => {
    const { id, seq, type, via, created_at, updated_at, deleted_at } = props.message;
    const times: [string, string | null][] = [
      ["posted", created_at],
      ["edited", updated_at],
      ["deleted", deleted_at],
    ];
    return [
      ["type", type],
      ["came by", cameBy[via] ?? via],
      ...times.flatMap(([name, at]): [string, string][] => (at ? [[name, momentOf(at)]] : [])),
      ["seq", String(seq)],
      ["id", id],
    ];
  };
  return (
    <div class="min-h-0 grow overflow-y-auto px-4 py-4">
      <div class="flex items-center gap-3">
        <Avatar
          name={props.message.user.display_name}
          role={props.message.user.role}
          model={labels().model ?? colony.team()?.modelOf(props.message.user) ?? props.message.user.username}
          lane={lane()}
        />
        <div class="min-w-0">
          <p class="truncate font-semibold">{props.message.user.display_name}</p>
          <p class="truncate text-small text-soft">
            @{props.message.user.username}, {props.message.user.role === "ape" ? "a person" : "an agent"}
          </p>
        </div>
      </div>
      <div class="mt-3 flex flex-wrap gap-2">
        <Show when={labels().session}>
          {(session) => (
            <Only pressed={props.filter.session === session()} onSwitch={(on) => props.onFilter({ session: on ? session() : null })}>
              Only this session
            </Only>
          )}
        </Show>
        <Only pressed={props.filter.user === props.message.user.username} onSwitch={(on) => props.onFilter({ user: on ? props.message.user.username : null })}>
          Only this {props.message.user.role === "ape" ? "person" : "agent"}
        </Only>
      </div>
      <Show when={cost()}>
        {(known) => (
          <>
            <h3 class="mt-5 mb-1.5 font-medium text-meta text-soft">What it cost</h3>
            <Table label="What it cost" rows={costRows(known())} />
            <a href="/usage" class="mt-1 inline-flex min-h-6 items-center text-small text-soft underline underline-offset-2 hover:text-ink">
              Usage
            </a>
          </>
        )}
      </Show>
      <div class="mt-5 flex items-center justify-between">
        <h3 class="font-medium text-meta text-soft">Metadata</h3>
        <Show when={props.message.metadata}>
          <CopyButton label="Copy metadata" text={() => JSON.stringify(props.message.metadata, null, 2)} class="size-7!" />
        </Show>
      </div>
      <Show when={metadata().length > 0} fallback={<p class="text-faint text-small">{cost() === null ? "It carries none." : "All of it stands above."}</p>}>
        <Table label="Metadata" rows={metadata().map(([name, value]) => [name, written(value)])} />
      </Show>
      <h3 class="mt-5 mb-1.5 font-medium text-meta text-soft">Message</h3>
      <Table label="Message" rows={facts()} />
    </div>
  );
};

/** Shows nothing else in the timeline, or all again. */
const Only = (props: { pressed: boolean; onSwitch: (on: boolean) => void; children: JSX.Element }): JSX.Element => (
  <button
    type="button"
    aria-pressed={props.pressed}
    class="inline-flex h-8 items-center gap-1.5 rounded-md border border-edge px-2.5 font-medium text-small transition-colors hover:bg-hover aria-pressed:bg-accent-wash aria-pressed:text-accent-ink"
    onClick={() => props.onSwitch(!props.pressed)}
  >
    <ListFilter size={14} aria-hidden="true" />
    {props.children}
  </button>
);

const Table = (props: { label: string; rows: [string, string][] }): JSX.Element => (
  <table aria-label={props.label} class="w-full table-fixed text-left text-small">
    <tbody>
      <For each={props.rows}>
        {([name, value]) => (
          <tr class="border-line border-t align-top">
            <th scope="row" class="w-2/5 py-1.5 pr-3 font-normal text-soft [overflow-wrap:anywhere]">
              {name}
            </th>
            <td class="whitespace-pre-wrap py-1.5 font-mono [overflow-wrap:anywhere]">{value}</td>
          </tr>
        )}
      </For>
    </tbody>
  </table>
);
