import type { Api } from "../api.ts";
import type { Model } from "../model.ts";
import type { FeedEvent } from "../reduce.ts";
import type { Moment } from "../socket.ts";
import { createAway } from "./away.ts";
import { createMembers } from "./members.ts";
import { createPresence, standingWords } from "./presence.ts";
import { createTyping } from "./typing.ts";

/** Who is here, who writes, who is in the channel that is open. Fetched behind the first paint; `send`: a frame to the server, which is lost while there is no line. */
export const createTeam = (api: Api, model: Model, send: (frame: object) => void) => {
  const presence = createPresence({ api, ask: model.ask });
  const typing = createTyping(
    () => model.state().me?.id ?? "",
    (channel_id) => send({ type: "typing", channel_id }),
  );
  const members = createMembers(api, model);
  const away = createAway((state) => send({ type: "presence", state }));

  return {
    /** Whether someone is there and what they say they are at, in words. */
    wordsOf: (user_id: string): string => standingWords(presence.presence(user_id), presence.status(user_id)),
    presence,
    typing,
    members,
    hear: (event: FeedEvent) => {
      typing.hearEvent(event);
      members.hear(event);
    },
    hearMoment: (moment: Moment) => (moment.event === "typing" ? typing.hear(moment) : presence.hear(moment)),
    /** A line to the server stands: what was told without a number meanwhile is read. */
    ready: () => {
      presence.refresh();
      away.again();
    },
    leave: () => {
      presence.leave();
      typing.leave();
      members.forget();
      away.leave();
    },
  };
};

export type Team = ReturnType<typeof createTeam>;
