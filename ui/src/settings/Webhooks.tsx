import Plus from "lucide-solid/icons/plus";
import { createSignal, createUniqueId, For, type JSX, Show } from "solid-js";
import type { Channel, Webhook } from "../api.ts";
import { Ask } from "../parts/Ask.tsx";
import { Button } from "../parts/Button.tsx";
import { createDeed, createKeys } from "../parts/deed.ts";
import { Fault } from "../parts/Fault.tsx";
import { Field } from "../parts/Field.tsx";
import { useColony } from "../store.ts";
import { createFetched, type Fetched } from "./fetched.ts";
import { Each, Mark, None, Rows, Section, Shown } from "./Section.tsx";

type Props = { channel: Channel; onClose: () => void };

/** The webhooks of a channel, in a dialog: made, tried, paused and ended. */
export const Webhooks = (props: Props): JSX.Element => {
  const hooks = createFetched((api) => api.webhooks(props.channel.id));
  const [making, setMaking] = createSignal(false);
  const [doomed, setDoomed] = createSignal<Webhook | null>(null);
  return (
    <Section
      title={`Webhooks of #${props.channel.name}`}
      words="By these other programs speak here, or hear what is said."
      actions={
        <Button kind="main" onClick={() => setMaking(true)}>
          <Plus size={16} aria-hidden="true" />
          Make a webhook
        </Button>
      }
    >
      <Shown name="webhooks" of={hooks}>
        {(list) => (
          <Show when={list().length > 0} fallback={<None>This channel has no webhooks.</None>}>
            <Rows label="Webhooks">
              <Each of={list()}>{(hook) => <Row hook={hook()} channel={props.channel} hooks={hooks} onEnd={() => setDoomed(hook())} />}</Each>
            </Rows>
          </Show>
        )}
      </Shown>
      <div class="flex justify-end">
        <Button onClick={() => props.onClose()}>Close</Button>
      </div>
      <Show when={making()}>
        <MakeWebhook channel={props.channel} onClose={() => setMaking(false)} onMade={props.onClose} />
      </Show>
      <Show when={doomed()}>{(hook) => <EndWebhook hook={hook()} channel={props.channel} hooks={hooks} onClose={() => setDoomed(null)} />}</Show>
    </Section>
  );
};

const small = "h-8! px-2.5! text-small";

const Row = (props: { hook: Webhook; channel: Channel; hooks: Fetched<Webhook[]>; onEnd: () => void }): JSX.Element => {
  const colony = useColony();
  const [tried, setTried] = createSignal<string | null>(null);
  const out = () => props.hook.kind === "out";
  const ping = createDeed(async () => {
    setTried(null);
    const { status, error, ms } = await colony.ask((api) => api.pingWebhook(props.channel.id, props.hook.id));
    setTried(error ?? `It answered ${status} in ${ms} ms.`);
  });
  const pause = createDeed(async () => {
    await colony.ask((api) => api.changeWebhook(props.channel.id, props.hook.id, { paused: props.hook.paused_at === null }));
    await props.hooks.reload();
  });
  return (
    <li class="flex flex-col gap-2 px-3 py-2.5 sm:px-4">
      <div class="min-w-0 leading-snug">
        <p class="flex min-w-0 items-center gap-2">
          <span class="truncate font-medium">{props.hook.name}</span>
          <Mark>{out() ? "Out" : "In"}</Mark>
          <Show when={props.hook.paused_at}>
            <Mark accent>Paused</Mark>
          </Show>
        </p>
        <p class="truncate font-mono text-faint text-meta">{props.hook.url ?? `@${props.hook.agent?.username}`}</p>
        <Show when={props.hook.paused_why}>
          <p class="text-small text-soft">{props.hook.paused_why}</p>
        </Show>
        <Fault words={ping.failed() ?? pause.failed()} />
        <p role="status" class="text-small text-soft empty:hidden">
          {tried()}
        </p>
      </div>
      <div class="flex flex-wrap gap-2">
        <Show when={out()}>
          <Button class={small} aria-label={`Send a ping by ${props.hook.name}`} disabled={ping.busy()} onClick={ping.run}>
            Ping
          </Button>
          <Button class={small} aria-label={`${props.hook.paused_at ? "Resume" : "Pause"} ${props.hook.name}`} disabled={pause.busy()} onClick={pause.run}>
            {props.hook.paused_at ? "Resume" : "Pause"}
          </Button>
        </Show>
        <Button class={small} aria-label={`End ${props.hook.name}`} onClick={() => props.onEnd()}>
          End
        </Button>
      </div>
    </li>
  );
};

const MakeWebhook = (props: Props & { onMade: () => void }): JSX.Element => {
  const colony = useColony();
  const keyOf = createKeys();
  const id = createUniqueId();
  const [kind, setKind] = createSignal<Webhook["kind"]>("in");
  const [name, setName] = createSignal("");
  const [url, setUrl] = createSignal("");
  const deed = createDeed(async () => {
    const body = { kind: kind(), name: name().trim(), ...(kind() === "out" && { url: url().trim() }) };
    const { post_url, secret } = await colony.ask((api) => api.makeWebhook(props.channel.id, body, keyOf(body)));
    props.onClose();
    props.onMade();
    colony.setHandover({ kind: "webhook", name: body.name, post_url, secret });
  });
  return (
    <Ask
      title={`Make a webhook for #${props.channel.name}`}
      act="Make webhook"
      ready={name().trim() !== "" && (kind() === "in" || url().trim() !== "")}
      deed={deed}
      onClose={props.onClose}
    >
      <Field
        label="Name"
        hint="What it is for. What comes in is said under it."
        autofocus
        required
        autocomplete="off"
        maxlength={200}
        placeholder="Build server"
        value={name()}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <div class="flex flex-col gap-1">
        <label for={id} class="font-medium text-small text-soft">
          Direction
        </label>
        <select
          id={id}
          class="h-10 rounded-md border border-edge bg-ground px-2.5 text-body text-ink"
          onChange={(event) => setKind(event.currentTarget.selectedIndex === 1 ? "out" : "in")}
        >
          <For each={["In: others post here", "Out: messages here are sent on"]}>{(words) => <option>{words}</option>}</For>
        </select>
      </div>
      <Show when={kind() === "out"}>
        <Field
          label="Address"
          hint="Each new message is posted to it as JSON, signed."
          type="url"
          required
          autocomplete="off"
          maxlength={2000}
          placeholder="https://ci.example.com/colony"
          value={url()}
          onInput={(event) => setUrl(event.currentTarget.value)}
        />
      </Show>
    </Ask>
  );
};

const EndWebhook = (props: Props & { hook: Webhook; hooks: Fetched<Webhook[]> }): JSX.Element => {
  const colony = useColony();
  const deed = createDeed(async () => {
    await colony.ask((api) => api.endWebhook(props.channel.id, props.hook.id));
    await props.hooks.reload();
    props.onClose();
  });
  return (
    <Ask
      title={`End “${props.hook.name}”?`}
      words={props.hook.kind === "in" ? "Its address takes nothing more. What it said stays." : "Nothing more is sent by it, not even what still waits."}
      act="End"
      danger
      deed={deed}
      onClose={props.onClose}
    />
  );
};
