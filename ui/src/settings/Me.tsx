import { createSignal, type JSX, Show } from "solid-js";
import { Avatar } from "../parts/Avatar.tsx";
import { Button } from "../parts/Button.tsx";
import { createDeed, type Deed } from "../parts/deed.ts";
import { Fault } from "../parts/Fault.tsx";
import { Field } from "../parts/Field.tsx";
import { useColony } from "../store.ts";
import { Mark, Section } from "./Section.tsx";

/** Mine: what I am called, and what I sign in with. */
export const Me = (): JSX.Element => {
  const colony = useColony();
  return (
    <Section title="Me" words="What others see of you, and what you sign in with.">
      <Show when={colony.me()}>
        {(me) => (
          <>
            <div class="flex items-center gap-3">
              <Avatar name={me().display_name} role={me().role} />
              <div class="min-w-0 leading-snug">
                <p class="flex items-center gap-2 font-semibold">
                  <span class="truncate">{me().display_name}</span>
                  <Show when={me().admin}>
                    <Mark accent>Admin</Mark>
                  </Show>
                </p>
                <p class="truncate text-faint text-small">
                  @{me().username}
                  <Show when={me().job}> · {me().job}</Show>
                </p>
              </div>
            </div>
            <NameForm />
            <JobForm />
            <PasswordForm />
          </>
        )}
      </Show>
    </Section>
  );
};

const NameForm = (): JSX.Element => {
  const colony = useColony();
  const [name, setName] = createSignal(colony.me()?.display_name ?? "");
  const [saved, setSaved] = createSignal(false);
  const changed = () => name().trim() !== "" && name().trim() !== colony.me()?.display_name;
  const deed = createDeed(async () => {
    const me = colony.me();
    if (!me || !changed()) return;
    await colony.ask((api) => api.changeUser(me.id, { display_name: name().trim() }));
    setSaved(true);
  });
  return (
    <Form title="Display name" act="Save name" ready={changed()} deed={deed} done={saved() && !changed() ? "Your name is changed." : null}>
      <Field
        label="Name"
        autocomplete="name"
        maxlength={200}
        required
        value={name()}
        onInput={(event) => {
          setSaved(false);
          setName(event.currentTarget.value);
        }}
      />
    </Form>
  );
};

const JobForm = (): JSX.Element => {
  const colony = useColony();
  const [job, setJob] = createSignal(colony.me()?.job ?? "");
  const [saved, setSaved] = createSignal(false);
  const changed = () => job().trim() !== (colony.me()?.job ?? "");
  const deed = createDeed(async () => {
    const me = colony.me();
    if (!me) return;
    await colony.ask((api) => api.changeUser(me.id, { job: job().trim() || null }));
    setSaved(true);
  });
  return (
    <Form title="Job" act="Save job" ready={changed()} deed={deed} done={saved() && !changed() ? "Your job is changed." : null}>
      <Field
        label="What you do here"
        hint="Shown beside your name. Assistants answer by it: they know engineer, bd, exec and admin."
        list="jobs"
        autocomplete="organization-title"
        maxlength={200}
        value={job()}
        onInput={(event) => {
          setSaved(false);
          setJob(event.currentTarget.value);
        }}
      />
      <datalist id="jobs">
        <option value="engineer" />
        <option value="bd" />
        <option value="exec" />
        <option value="admin" />
      </datalist>
    </Form>
  );
};

const PasswordForm = (): JSX.Element => {
  const colony = useColony();
  const [current, setCurrent] = createSignal("");
  const [next, setNext] = createSignal("");
  const [again, setAgain] = createSignal("");
  const [saved, setSaved] = createSignal(false);
  const deed = createDeed(async () => {
    setSaved(false);
    if (next() !== again()) throw new Error("The two new passwords are not the same.");
    // Not by `ask`: a wrong password is answered like a session that has ended, which this one has not.
    await colony.changePassword(current(), next());
    for (const clear of [setCurrent, setNext, setAgain]) clear("");
    setSaved(true);
  });
  const ready = () => current() !== "" && next().length >= 8 && again() !== "";
  return (
    <Form title="Password" act="Change password" ready={ready()} deed={deed} done={saved() ? "Your password is changed; your other sessions have ended." : null}>
      {/* Tells password managers whose it is. */}
      <input type="text" name="username" autocomplete="username" value={colony.me()?.username ?? ""} readOnly hidden />
      <Field label="Current password" type="password" required autocomplete="current-password" value={current()} onInput={(event) => setCurrent(event.currentTarget.value)} />
      <Field
        label="New password"
        hint="8 characters or more. Your other sessions end."
        type="password"
        required
        minlength={8}
        autocomplete="new-password"
        value={next()}
        onInput={(event) => setNext(event.currentTarget.value)}
      />
      <Field label="New password again" type="password" required autocomplete="new-password" value={again()} onInput={(event) => setAgain(event.currentTarget.value)} />
    </Form>
  );
};

const Form = (props: { title: string; act: string; ready: boolean; deed: Deed; done: string | null; children: JSX.Element }): JSX.Element => (
  <form
    aria-label={props.title}
    class="flex max-w-sm flex-col gap-3 border-line border-t pt-5"
    onSubmit={(event) => {
      event.preventDefault();
      if (props.ready) props.deed.run();
    }}
  >
    <h3 class="font-semibold">{props.title}</h3>
    {props.children}
    <Fault words={props.deed.failed()} />
    <div class="flex flex-wrap items-center gap-3">
      <Button kind="main" type="submit" disabled={!props.ready || props.deed.busy()}>
        {props.act}
      </Button>
      <span role="status" class="text-result text-small">
        {props.done}
      </span>
    </div>
  </form>
);
