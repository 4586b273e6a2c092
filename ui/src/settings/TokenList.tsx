import Plus from "lucide-solid/icons/plus";
import { createSignal, For, type JSX, Show } from "solid-js";
import type { Token, User } from "../api.ts";
import { Ask } from "../parts/Ask.tsx";
import { Button } from "../parts/Button.tsx";
import { createDeed, createKeys } from "../parts/deed.ts";
import { Field } from "../parts/Field.tsx";
import { useColony } from "../store.ts";
import { createFetched, type Fetched } from "./fetched.ts";
import { Each, Facts, Mark, None, Rows, Section, Shown } from "./Section.tsx";

/** Someone's API tokens, mine or as an admin an agent's: made, looked at and ended. `onClose`: it stands in a dialog. */
export const TokenList = (props: { owner: User; title: string; words?: JSX.Element; onClose?: () => void }): JSX.Element => {
  const colony = useColony();
  const mine = () => props.owner.id === colony.me()?.id;
  const tokens = createFetched((api) => (mine() ? api.tokens() : api.tokensOf(props.owner.id)));
  const [making, setMaking] = createSignal(false);
  const [doomed, setDoomed] = createSignal<Token | null>(null);
  return (
    <Section
      title={props.title}
      words={props.words ?? `With one of these a program speaks as @${props.owner.username}.`}
      actions={
        <Button kind="main" onClick={() => setMaking(true)}>
          <Plus size={16} aria-hidden="true" />
          Make a token
        </Button>
      }
    >
      <Shown name="tokens" of={tokens}>
        {(list) => (
          <Show when={list().length > 0} fallback={<None>{mine() ? "You have no tokens." : `@${props.owner.username} has no tokens: it cannot read or post.`}</None>}>
            <Rows label="Tokens">
              <Each of={list()}>{(token) => <Row token={token()} onEnd={() => setDoomed(token())} />}</Each>
            </Rows>
          </Show>
        )}
      </Shown>
      <Show when={props.onClose}>
        {(close) => (
          <div class="flex justify-end">
            <Button onClick={() => close()()}>Close</Button>
          </div>
        )}
      </Show>
      <Show when={making()}>
        <MakeToken owner={props.owner} mine={mine()} tokens={tokens} onClose={() => setMaking(false)} onMade={props.onClose} />
      </Show>
      <Show when={doomed()}>{(token) => <EndToken token={token()} owner={props.owner} mine={mine()} tokens={tokens} onClose={() => setDoomed(null)} />}</Show>
    </Section>
  );
};

const Row = (props: { token: Token; onEnd: () => void }): JSX.Element => (
  <li class="flex items-center gap-3 py-2.5 pr-2 pl-3 sm:pl-4">
    <div class="flex min-w-0 grow flex-col gap-x-4 gap-y-0.5 @2xl:flex-row @2xl:items-center">
      <div class="min-w-0 grow leading-snug">
        <p class="flex min-w-0 items-center gap-2">
          <span class="truncate font-medium">{props.token.name}</span>
          <Show when={props.token.signed}>
            <Mark>Signed</Mark>
          </Show>
        </p>
        <p class="truncate font-mono text-faint text-meta">col_{props.token.token_prefix}_…</p>
      </div>
      <Facts
        facts={[
          { word: "used", at: props.token.last_used_at, none: "never used" },
          { word: "made", at: props.token.created_at, date: true },
          { word: "expires", at: props.token.expires_at, none: "never expires", date: true },
        ]}
      />
    </div>
    <Button class="h-8! px-2.5! text-small" aria-label={`Revoke ${props.token.name}`} onClick={() => props.onEnd()}>
      Revoke
    </Button>
  </li>
);

type DialogProps = { owner: User; mine: boolean; tokens: Fetched<Token[]>; onClose: () => void };

const lives: [days: number | null, name: string][] = [
  [null, "Never"],
  [7, "In 7 days"],
  [30, "In 30 days"],
  [90, "In 90 days"],
  [365, "In a year"],
];

const MakeToken = (props: DialogProps & { onMade: (() => void) | undefined }): JSX.Element => {
  const colony = useColony();
  const keyOf = createKeys();
  const [name, setName] = createSignal("");
  const [days, setDays] = createSignal<number | null>(null);
  const [signed, setSigned] = createSignal(false);
  const deed = createDeed(async () => {
    const life = days();
    const body = { name: name().trim(), ...(life !== null && { expires_in_days: life }), ...(signed() && { signed: true }) };
    const { token, secret, created_at } = await colony.ask((api) => (props.mine ? api.makeToken(body, keyOf(body)) : api.makeTokenOf(props.owner.id, body, keyOf(body))));
    props.tokens.reload();
    props.onClose();
    props.onMade?.();
    colony.setHandover({ kind: "token", token, secret, made_at: created_at, user: props.owner });
  });
  return (
    <Ask title={`Make a token for @${props.owner.username}`} act="Make token" ready={name().trim() !== ""} deed={deed} onClose={props.onClose}>
      <Field
        label="What it is for"
        hint="The machine or program that will hold it, so that you know which to end."
        autofocus
        required
        autocomplete="off"
        maxlength={200}
        placeholder="laptop"
        value={name()}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <label class="flex flex-col gap-1 font-medium text-small text-soft">
        Expires
        <select
          class="h-10 rounded-md border border-edge bg-ground px-2.5 font-normal text-body text-ink"
          onChange={(event) => setDays(lives[event.currentTarget.selectedIndex]?.[0] ?? null)}
        >
          <For each={lives}>{([life, words]) => <option selected={life === days()}>{words}</option>}</For>
        </select>
      </label>
      <label class="flex items-start gap-2 text-small">
        <input type="checkbox" checked={signed()} class="mt-0.5 size-4 shrink-0 accent-(--accent-ink)" onChange={(event) => setSigned(event.currentTarget.checked)} />
        <span>
          What it writes must be signed
          <span class="block text-faint text-meta">With a second secret, so that whoever sees the token alone can only read.</span>
        </span>
      </label>
    </Ask>
  );
};

const EndToken = (props: DialogProps & { token: Token }): JSX.Element => {
  const colony = useColony();
  const deed = createDeed(async () => {
    await colony.ask((api) => (props.mine ? api.endToken(props.token.id) : api.endTokenOf(props.owner.id, props.token.id)));
    await props.tokens.reload();
    props.onClose();
  });
  return (
    <Ask
      title={`Revoke “${props.token.name}”?`}
      words="Whatever uses it is shut out at once, open connections too. This cannot be taken back; a new token can be made."
      act="Revoke"
      danger
      deed={deed}
      onClose={props.onClose}
    />
  );
};
