import KeyRound from "lucide-solid/icons/key-round";
import { createSignal, type JSX, Show } from "solid-js";
import { Ask } from "../../parts/Ask.tsx";
import { Button } from "../../parts/Button.tsx";
import { createDeed } from "../../parts/deed.ts";
import { Field } from "../../parts/Field.tsx";
import { say } from "../../parts/Said.tsx";
import { When } from "../../parts/When.tsx";
import { createFetched } from "../../settings/fetched.ts";
import { Each, None, Rows, Section, Shown } from "../../settings/Section.tsx";
import { useColony } from "../../store.ts";
import { projectsApi } from "../api.ts";
import type { Project, SecretFacts } from "../moments.ts";

/** What runs are given as environment and nobody is shown: by name alone. */
export const Secrets = (props: { project: Project }): JSX.Element => {
  const [setting, setSetting] = createSignal<string | null>(null);
  const [removing, setRemoving] = createSignal<string | null>(null);
  const secrets = createFetched(
    async () => (await projectsApi.secrets(props.project.id)).map((secret) => ({ ...secret, id: secret.name })),
    () => props.project.id,
  );
  return (
    <Section
      title="Secrets"
      words="Given to runs as environment, kept encrypted, and shown to nobody: where a run writes one out, its name stands in its place."
      actions={
        <Show when={props.project.tends}>
          <Button onClick={() => setSetting("")}>Add a secret</Button>
        </Show>
      }
    >
      <Shown name="secrets" of={secrets}>
        {(all) => (
          <Show when={all().length > 0} fallback={<None>There are none.</None>}>
            <Rows label="Secrets">
              <Each of={all()}>
                {(secret) => <Row secret={secret()} tends={props.project.tends} onSet={() => setSetting(secret().name)} onRemove={() => setRemoving(secret().name)} />}
              </Each>
            </Rows>
          </Show>
        )}
      </Shown>
      <Show when={setting() !== null}>
        <SetSecret project_id={props.project.id} name={setting() ?? ""} onClose={() => setSetting(null)} onDone={secrets.reload} />
      </Show>
      <Show when={removing()}>{(name) => <Remove project_id={props.project.id} name={name()} onClose={() => setRemoving(null)} onDone={secrets.reload} />}</Show>
    </Section>
  );
};

const Row = (props: { secret: SecretFacts; tends: boolean; onSet: () => void; onRemove: () => void }): JSX.Element => (
  <li class="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5">
    <KeyRound size={15} aria-hidden="true" class="shrink-0 text-faint" />
    <span class="min-w-0 truncate font-mono text-small">{props.secret.name}</span>
    <span class="grow text-faint text-meta">
      <When at={props.secret.changed_at} />
    </span>
    <Show when={props.tends}>
      <Button class="h-8! text-small pointer-coarse:h-11!" aria-label={`Change ${props.secret.name}`} onClick={() => props.onSet()}>
        Change
      </Button>
      <Button class="h-8! text-small pointer-coarse:h-11!" aria-label={`Remove ${props.secret.name}`} onClick={() => props.onRemove()}>
        Remove
      </Button>
    </Show>
  </li>
);

const SetSecret = (props: { project_id: string; name: string; onClose: () => void; onDone: () => void }): JSX.Element => {
  const colony = useColony();
  const isNew = props.name === "";
  const [name, setName] = createSignal(props.name);
  const [value, setValue] = createSignal("");
  const deed = createDeed(async () => {
    await colony.ask(() => projectsApi.setSecret(props.project_id, name(), value()));
    props.onClose();
    props.onDone();
    say(`${name()} is kept`);
  });
  return (
    <Ask
      title={isNew ? "Add a secret" : `Change ${props.name}`}
      words="It is never shown again. Runs have it from the next one on."
      act="Keep"
      ready={name() !== "" && value() !== ""}
      deed={deed}
      onClose={props.onClose}
    >
      <Show when={isNew}>
        <Field
          label="Name"
          hint="As the environment names it"
          required
          autofocus
          autocomplete="off"
          spellcheck={false}
          placeholder="API_KEY"
          value={name()}
          onInput={(event) => {
            setName(event.currentTarget.value.toUpperCase().replace(/[^A-Z0-9_]/g, "_"));
            event.currentTarget.value = name();
          }}
        />
      </Show>
      <Field label="Value" type="password" required autocomplete="off" spellcheck={false} value={value()} onInput={(event) => setValue(event.currentTarget.value)} />
    </Ask>
  );
};

const Remove = (props: { project_id: string; name: string; onClose: () => void; onDone: () => void }): JSX.Element => {
  const colony = useColony();
  const deed = createDeed(async () => {
    await colony.ask(() => projectsApi.removeSecret(props.project_id, props.name));
    props.onClose();
    props.onDone();
  });
  return <Ask title={`Remove ${props.name}?`} words="Runs have it no more, from the next one on." act="Remove" danger deed={deed} onClose={props.onClose} />;
};
