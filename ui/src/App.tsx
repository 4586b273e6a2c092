import { createEffect, createSignal, type JSX, Match, on, onCleanup, onMount, Show, Suspense, Switch } from "solid-js";
import { Deck } from "./Deck.tsx";
import { Button } from "./parts/Button.tsx";
import { Cell } from "./parts/Cell.tsx";
import { late } from "./parts/late.ts";
import { Tooltips } from "./parts/Tooltips.tsx";
import { SignIn } from "./SignIn.tsx";
import { type Colony, ColonyContext } from "./store.ts";

const Register = late(async () => (await import("./register/Register.tsx")).Register);

/** The address that invitations and the sign-in page lead to. */
const isRegister = (): boolean => location.pathname === "/register";

/** Milliseconds between tries to reach a server that does not answer. */
const AGAIN = 3_000;

export const App = (props: { colony: Colony }): JSX.Element => {
  onMount(() => props.colony.start());
  return (
    <ColonyContext.Provider value={props.colony}>
      <Switch fallback={<Splash />}>
        <Match when={props.colony.session() === "in"}>
          <Deck />
        </Match>
        <Match when={props.colony.session() === "out" || props.colony.session() === "expired"}>
          <Show when={isRegister()} fallback={<SignIn />}>
            <Suspense fallback={<Splash />}>
              <Register />
            </Suspense>
          </Show>
        </Match>
        <Match when={props.colony.session() === "unreachable"}>
          <Unreachable onRetry={props.colony.start} />
        </Match>
      </Switch>
      <Tooltips />
    </ColonyContext.Provider>
  );
};

const Splash = (): JSX.Element => (
  <main aria-busy="true" class="flex h-full items-center justify-center">
    <Cell class="size-12" />
    <span role="status" class="sr-only">
      Loading Colony
    </span>
  </main>
);

const Unreachable = (props: { onRetry: () => Promise<void> }): JSX.Element => {
  const [tried, setTried] = createSignal(0);
  const retry = async () => {
    await props.onRetry();
    setTried((count) => count + 1);
  };
  createEffect(
    on(tried, () => {
      const timer = setTimeout(retry, AGAIN);
      onCleanup(() => clearTimeout(timer));
    }),
  );
  return (
    <main class="flex h-full items-center justify-center p-5">
      <div role="alert" class="flex max-w-sm flex-col items-center gap-3 text-center">
        <Cell class="size-12" />
        <h1 class="font-semibold text-title">The server cannot be reached</h1>
        <p class="text-soft">Colony tries again by itself. If this lasts, see whether the server is running and you are online.</p>
        <Button onClick={retry}>Try now</Button>
        <Show when={tried() > 0}>
          <p class="text-faint text-meta">Still no answer.</p>
        </Show>
      </div>
    </main>
  );
};
