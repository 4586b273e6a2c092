import Monitor from "lucide-solid/icons/monitor";
import Smartphone from "lucide-solid/icons/smartphone";
import SquareTerminal from "lucide-solid/icons/square-terminal";
import { createSignal, type JSX, Match, Show, Switch } from "solid-js";
import type { Session } from "../api.ts";
import { Ask } from "../parts/Ask.tsx";
import { Button } from "../parts/Button.tsx";
import { createDeed } from "../parts/deed.ts";
import { useColony } from "../store.ts";
import { deviceOf } from "./device.ts";
import { createFetched, type Fetched } from "./fetched.ts";
import { Each, Facts, Mark, Rows, Section, Shown } from "./Section.tsx";

/** Where I am signed in. This one stands first. */
export const Sessions = (): JSX.Element => {
  const sessions = createFetched(async (api) => (await api.sessions()).toSorted((a, b) => Number(b.current) - Number(a.current)));
  const [doomed, setDoomed] = createSignal<Session | "others" | null>(null);
  const others = () => (sessions.data() ?? []).filter(({ current }) => !current).length;
  return (
    <Section
      title="Sessions"
      words="Where you are signed in by password. One that is ended is dead at once."
      actions={
        <Show when={others() > 0}>
          <Button onClick={() => setDoomed("others")}>End all others</Button>
        </Show>
      }
    >
      <Shown name="sessions" of={sessions}>
        {(list) => (
          <Rows label="Sessions">
            <Each of={list()}>{(session) => <Row session={session()} onEnd={() => setDoomed(session())} />}</Each>
          </Rows>
        )}
      </Shown>
      <Show when={doomed()}>{(which) => <EndSession which={which()} others={others()} sessions={sessions} onClose={() => setDoomed(null)} />}</Show>
    </Section>
  );
};

const Row = (props: { session: Session; onEnd: () => void }): JSX.Element => {
  const colony = useColony();
  const device = () => deviceOf(props.session.user_agent);
  return (
    <li class="flex items-center gap-3 py-2.5 pr-2 pl-3 sm:pl-4">
      <span aria-hidden="true" class="shrink-0 text-faint">
        <Switch fallback={<SquareTerminal size={20} />}>
          <Match when={device().phone}>
            <Smartphone size={20} />
          </Match>
          <Match when={device().browser}>
            <Monitor size={20} />
          </Match>
        </Switch>
      </span>
      <div class="flex min-w-0 grow flex-col gap-x-4 gap-y-0.5 @2xl:flex-row @2xl:items-center">
        <div class="min-w-0 grow leading-snug">
          <p class="flex items-center gap-2">
            <span class="truncate font-medium" data-tip={props.session.user_agent ?? undefined}>
              {device().name}
            </span>
            <Show when={props.session.current}>
              <Mark accent>This one</Mark>
            </Show>
          </p>
          <p class="truncate font-mono text-faint text-meta">{props.session.address ?? "from an unknown address"}</p>
        </div>
        <Facts
          facts={[
            { word: "used", at: props.session.last_used_at, none: "not used yet" },
            { word: "signed in", at: props.session.created_at, date: true },
            { word: "until", at: props.session.expires_at, date: true },
          ]}
        />
      </div>
      <span class="flex w-20 shrink-0 justify-end">
        <Show
          when={props.session.current}
          fallback={
            <Button class="h-8! px-2.5! text-small" aria-label={`End ${device().name}`} onClick={() => props.onEnd()}>
              End
            </Button>
          }
        >
          <Button class="h-8! px-2.5! text-small" onClick={colony.signOut}>
            Sign out
          </Button>
        </Show>
      </span>
    </li>
  );
};

const EndSession = (props: { which: Session | "others"; others: number; sessions: Fetched<Session[]>; onClose: () => void }): JSX.Element => {
  const colony = useColony();
  const device = () => (props.which === "others" ? "" : deviceOf(props.which.user_agent).name);
  const deed = createDeed(async () => {
    const which = props.which;
    await colony.ask((api) => (which === "others" ? api.endOtherSessions() : api.endSession(which.id)));
    await props.sessions.reload();
    props.onClose();
  });
  return (
    <Ask
      title={props.which === "others" ? `End ${props.others === 1 ? "the other session" : `all ${props.others} other sessions`}?` : `End ${device()}?`}
      words={
        props.which === "others"
          ? "You stay signed in here. Everywhere else the password is asked for again. API tokens are not touched."
          : "Whoever uses it must sign in again. API tokens are not touched."
      }
      act="End"
      danger
      deed={deed}
      onClose={props.onClose}
    />
  );
};
