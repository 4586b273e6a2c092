import Bot from "lucide-solid/icons/bot";
import MailPlus from "lucide-solid/icons/mail-plus";
import UserPlus from "lucide-solid/icons/user-plus";
import { createMemo, createSignal, type JSX, Show } from "solid-js";
import type { User } from "../api.ts";
import { Button } from "../parts/Button.tsx";
import { useColony } from "../store.ts";
import { createFetched } from "./fetched.ts";
import { Invites, MakeInvite } from "./Invites.tsx";
import { MakeAgent, MakePerson } from "./Make.tsx";
import { Person } from "./Person.tsx";
import { Each, None, Rows, Section, Shown } from "./Section.tsx";

/** How many there are before a box to search them in is worth its place. */
const MANY = 12;

const byName = (a: User, b: User): number => a.display_name.localeCompare(b.display_name) || a.username.localeCompare(b.username);

/** Everyone: an admin tends them, others see who is here. */
export const People = (): JSX.Element => {
  const colony = useColony();
  const users = createFetched((api) => api.users(), colony.userChanges);
  const [making, setMaking] = createSignal<"agent" | "person" | "invite" | null>(null);
  const [invited, setInvited] = createSignal(0);
  // Whoever uses an invitation up comes as a user.
  const inviteChanges = createMemo(() => `${invited()} ${users.data()?.length}`);
  const admin = () => colony.me()?.admin === true;
  return (
    <Section
      title="People and agents"
      words={admin() ? "Who can read and post here. An agent lives by its tokens, a person by a password." : "Who is here. An admin makes and changes people and agents."}
      actions={
        <Show when={admin()}>
          <Button onClick={() => setMaking("invite")}>
            <MailPlus size={16} aria-hidden="true" />
            Invite someone
          </Button>
          <Button onClick={() => setMaking("person")}>
            <UserPlus size={16} aria-hidden="true" />
            Make a person
          </Button>
          <Button kind="main" onClick={() => setMaking("agent")}>
            <Bot size={16} aria-hidden="true" />
            Make an agent
          </Button>
        </Show>
      }
    >
      <Show when={admin()}>
        <Invites again={inviteChanges} />
      </Show>
      <Shown name="people and agents" of={users}>
        {(all) => <Everyone users={all()} admin={admin()} onMake={() => setMaking("agent")} />}
      </Shown>
      <Show when={making() === "invite"}>
        <MakeInvite onClose={() => setMaking(null)} onMade={() => setInvited((count) => count + 1)} />
      </Show>
      <Show when={making() === "agent"}>
        <MakeAgent onClose={() => setMaking(null)} />
      </Show>
      <Show when={making() === "person"}>
        <MakePerson onClose={() => setMaking(null)} />
      </Show>
    </Section>
  );
};

const Everyone = (props: { users: User[]; admin: boolean; onMake: () => void }): JSX.Element => {
  const [sought, setSought] = createSignal("");
  const found = createMemo(() => {
    const words = sought().trim().toLowerCase().replace(/^@/, "");
    return props.users.filter(({ username, display_name }) => username.includes(words) || display_name.toLowerCase().includes(words)).sort(byName);
  });
  const active = (role: User["role"], resident = false) => found().filter((user) => user.role === role && user.resident === resident && user.deactivated_at === null);
  const gone = () => found().filter(({ deactivated_at }) => deactivated_at !== null);
  return (
    <>
      <Show when={props.users.length > MANY}>
        <input
          type="search"
          aria-label="Search people and agents"
          placeholder="Search by name"
          class="h-10 w-full max-w-sm rounded-md border border-edge bg-ground px-3 placeholder:text-faint"
          value={sought()}
          onInput={(event) => setSought(event.currentTarget.value)}
        />
      </Show>
      <Show when={found().length === 0}>
        <None>Nobody is called “{sought().trim()}”.</None>
      </Show>
      <Group name="Agents" users={active("agent")} admin={props.admin} />
      <Show when={sought() === "" && active("agent").length === 0}>
        <div>
          <h3 class="mb-2 font-semibold text-small">Agents</h3>
          <None>{props.admin ? "There is no agent yet. Make one: it gets a token, and the command that says hello with it." : "There is no agent yet."}</None>
        </div>
      </Show>
      <Group name="People" users={active("ape")} admin={props.admin} />
      <Group name="Resident agents" users={active("agent", true)} admin={props.admin}>
        <p class="mb-2 text-small text-soft">
          This server runs them, as their files say:{" "}
          <a href="/agents" class="underline underline-offset-2">
            the agents
          </a>
          .
        </p>
      </Group>
      <Group name="Deactivated" users={gone()} admin={props.admin} />
    </>
  );
};

const Group = (props: { name: string; users: User[]; admin: boolean; children?: JSX.Element }): JSX.Element => (
  <Show when={props.users.length > 0}>
    <div>
      <h3 class="mb-2 flex items-baseline gap-2 font-semibold text-small">
        {props.name}
        <span class="font-mono font-normal text-faint text-meta">{props.users.length}</span>
      </h3>
      {props.children}
      <Rows label={props.name}>
        <Each of={props.users}>{(user) => <Person user={user()} admin={props.admin} />}</Each>
      </Rows>
    </div>
  </Show>
);
