import RotateCcw from "lucide-solid/icons/rotate-ccw";
import Square from "lucide-solid/icons/square";
import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, Show } from "solid-js";
import type { Message } from "../api.ts";
import { type Colony, useColony } from "../store.ts";
import type { Phase } from "./Answer.tsx";
import type { Facts } from "./facts.ts";
import { mayGovern, retry, stop } from "./govern.ts";
import { Steps } from "./Steps.tsx";
import { cutWords, stepWords, stoppedWords } from "./words.ts";
import type { Work } from "./working.ts";

type Props = { message: Message; facts: Facts; phase: Phase; grows: boolean; watched: boolean; work: Work | undefined };

/** Under an answer: what is being done for it and how to end that, or how it ended, what was done, and how to ask again. */
export const Foot = (props: Props): JSX.Element => {
  const colony = useColony();
  const [asked, setAsked] = createSignal(false);
  const may = createMemo(() => mayGovern(colony, props.message));
  /** Without a line to the server nobody knows how it goes on, and it cannot be ended. */
  const isOnline = () => colony.connection() === "online";
  const steps = () => (props.phase === "again" ? [] : props.facts.steps);
  const username = () => props.message.user.username;
  /** What may be asked again: what failed, and what was stopped. */
  const isOpen = () => !props.grows && (props.facts.stopped || props.message.type === "error");

  const now = (): { words: string; input: string } => {
    const running = steps().findLast(({ state }) => state === "running");
    if (running) return { words: stepWords(running), input: running.input };
    if (props.work?.state === "waiting") return { words: "Waiting for its turn…", input: "" };
    return { words: props.phase === "again" || props.message.content === "" ? "Thinking…" : "Answering…", input: "" };
  };
  const ended = () => {
    const { stopped, stoppedBy, cut } = props.facts;
    if (stopped) return stoppedWords(stoppedBy === null ? null : nameOf(colony, stoppedBy), props.message.type === "error");
    return cut === null ? null : cutWords[cut];
  };
  // Someone who neither spoke nor is here may have stopped it.
  createEffect(() => {
    const by = props.facts.stoppedBy;
    if (by !== null && nameOf(colony, by) === `@${by}`) colony.readPeople();
  });
  const again = async () => {
    setAsked(true);
    if (!(await retry(colony, username(), props.message.id))) setAsked(false);
  };
  createEffect(on([() => props.phase, () => props.message], () => setAsked(false), { defer: true }));

  const Status = () => (
    <Show
      when={props.grows}
      fallback={
        <Show when={ended()}>
          {(words) => (
            <span class="min-w-0 truncate text-faint">
              {steps().length > 0 && "· "}
              {words()}
            </span>
          )}
        </Show>
      }
    >
      <span class="flex min-w-0 items-baseline gap-1.5">
        <span aria-hidden="true" class="size-1.5 shrink-0 self-center rounded-full" classList={{ "at-work bg-accent": isOnline(), "bg-edge": !isOnline() }} />
        <span class="shrink-0">{now().words}</span>
        <bdi class="truncate font-mono text-meta">{now().input}</bdi>
      </span>
    </Show>
  );
  /** Where its progress was told the room for it stays, so that nothing moves as it ends, until something is said after it. */
  const hasRoom = () => props.watched && (colony.channel(props.message.channel_id)?.last_seq ?? 0) <= props.message.seq;
  const isThere = () => props.grows || hasRoom() || steps().length > 0 || ended() !== null || (isOpen() && may());

  return (
    <Show when={isThere()}>
      <div class="mt-1 flex max-w-(--prose) items-start gap-2">
        <Show
          when={steps().length > 0}
          fallback={
            <Show when={props.grows || hasRoom() || ended() !== null}>
              <p class="flex min-h-7 min-w-0 items-center text-small text-soft">
                <Status />
              </p>
            </Show>
          }
        >
          <Steps id={props.message.id} steps={steps()} now={<Status />} />
        </Show>
        <Show when={may()}>
          <Show when={props.grows && isOnline()}>
            <Deed onPress={() => stop(colony, username(), props.message.id)}>
              <Square size={11} fill="currentColor" aria-hidden="true" />
              Stop
            </Deed>
          </Show>
          <Show when={isOpen()}>
            <Deed busy={asked()} onPress={again}>
              <RotateCcw size={13} aria-hidden="true" />
              Retry
            </Deed>
          </Show>
        </Show>
      </div>
    </Show>
  );
};

/** What people call a user; the username where no more is known. */
const nameOf = (colony: Colony, username: string): string => [colony.me(), ...colony.people()].find((user) => user?.username === username)?.display_name ?? `@${username}`;

/** A button that goes once it has done its work: the focus stays with its message. */
const Deed = (props: { busy?: boolean; onPress: () => void; children: JSX.Element }): JSX.Element => {
  let button: HTMLButtonElement | undefined;
  onCleanup(() => {
    if (button && document.activeElement === button) button.closest<HTMLElement>("article, [data-first]")?.focus({ preventScroll: true });
  });
  return (
    <button
      ref={button}
      type="button"
      aria-disabled={props.busy}
      class="inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md border border-edge bg-raised px-2.5 font-medium text-meta transition-colors hover:bg-hover aria-disabled:opacity-60 pointer-coarse:h-9"
      onClick={() => !props.busy && props.onPress()}
    >
      {props.children}
    </button>
  );
};
