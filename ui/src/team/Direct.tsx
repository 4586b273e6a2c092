import MessageSquarePlus from "lucide-solid/icons/message-square-plus";
import { createEffect, createMemo, createSignal, type JSX, on, onMount, Show } from "solid-js";
import type { Channel } from "../api.ts";
import { attentionOf } from "../attention.ts";
import { IconButton } from "../parts/Button.tsx";
import type { Overlay } from "../Reach.tsx";
import { addressOf } from "../route.ts";
import { Entry } from "../sidebar/Entry.tsx";
import { Links } from "../sidebar/Links.tsx";
import { conversationsOf } from "../sidebar/order.ts";
import { Section } from "../sidebar/Section.tsx";
import { useColony } from "../store.ts";
import { othersOf } from "../titles.ts";
import { Crowd, Face } from "./Face.tsx";
import { HereNow } from "./HereNow.tsx";
import { ShowAll } from "./ShowAll.tsx";

/** Conversations that are listed at first: those one comes back to. */
const SHOWN = 15;

type Props = { current: string | undefined; onGo: (address: string) => void; onOverlay: (overlay: Overlay) => void };

/** The sidebar's people: conversations, the newest talk first, and who is here. */
export const Direct = (props: Props): JSX.Element => {
  const colony = useColony();
  const [whole, setWhole] = createSignal(false);
  const conversations = createMemo(() => new Map(colony.channels().flatMap((channel) => (channel.visibility === "direct" ? [[channel.id, channel] as const] : []))));
  const has = (channel: Channel) => attentionOf(channel).calls > 0 || channel.id === props.current || colony.drafts().channels().has(channel.id);
  /** One in which nothing was said yet shows while somebody is in it, or has begun to write. */
  const all = createMemo(() => conversationsOf(colony.channels(), has));
  const listed = createMemo(
    () =>
      all()
        .filter((channel, at) => whole() || at < SHOWN || has(channel))
        .map(({ id }) => id),
    [],
    { equals: (before, now) => before.join() === now.join() },
  );

  onMount(colony.readPeople);
  // Who came after the list was read is read of when they are seen.
  createEffect(
    on(
      () => colony.team()?.presence.here().length,
      (count) => count !== undefined && colony.readPeople(),
      { defer: true },
    ),
  );

  const entry = (id: string, stop: () => boolean): JSX.Element => (
    <Show when={conversations().get(id)}>
      {(at) => {
        const others = () => othersOf(at().members ?? [], colony.me()?.id ?? "");
        const only = () => (others().length === 1 ? others()[0] : undefined);
        const presence = (user_id: string) => colony.team()?.presence.presence(user_id) ?? "offline";
        const words = () => {
          const one = only();
          return one ? colony.team()?.wordsOf(one.id) : `${others().length} others`;
        };
        return (
          <Entry
            id={id}
            href={addressOf(at())}
            icon={
              <Show when={only()} fallback={<Crowd count={others().length} />}>
                {(one) => <Face user={one()} presence={presence(one().id)} />}
              </Show>
            }
            label={colony.titleOf(at())}
            current={id === props.current}
            stop={stop()}
            {...colony.attention(at())}
            direct
            draft={colony.drafts().channels().has(id)}
            muted={at().notify === "none"}
            note={words()}
          />
        );
      }}
    </Show>
  );

  return (
    <>
      <Section
        label="Direct"
        action={
          <IconButton label="New message" class="pointer-coarse:size-11" onClick={() => props.onOverlay("message")}>
            <MessageSquarePlus size={16} aria-hidden="true" />
          </IconButton>
        }
      >
        <Links ids={listed()} current={props.current}>
          {entry}
        </Links>
        <Show when={listed().length < all().length}>
          <ShowAll count={all().length} onShow={() => setWhole(true)} />
        </Show>
      </Section>
      <HereNow onGo={props.onGo} />
    </>
  );
};
