import { createEffect, createSignal, createUniqueId, For, type JSX, on, Show } from "solid-js";
import type { AuditEntry, AuditPage, AuditQuery } from "../api.ts";
import { Button } from "../parts/Button.tsx";
import { createDeed } from "../parts/deed.ts";
import { Fault } from "../parts/Fault.tsx";
import { When } from "../parts/When.tsx";
import { useColony } from "../store.ts";
import { deedOf, doerOf, kinds } from "./deeds.ts";
import { createFetched } from "./fetched.ts";
import { None, Rows, Section, Shown } from "./Section.tsx";

const box = "h-10 min-w-0 rounded-md border border-edge bg-ground px-2.5 text-body text-ink";

/** What was done here, for admins: newest first, by kind, by person, since a day. */
export const AuditLog = (): JSX.Element => {
  const [actions, setActions] = createSignal("");
  const [user, setUser] = createSignal("");
  const [since, setSince] = createSignal("");
  const users = createFetched((api) => api.users());
  const query = (): AuditQuery => ({
    ...(actions() !== "" && { action: actions() }),
    ...(user() !== "" && { user: user() }),
    ...(since() !== "" && { since: new Date(`${since()}T00:00:00`).toISOString() }),
  });
  const page = createFetched((api) => api.audit(query()), query);
  return (
    <Section title="Audit log" words="Who did what, to whom, from where and when. What is written here cannot be changed.">
      <form aria-label="Filter" class="flex flex-wrap gap-3" onSubmit={(event) => event.preventDefault()}>
        <Filter name="What">
          {(id) => (
            <select id={id} class={box} onChange={(event) => setActions(event.currentTarget.value)}>
              <For each={kinds}>{([name, value]) => <option value={value}>{name}</option>}</For>
            </select>
          )}
        </Filter>
        <Filter name="Who">
          {(id) => (
            <select id={id} class={box} onChange={(event) => setUser(event.currentTarget.value)}>
              <option value="">Everyone</option>
              <For each={users.data() ?? []}>{(one) => <option value={one.id}>@{one.username}</option>}</For>
            </select>
          )}
        </Filter>
        <Filter name="Since">{(id) => <input id={id} type="date" class={box} onChange={(event) => setSince(event.currentTarget.value)} />}</Filter>
      </form>
      <Shown name="audit log" of={page}>
        {(first) => <Entries first={first()} query={query} />}
      </Shown>
    </Section>
  );
};

const Filter = (props: { name: string; children: (id: string) => JSX.Element }): JSX.Element => {
  const id = createUniqueId();
  return (
    <div class="flex min-w-40 grow basis-0 flex-col gap-1">
      <label for={id} class="font-medium text-small text-soft">
        {props.name}
      </label>
      {props.children(id)}
    </div>
  );
};

/** The first page, and what was read on from it. */
const Entries = (props: { first: AuditPage; query: () => AuditQuery }): JSX.Element => {
  const colony = useColony();
  const [older, setOlder] = createSignal<AuditEntry[]>([]);
  const [next, setNext] = createSignal<number | null>(null);
  createEffect(
    on(
      () => props.first,
      (first) => {
        setOlder([]);
        setNext(first.next_before);
      },
    ),
  );
  const more = createDeed(async () => {
    const before = next();
    const first = props.first;
    if (before === null) return;
    const page = await colony.ask((api) => api.audit({ ...props.query(), before }));
    if (first !== props.first) return;
    setOlder((known) => [...known, ...page.entries]);
    setNext(page.next_before);
  });
  return (
    <Show when={props.first.entries.length > 0} fallback={<None>Nothing of the kind was done.</None>}>
      <Rows label="Audit log">
        <For each={[...props.first.entries, ...older()]}>{(entry) => <Row entry={entry} />}</For>
      </Rows>
      <Fault words={more.failed()} />
      <Show when={next() !== null}>
        <div>
          <Button disabled={more.busy()} onClick={more.run}>
            Show older
          </Button>
        </div>
      </Show>
    </Show>
  );
};

const Row = (props: { entry: AuditEntry }): JSX.Element => (
  <li class="flex flex-col gap-x-4 gap-y-0.5 px-3 py-2 sm:px-4 @2xl:flex-row @2xl:items-baseline">
    <p class="min-w-0 grow [overflow-wrap:anywhere]">
      <span class="font-medium">{doerOf(props.entry)}</span> {deedOf(props.entry)}
    </p>
    <p class="flex shrink-0 gap-3 text-faint text-small">
      <Show when={props.entry.address}>
        <span class="font-mono text-meta">{props.entry.address}</span>
      </Show>
      <When at={props.entry.at} />
    </p>
  </li>
);
