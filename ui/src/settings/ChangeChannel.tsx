import { createSignal, type JSX, Match, Switch } from "solid-js";
import type { Channel } from "../api.ts";
import { Ask } from "../parts/Ask.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { createDeed } from "../parts/deed.ts";
import { Field } from "../parts/Field.tsx";
import { useColony } from "../store.ts";
import { Webhooks } from "./Webhooks.tsx";

type Props = { channel: Channel; onClose: () => void };

/** Asks before a channel is changed, and says what that does. */
export const ChangeChannel = (props: Props & { change: "words" | "archive" | "webhooks" }): JSX.Element => (
  <Switch>
    <Match when={props.change === "words"}>
      <Describe channel={props.channel} onClose={props.onClose} />
    </Match>
    <Match when={props.change === "archive"}>
      <ArchiveOrOpen channel={props.channel} onClose={props.onClose} />
    </Match>
    <Match when={props.change === "webhooks"}>
      <Dialog label={`Webhooks of #${props.channel.name}`} wide onClose={props.onClose}>
        <Webhooks channel={props.channel} onClose={props.onClose} />
      </Dialog>
    </Match>
  </Switch>
);

const Describe = (props: Props): JSX.Element => {
  const colony = useColony();
  const [description, setDescription] = createSignal(props.channel.description);
  const [topic, setTopic] = createSignal(props.channel.topic);
  const changed = () => description().trim() !== props.channel.description || topic().trim() !== props.channel.topic;
  const deed = createDeed(async () => {
    await colony.ask((api) => api.changeChannel(props.channel.id, { description: description().trim(), topic: topic().trim() }));
    props.onClose();
  });
  return (
    <Ask title={`Describe #${props.channel.name}`} act="Save" ready={changed()} deed={deed} onClose={props.onClose}>
      <Field label="What it is for" autofocus autocomplete="off" maxlength={2000} value={description()} onInput={(event) => setDescription(event.currentTarget.value)} />
      <Field
        label="Topic now"
        hint="Stands over the channel in place of the description."
        autocomplete="off"
        maxlength={200}
        value={topic()}
        onInput={(event) => setTopic(event.currentTarget.value)}
      />
    </Ask>
  );
};

const ArchiveOrOpen = (props: Props): JSX.Element => {
  const colony = useColony();
  const archived = props.channel.archived_at !== null;
  const deed = createDeed(async () => {
    const { id } = props.channel;
    if (archived) await colony.ask((api) => api.changeChannel(id, { archived: false }));
    else await colony.ask((api) => api.archiveChannel(id));
    props.onClose();
  });
  return (
    <Ask
      title={archived ? `Open #${props.channel.name} again?` : `Archive #${props.channel.name}?`}
      words={
        archived
          ? "It takes posts again, with all that was said in it."
          : "Nobody can post to it any more, agents neither. What was said stays readable, and it can be opened again."
      }
      act={archived ? "Open again" : "Archive"}
      danger={!archived}
      deed={deed}
      onClose={props.onClose}
    />
  );
};
