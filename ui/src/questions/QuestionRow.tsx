import { createMemo, type JSX } from "solid-js";
import type { OpenQuestion } from "../api.ts";
import { Carried } from "../carried/Carried.tsx";
import { When } from "../parts/When.tsx";
import { addressOf } from "../route.ts";
import { useColony } from "../store.ts";
import { Body } from "../timeline/Body.tsx";
import { WaitingRow } from "../waiting/WaitingRow.tsx";

type Props = {
  item: OpenQuestion;
  /** The one that keys act on. */
  stop: boolean;
  onSelect: () => void;
  /** It is pointed at. */
  onPoint: () => void;
  onAnswered: (option: string) => void;
  /** Is given the way to choose an option. */
  take: (choose: (option: string) => void) => void;
};

/** A question in full: who asks, where and since when, its words and files, and its options. */
export const QuestionRow = (props: Props): JSX.Element => {
  const colony = useColony();
  const message = () => props.item.message;
  const address = () => addressOf(props.item.channel, message().id);
  const place = () => colony.titleOf(props.item.channel);
  const reader = createMemo(() => ({ mentions: message().mentions, me: colony.me()?.username }));
  return (
    <WaitingRow
      id={message().id}
      message={message()}
      label={`${message().user.display_name} asks in ${place()}`}
      stop={props.stop}
      onSelect={props.onSelect}
      onPoint={props.onPoint}
      doing={
        <>
          <span class="text-small text-soft">
            asks in{" "}
            <a href={address()} class="font-medium text-ink hover:underline">
              {place()}
            </a>
          </span>
          <span class="grow text-right font-mono text-faint text-meta">
            <When at={message().created_at} />
          </span>
        </>
      }
    >
      <Body
        id={`question:${message().id}`}
        place={{ address: location.origin + address(), channel: place(), seq: message().seq }}
        type={message().type}
        content={message().content}
        metadata={message().metadata}
        reader={reader()}
      />
      <Carried message={message()} fixed={false} keys={props.stop} onAnswered={props.onAnswered} take={props.take} />
    </WaitingRow>
  );
};
