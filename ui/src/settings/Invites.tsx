import { type Accessor, createSignal, For, type JSX, Show } from "solid-js";
import type { Invite } from "../api.ts";
import { Ask } from "../parts/Ask.tsx";
import { Button } from "../parts/Button.tsx";
import { createDeed, createKeys } from "../parts/deed.ts";
import { Field } from "../parts/Field.tsx";
import { useColony } from "../store.ts";
import { createFetched } from "./fetched.ts";
import { Each, Facts, Rows } from "./Section.tsx";

/** Invitations that wait to be used, as an admin sees them: nothing when there are none. `again` changes when one was made. */
export const Invites = (props: { again: Accessor<unknown> }): JSX.Element => {
  const colony = useColony();
  const invites = createFetched(
    (api) => api.invites(),
    () => props.again(),
  );
  const [doomed, setDoomed] = createSignal<Invite | null>(null);
  const end = createDeed(async () => {
    const one = doomed();
    if (one) await colony.ask((api) => api.endInvite(one.id));
    await invites.reload();
    setDoomed(null);
  });
  return (
    <Show when={invites.data()?.length}>
      <div class="flex flex-col gap-2">
        <h3 class="font-semibold">Invitations</h3>
        <Rows label="Invitations">
          <Each of={invites.data() ?? []}>{(invite) => <Row invite={invite()} onEnd={() => setDoomed(invite())} />}</Each>
        </Rows>
      </div>
      <Show when={doomed()}>
        <Ask title="Take the invitation back?" words="Its link opens nothing then. Another can be made." act="Take back" danger deed={end} onClose={() => setDoomed(null)} />
      </Show>
    </Show>
  );
};

const nameOf = ({ note }: Invite): string => note ?? "No name given";

const Row = (props: { invite: Invite; onEnd: () => void }): JSX.Element => (
  <li class="flex items-center gap-3 py-2.5 pr-2 pl-3 sm:pl-4">
    <div class="flex min-w-0 grow flex-col gap-x-4 gap-y-0.5 @2xl:flex-row @2xl:items-center">
      <div class="min-w-0 grow leading-snug">
        <p class="truncate font-medium">{nameOf(props.invite)}</p>
        <p class="truncate text-faint text-small">by @{props.invite.created_by.username}</p>
      </div>
      <Facts
        facts={[
          { word: "made", at: props.invite.created_at, date: true },
          { word: "until", at: props.invite.expires_at, date: true },
        ]}
      />
    </div>
    <Button class="h-8! px-2.5! text-small" aria-label={`Take back: ${nameOf(props.invite)}`} onClick={() => props.onEnd()}>
      Take back
    </Button>
  </li>
);

const lives: [days: number, name: string][] = [
  [1, "A day"],
  [7, "7 days"],
  [30, "30 days"],
  [365, "A year"],
];

/** Makes an invitation, whose link is then shown. */
export const MakeInvite = (props: { onClose: () => void; onMade: () => void }): JSX.Element => {
  const colony = useColony();
  const keyOf = createKeys();
  const [note, setNote] = createSignal("");
  const [days, setDays] = createSignal(7);
  const deed = createDeed(async () => {
    const body = { expires_in_days: days(), ...(note().trim() !== "" && { note: note().trim() }) };
    const { url, expires_at } = await colony.ask((api) => api.makeInvite(body, keyOf(body)));
    props.onMade();
    props.onClose();
    colony.setHandover({ kind: "invite", url, expires_at });
  });
  return (
    <Ask
      title="Invite someone"
      words="They get a link on which they make an account of their own, with a name and password they choose."
      act="Make a link"
      deed={deed}
      onClose={props.onClose}
    >
      <Field
        label="Whom it is for"
        hint="Only admins see it."
        autofocus
        autocomplete="off"
        maxlength={200}
        placeholder="Anna from sales"
        value={note()}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
      <label class="flex flex-col gap-1 font-medium text-small text-soft">
        Can be used for
        <select
          class="h-10 rounded-md border border-edge bg-ground px-2.5 font-normal text-body text-ink"
          onChange={(event) => setDays(lives[event.currentTarget.selectedIndex]?.[0] ?? 7)}
        >
          <For each={lives}>{([life, words]) => <option selected={life === days()}>{words}</option>}</For>
        </select>
      </label>
    </Ask>
  );
};
