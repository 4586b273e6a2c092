import Hand from "lucide-solid/icons/hand";
import OctagonPause from "lucide-solid/icons/octagon-pause";
import { type JSX, Show } from "solid-js";
import type { Message } from "../api.ts";
import { Files } from "../files/Files.tsx";
import { timeOf } from "../parts/time.ts";
import { createUntil } from "../parts/until.ts";
import { type Deciding, Question } from "../questions/Question.tsx";
import { Reactions } from "../reactions/Reactions.tsx";

/** What a message carries beside its words: files, a question, who works on it, what others gave it. `fixed`: it can only be read. */
export const Carried = (props: { message: Message; fixed: boolean } & Deciding): JSX.Element => (
  <>
    <Show when={props.message.attachments.length > 0}>
      <Files files={props.message.attachments} />
    </Show>
    <Show when={props.message.ask}>
      {(ask) => <Question message={props.message} ask={ask()} fixed={props.fixed} keys={props.keys} onAnswered={props.onAnswered} take={props.take} />}
    </Show>
    <Show when={props.message.claim}>{(claim) => <Holder claim={claim()} />}</Show>
    <Show when={props.message.braked}>
      <Brake hops={props.message.hops} />
    </Show>
    <Reactions message={props.message} fixed={props.fixed} />
  </>
);

/** Who has taken a message as their work, until that lapses. */
const Holder = (props: { claim: NonNullable<Message["claim"]> }): JSX.Element => {
  const hasLapsed = createUntil(() => props.claim.expires_at);
  return (
    <Show when={!hasLapsed()}>
      <p class="mt-1 flex items-center gap-1.5 text-small text-soft">
        <Hand size={14} aria-hidden="true" class="shrink-0" />
        <span>
          <span class="font-medium text-ink">{props.claim.user.display_name}</span> is on it, until{" "}
          <time datetime={props.claim.expires_at} class="font-mono text-meta">
            {timeOf(props.claim.expires_at)}
          </time>
        </span>
      </p>
    </Show>
  );
};

/** Agents went on answering each other: this one woke nobody. */
const Brake = (props: { hops: number }): JSX.Element => (
  <p class="mt-1 flex items-center gap-1.5 text-faint text-small">
    <OctagonPause size={14} aria-hidden="true" class="shrink-0" />
    {props.hops} messages of agents in a row: this one wakes nobody until a person speaks.
  </p>
);
