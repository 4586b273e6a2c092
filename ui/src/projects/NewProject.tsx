import { createSignal, For, type JSX } from "solid-js";
import { Ask } from "../parts/Ask.tsx";
import { createDeed, createKeys } from "../parts/deed.ts";
import { Field } from "../parts/Field.tsx";
import { useColony } from "../store.ts";
import { type NewProject as Body, projectsApi, type Template } from "./api.ts";
import type { Project } from "./moments.ts";

const templates: readonly [Template, string, string][] = [
  ["blank", "Blank", "nothing in it yet"],
  ["python", "Python", "a program and its test"],
  ["bun", "Bun", "a TypeScript program and its test"],
  ["node", "Node", "a JavaScript program and its test"],
  ["web", "Web", "a page and a small server"],
];

const kinds = [
  ["public", "Public", "everyone signed in sees it and works in it"],
  ["private", "Private", "only those who are in it know of it"],
] as const;

export const NewProject = (props: { onClose: () => void; onMade: (project: Project) => void }): JSX.Element => {
  const colony = useColony();
  const keyOf = createKeys();
  const [name, setName] = createSignal("");
  const [description, setDescription] = createSignal("");
  const [template, setTemplate] = createSignal<Template>("blank");
  const [visibility, setVisibility] = createSignal<"public" | "private">("public");
  const deed = createDeed(async () => {
    const body: Body = { name: name().trim(), description: description(), template: template(), visibility: visibility() };
    const made = await colony.ask(() => projectsApi.makeProject(body, keyOf(body)));
    colony.team()?.projects.put(made);
    await colony.made((api) => api.channel(made.channel_id));
    props.onClose();
    props.onMade(made);
  });
  return (
    <Ask
      title="New project"
      words="A place to run code: files, a console, schedules, and a talk of its own."
      act="Make project"
      ready={name().trim() !== ""}
      deed={deed}
      onClose={props.onClose}
    >
      <Field label="Name" required autofocus autocomplete="off" maxlength={200} placeholder="Loss plots" value={name()} onInput={(event) => setName(event.currentTarget.value)} />
      <Field label="What it is for (optional)" autocomplete="off" maxlength={2000} value={description()} onInput={(event) => setDescription(event.currentTarget.value)} />
      <Options legend="What it begins with" name="template" options={templates} value={template()} onChange={setTemplate} />
      <Options legend="Who sees it" name="visibility" options={kinds} value={visibility()} onChange={setVisibility} />
    </Ask>
  );
};

/** One of a few, each with a line that says what it is. */
const Options = <Value extends string>(props: {
  legend: string;
  name: string;
  options: readonly (readonly [Value, string, string])[];
  value: Value;
  onChange: (value: Value) => void;
}): JSX.Element => (
  <fieldset class="flex flex-col gap-0.5">
    <legend class="mb-1 font-medium text-small text-soft">{props.legend}</legend>
    <For each={props.options}>
      {([value, label, words]) => (
        <label class="flex min-h-8 items-baseline gap-2.5 rounded-md px-1 py-1 hover:bg-hover pointer-coarse:min-h-11">
          <input
            type="radio"
            name={props.name}
            class="size-4 shrink-0 translate-y-0.5 accent-(--accent-ink)"
            checked={props.value === value}
            onChange={() => props.onChange(value)}
          />
          <span>
            {label} <span class="text-small text-soft">{words}</span>
          </span>
        </label>
      )}
    </For>
  </fieldset>
);
