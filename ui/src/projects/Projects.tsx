import Plus from "lucide-solid/icons/plus";
import { createMemo, type JSX, Show } from "solid-js";
import { IconButton } from "../parts/Button.tsx";
import type { Overlay } from "../Reach.tsx";
import { projectAddress } from "../route.ts";
import { Entry } from "../sidebar/Entry.tsx";
import { Links } from "../sidebar/Links.tsx";
import { ChannelIcon } from "../sidebar/Marks.tsx";
import { projectChannels } from "../sidebar/order.ts";
import { Section } from "../sidebar/Section.tsx";
import { useColony } from "../store.ts";
import type { Stir } from "./projects.ts";

const stirWords = (stir: Stir): string => (stir === null ? "" : { runs: "something runs", failed: "a run failed since you looked" }[stir]);

/** The sidebar's projects: what is unread in their talk, and whether something runs or failed there. */
export const Projects = (props: { current: string | undefined; onOverlay: (overlay: Overlay) => void }): JSX.Element => {
  const colony = useColony();
  const projects = () => colony.team()?.projects;
  const channels = createMemo(() => new Map(projectChannels(colony.channels()).map((channel) => [channel.id, channel])));
  const ids = createMemo(() => [...channels().keys()], [], { equals: (before, now) => before.join() === now.join() });

  const entry = (id: string, stop: () => boolean): JSX.Element => (
    <Show when={channels().get(id)}>
      {(at) => {
        const stir = () => projects()?.stir(at().project_id ?? "") ?? null;
        const note = () => [at().visibility === "private" && "private", stirWords(stir())].filter(Boolean).join(", ");
        return (
          <Entry
            id={id}
            href={projectAddress(at().name ?? "")}
            icon={
              <span class="relative block">
                <ChannelIcon channel={at()} />
                <Show when={stir()}>{(now) => <StirDot stir={now()} />}</Show>
              </span>
            }
            label={projects()?.ofChannel(id)?.name ?? at().name}
            current={id === props.current}
            stop={stop()}
            {...colony.attention(at())}
            draft={colony.drafts().channels().has(id)}
            muted={at().notify === "none"}
            note={note()}
          />
        );
      }}
    </Show>
  );

  return (
    <Section
      label="Projects"
      action={
        <IconButton label="New project" class="pointer-coarse:size-11" onClick={() => props.onOverlay("project")}>
          <Plus size={16} aria-hidden="true" />
        </IconButton>
      }
    >
      <Show when={ids().length > 0} fallback={<Empty onMake={() => props.onOverlay("project")} />}>
        <Links ids={ids()} current={props.current}>
          {entry}
        </Links>
      </Show>
    </Section>
  );
};

/** A ring while something runs, a full square where something failed: told apart without colour. */
const StirDot = (props: { stir: NonNullable<Stir> }): JSX.Element => (
  <span
    class="-right-1 -top-1 absolute size-2 border"
    classList={{
      "rounded-full border-result bg-sunken motion-safe:animate-pulse": props.stir === "runs",
      "rotate-45 border-sunken bg-error": props.stir === "failed",
    }}
  />
);

const Empty = (props: { onMake: () => void }): JSX.Element => (
  <div class="px-2 pb-1 text-meta text-soft">
    <p>A project is a place to run code, for people and agents: files, a console, schedules and a talk of its own.</p>
    <button type="button" class="inline-flex min-h-6 items-center font-medium text-ink underline underline-offset-2 pointer-coarse:min-h-11" onClick={() => props.onMake()}>
      Make the first
    </button>
  </div>
);
