import { type JSX, Show } from "solid-js";
import { useColony } from "../store.ts";
import { Connect } from "./Connect.tsx";
import { YOURS } from "./connecting.ts";
import { Section } from "./Section.tsx";
import { TokenList } from "./TokenList.tsx";

/** My own API tokens. */
export const Tokens = (): JSX.Element => {
  const colony = useColony();
  return (
    <Show when={colony.me()}>
      {(me) => (
        <div class="flex flex-col gap-10">
          <TokenList owner={me()} title="Tokens" words="With one of these a program of yours speaks as you. Agents have tokens of their own, under People." />
          <Section title="Connect a program" words={<>Where {YOURS} stands, put the token: it is shown once, when it is made.</>}>
            <Connect given={{ token: YOURS, secret: null }} hello="Hello from the shell" />
          </Section>
        </div>
      )}
    </Show>
  );
};
