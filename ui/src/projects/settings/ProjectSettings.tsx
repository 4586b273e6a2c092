import { createSignal, type JSX, Show } from "solid-js";
import { Ask } from "../../parts/Ask.tsx";
import { Button } from "../../parts/Button.tsx";
import { createDeed } from "../../parts/deed.ts";
import { Fault } from "../../parts/Fault.tsx";
import { Field } from "../../parts/Field.tsx";
import { say } from "../../parts/Said.tsx";
import type { Route } from "../../route.ts";
import { Section } from "../../settings/Section.tsx";
import { useColony } from "../../store.ts";
import { type ProjectChange, projectsApi } from "../api.ts";
import type { Project } from "../moments.ts";
import { LimitsForm } from "./LimitsForm.tsx";
import { Secrets } from "./Secrets.tsx";

type Props = { project: Project; route: Route };

/** What a project is called, who is in it, what its runs may take, and its end. */
export const ProjectSettings = (props: Props): JSX.Element => {
  const colony = useColony();
  const change = async (wanted: ProjectChange) => {
    colony.team()?.projects.put(await colony.ask(() => projectsApi.changeProject(props.project.id, wanted)));
    say("Saved");
  };
  return (
    <div class="min-h-0 grow overflow-y-auto overscroll-contain">
      <div class="@container mx-auto flex max-w-3xl flex-col gap-10 px-4 pt-5 pb-10 sm:px-8">
        <Show when={!props.project.tends}>
          <p class="rounded-lg border border-line bg-sunken px-4 py-3 text-small text-soft">
            {props.project.created_by.display_name} made this project. They, or an admin, can change what stands here.
          </p>
        </Show>
        <About project={props.project} onChange={change} />
        <Section
          title="Who is in it"
          words={
            props.project.visibility === "private"
              ? "It is private: the members of its talk see it and work in it, nobody else knows of it."
              : "It is public: everyone signed in sees it and works in it."
          }
          actions={<Button onClick={() => colony.setPanel({ kind: "members", message: "" })}>Show the members</Button>}
        >
          {null}
        </Section>
        <LimitsForm project={props.project} onChange={change} />
        <Secrets project={props.project} />
        <Show when={props.project.tends}>
          <End {...props} />
        </Show>
      </div>
    </div>
  );
};

const About = (props: { project: Project; onChange: (change: ProjectChange) => Promise<void> }): JSX.Element => {
  const [name, setName] = createSignal<string | null>(null);
  const [description, setDescription] = createSignal<string | null>(null);
  const changed = () => ({
    ...(name() !== null && name()?.trim() !== props.project.name && { name: name()?.trim() }),
    ...(description() !== null && description() !== props.project.description && { description: description() ?? "" }),
  });
  const deed = createDeed(async () => {
    await props.onChange(changed());
    setName(null);
    setDescription(null);
  });
  return (
    <Section title="Name" words={<>Its address stays: {<span class="font-mono text-meta">/projects/{props.project.slug}</span>}</>}>
      <form
        class="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          deed.run();
        }}
      >
        <Field
          label="Name"
          required
          maxlength={200}
          autocomplete="off"
          disabled={!props.project.tends}
          value={name() ?? props.project.name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <Field
          label="What it is for"
          maxlength={2000}
          autocomplete="off"
          disabled={!props.project.tends}
          value={description() ?? props.project.description}
          onInput={(event) => setDescription(event.currentTarget.value)}
        />
        <Fault words={deed.failed()} />
        <Show when={props.project.tends}>
          <Button kind="main" type="submit" class="self-start" disabled={deed.busy() || Object.keys(changed()).length === 0 || (name() ?? "x").trim() === ""}>
            Save
          </Button>
        </Show>
      </form>
    </Section>
  );
};

const End = (props: Props): JSX.Element => {
  const colony = useColony();
  const [asking, setAsking] = createSignal(false);
  const [written, setWritten] = createSignal("");
  const deed = createDeed(async () => {
    await colony.ask(() => projectsApi.deleteProject(props.project.id));
    setAsking(false);
    props.route.go("/");
    say("The project is deleted");
  });
  return (
    <Section
      title="Delete the project"
      words="Its runs are stopped; its files with all versions, its schedules and secrets are gone for good. What was said in its talk stays, archived."
      actions={
        <Button class="border-error! text-error" onClick={() => setAsking(true)}>
          Delete…
        </Button>
      }
    >
      <Show when={asking()}>
        <Ask
          title={`Delete ${props.project.name}?`}
          words="Its files with all their versions, its schedules and its secrets are gone for good."
          act="Delete for good"
          danger
          ready={written().trim() === props.project.slug}
          deed={deed}
          onClose={() => setAsking(false)}
        >
          <Field
            label={`Write ${props.project.slug} to delete it`}
            autofocus
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            value={written()}
            onInput={(event) => setWritten(event.currentTarget.value)}
          />
        </Ask>
      </Show>
    </Section>
  );
};
