import ExternalLink from "lucide-solid/icons/external-link";
import { createSignal, For, type JSX, Match, onCleanup, Show, Switch } from "solid-js";
import type { TelegramCode, TelegramLink, Telegram as TelegramState } from "../api.ts";
import { Ask } from "../parts/Ask.tsx";
import { Button } from "../parts/Button.tsx";
import { createDeed } from "../parts/deed.ts";
import { Fault } from "../parts/Fault.tsx";
import { Snippet } from "../parts/Snippet.tsx";
import { When } from "../parts/When.tsx";
import { useColony } from "../store.ts";
import { uniqueKey } from "../unique.ts";
import { createFetched } from "./fetched.ts";
import { None, Section, Shown } from "./Section.tsx";

/** Seconds that one question waits for a code to be shown to the bot: less than a request may take. */
const WAIT = 25;
/** Milliseconds until it is asked again when the server could not be. */
const AGAIN = 2_000;

type Told = keyof TelegramLink["settings"];

const told: readonly [Told, string][] = [
  ["mentions", "Mentions of me, and replies to what I said"],
  ["direct", "Direct messages"],
  ["questions", "Questions to me, with buttons that answer them"],
  ["runs", "Runs that failed in my projects"],
];

/** My account in Telegram: linked by a code, told what I choose, and unlinked. */
export const Telegram = (): JSX.Element => {
  const colony = useColony();
  const state = createFetched((api) => api.telegram());
  return (
    <Section title="Telegram" words="Follow your projects, answer questions and talk to agents from your phone.">
      <Shown name="Telegram settings" of={state}>
        {(now) => (
          <Switch fallback={<None>This server has no Telegram bot.{colony.me()?.admin ? " Make one with @BotFather, and set COLONY_TELEGRAM_TOKEN." : ""}</None>}>
            <Match when={now().link}>{(link) => <Linked link={link()} bot={now().bot} onChange={state.reload} />}</Match>
            <Match when={now().bot === null && now().problem !== null}>{null}</Match>
            <Match when={now().bot}>{(bot) => <Unlinked bot={bot()} onLinked={state.reload} />}</Match>
          </Switch>
        )}
      </Shown>
      <Show when={state.data()?.problem}>{(problem) => <Problem words={problem()} />}</Show>
    </Section>
  );
};

/** Why the bot does not work: for whoever can mend it. */
const Problem = (props: { words: NonNullable<TelegramState["problem"]> }): JSX.Element => {
  const colony = useColony();
  return (
    <p role="status" class="text-small text-soft">
      {colony.me()?.admin ? `The bot does not work: ${props.words}` : "The bot does not work at the moment."}
    </p>
  );
};

const Unlinked = (props: { bot: string; onLinked: () => void }): JSX.Element => {
  const colony = useColony();
  const [made, setMade] = createSignal<TelegramCode | null>(null);
  const [isOver, setIsOver] = createSignal(false);
  const [lost, setLost] = createSignal<string | null>(null);
  onCleanup(() => setMade(null));

  /** Waits until a code is used or over, as long as it is the one that is shown. */
  const watch = async (code: string) => {
    while (made()?.code === code) {
      try {
        const { state } = await colony.ask((api) => api.checkTelegramCode(code, WAIT));
        setLost(null);
        if (state === "waiting" || made()?.code !== code) continue;
        setMade(null);
        setIsOver(state === "expired");
        if (state === "linked") props.onLinked();
      } catch (error) {
        setLost(error instanceof Error ? error.message : String(error));
        await new Promise((again) => setTimeout(again, AGAIN));
      }
    }
  };
  const link = createDeed(async () => {
    const one = await colony.ask((api) => api.makeTelegramCode(uniqueKey()));
    setIsOver(false);
    setMade(one);
    watch(one.code);
  });
  return (
    <Show
      when={made()}
      fallback={
        <div class="flex flex-col items-start gap-3">
          <p class="text-small text-soft">{isOver() ? "The code was not used in time. Make another." : `Your account is not linked with @${props.bot}.`}</p>
          <Fault words={link.failed()} />
          <Button kind="main" disabled={link.busy()} onClick={link.run}>
            Link Telegram
          </Button>
        </div>
      }
    >
      {(code) => (
        <div class="flex max-w-(--prose) flex-col items-start gap-4">
          <a
            href={code().url}
            target="_blank"
            rel="noreferrer"
            class="inline-flex h-10 items-center gap-1.5 rounded-md bg-accent px-4 font-medium text-on-accent pointer-coarse:h-11"
          >
            Open @{code().bot} in Telegram
            <ExternalLink size={15} aria-hidden="true" />
          </a>
          <Snippet label={`Or write this to @${code().bot} there`} copy="Copy the command" text={`/link ${code().code}`} />
          <p role="status" class="text-small text-soft">
            Waiting for it. Give the code to nobody: whoever shows it speaks as you. It ends <When at={code().expires_at} />
          </p>
          <Fault words={lost()} />
          <Button onClick={() => setMade(null)}>Cancel</Button>
        </div>
      )}
    </Show>
  );
};

const Linked = (props: { link: TelegramLink; bot: string | null; onChange: () => unknown }): JSX.Element => {
  const colony = useColony();
  const [asks, setAsks] = createSignal(false);
  const unlink = createDeed(async () => {
    await colony.ask((api) => api.unlinkTelegram());
    setAsks(false);
    await props.onChange();
  });
  return (
    <div class="flex flex-col gap-5">
      <div class="flex flex-wrap items-center justify-between gap-3 rounded-lg border border-line px-4 py-3">
        <p class="min-w-0 leading-snug">
          <span class="font-medium">
            {props.link.name}
            <Show when={props.link.username}>{(name) => <span class="text-faint"> @{name()}</span>}</Show>
          </span>
          <span class="block text-small text-soft">
            linked <When at={props.link.linked_at} date />
            {props.link.project ? `, at work in ${props.link.project}` : ""}
          </span>
          <Show when={props.link.away}>
            <span class="block text-small text-soft">You stopped {props.bot ? `@${props.bot}` : "the bot"} in Telegram: nothing is told there until you write to it again.</span>
          </Show>
        </p>
        <Button onClick={() => setAsks(true)}>Unlink</Button>
      </div>
      <fieldset class="flex flex-col gap-1">
        <legend class="mb-1 font-semibold">What is told there</legend>
        <For each={told}>{([name, words]) => <Switching name={name} words={words} on={props.link.settings[name]} onChange={props.onChange} />}</For>
        <p class="mt-1 text-meta text-soft">What a channel’s own notifications leave out is not told there either.</p>
      </fieldset>
      <Show when={asks()}>
        <Ask
          title="Unlink Telegram?"
          words="At once: what you do there under way ends too. It can be linked again."
          act="Unlink"
          danger
          deed={unlink}
          onClose={() => setAsks(false)}
        />
      </Show>
    </div>
  );
};

const Switching = (props: { name: Told; words: string; on: boolean; onChange: () => unknown }): JSX.Element => {
  const colony = useColony();
  const change = createDeed(async () => {
    await colony.ask((api) => api.changeTelegram({ [props.name]: !props.on }));
    await props.onChange();
  });
  return (
    <label class="flex min-h-8 items-center gap-2 text-small pointer-coarse:min-h-11">
      <input
        type="checkbox"
        checked={props.on}
        disabled={change.busy()}
        class="size-4 shrink-0 accent-(--accent-ink)"
        onChange={(event) => {
          // It shows what the server says, once it says so.
          event.currentTarget.checked = props.on;
          change.run();
        }}
      />
      {props.words}
      <Fault words={change.failed()} />
    </label>
  );
};
