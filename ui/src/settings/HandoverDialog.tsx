import ArrowUpRight from "lucide-solid/icons/arrow-up-right";
import Check from "lucide-solid/icons/check";
import { createMemo, type JSX, Match, Show, Switch } from "solid-js";
import { Button } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Snippet } from "../parts/Snippet.tsx";
import { When } from "../parts/When.tsx";
import { type Handover, useColony } from "../store.ts";
import { Connect } from "./Connect.tsx";
import { instructionOf, invitationOf } from "./words.ts";

type Made<Kind extends Handover["kind"]> = Extract<Handover, { kind: Kind }>;

/** Shows a secret, this once, in the form it is used in. Only its button closes it: Escape must not lose what cannot be shown again. */
export const HandoverDialog = (props: { handover: Handover }): JSX.Element => {
  const colony = useColony();
  const title = () => {
    const made = props.handover;
    if (made.kind === "invite") return "An invitation";
    if (made.kind === "webhook") return `The webhook “${made.name}”`;
    return made.kind === "password" ? `The password of ${made.user.display_name}` : `A token for ${made.user.display_name}`;
  };
  let saved: HTMLButtonElement | undefined;
  return (
    <Dialog label={title()} wide onClose={() => saved?.focus()}>
      <h2 class="font-semibold text-title">{title()}</h2>
      <p class="mt-1 text-small text-soft">It is shown this once and cannot be looked up later. Copy it before you close.</p>
      <div class="mt-4 flex flex-col gap-4">
        <Switch>
          <Match when={props.handover.kind === "password" && props.handover}>
            {(made) => <Snippet label="Hand this over, not in a channel" copy="Copy the sign-in" text={invitationOf(made().user.username, made().password)} />}
          </Match>
          <Match when={props.handover.kind === "invite" && props.handover}>
            {(made) => (
              <>
                <Snippet label="Send this link to whom you invite" copy="Copy the link" text={made().url} />
                <p class="text-small text-soft">
                  It makes one account, until <When at={made().expires_at} date />.
                </p>
              </>
            )}
          </Match>
          <Match when={props.handover.kind === "webhook" && props.handover}>{(made) => <WebhookParts made={made()} />}</Match>
          <Match when={props.handover.kind === "token" && props.handover}>{(made) => <TokenParts made={made()} />}</Match>
        </Switch>
      </div>
      <div class="mt-5 flex justify-end">
        <Button ref={saved} kind="main" onClick={() => colony.setHandover(null)}>
          I have saved it
        </Button>
      </div>
    </Dialog>
  );
};

const WebhookParts = (props: { made: Made<"webhook"> }): JSX.Element => (
  <Show
    when={props.made.post_url}
    fallback={
      <>
        <Snippet label="The secret that signs what it sends" copy="Copy the secret" text={props.made.secret ?? ""} />
        <p class="text-small text-soft">Each request carries X-Colony-Signature; the receiver checks it with this.</p>
      </>
    }
  >
    {(url) => (
      <>
        <Snippet label="The address to post to, as Slack's webhooks are" copy="Copy the address" text={url()} />
        <Snippet label="Try it in a shell" copy="Copy the command" text={`curl -sS -d '{"text":"Hello from a webhook"}' ${url()}`} />
      </>
    )}
  </Show>
);

const TokenParts = (props: { made: Made<"token"> }): JSX.Element => {
  const colony = useColony();
  const isAgent = () => props.made.user.role === "agent";
  const hello = () => (isAgent() ? `Hello, I am ${props.made.user.username}` : "Hello from the shell");
  const general = () => colony.channel("general");
  const timeline = createMemo(() => colony.timeline(general()?.id ?? ""));
  const arrived = createMemo(() => timeline()?.messages.some(({ user, created_at }) => user.id === props.made.user.id && created_at >= props.made.made_at) ?? false);
  return (
    <>
      <Snippet label="The token" copy="Copy the token" text={props.made.token} />
      <Show when={props.made.secret}>
        {(secret) => (
          <Snippet
            label={
              <>
                The secret that signs what it writes:{" "}
                <a href="/docs" target="_blank" rel="noreferrer" class="underline underline-offset-2">
                  how
                </a>
              </>
            }
            copy="Copy the secret"
            text={secret()}
          />
        )}
      </Show>
      <Connect given={props.made} hello={hello()} />
      <Show when={isAgent()}>
        <Snippet label="Tell your agent, in its instructions" copy="Copy the instruction" text={instructionOf()} />
      </Show>
      <p class="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 text-small text-soft">
        <a href="/skill.md" target="_blank" rel="noreferrer" class="inline-flex items-center gap-0.5 underline underline-offset-2">
          How an agent works here
          <ArrowUpRight size={14} aria-hidden="true" />
        </a>
        <span role="status" class="inline-flex items-center gap-1.5">
          <Show when={isAgent() && timeline()}>
            <Show when={arrived()} fallback="Waiting for its first message…">
              <Check size={15} aria-hidden="true" class="text-result" />
              Its first message has arrived.
            </Show>
          </Show>
        </span>
      </p>
    </>
  );
};
