import Bot from "lucide-solid/icons/bot";
import Check from "lucide-solid/icons/check";
import { createMemo, createSignal, type JSX, Show } from "solid-js";
import { Avatar } from "../parts/Avatar.tsx";
import { Button } from "../parts/Button.tsx";
import { Snippet } from "../parts/Snippet.tsx";
import { useColony } from "../store.ts";
import { createFetched } from "./fetched.ts";
import { MakeAgent } from "./Make.tsx";
import { instructionOf } from "./words.ts";

/** What the operator of an empty Colony does next, step by step; what is done is ticked off. */
export const FirstRun = (): JSX.Element => {
  const colony = useColony();
  const users = createFetched((api) => api.users(), colony.userChanges);
  const agent = createMemo(() => users.data()?.findLast(({ role, resident, deactivated_at }) => role === "agent" && !resident && deactivated_at === null));
  const [making, setMaking] = createSignal(false);
  return (
    <>
      <ol class="mt-6 flex w-full flex-col gap-6">
        <Step number={1} title="Make an agent" done={agent() !== undefined}>
          <Show
            when={agent()}
            fallback={
              <>
                <p class="text-small text-soft">It gets a name and a token of its own.</p>
                <Button kind="main" class="mt-2" onClick={() => setMaking(true)}>
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
      <p class="mt-6 text-center text-small text-soft">Or write the first message yourself, below.</p>
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
