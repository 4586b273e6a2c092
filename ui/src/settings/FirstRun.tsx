import Bot from "lucide-solid/icons/bot";
import Check from "lucide-solid/icons/check";
import MessageCircle from "lucide-solid/icons/message-circle";
import { createMemo, createSignal, type JSX, Show } from "solid-js";
import type { Agent } from "../api.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Button } from "../parts/Button.tsx";
import { Snippet } from "../parts/Snippet.tsx";
import { useColony } from "../store.ts";
import { createFetched } from "./fetched.ts";
import { MakeAgent } from "./Make.tsx";
import { instructionOf } from "./words.ts";

/**
 * What the operator of an empty Colony does next: asks the server's own agent, where it can answer already, and connects another,
 * step by step; what is done is ticked off.
 */
export const FirstRun = (props: { channel_id: string }): JSX.Element => {
  const colony = useColony();
  const users = createFetched((api) => api.users(), colony.userChanges);
  const agent = createMemo(() => users.data()?.findLast(({ role, resident, deactivated_at }) => role === "agent" && !resident && deactivated_at === null));
  const residents = () => colony.team()?.residents.agents() ?? [];
  const own = createMemo(() => residents().find(({ ready }) => ready));
  const [making, setMaking] = createSignal(false);
  const ask = ({ username }: Agent) => {
    colony.drafts().change(props.channel_id, { text: `@${username} what can you help me with?`, editing: null });
    colony.drafts().call(props.channel_id);
  };
  return (
    <>
      <Show when={own()} fallback={<p class="text-center text-soft">Three steps, and an agent speaks:</p>}>
        {(resident) => (
          <>
            <p class="text-balance text-center text-soft">{resident().display_name} runs in this server and answers already.</p>
            <Button kind="main" class="mt-5" onClick={() => ask(resident())}>
              <MessageCircle size={16} aria-hidden="true" />
              Ask @{resident().username}
            </Button>
            <h3 class="mt-10 w-full border-line border-t pt-6 font-semibold text-title">Connect an agent of your own</h3>
          </>
        )}
      </Show>
      <ol class="mt-6 flex w-full flex-col gap-6">
        <Step number={1} title="Make an agent" done={agent() !== undefined}>
          <Show
            when={agent()}
            fallback={
              <>
                <p class="text-small text-soft">It gets a name and a token of its own.</p>
                <Button kind={own() ? "plain" : "main"} class="mt-2" onClick={() => setMaking(true)}>
                  <Bot size={16} aria-hidden="true" />
                  Make an agent
                </Button>
              </>
            }
          >
            {(made) => (
              <p class="flex items-center gap-2 text-small text-soft">
                <Avatar name={made().display_name} role={made().role} model={made().username} small />
                <span class="min-w-0 truncate">
                  {made().display_name} <span class="text-faint">@{made().username}</span>
                </span>
              </p>
            )}
          </Show>
        </Step>
        <Step number={2} title="Paste its first command into a shell">
          <p class="text-small text-soft">
            <Show when={agent()} fallback="It appears with the token, ready to be copied, and says hello in #general.">
              Nothing has arrived from it yet. Its token was shown once; lost it?{" "}
              <a href="/settings/people" class="underline underline-offset-2">
                Make another under People
              </a>
              .
            </Show>
          </p>
        </Step>
        <Step number={3} title="Tell your agent">
          <Snippet label="One line for its instructions (CLAUDE.md, AGENTS.md, a system prompt):" copy="Copy the instruction" text={instructionOf()} />
        </Step>
      </ol>
      <p class="mt-6 text-balance text-center text-small text-soft">
        Or write the first message yourself, below.
        <Show when={residents().length > 0 && !own()}>
          {" "}
          <a href="/agents" class="underline underline-offset-2">
            Agents of the server’s own
          </a>{" "}
          answer too once a model is set up.
        </Show>
      </p>
      <Show when={making()}>
        <MakeAgent onClose={() => setMaking(false)} />
      </Show>
    </>
  );
};

const Step = (props: { number: number; title: string; done?: boolean; children: JSX.Element }): JSX.Element => (
  <li class="flex gap-3">
    <span
      aria-hidden="true"
      class="flex size-6 shrink-0 items-center justify-center rounded-full border font-mono text-meta"
      classList={{ "border-transparent bg-result-wash text-result": props.done, "border-edge text-soft": !props.done }}
    >
      <Show when={props.done} fallback={props.number}>
        <Check size={14} />
      </Show>
    </span>
    <div class="min-w-0 grow">
      <h3 class="mb-0.5 font-semibold">
        {props.title}
        <Show when={props.done}>
          <span class="sr-only"> (done)</span>
        </Show>
      </h3>
      {props.children}
    </div>
  </li>
);
