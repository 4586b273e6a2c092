import { createSignal, type JSX, Match, onMount, Show, Switch } from "solid-js";
import type { Registration } from "../api.ts";
import { Button } from "../parts/Button.tsx";
import { Cell } from "../parts/Cell.tsx";
import { createDeed, createKeys } from "../parts/deed.ts";
import { Fault } from "../parts/Fault.tsx";
import { Field } from "../parts/Field.tsx";
import { asUsername } from "../settings/words.ts";
import { useColony } from "../store.ts";

/** The page to make an account on: by an invitation, whose code stands behind the address's `#`, or where everyone may. */
export const Register = (): JSX.Element => {
  const colony = useColony();
  const invite = location.hash.slice(1);
  const [registration, setRegistration] = createSignal<Registration | null>(null);
  const [failed, setFailed] = createSignal<string | null>(null);
  const ask = () => {
    setFailed(null);
    colony.ask((api) => api.registration()).then(setRegistration, (error) => setFailed(error instanceof Error ? error.message : String(error)));
  };
  onMount(ask);
  return (
    <main class="flex h-full items-center justify-center overflow-y-auto p-5">
      <div class="w-full max-w-80">
        <div class="flex flex-col items-center gap-2 text-center">
          <Cell class="size-12" />
          <h1 class="font-semibold text-title">Make an account on Colony</h1>
        </div>
        <Switch>
          <Match when={invite !== "" || registration() === "open"}>
            <Form invite={invite === "" ? undefined : invite} />
          </Match>
          <Match when={registration()}>
            <p class="mt-4 text-center text-small text-soft">Accounts are made here by invitation. Open the link you were sent, or ask an admin for one.</p>
          </Match>
          <Match when={failed()}>
            {(words) => (
              <div class="mt-5 flex flex-col gap-3">
                <Fault words={words()} />
                <Button onClick={ask}>Try again</Button>
              </div>
            )}
          </Match>
        </Switch>
        <p class="mt-5 text-center text-small text-soft">
          You have one?{" "}
          <a href="/" class="font-medium text-ink underline underline-offset-2">
            Sign in
          </a>
        </p>
      </div>
    </main>
  );
};

const Form = (props: { invite: string | undefined }): JSX.Element => {
  const colony = useColony();
  const keyOf = createKeys();
  const [name, setName] = createSignal("");
  const [written, setWritten] = createSignal<string | null>(null);
  const [password, setPassword] = createSignal("");
  const username = () => written() ?? asUsername(name());
  const deed = createDeed(async () => {
    const body = { username: username(), display_name: name().trim() || username(), password: password(), ...(props.invite !== undefined && { invite: props.invite }) };
    await colony.register(body, keyOf(body));
  });
  return (
    <>
      <Show when={props.invite !== undefined}>
        <p class="mt-1 text-center text-small text-soft">You are invited. The link is for one account.</p>
      </Show>
      <form
        class="mt-5 flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          deed.run();
        }}
      >
        <Field label="Your name" required autofocus autocomplete="name" maxlength={200} value={name()} onInput={(event) => setName(event.currentTarget.value)} />
        <Field
          label="Username"
          hint="What others write after @ to call you. It stays for good."
          name="username"
          required
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          maxlength={40}
          value={username()}
          onInput={(event) => {
            setWritten(asUsername(event.currentTarget.value));
            event.currentTarget.value = username();
          }}
        />
        <Field
          label="Password"
          hint="8 characters or more."
          name="password"
          type="password"
          required
          minlength={8}
          autocomplete="new-password"
          value={password()}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
        <Fault words={deed.failed()} />
        <Button kind="main" type="submit" class="mt-1 h-10!" disabled={deed.busy()}>
          Make account
        </Button>
      </form>
    </>
  );
};
