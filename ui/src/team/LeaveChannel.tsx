import type { JSX } from "solid-js";
import type { Channel } from "../api.ts";
import { Ask } from "../parts/Ask.tsx";
import { createDeed } from "../parts/deed.ts";
import { useColony } from "../store.ts";

/** Asks before a channel is left, and says what that means. */
export const LeaveChannel = (props: { channel: Channel; onClose: () => void }): JSX.Element => {
  const colony = useColony();
  const deed = createDeed(async () => {
    await colony.ask((api) => api.leave(props.channel.id));
    props.onClose();
  });
  return (
    <Ask
      title={`Leave ${colony.titleOf(props.channel)}?`}
      words={
        props.channel.visibility === "private"
          ? "You see nothing of it any more. To come back you need one of its members to add you."
          : "You are no longer one of those whom @channel calls. It stays open to you, as to everyone."
      }
      act="Leave"
      danger={props.channel.visibility === "private"}
      deed={deed}
      onClose={props.onClose}
    />
  );
};
