import { type JSX, Show } from "solid-js";
import { useColony } from "../store.ts";
import { TokenList } from "./TokenList.tsx";

/** My own API tokens. */
export const Tokens = (): JSX.Element => {
  const colony = useColony();
  return (
    <Show when={colony.me()}>
      {(me) => <TokenList owner={me()} title="Tokens" words="With one of these a program of yours speaks as you. Agents have tokens of their own, under People." />}
    </Show>
  );
};
