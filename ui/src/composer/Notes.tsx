import X from "lucide-solid/icons/x";
import { createMemo, For, type JSX, Match, Show, Switch } from "solid-js";
import { apple } from "../keys.ts";
import { IconButton } from "../parts/Button.tsx";
import { copyText } from "../parts/CopyButton.tsx";
import { isStuck } from "../reduce.ts";
import { addressOf } from "../route.ts";
import { useColony } from "../store.ts";
import { excerpt } from "../timeline/excerpt.ts";
import { gist } from "../timeline/gist.ts";
import type { WritingBox } from "./box.ts";
import type { Kind } from "./paste.ts";
import { isNear, MOST } from "./size.ts";
import type { Writing } from "./writing.ts";

/** Letters of what is quoted in a note. */
const LETTERS = 80;

type Props = { writing: Writing; box: WritingBox };

const Act = (props: { onClick: () => void; main?: boolean; children: JSX.Element }): JSX.Element => (
  <button
    type="button"
    class="inline-flex h-7 items-center rounded-md border border-edge bg-raised px-2 font-medium text-ink hover:bg-hover pointer-coarse:h-11 pointer-coarse:px-3"
    classList={{ "border-accent-ink": props.main }}
    onClick={() => props.onClick()}
  >
    {props.children}
  </button>
);

const Note = (props: { alarming?: boolean; line?: boolean; children: JSX.Element }): JSX.Element => (
  <div
    class="mb-1 flex items-center gap-x-2 gap-y-1 border-l-3 pl-2 text-small"
    classList={{ "flex-wrap": !props.line, "border-error text-error": props.alarming, "border-accent text-soft": !props.alarming }}
  >
    {props.children}
  </div>
);

/** What goes with the words in the box: what they answer or replace, what is wrong with them, what could be made of them. */
export const Notes = (props: Props): JSX.Element => {
  const colony = useColony();
  const id = () => props.writing.place();
  const drafts = () => colony.drafts();
  return (
    <>
      <Show when={props.writing.thread() === undefined}>
        <Elsewhere id={props.writing.id()} />
      </Show>
      <Show when={drafts().other(id())}>
        {(words) => (
          <Note>
            <span class="min-w-0 truncate">Written in another tab at the same time: {excerpt(words(), LETTERS)}</span>
            <Act
              onClick={() => {
                drafts().add(id(), words());
                drafts().dismissOther(id());
              }}
            >
              Add it here
            </Act>
            <Act onClick={() => drafts().dismissOther(id())}>Leave it out</Act>
          </Note>
        )}
      </Show>
      <Show when={drafts().spilt(id())}>
        <Note>
          <span>Your changes were dropped.</span>
          <Act
            onClick={() => {
              drafts().refill(id());
              props.box.focus();
            }}
          >
            Undo
          </Act>
        </Note>
      </Show>
      <Offer {...props} />
      <Show when={props.writing.editing()}>
        <EditingNote {...props} />
      </Show>
      <Show when={props.writing.reply_to()}>{(reply_to) => <ReplyNote {...props} reply_to={reply_to()} />}</Show>
      <div role="alert">
        <Show when={props.writing.failed()}>
          {(failed) => (
            <Note alarming>
              <span class="[overflow-wrap:anywhere]">{failed().words}</span>
              <Show when={props.writing.editing()}>
                <Show when={failed().gone} fallback={<Act onClick={props.writing.send}>Try again</Act>}>
                  <Act onClick={props.writing.writeAnew}>Write it as a new message</Act>
                </Show>
              </Show>
            </Note>
          )}
        </Show>
      </div>
    </>
  );
};

/** Posts to other channels that were not sent: their rows are not in view. */
const Elsewhere = (props: { id: string }): JSX.Element => {
  const colony = useColony();
  const places = createMemo(() => [...new Set(colony.pending().flatMap((one) => (isStuck(one) && one.channel_id !== props.id ? [one.channel_id] : [])))]);
  return (
    <For each={places()}>
      {(channel_id) => (
        <Show when={colony.channel(channel_id)} fallback={<Stranded channel_id={channel_id} />}>
          {(channel) => (
            <Note alarming>
              <span>
                Not sent in{" "}
                <a class="font-medium underline underline-offset-2" href={addressOf(channel())}>
                  {colony.titleOf(channel())}
                </a>
                .
              </span>
            </Note>
          )}
        </Show>
      )}
    </For>
  );
};

/** A post to a channel that can no longer be gone to. */
const Stranded = (props: { channel_id: string }): JSX.Element => {
  const colony = useColony();
  const posts = () => colony.pending().filter((one) => one.channel_id === props.channel_id && isStuck(one));
  return (
    <For each={posts()}>
      {(one) => (
        <Note alarming>
          <span class="min-w-0 truncate">Not sent to a channel that you no longer see: {excerpt(one.content, LETTERS)}</span>
          <Act onClick={() => copyText(one.content)}>Copy text</Act>
          <Act onClick={() => colony.posts.discard(one.key)}>Discard</Act>
        </Note>
      )}
    </For>
  );
};

const kinds: Record<Kind, string> = { error: "That looks like an error and its trace.", code: "That looks like code.", result: "That looks like a log." };

/** A long paste is better posted as what it is. The focus stays in the box; these come before it. */
const Offer = (props: Props): JSX.Element => (
  <Show when={props.box.offer()}>
    {(kind) => (
      <Note>
        <span>{kinds[kind()]} Post it as</span>
        <For each={[kind(), ...(["error", "code", "result"] as const).filter((other) => other !== kind())]}>
          {(type, at) => (
            <Act
              main={at() === 0}
              onClick={() => {
                props.box.chooseType(type);
                props.box.focus();
              }}
            >
              {type}
            </Act>
          )}
        </For>
        <Act
          onClick={() => {
            props.box.dismissOffer();
            props.box.focus();
          }}
        >
          Keep as text
        </Act>
      </Note>
    )}
  </Show>
);

const EditingNote = (props: Props): JSX.Element => {
  const editing = () => props.writing.editing();
  const standing = () => props.writing.standing();
  const isGone = () => (standing()?.deleted_at ?? null) !== null;
  const isOther = () => {
    const now = standing();
    return now !== undefined && !isGone() && now.content !== editing()?.before;
  };
  return (
    <Note line={!isGone()}>
      <span class="min-w-0 grow truncate">
        <Switch fallback="Editing your message">
          <Match when={editing()?.unsent}>Changing a post that was not sent</Match>
          <Match when={isGone()}>This message was deleted meanwhile.</Match>
          <Match when={isOther()}>It was changed elsewhere meanwhile. Saving replaces: {excerpt(standing()?.content ?? "", LETTERS)}</Match>
        </Switch>
      </span>
      <Show when={isGone()}>
        <Act onClick={props.writing.writeAnew}>Write it as a new message</Act>
      </Show>
      <Leave label="Cancel editing" onLeave={props.writing.cancel} box={props.box} />
    </Note>
  );
};

const ReplyNote = (props: Props & { reply_to: string }): JSX.Element => {
  const colony = useColony();
  const atHand = createMemo(() => colony.timeline(props.writing.id())?.messages.find(({ id }) => id === props.reply_to));
  const words = createMemo(() => {
    const parent = atHand() ?? colony.parent(props.writing.id(), props.reply_to);
    if (parent === "coming") return "Replying…";
    if (typeof parent === "string") return "Replying to a message that cannot be shown";
    const { user, deleted_at } = parent;
    return deleted_at === null ? `Replying to ${user.display_name}: ${gist(parent, LETTERS)}` : `Replying to a message of ${user.display_name} that was deleted`;
  });
  return (
    <Note line>
      <bdi class="min-w-0 grow truncate">{words()}</bdi>
      <Leave label="Cancel reply" onLeave={() => props.writing.write({ reply_to: null })} box={props.box} />
    </Note>
  );
};

const Leave = (props: { label: string; onLeave: () => void; box: WritingBox }): JSX.Element => (
  <IconButton
    label={props.label}
    class="size-6! pointer-coarse:size-11!"
    onClick={() => {
      props.onLeave();
      props.box.focus();
    }}
  >
    <X size={14} aria-hidden="true" />
  </IconButton>
);

/** Under the box: what Enter does where that is not plain, and how much still fits. */
export const Measures = (props: Props & { id: string }): JSX.Element => {
  const colony = useColony();
  const isUnsafe = () => !colony.drafts().isSafe(props.writing.place());
  return (
    <div id={props.id} class="flex flex-wrap items-center gap-x-3 text-meta text-faint empty:hidden [&>*]:mt-1">
      <Show when={props.box.makesLine()}>
        <span>
          Enter makes a line, {apple ? "⌘" : "Ctrl"}-Enter sends.
          <Show when={props.box.indents()}> Tab indents; Esc, then Tab, leaves the box.</Show>
        </span>
      </Show>
      <Show when={isNear(props.writing.bytes())}>
        <span class="font-mono" classList={{ "text-error": props.writing.excess() > 0 }}>
          <Show when={props.writing.excess() > 0} fallback={`${props.writing.bytes().toLocaleString()} of ${MOST.toLocaleString()} bytes`}>
            {props.writing.excess().toLocaleString()} bytes too long: a message holds {MOST.toLocaleString()}.
          </Show>
        </span>
        <Show when={props.writing.excess() > 0}>
          <Act onClick={props.box.keepEnd}>Keep only the end</Act>
        </Show>
      </Show>
      <Show when={isUnsafe()}>
        <span class="text-error">Not kept: the browser's storage is full. Send it, or copy it, before you close this page.</span>
      </Show>
    </div>
  );
};
