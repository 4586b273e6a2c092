import Archive from "lucide-solid/icons/archive";
import ArchiveRestore from "lucide-solid/icons/archive-restore";
import Ellipsis from "lucide-solid/icons/ellipsis";
import Pencil from "lucide-solid/icons/pencil";
import Plus from "lucide-solid/icons/plus";
import Webhook from "lucide-solid/icons/webhook";
import { createMemo, createSignal, type JSX, Show } from "solid-js";
import type { Channel } from "../api.ts";
import { Button } from "../parts/Button.tsx";
import { Menu, MenuItem } from "../parts/Menu.tsx";
import { When } from "../parts/When.tsx";
import { addressOf } from "../route.ts";
import { ChannelIcon } from "../sidebar/Marks.tsx";
import { NewChannel } from "../sidebar/NewChannel.tsx";
import { useColony } from "../store.ts";
import { ChangeChannel } from "./ChangeChannel.tsx";
import { Each, None, Rows, Section, Shown } from "./Section.tsx";

const byName = (a: Channel, b: Channel): number => (a.name ?? "").localeCompare(b.name ?? "");

/** Every channel one can see, the archived last; who made one, or an admin, changes it. */
export const Channels = (): JSX.Element => {
  const colony = useColony();
  const [making, setMaking] = createSignal(false);
  const list = createMemo(() => (colony.channelsRead() ? colony.channels().filter(({ name }) => name !== null) : undefined));
  const part = (archived: boolean) => (list() ?? []).filter(({ archived_at }) => (archived_at !== null) === archived).sort(byName);
  return (
    <Section
      title="Channels"
      words="Whoever made a channel, or an admin, changes and archives it. An archived channel can be read, and opened again."
      actions={
        <Button kind="main" onClick={() => setMaking(true)}>
          <Plus size={16} aria-hidden="true" />
          New channel
        </Button>
      }
    >
      <Shown name="channels" of={{ data: list, failure: colony.channelsFailure, reload: colony.readChannels }}>
        {() => (
          <>
            <Show when={part(false).length > 0} fallback={<None>There is no channel to post in. Make one.</None>}>
              <Rows label="Channels">
                <Each of={part(false)}>{(channel) => <Row channel={channel()} />}</Each>
              </Rows>
            </Show>
            <Show when={part(true).length > 0}>
              <div>
                <h3 class="mb-2 flex items-baseline gap-2 font-semibold text-small">
                  Archived
                  <span class="font-mono font-normal text-faint text-meta">{part(true).length}</span>
                </h3>
                <Rows label="Archived channels">
                  <Each of={part(true)}>{(channel) => <Row channel={channel()} />}</Each>
                </Rows>
              </div>
            </Show>
          </>
        )}
      </Shown>
      <Show when={making()}>
        <NewChannel onClose={() => setMaking(false)} onMade={() => {}} />
      </Show>
    </Section>
  );
};

const Row = (props: { channel: Channel }): JSX.Element => {
  const colony = useColony();
  const [change, setChange] = createSignal<"words" | "archive" | "webhooks" | null>(null);
  const archived = () => props.channel.archived_at !== null;
  const mayChange = () => colony.me()?.admin === true || props.channel.created_by === colony.me()?.id;
  const general = () => props.channel.name === "general";
  return (
    <li class="flex items-center gap-3 py-2.5 pr-2 pl-3 sm:pl-4" classList={{ "bg-sunken": archived() }}>
      <span aria-hidden="true" class="shrink-0 text-faint">
        <ChannelIcon channel={props.channel} />
      </span>
      <div class="min-w-0 grow leading-snug">
        <a
          href={addressOf(props.channel)}
          class="-my-0.5 block w-fit max-w-full truncate py-0.5 font-medium underline-offset-2 hover:underline"
          classList={{ "text-soft": archived() }}
        >
          {props.channel.name}
        </a>
        <p class="truncate text-faint text-small">{props.channel.description || "No description"}</p>
      </div>
      <p class="shrink-0 text-right text-small text-soft">
        <Show when={props.channel.archived_at} fallback={<Counts channel={props.channel} />}>
          {(at) => (
            <span class="text-faint">
              archived <When at={at()} date />
            </span>
          )}
        </Show>
      </p>
      <Show when={mayChange()} fallback={<span class="w-1" />}>
        <Menu
          label={`Change #${props.channel.name}`}
          trigger={<Ellipsis size={17} aria-hidden="true" />}
          class="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-soft transition-colors hover:bg-hover hover:text-ink pointer-coarse:size-11"
        >
          <Show when={!archived()}>
            <MenuItem icon={<Pencil size={15} />} onSelect={() => setChange("words")}>
              Describe…
            </MenuItem>
            <MenuItem icon={<Webhook size={15} />} onSelect={() => setChange("webhooks")}>
              Webhooks…
            </MenuItem>
          </Show>
          <Show when={!general()}>
            <MenuItem icon={archived() ? <ArchiveRestore size={15} /> : <Archive size={15} />} danger={!archived()} onSelect={() => setChange("archive")}>
              {archived() ? "Open again…" : "Archive…"}
            </MenuItem>
          </Show>
        </Menu>
      </Show>
      <Show when={change()}>{(which) => <ChangeChannel channel={props.channel} change={which()} onClose={() => setChange(null)} />}</Show>
    </li>
  );
};

const Counts = (props: { channel: Channel }): JSX.Element => (
  <Show when={props.channel.unread > 0} fallback={<span class="text-faint">all read</span>}>
    <span class="font-mono text-meta">{props.channel.unread > 999 ? "999+" : props.channel.unread}</span> new
    <Show when={props.channel.mentions > 0}>
      <span class="text-accent-ink">
        {" · "}
        <span class="font-mono text-meta">{props.channel.mentions > 999 ? "999+" : props.channel.mentions}</span> for you
      </span>
    </Show>
  </Show>
);
