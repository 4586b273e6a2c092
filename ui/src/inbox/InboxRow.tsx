import Check from "lucide-solid/icons/check";
import { type JSX, Show } from "solid-js";
import type { InboxItem } from "../api.ts";
import { keysOf } from "../keys.ts";
import { today } from "../parts/now.ts";
import { dayName, dayOf, momentOf, timeOf } from "../parts/time.ts";
import { addressOf } from "../route.ts";
import { useColony } from "../store.ts";
import { gist } from "../timeline/gist.ts";
import { WaitingRow } from "../waiting/WaitingRow.tsx";

/** Characters of a message that are shown: three lines or so. */
const WORDS = 280;

type Props = {
  item: InboxItem;
  /** The one that keys act on. */
  stop: boolean;
  onSelect: () => void;
  /** It is pointed at. */
  onPoint: () => void;
  onDone: () => void;
};

const words: [InboxItem["reasons"][number], string][] = [
  ["answer", "answered your question"],
  ["ask", "asks you"],
  ["reply", "replied to you"],
  ["mention", "mentioned you"],
];

/** What they did, the most telling first. In a conversation everything is said to me. */
const how = ({ reasons }: InboxItem): string => words.flatMap(([reason, said]) => (reasons.includes(reason) ? [said] : [])).join(" and ") || "wrote to you";

const typeInk: Record<InboxItem["message"]["type"], string> = { text: "", code: "text-code", result: "text-result", error: "text-error", plan: "text-plan" };

/** Something that was said to me: who, where, how, and its words in brief. It leads to where it was said. */
export const InboxRow = (props: Props): JSX.Element => {
  const colony = useColony();
  const message = () => props.item.message;
  /** A conversation of two is named by who writes. */
  const place = () => (colony.channel(props.item.channel.id)?.members?.length === 2 ? "your conversation" : colony.titleOf(props.item.channel));
  const when = () => {
    const day = dayName(dayOf(message().created_at), today());
    return `${day === "Today" ? "" : `${day}, `}${timeOf(message().created_at)}`;
  };
  return (
    <WaitingRow
      id={props.item.seq}
      message={message()}
      label={`${message().user.display_name} ${how(props.item)} in ${place()}, ${when()}`}
      stop={props.stop}
      onSelect={props.onSelect}
      onPoint={props.onPoint}
      doing={
        <>
          <span class="text-small text-soft">
            {how(props.item)} in{" "}
            <a href={addressOf(props.item.channel, message().id)} tabindex={props.stop ? 0 : -1} class="font-medium text-ink hover:underline">
              {place()}
            </a>
          </span>
          <Show when={message().type !== "text"}>
            <span class={`font-medium text-small ${typeInk[message().type]}`}>{message().type}</span>
          </Show>
          <time datetime={message().created_at} title={momentOf(message().created_at)} class="grow text-right font-mono text-faint text-meta">
            {when()}
          </time>
        </>
      }
    >
      <div class="sm:flex sm:items-end sm:justify-between sm:gap-4">
        <a
          href={addressOf(props.item.channel, message().id)}
          tabindex="-1"
          dir="auto"
          class="mt-0.5 line-clamp-3 min-w-0 max-w-(--prose) [overflow-wrap:anywhere] hover:underline"
          classList={{ "font-mono text-small": message().type === "code" || message().type === "error" }}
        >
          {gist(message(), WORDS)}
        </a>
        <button
          type="button"
          tabindex={props.stop ? 0 : -1}
          data-tip="Done, with all above it"
          data-keys={keysOf("done")}
          class="-ml-2 inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md px-2 text-small text-soft transition-colors hover:bg-hover hover:text-ink sm:-mr-2 sm:-mt-1 sm:ml-0 pointer-coarse:h-11"
          onClick={() => props.onDone()}
        >
          <Check size={15} aria-hidden="true" />
          Done up to here
        </button>
      </div>
    </WaitingRow>
  );
};
