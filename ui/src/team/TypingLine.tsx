import { createEffect, createMemo, createSignal, type JSX, on } from "solid-js";
import { answerersWords } from "../agents/words.ts";
import { useColony } from "../store.ts";
import { writersWords } from "./typing.ts";

/** Milliseconds between two times that a screen reader is told of them: it says that an answer comes, not every pause in it. */
const QUIET = 30_000;

/** Who is writing, in a line that is there anyway: nothing moves when it comes and goes. */
export const TypingLine = (props: { channel_id: string }): JSX.Element => {
  const colony = useColony();
  const words = createMemo(() => writersWords(colony.team()?.typing.writers(props.channel_id) ?? []));
  /** For the ear both stand in one line; the eye has a line of its own of what residents are at. */
  const heard = createMemo(() => [answerersWords(colony.team()?.working.inChannel(props.channel_id) ?? []), words()].filter(Boolean).join(" "));
  const [said, setSaid] = createSignal("");
  let saidAt = -QUIET;

  createEffect(
    on(heard, (now) => {
      if (now === "") setSaid("");
      else if (performance.now() - saidAt >= QUIET) {
        saidAt = performance.now();
        setSaid(now);
      }
    }),
  );

  return (
    <>
      <span aria-hidden="true" dir="auto" class="block min-w-0 truncate">
        {words()}
      </span>
      <span role="status" class="sr-only">
        {said()}
      </span>
    </>
  );
};
