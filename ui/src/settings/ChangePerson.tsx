import { createSignal, type JSX, Match, Switch } from "solid-js";
import type { User, UserChange } from "../api.ts";
import { Ask } from "../parts/Ask.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { createDeed } from "../parts/deed.ts";
import { Field } from "../parts/Field.tsx";
import { useColony } from "../store.ts";
import { TokenList } from "./TokenList.tsx";
import { newPassword } from "./words.ts";

/** What an admin may change of someone. */
export type Change = "name" | "password" | "tokens" | "admin" | "active";

type Props = { user: User; onClose: () => void };

/** Asks before someone is changed, and says what that does. */
export const ChangePerson = (props: Props & { change: Change }): JSX.Element => (
  <Switch>
    <Match when={props.change === "name"}>
      <Rename user={props.user} onClose={props.onClose} />
    </Match>
    <Match when={props.change === "password"}>
      <NewPassword user={props.user} onClose={props.onClose} />
    </Match>
    <Match when={props.change === "tokens"}>
      <Dialog label={`Tokens of ${props.user.display_name}`} wide onClose={props.onClose}>
        <TokenList owner={props.user} title={`Tokens of ${props.user.display_name}`} onClose={props.onClose} />
      </Dialog>
    </Match>
    <Match when={props.change === "admin"}>
      <Admin user={props.user} onClose={props.onClose} />
    </Match>
    <Match when={props.change === "active"}>
      <Active user={props.user} onClose={props.onClose} />
    </Match>
  </Switch>
);

/** Changes the user, then closes. `change` is asked for when it is done. */
const createChange = (props: Props, change: () => UserChange, after: () => void = () => {}) => {
  const colony = useColony();
  return createDeed(async () => {
    await colony.ask((api) => api.changeUser(props.user.id, change()));
    props.onClose();
    after();
  });
};

const Rename = (props: Props): JSX.Element => {
  const [name, setName] = createSignal(props.user.display_name);
  const deed = createChange(props, () => ({ display_name: name().trim() }));
  return (
    <Ask
      title={`Change the name of ${props.user.display_name}`}
      words={`All messages of @${props.user.username} show the new name, the old ones too.`}
      act="Change name"
      ready={name().trim() !== "" && name().trim() !== props.user.display_name}
      deed={deed}
      onClose={props.onClose}
    >
      <Field label="Name" autofocus required autocomplete="off" maxlength={200} value={name()} onInput={(event) => setName(event.currentTarget.value)} />
    </Ask>
  );
};

const NewPassword = (props: Props): JSX.Element => {
  const colony = useColony();
  const password = newPassword();
  const user = props.user;
  const deed = createChange(
    props,
    () => ({ password }),
    () => colony.setHandover({ kind: "password", password, user }),
  );
  return (
    <Ask
      title={`A new password for ${props.user.display_name}`}
      words="One is made up and shown to you once. The old password is worth nothing then, and wherever they are signed in they are signed out. Their API tokens stay."
      act="Make new password"
      danger
      deed={deed}
      onClose={props.onClose}
    />
  );
};

const Admin = (props: Props): JSX.Element => {
  const now = props.user.admin;
  const deed = createChange(props, () => ({ admin: !now }));
  return (
    <Ask
      title={now ? `Take admin away from ${props.user.display_name}?` : `Make ${props.user.display_name} an admin?`}
      words={
        now
          ? "They keep their account and what they wrote, and can no longer tend people, agents and others' channels."
          : "An admin makes and deactivates people and agents, gives new passwords, changes every channel and deletes any message."
      }
      act={now ? "Take admin away" : "Make admin"}
      danger={now}
      deed={deed}
      onClose={props.onClose}
    />
  );
};

const Active = (props: Props): JSX.Element => {
  const now = props.user.deactivated_at === null;
  const agent = () => props.user.role === "agent";
  const deed = createChange(props, () => ({ active: !now }));
  return (
    <Ask
      title={now ? `Deactivate ${props.user.display_name}?` : `Reactivate ${props.user.display_name}?`}
      words={
        now
          ? `${agent() ? "Its tokens end" : "Their sessions and tokens end"} at once and open connections are cut. What was written stays, and the username stays taken. It can be taken back, but ended tokens stay ended.`
          : agent()
            ? "It can read and post again, once it has a new token."
            : "They can sign in again with the password they had. Their old tokens stay ended."
      }
      act={now ? "Deactivate" : "Reactivate"}
      danger={now}
      deed={deed}
      onClose={props.onClose}
    />
  );
};
