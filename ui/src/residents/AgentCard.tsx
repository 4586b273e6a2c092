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
import { answerWords, stateWords, toolWords } from "./words.ts";

type Props = {
  agent: Agent;
  status: AgentStatus | undefined;
  /** What it needs is said elsewhere already. */
  told: boolean;
  onGo: (address: string) => void;
};

/** By which shape it is drawn. */
const kind = "agent";

/** A resident agent: who it is, what it runs on and can do, what it is at, and the way to ask it. */
export const AgentCard = (props: Props): JSX.Element => {
  const colony = useColony();
  const ask = createDeed(() => converse(colony, [props.agent.id], props.onGo));
  const working = () => props.status !== undefined && props.status.state !== "idle";
  const work = createMemo(() => props.status?.work.filter(({ state }) => state !== "waiting") ?? []);
  return (
    <li class="flex min-w-0 flex-col gap-3 rounded-lg border border-line p-4">
      <div class="flex items-start gap-3">
        <Avatar name={props.agent.display_name} role={kind} model={props.agent.model ?? ""} />
        <div class="min-w-0 grow leading-snug">
          <h2 dir="auto" class="truncate font-semibold">
            {props.agent.display_name}
          </h2>
          <p class="truncate font-mono text-faint text-meta">@{props.agent.username}</p>
        </div>
        <Mark accent={working()}>
          <span role="status" aria-label={`${props.agent.display_name} is ${stateWords(props.agent, props.status)}`}>
            {stateWords(props.agent, props.status)}
          </span>
        </Mark>
      </div>
      <Show when={props.agent.description}>
        <p dir="auto">{props.agent.description}</p>
      </Show>
      <ul aria-label="What it is at" class="flex flex-col gap-1 text-small empty:hidden">
        <For each={work()}>{(one) => <At work={one} />}</For>
      </ul>
      <ul class="flex flex-col gap-0.5 text-small text-soft">
        <li class="flex min-w-0 flex-wrap gap-x-1.5 font-mono text-meta leading-[1.5rem] [overflow-wrap:anywhere] empty:hidden">
          <Show when={props.agent.model}>{(model) => <span>{model()}</span>}</Show>
          <Show when={props.agent.fallback_model}>
            {(model) => (
              <span class="text-faint">
                <span aria-hidden="true">→ </span>
                <span class="sr-only">and where that fails </span>
                {model()}
              </span>
            )}
          </Show>
        </li>
        <li>{answerWords(props.agent)}</li>
        <li>{toolWords(props.agent.tools)}</li>
      </ul>
      <Show when={!props.agent.ready && !props.told}>
        <Needs model={props.agent.model} />
      </Show>
      <div class="mt-auto flex items-center justify-between gap-3 pt-1">
        <p class="min-w-0 truncate text-faint text-meta">
          <Show when={props.agent.file} fallback="built in">
            {(file) => <span class="font-mono">agents/{file()}</span>}
          </Show>
        </p>
        <Button class="h-8! shrink-0 pointer-coarse:h-11!" disabled={ask.busy()} aria-label={`Ask ${props.agent.display_name}`} onClick={ask.run}>
          <MessageCircle size={15} aria-hidden="true" />
          Ask
        </Button>
      </div>
      <Fault words={ask.failed() && `The conversation was not opened: ${ask.failed()}`} />
    </li>
  );
};

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
