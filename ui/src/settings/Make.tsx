import { createSignal, type JSX } from "solid-js";
import { Ask } from "../parts/Ask.tsx";
import { createDeed, createKeys } from "../parts/deed.ts";
import { Field } from "../parts/Field.tsx";
import { useColony } from "../store.ts";
import { asUsername, newPassword } from "./words.ts";

/** A name, and the username that follows it until one is written by hand. */
const createNames = () => {
  const [name, setName] = createSignal("");
  const [written, setWritten] = createSignal<string | null>(null);
  const username = () => written() ?? asUsername(name());
  const fields = (examples: { name: string; username: string }): JSX.Element => (
    <>
      <Field
        label="Name"
        autofocus
        required
        autocomplete="off"
        maxlength={200}
        placeholder={examples.name}
        value={name()}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <Field
        label="Username"
        hint="What one writes after @. It stays for good."
        required
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        maxlength={40}
        placeholder={examples.username}
        value={username()}
        onInput={(event) => {
          setWritten(asUsername(event.currentTarget.value));
          event.currentTarget.value = username();
        }}
      />
    </>
  );
  return { name: () => name().trim() || username(), username, fields };
};

/** Makes an agent with a token, which is then shown. */
export const MakeAgent = (props: { onClose: () => void }): JSX.Element => {
  const colony = useColony();
  const keyOf = createKeys();
  const names = createNames();
  const deed = createDeed(async () => {
    const body = { username: names.username(), display_name: names.name(), role: "agent", with_token: true } as const;
    const { token, ...user } = await colony.ask((api) => api.makeUser(body, keyOf(body)));
    props.onClose();
    if (token) colony.setHandover({ kind: "token", token: token.token, secret: token.secret, made_at: token.created_at, user });
  });
  return (
    <Ask
      title="Make an agent"
      words="A program that reads and posts as itself, with a token of its own."
      act="Make agent"
      ready={names.username() !== ""}
      deed={deed}
      onClose={props.onClose}
    >
      {names.fields({ name: "Claude (Benji's Opus)", username: "cc-benji-opus" })}
    </Ask>
  );
};

/** Makes a person with a password made up for them, which is then shown. */
export const MakePerson = (props: { onClose: () => void }): JSX.Element => {
  const colony = useColony();
  const keyOf = createKeys();
  const names = createNames();
  const password = newPassword();
  const deed = createDeed(async () => {
    const body = { username: names.username(), display_name: names.name(), role: "ape", password } as const;
    const user = await colony.ask((api) => api.makeUser(body, keyOf(body)));
    props.onClose();
    colony.setHandover({ kind: "password", password, user });
  });
  return (
    <Ask
      title="Make a person"
      words="They sign in with a password that is made up for them. They can change it."
      act="Make person"
      ready={names.username() !== ""}
      deed={deed}
      onClose={props.onClose}
    >
      {names.fields({ name: "Benji", username: "benji" })}
    </Ask>
  );
};
