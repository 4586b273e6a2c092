import { createMemo, createSignal, type JSX, Match, onMount, Show, Switch } from "solid-js";
import { isKept } from "../outbox.ts";
import { copyText } from "../parts/CopyButton.tsx";
import { momentOf } from "../parts/time.ts";
import { isStuck, isWaiting, type Pending } from "../reduce.ts";
import { addressOf } from "../route.ts";
import { useColony } from "../store.ts";

const Act = (props: { onClick: () => void; children: JSX.Element }): JSX.Element => (
  <button type="button" class="rounded py-0.5 font-medium underline underline-offset-2 hover:text-ink pointer-coarse:py-2.5" onClick={() => props.onClick()}>
    {props.children}
  </button>
);

/** What holds an own post back, and what can be done about it. */
export const Unsent = (props: { pending: Pending }): JSX.Element => {
  const colony = useColony();
  const { posts } = colony;
  const channel = () => colony.channel(props.pending.channel_id);
  const isTakenUp = () => colony.drafts().draft(props.pending.channel_id).editing?.id === props.pending.key;
  const isRed = () => isStuck(props.pending) && !isTakenUp();
  const isBehind = createMemo(() => {
    const { key, channel_id } = props.pending;
    const all = posts.pending();
    const end = all.findIndex((one) => one.key === key);
    return isWaiting(props.pending) && all.slice(0, end).some((one) => one.channel_id === channel_id && isStuck(one) && !one.passed);
  });

  const why = (): string | null => {
    const { gone, doubtful, failed, key, channel_id } = props.pending;
    if (gone) return null;
    if (isTakenUp()) return "You are changing this in the box below.";
    if (doubtful) return "Not sent for more than a day. It may have been posted, without its answer reaching this page.";
    if (failed !== null) return `Not sent: ${failed}`;
    if (isBehind()) return "Waits for the one above, which was not sent.";
    const trouble = posts.trouble(channel_id);
    if (trouble && trouble.status > 0) return `Not sent yet: ${trouble.message} Trying again.`;
    if (!trouble && colony.connection() === "online") return null;
    if (!isKept(colony.me()?.id ?? "", key)) return "Sent when the server can be reached. The browser's storage is full: leave this page open until then.";
    return "Kept here, and sent when the server can be reached.";
  };

  const change = () => {
    const { key, content, type, reply_to, attachments, channel_id } = props.pending;
    posts.hold(key);
    colony.drafts().change(channel_id, { editing: { id: key, text: content, type, reply_to, files: attachments, unsent: true } });
    colony.drafts().call(channel_id);
  };

  return (
    <Show when={!props.pending.found} fallback={<Found pending={props.pending} />}>
      <Show when={why()}>
        {(words) => (
          <p class="flex flex-wrap items-center gap-x-3 text-small" classList={{ "text-error": isRed(), "text-soft": !isRed() }}>
            <span class="[overflow-wrap:anywhere]">{words()}</span>
            <Show when={!isTakenUp()}>
              <span class="flex flex-wrap gap-x-3 pointer-coarse:gap-x-5">
                <Switch>
                  <Match when={props.pending.doubtful}>
                    <Settle pending={props.pending} />
                  </Match>
                  <Match when={props.pending.failed !== null}>
                    <Act onClick={() => posts.resend(props.pending.key)}>Try again</Act>
                  </Match>
                  <Match when={isBehind()}>
                    <Act onClick={() => posts.letPass(props.pending.key)}>Send now</Act>
                  </Match>
                </Switch>
                <Show when={channel()?.archived_at === null} fallback={<Act onClick={() => copyText(props.pending.content)}>Copy text</Act>}>
                  <Act onClick={change}>Edit</Act>
                </Show>
                <Act onClick={() => posts.discard(props.pending.key)}>Discard</Act>
              </span>
            </Show>
          </p>
        )}
      </Show>
    </Show>
  );
};

/** A doubtful post that was found to stand in its channel. */
const Found = (props: { pending: Pending }): JSX.Element => {
  const colony = useColony();
  const address = () => addressOf(colony.channel(props.pending.channel_id) ?? { id: props.pending.channel_id, name: null }, props.pending.found?.id);
  return (
    <p class="flex flex-wrap items-center gap-x-3 text-small text-soft">
      <span>
        It was posted already, on{" "}
        <a class="font-medium underline underline-offset-2" href={address()}>
          {momentOf(props.pending.found?.at ?? props.pending.created_at)}
        </a>
        .
      </span>
      <Act onClick={() => colony.posts.dismiss(props.pending.key)}>Dismiss</Act>
    </p>
  );
};

/** Whether it stands there already is asked before it is posted once more. */
const Settle = (props: { pending: Pending }): JSX.Element => {
  const { posts } = useColony();
  const [state, setState] = createSignal<"idle" | "looking" | "failed">("idle");
  const settle = async () => {
    if (state() === "looking") return;
    setState("looking");
    try {
      await posts.settle(props.pending.key);
    } catch {
      setState("failed");
    }
  };
  return <Act onClick={settle}>{{ idle: "Check, and post it if it is missing", looking: "Looking…", failed: "The server cannot be asked. Check again" }[state()]}</Act>;
};

/** In the place of a post that was thrown away, for whoever thinks better of it. */
export const Discarded = (props: { pending: Pending }): JSX.Element => {
  const { posts } = useColony();
  let line: HTMLParagraphElement | undefined;
  // The button that was pressed is gone: the keyboard goes on from here.
  onMount(() => document.activeElement === document.body && line?.querySelector("button")?.focus());
  return (
    <p ref={line} role="status" class="flex items-center gap-x-3 py-0.5 pr-4 pl-[3.875rem] text-faint text-small sm:pl-[4.125rem]">
      Discarded.
      <Act onClick={() => posts.undiscard(props.pending.key)}>Undo</Act>
    </p>
  );
};
