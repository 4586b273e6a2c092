import LogOut from "lucide-solid/icons/log-out";
import UserPlus from "lucide-solid/icons/user-plus";
import X from "lucide-solid/icons/x";
import { createEffect, createMemo, createSignal, For, type JSX, Match, on, Show, Switch } from "solid-js";
import type { Author, Channel, User } from "../api.ts";
import { Ask } from "../parts/Ask.tsx";
import { Button, IconButton } from "../parts/Button.tsx";
import { createDeed, createKeys } from "../parts/deed.ts";
import { useColony } from "../store.ts";
import { Face, StatusWords } from "./Face.tsx";
import { LeaveChannel } from "./LeaveChannel.tsx";
import { People } from "./People.tsx";

type Props = { channel: Channel };

const rank = { online: 0, away: 1, offline: 2 } as const;

/** Who is in a channel or a conversation, those who are here first, and what can be done about it. */
export const Members = (props: Props): JSX.Element => {
  const colony = useColony();
  const [asking, setAsking] = createSignal<"add" | "leave" | { remove: Author } | null>(null);
  const close = () => setAsking(null);
  const isConversation = () => props.channel.visibility === "direct";
  const isPrivate = () => props.channel.visibility === "private";
  const isResident = (id: string) => colony.team()?.residents.of(id) !== undefined;
  const residents = () => colony.team()?.residents.agents() ?? [];
  const presences = () => colony.team()?.presence;
  const presence = (id: string) => presences()?.presence(id) ?? "offline";
  const list = () =>
    isConversation()
      ? (props.channel.members ?? [])
      : colony
          .team()
          ?.members.members(props.channel.id)
          ?.map(({ user }) => user);
  const members = createMemo(() => list()?.toSorted((a, b) => rank[presence(a.id)] - rank[presence(b.id)] || a.display_name.localeCompare(b.display_name)));
  const mayRemove = () => isPrivate() && (colony.me()?.admin === true || props.channel.created_by === colony.me()?.id);
  const removed = () => {
    const now = asking();
    return typeof now === "object" && now !== null ? now.remove : null;
  };

  createEffect(
    on([() => props.channel.id, () => colony.team()], ([id, team]) => {
      if (!isConversation()) team?.members.open(id);
    }),
  );

  return (
    <>
      <section aria-label="Members" tabindex="-1" data-first class="min-h-0 grow overflow-y-auto px-2 pb-3 focus-visible:-outline-offset-2">
        <Switch
          fallback={
            <p role="status" class="p-2 text-faint text-small">
              Loading the members…
            </p>
          }
        >
          <Match when={members()}>
            {(all) => (
              <>
                <p class="px-2 pt-3 pb-1 font-medium text-meta text-soft">
                  {all().length === 1 ? "1 member" : `${all().length.toLocaleString()} members`}, {all().filter(({ id }) => presence(id) !== "offline").length} here
                </p>
                <ul aria-label="Members">
                  <For each={all()}>
                    {(user) => (
                      <li class="group flex min-h-10 items-center gap-2.5 rounded-md px-2 py-1 [contain-intrinsic-size:auto_2.5rem] [content-visibility:auto]">
                        <Face user={user} presence={presence(user.id)} />
                        <div class="min-w-0 grow leading-tight">
                          <p class="flex gap-1.5">
                            <span dir="auto" class="truncate font-medium text-small">
                              {user.display_name}
                            </span>
                            <Show when={user.id === colony.me()?.id}>
                              <span class="text-faint text-small">you</span>
                            </Show>
                          </p>
                          <p class="truncate text-faint text-meta">
                            {isResident(user.id) ? colony.team()?.wordsOf(user.id) : presence(user.id)}
                            <Show when={presences()?.status(user.id)}>
                              {(status) => (
                                <>
                                  {" · "}
                                  <StatusWords status={status()} />
                                </>
                              )}
                            </Show>
                          </p>
                        </div>
                        <Show when={mayRemove() && user.id !== colony.me()?.id}>
                          <IconButton label={`Remove ${user.display_name}`} class="size-7! pointer-coarse:size-11!" onClick={() => setAsking({ remove: user })}>
                            <X size={15} aria-hidden="true" />
                          </IconButton>
                        </Show>
                      </li>
                    )}
                  </For>
                </ul>
                <Show when={!isConversation() && residents().length > 0}>
                  <p class="px-2 pt-3 text-faint text-meta">
                    {residents()
                      .slice(0, 2)
                      .map(({ username }) => `@${username}`)
                      .join(", ")}{" "}
                    and the other{" "}
                    <a href="/agents" class="underline underline-offset-2">
                      agents of this server
                    </a>{" "}
                    answer here when they are called, and are no members: they read what the one who asks may read.
                  </p>
                </Show>
              </>
            )}
          </Match>
          <Match when={colony.team()?.members.failure(props.channel.id)}>
            <div role="alert" class="flex flex-col items-start gap-3 p-2 text-small text-soft">
              <p>The members could not be loaded.</p>
              <Button onClick={() => colony.team()?.members.refresh(props.channel.id)}>Try again</Button>
            </div>
          </Match>
        </Switch>
      </section>
      <Show when={!isConversation() && props.channel.member}>
        <footer class="flex shrink-0 gap-2 border-line border-t p-3">
          <Show when={isPrivate() && props.channel.archived_at === null}>
            <Button class="grow" onClick={() => setAsking("add")}>
              <UserPlus size={16} aria-hidden="true" />
              Add people
            </Button>
          </Show>
          <Button class="grow" onClick={() => setAsking("leave")}>
            <LogOut size={16} aria-hidden="true" />
            Leave
          </Button>
        </footer>
      </Show>
      <Show when={asking() === "add"}>
        <Add channel={props.channel} members={members() ?? []} onClose={close} />
      </Show>
      <Show when={asking() === "leave"}>
        <LeaveChannel channel={props.channel} onClose={close} />
      </Show>
      <Show when={removed()}>{(user) => <Remove channel={props.channel} user={user()} onClose={close} />}</Show>
    </>
  );
};

const Add = (props: Props & { members: readonly Author[]; onClose: () => void }): JSX.Element => {
  const colony = useColony();
  const keyOf = createKeys();
  const [chosen, setChosen] = createSignal<readonly User[]>([]);
  const deed = createDeed(async () => {
    for (const { id } of chosen()) {
      await colony.ask((api) => api.addMember(props.channel.id, id, keyOf(id)));
      setChosen((all) => all.filter((user) => user.id !== id));
    }
    props.onClose();
  });
  return (
    <Ask
      title={`Add people to ${colony.titleOf(props.channel)}`}
      words="They see all that was said in it."
      act="Add"
      ready={chosen().length > 0}
      deed={deed}
      onClose={props.onClose}
    >
      <People label="Who" members chosen={chosen()} without={props.members.map(({ id }) => id)} autofocus onChange={setChosen} />
    </Ask>
  );
};

const Remove = (props: Props & { user: Author; onClose: () => void }): JSX.Element => {
  const colony = useColony();
  const deed = createDeed(async () => {
    await colony.ask((api) => api.removeMember(props.channel.id, props.user.id));
    props.onClose();
  });
  return (
    <Ask
      title={`Remove ${props.user.display_name} from ${colony.titleOf(props.channel)}?`}
      words="They see nothing of it any more, at once, on every device. What they said stays."
      act="Remove"
      danger
      deed={deed}
      onClose={props.onClose}
    />
  );
};
