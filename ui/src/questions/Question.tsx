import Check from "lucide-solid/icons/check";
import CircleHelp from "lucide-solid/icons/circle-question-mark";
import { createSignal, createUniqueId, For, type JSX, Match, Show, Switch } from "solid-js";
import type { Message } from "../api.ts";
import { asFailure } from "../model.ts";
import { Fault } from "../parts/Fault.tsx";
import { createUntil } from "../parts/until.ts";
import { When } from "../parts/When.tsx";
import { ahead } from "../reduce.ts";
import { useColony } from "../store.ts";
import { type Asked, whyNot } from "./asking.ts";

/** How a place that has keys for the options stands to a question. */
export type Deciding = {
  /** Each option is shown with the key that chooses it. */
  keys?: boolean;
  onAnswered?: (option: string) => void;
  /** Is given the way to choose an option. */
  take?: (choose: (option: string) => void) => void;
};

/** `fixed`: its channel takes no answers any more. */
type Props = Deciding & { message: Message; ask: Asked; fixed: boolean };

/** A question and its options: whom it waits for, how long, and once it is answered who chose what. */
export const Question = (props: Props): JSX.Element => {
  const colony = useColony();
  const [chosen, setChosen] = createSignal<string | null>(null);
  const [failed, setFailed] = createSignal<string | null>(null);
  const [note, setNote] = createSignal<string | null>(null);
  const isOver = createUntil(() => props.ask.expires_at);
  const state = () => (props.ask.state === "open" && isOver() ? "expired" : props.ask.state);
  const refused = () => (props.fixed ? "This channel is archived." : whyNot(props.ask, colony.me()));
  const waitsFor = () => {
    const { assignee } = props.ask;
    if (assignee === null) return "Waits for an answer";
    return assignee === colony.me()?.username ? "Waits for you" : `Waits for @${assignee}`;
  };
  const field = createUniqueId();

  const choose = async (option: string) => {
    if (chosen() !== null || state() !== "open" || refused() !== null) return;
    setChosen(option);
    setFailed(null);
    try {
      const { id, channel_id } = props.message;
      await colony.change(async (api) => ahead("answer", channel_id, { id, ask: { ...props.ask, ...(await api.answer(channel_id, id, option, note()?.trim() || null)) } }));
      props.onAnswered?.(option);
    } catch (error) {
      setFailed(asFailure(error).message);
    } finally {
      setChosen(null);
    }
  };
  props.take?.(choose);

  return (
    <fieldset aria-label="Question" class="min-w-0 mt-1.5 max-w-(--prose) rounded-lg border border-line bg-raised p-2.5">
      <p class="flex flex-wrap items-center gap-x-1.5 text-small text-soft">
        <CircleHelp size={15} aria-hidden="true" class={state() === "open" ? "text-accent-ink" : "text-faint"} />
        <Switch>
          <Match when={props.ask.answer}>
            {(answer) => (
              <span>
                <span class="font-medium text-ink">{answer().user.display_name}</span> answered, <When at={answer().at} />
              </span>
            )}
          </Match>
          <Match when={state() === "expired"}>
            <span>Nobody answered in time.</span>
          </Match>
          <Match when={true}>
            <span class="font-medium text-ink">{waitsFor()}</span>
            <Show when={props.ask.expires_at}>
              {(at) => (
                <span>
                  · ends <When at={at()} />
                </span>
              )}
            </Show>
          </Match>
        </Switch>
      </p>
      <ul aria-label="Options" class="mt-2 flex flex-wrap gap-2">
        <For each={props.ask.options}>
          {(option, at) => {
            const isAnswer = () => props.ask.answer?.option === option;
            return (
              <li>
                <Show
                  when={state() === "open" && refused() === null}
                  fallback={
                    <span
                      class="inline-flex min-h-8 items-center gap-1.5 rounded-md border px-2.5 py-1 text-small [overflow-wrap:anywhere]"
                      classList={{ "border-result bg-result-wash font-semibold text-ink": isAnswer(), "border-line text-soft": !isAnswer() }}
                    >
                      <Show when={isAnswer()}>
                        <Check size={15} aria-hidden="true" class="shrink-0 text-result" />
                        <span class="sr-only">Chosen: </span>
                      </Show>
                      {option}
                    </span>
                  }
                >
                  <button
                    type="button"
                    aria-busy={chosen() === option}
                    disabled={chosen() !== null}
                    class="inline-flex min-h-9 items-center gap-2 rounded-md border border-edge bg-ground px-3 py-1 text-left font-medium transition-colors [overflow-wrap:anywhere] hover:border-accent-ink hover:bg-accent-wash disabled:opacity-60 pointer-coarse:min-h-11"
                    onClick={() => choose(option)}
                  >
                    <Show when={props.keys && at() < 9}>
                      <span aria-hidden="true" class="font-mono text-faint text-meta pointer-coarse:hidden">
                        {at() + 1}
                      </span>
                    </Show>
                    {option}
                  </button>
                </Show>
              </li>
            );
          }}
        </For>
      </ul>
      <Show when={props.ask.answer?.note}>{(words) => <p class="mt-2 whitespace-pre-wrap border-line border-l-3 pl-2 [overflow-wrap:anywhere]">{words()}</p>}</Show>
      <Show when={state() === "open"}>
        <Show when={refused() === null} fallback={<p class="mt-1.5 text-small text-soft">{refused()}</p>}>
          <Show
            when={note() !== null}
            fallback={
              <button
                type="button"
                class="mt-1.5 inline-flex min-h-6 items-center rounded font-medium text-small text-soft underline underline-offset-2 hover:text-ink pointer-coarse:min-h-11"
                onClick={() => {
                  setNote("");
                  queueMicrotask(() => document.getElementById(field)?.focus());
                }}
              >
                Add a note
              </button>
            }
          >
            <label class="mt-2 block text-small text-soft">
              Note, sent with the option you choose
              <textarea
                id={field}
                rows="2"
                class="mt-1 block w-full rounded-md border border-edge bg-ground px-2.5 py-1.5 text-body text-ink pointer-coarse:text-[1rem]"
                onInput={(event) => setNote(event.currentTarget.value)}
              />
            </label>
          </Show>
        </Show>
      </Show>
      <Fault words={failed() && `Not answered: ${failed()}`} class="mt-1.5" />
    </fieldset>
  );
};
