import { createWorking } from "../agents/working.ts";
import type { Api, Author } from "../api.ts";
import type { Model } from "../model.ts";
import { createProjects } from "../projects/projects.ts";
import type { FeedEvent } from "../reduce.ts";
import type { Moment } from "../socket.ts";
import { createAway } from "./away.ts";
import { createMembers } from "./members.ts";
import { createPresence, standingWords } from "./presence.ts";
import { createResidents } from "./residents.ts";
import { createTyping } from "./typing.ts";

/** Who is here, who writes, who is in the channel that is open. Fetched behind the first paint; `send`: a frame to the server, which is lost while there is no line. */
export const createTeam = (api: Api, model: Model, send: (frame: object) => void) => {
  const residents = createResidents({ api, ask: model.ask });
  const presence = createPresence({ api, ask: model.ask, isHere: (user_id) => residents.of(user_id)?.ready === true });
  const typing = createTyping(
    () => model.state().me?.id ?? "",
    (channel_id) => send({ type: "typing", channel_id }),
  );
  const members = createMembers(api, model);
  const working = createWorking(api, model.ask);
  const projects = createProjects(model);
  const away = createAway((state) => send({ type: "presence", state }));

  return {
    /** Whether someone is there and what they say they are at, in words; of an agent of the server, which always is, what it is for. */
    wordsOf: (user_id: string): string => {
      const resident = residents.of(user_id);
      if (resident) return resident.ready ? resident.description || "answers when it is asked" : "has no model yet";
      return standingWords(presence.presence(user_id), presence.status(user_id));
    },
    presence,
    /** By what an agent is drawn: the model that it runs on, or its name, which often says it. */
    modelOf: ({ id, username }: Author): string => residents.of(id)?.model ?? username,
    /** The agents that the server itself runs. */
    residents,
    typing,
    members,
    /** What residents are at, question by question. */
    working,
    /** The projects one sees, and what is heard of them. */
    projects,
    hear: (event: FeedEvent) => {
      typing.hearEvent(event);
      members.hear(event);
      projects.hear(event);
      if (event.event === "user" && event.data.resident) residents.refresh();
    },
    hearMoment: (moment: Moment) => {
      if (moment.event === "typing") typing.hear(moment);
      else if (moment.event === "agent_status") {
        working.hear(moment);
        residents.hear(moment);
      } else if (moment.event === "console" || moment.event === "sandbox") projects.hearMoment(moment);
      else presence.hear(moment);
    },
    /** A line to the server stands: what was told without a number meanwhile is read. */
    ready: () => {
      presence.refresh();
      working.refresh();
      residents.refresh();
      projects.refresh();
      away.again();
    },
    leave: () => {
      presence.leave();
      residents.leave();
      projects.leave();
      typing.leave();
      working.leave();
      members.forget();
      away.leave();
    },
  };
};

export type Team = ReturnType<typeof createTeam>;
