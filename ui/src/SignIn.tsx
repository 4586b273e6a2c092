import { createSignal, type JSX, onMount, Show } from "solid-js";
import type { Registration } from "./api.ts";
import { Button } from "./parts/Button.tsx";
import { Cell } from "./parts/Cell.tsx";
import { createDeed } from "./parts/deed.ts";
import { Fault } from "./parts/Fault.tsx";
import { Field } from "./parts/Field.tsx";
import { useColony } from "./store.ts";

export const SignIn = (): JSX.Element => {
  const colony = useColony();
  const [username, setUsername] = createSignal("");
  const [password, setPassword] = createSignal("");
  const deed = createDeed(async () => {
    await colony.signIn(username().trim(), password());
  });
  const [registration, setRegistration] = createSignal<Registration>("closed");
  onMount(() => {
    // Not knowing it only hides a way in that is not the usual one.
    colony.ask((api) => api.registration()).then(setRegistration, () => {});
  });
  const signIn = (event: SubmitEvent) => {
    event.preventDefault();
    deed.run();
  };
  return (
    <main class="flex h-full items-center justify-center overflow-y-auto p-5">
      <div class="w-full max-w-80">
        <div class="flex flex-col items-center gap-2 text-center">
          <Cell class="size-12" />
          <h1 class="font-semibold text-title">Sign in to Colony</h1>
        </div>
        <Show when={colony.session() === "expired"}>
          <p role="status" class="mt-4 rounded-md border border-line bg-accent-wash px-3 py-2 text-small">
            Your session has ended. Sign in again to go on; what you were writing is kept.
          </p>
        </Show>
        <form class="mt-5 flex flex-col gap-3" onSubmit={signIn}>
          <Field
            label="Username"
            name="username"
            required
            autofocus
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            value={username()}
            onInput={(event) => setUsername(event.currentTarget.value)}
          />
          <Field
            label="Password"
            name="password"
            type="password"
            required
            autocomplete="current-password"
            value={password()}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
          <Fault words={deed.failed()} />
          <Button kind="main" type="submit" class="mt-1 h-10!" disabled={deed.busy()}>
            Sign in
          </Button>
        </form>
        <Show when={registration() === "open"}>
          <p class="mt-5 text-center text-small text-soft">
            New here?{" "}
            <a href="/register" class="font-medium text-ink underline underline-offset-2">
              Make an account
            </a>
          </p>
        </Show>
        <Show when={registration() === "invite"}>
          <p class="mt-5 text-center text-small text-soft">New here? Accounts are made by invitation: open the link you were sent, or ask an admin for one.</p>
        </Show>
      </div>
    </main>
  );
};
