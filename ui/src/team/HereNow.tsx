import { createMemo, createSignal, type JSX, Show } from "solid-js";
import type { User } from "../api.ts";
import { asFailure } from "../model.ts";
import { Links } from "../sidebar/Links.tsx";
import { Section } from "../sidebar/Section.tsx";
import { useColony } from "../store.ts";
import { converse } from "./converse.ts";
import { Face, StatusWords } from "./Face.tsx";
import { ShowAll } from "./ShowAll.tsx";

/** People and agents that are listed at first. */
const SHOWN = 12;

/** What is told first: who cannot go on by themselves. */
const urgency = { blocked: 0, waiting: 1, working: 2, idle: 3 } as const;
const LEAST = 4;

/** Who is here, people and agents, with the word that each says of itself. One press opens the conversation with them. */
export const HereNow = (props: { onGo: (address: string) => void }): JSX.Element => {
  const colony = useColony();
  const [whole, setWhole] = createSignal(false);
  const presences = () => colony.team()?.presence;
  const byId = createMemo(() => new Map(colony.people().map((user) => [user.id, user])));
  const rank = ({ id, role }: User): number => {
    const status = presences()?.status(id);
    return (role === "ape" ? 0 : 10) + (status ? urgency[status.state] : LEAST);
  };
  const here = createMemo(() => {
    const users = (presences()?.here() ?? []).flatMap((id) => (id === colony.me()?.id ? [] : (byId().get(id) ?? [])));
    // An agent is at work between two calls too; a person who is gone is gone.
    return users
      .filter(({ id, role }) => role === "agent" || presences()?.presence(id) !== "offline")
      .toSorted((a, b) => rank(a) - rank(b) || a.display_name.localeCompare(b.display_name));
  });
  const listed = createMemo(
    () =>
      here()
        .slice(0, whole() ? Infinity : SHOWN)
        .map(({ id }) => id),
    [],
    { equals: (before, now) => before.join() === now.join() },
  );
  const open = (user_id: string) =>
    converse(colony, [user_id], props.onGo).catch((error: unknown) => colony.setNotice(`The conversation was not opened: ${asFailure(error).message}`));

  const row = (id: string, stop: () => boolean): JSX.Element => (
    <Show when={byId().get(id)}>
      {(user) => {
        const presence = () => presences()?.presence(id) ?? "offline";
        return (
          <button
            type="button"
            data-link={id}
            tabindex={stop() ? 0 : -1}
            data-tip={`Message ${user().display_name}`}
            class="flex min-h-8 w-full items-center gap-2 rounded-md px-2 py-0.5 text-left text-soft transition-colors hover:bg-hover focus-visible:-outline-offset-2 pointer-coarse:min-h-11"
            onClick={() => open(id)}
          >
            <Face user={user()} presence={presence()} />
            <span class="min-w-0 grow leading-snug">
              <span dir="auto" class="block truncate">
                {user().display_name}
              </span>
              <span class="sr-only">, {presence()}</span>
              <Show when={presences()?.status(id)}>
                {(status) => (
                  <span class="block truncate text-meta">
                    <StatusWords status={status()} />
                  </span>
                )}
              </Show>
            </span>
          </button>
        );
      }}
    </Show>
  );

  return (
    <Show when={here().length > 0}>
      <Section label={`Here now (${here().length})`}>
        <Links ids={listed()} current={undefined}>
          {row}
        </Links>
        <Show when={listed().length < here().length}>
          <ShowAll count={here().length} onShow={() => setWhole(true)} />
        </Show>
      </Section>
    </Show>
  );
};
