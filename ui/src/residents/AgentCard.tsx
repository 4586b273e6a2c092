import MessageCircle from "lucide-solid/icons/message-circle";
import { createMemo, For, type JSX, Show } from "solid-js";
import type { Agent, AgentStatus } from "../api.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Button } from "../parts/Button.tsx";
import { createDeed } from "../parts/deed.ts";
import { Fault } from "../parts/Fault.tsx";
import { When } from "../parts/When.tsx";
import { addressOf } from "../route.ts";
import { Mark } from "../settings/Section.tsx";
import { useColony } from "../store.ts";
import { converse } from "../team/converse.ts";
import { gist } from "../timeline/gist.ts";
import { Needs } from "./Needs.tsx";
import { type Common, ownOf, stateWords } from "./words.ts";

type Props = {
  agent: Agent;
  status: AgentStatus | undefined;
  /** What is said of all of them already. */
  common: Common;
  /** What it needs is said elsewhere already. */
  told: boolean;
  onGo: (address: string) => void;
};

/** By which shape it is drawn. */
const kind = "agent";

/** A resident agent: who it is and what for, what it is at, what sets it apart from the others, and the way to ask it. */
export const AgentCard = (props: Props): JSX.Element => {
  const colony = useColony();
  const ask = createDeed(() => converse(colony, [props.agent.id], props.onGo));
  const state = () => stateWords(props.agent, props.status);
  const work = createMemo(() => props.status?.work.filter(({ state }) => state !== "waiting") ?? []);
  const own = createMemo(() => ownOf(props.agent, props.common));
  return (
    <li class="flex min-w-0 items-start gap-3 rounded-lg border border-line p-3 sm:p-4">
      <Avatar name={props.agent.display_name} role={kind} model={props.agent.model ?? ""} />
      <div class="flex min-w-0 grow flex-col gap-1.5">
        <div class="flex flex-wrap items-baseline gap-x-2">
          <h2 dir="auto" class="max-w-full truncate font-semibold leading-snug">
            {props.agent.display_name}
          </h2>
          <p class="truncate font-mono text-faint text-meta">@{props.agent.username}</p>
          <span role="status" aria-label={`${props.agent.display_name} is ${state()}`} classList={{ "sr-only": state() === "idle" }}>
            <Mark accent={props.agent.ready}>{state()}</Mark>
          </span>
        </div>
        <Show when={props.agent.description}>
          <p dir="auto" class="text-small text-soft">
            {props.agent.description}
          </p>
        </Show>
        <ul aria-label="What it is at" class="flex flex-col gap-1 text-small empty:hidden">
          <For each={work()}>{(one) => <At work={one} />}</For>
        </ul>
        <ul aria-label="What sets it apart" class="flex flex-col gap-0.5 text-meta text-soft empty:hidden">
          <Show when={own().models?.length ? own().models : null}>
            {(models) => (
              <li class="flex min-w-0 flex-wrap gap-x-1.5 font-mono [overflow-wrap:anywhere]">
                <Models models={models()} />
              </li>
            )}
          </Show>
          <Show when={own().answers}>{(words) => <li>{words()}</li>}</Show>
          <Show when={own().tools}>{(words) => <li>{words()}</li>}</Show>
          <Show when={props.agent.file}>{(file) => <li class="font-mono text-faint [overflow-wrap:anywhere]">agents/{file()}</li>}</Show>
        </ul>
        <Show when={!props.agent.ready && !props.told}>
          <Needs model={props.agent.model} />
        </Show>
        <Fault words={ask.failed() && `The conversation was not opened: ${ask.failed()}`} />
      </div>
      <Button class="h-8! shrink-0 pointer-coarse:h-11!" disabled={ask.busy()} aria-label={`Ask ${props.agent.display_name}`} onClick={ask.run}>
        <MessageCircle size={15} aria-hidden="true" />
        <span class="max-sm:hidden">Ask</span>
      </Button>
    </li>
  );
};

/** The model that one runs on, and the one where that fails. */
export const Models = (props: { models: readonly string[] }): JSX.Element => (
  <For each={props.models}>
    {(model, at) => (
      <span classList={{ "text-faint": at() > 0 }}>
        <Show when={at() > 0}>
          <span aria-hidden="true"> → </span>
          <span class="sr-only">and where that fails </span>
        </Show>
        {model}
      </span>
    )}
  </For>
);

/** A question that it is at, where I may read it. */
const At = (props: { work: AgentStatus["work"][number] }): JSX.Element => {
  const colony = useColony();
  const channel = () => colony.channel(props.work.channel_id) ?? { id: props.work.channel_id, name: null };
  const question = createMemo(() => {
    const found = colony.parent(props.work.channel_id, props.work.question_id);
    return typeof found === "string" ? null : gist(found, 80);
  });
  return (
    <li class="min-w-0">
      {props.work.state === "running" && props.work.tool ? (
        <>
          uses <span class="font-mono text-meta">{props.work.tool}</span> for{" "}
        </>
      ) : (
        "thinks about "
      )}
      <a href={addressOf(channel(), props.work.question_id)} class="font-medium underline underline-offset-2">
        <bdi>{question() === null ? "a question" : `“${question()}”`}</bdi>
      </a>{" "}
      <span class="text-soft">
        of {props.work.asker.display_name} in {colony.titleOf(channel())}, <When at={props.work.since} />
      </span>
    </li>
  );
};
