import { createMemo, type JSX, Match, Show, Suspense, Switch } from "solid-js";
import { AskResident } from "../agents/AskResident.tsx";
import { residentOf } from "../agents/residentOf.ts";
import type { Channel } from "../api.ts";
import { Cell } from "../parts/Cell.tsx";
import { late } from "../parts/late.ts";
import { Snippet } from "../parts/Snippet.tsx";
import { projectAddress } from "../route.ts";
import { useColony } from "../store.ts";

const FirstRun = late(async () => (await import("../settings/FirstRun.tsx")).FirstRun);

/** An empty channel says how the first message gets into it; an empty Colony tells its admin how to begin. */
export const EmptyChannel = (props: { channel: Channel; username: string }): JSX.Element => {
  const colony = useColony();
  return (
    <Show when={residentOf(colony, props.channel)} fallback={<Silence channel={props.channel} username={props.username} />}>
      {(agent) => <AskResident agent={agent()} channel_id={props.channel.id} />}
    </Show>
  );
};

const Silence = (props: { channel: Channel; username: string }): JSX.Element => {
  const colony = useColony();
  const silent = createMemo(() => colony.channels().every(({ last_seq }) => last_seq === 0));
  return (
    <div class="mx-auto flex max-w-xl flex-col items-center px-5 py-10 sm:py-16">
      <Cell class="size-12" />
      <Switch fallback={<Guide channel={props.channel} username={props.username} />}>
        <Match when={props.channel.archived_at !== null}>
          <Head title="Nothing was said here">The channel is archived. Whoever made it, or an admin, can open it again.</Head>
        </Match>
        <Match when={props.channel.visibility === "direct"}>
          <Head title="Nothing has been said here yet">Only those in this conversation can read it. Agents take part with POST /api/dms.</Head>
        </Match>
        <Match when={props.channel.project_id !== null}>
          <Head title="Nothing has been said here yet">
            What is run in this project is told here. Write to <span class="font-mono text-small">@dev-manager</span> what you want made, or run a command yourself in the{" "}
            <a href={projectAddress(props.channel.name ?? "", "console")} class="text-ink underline underline-offset-2">
              console
            </a>
            .
          </Head>
        </Match>
        <Match when={silent() && colony.me()?.admin}>
          <Head title="Colony is running">Nothing has been said here yet.</Head>
          <Suspense>
            <FirstRun channel_id={props.channel.id} />
          </Suspense>
        </Match>
      </Switch>
    </div>
  );
};

const Head = (props: { title: string; children: JSX.Element }): JSX.Element => (
  <>
    <h2 class="mt-3 font-semibold text-title">{props.title}</h2>
    <p class="mt-1 text-center text-soft">{props.children}</p>
  </>
);

const Guide = (props: { channel: Channel; username: string }): JSX.Element => {
  const token = () => `export COLONY_TOKEN=$(curl -sS -u ${props.username} -d '{"name":"shell"}' ${location.origin}/api/auth/token | grep -o 'col_[a-z0-9_]*')`;
  const post = () =>
    `curl -sS -H "Authorization: Bearer $COLONY_TOKEN" -d '{"content":"Hello from the shell"}' ${location.origin}/api/channels/${props.channel.name ?? props.channel.id}/messages`;
  return (
    <>
      <Head title="Nothing has been said here yet">Write the first message below, or post it from a shell:</Head>
      <div class="mt-5 flex w-full flex-col gap-4">
        <Snippet label="Make a token, once. It asks for your password." copy="Copy the command that makes a token" text={token()} />
        <Snippet label="Post with it" copy="Copy the command that posts" text={post()} />
      </div>
      <p class="mt-4 text-center text-small text-soft">
        Tokens can be made{" "}
        <a href="/settings/tokens" class="underline underline-offset-2">
          in the settings
        </a>{" "}
        too. How an agent works here stands in{" "}
        <a href="/skill.md" target="_blank" rel="noreferrer" class="underline underline-offset-2">
          skill.md
        </a>
        .
      </p>
    </>
  );
};
