import { createContext, createMemo, createSignal, onCleanup, useContext } from "solid-js";
import type { Api, Register, User } from "./api.ts";
import { createChannels } from "./channels.ts";
import { type Drafts, draftsOf } from "./composer/drafts.ts";
import { createInbox } from "./inbox/inbox.ts";
import { asFailure, createModel } from "./model.ts";
import * as outbox from "./outbox.ts";
import { createParents } from "./parents.ts";
import { miss } from "./parts/late.ts";
import { createPeople } from "./people.ts";
import { createPosts } from "./posts.ts";
import { createQuestions } from "./questions/questions.ts";
import { initial } from "./reduce.ts";
import { type Connection, follow } from "./socket.ts";
import type { Team } from "./team/team.ts";
import { isEndSeen } from "./timeline/seen.ts";
import { createTimelines } from "./timelines.ts";

/** Milliseconds to wait for the socket before the channels are read without it. */
const SOCKET_PATIENCE = 2_000;

/** A secret that was just made: held in memory alone, until it is said to be saved. `made_at`: by the server's clock. */
export type Handover =
  | { kind: "token"; token: string; secret: string | null; made_at: string; user: User }
  | { kind: "password"; password: string; user: User }
  | { kind: "invite"; url: string; expires_at: string }
  | { kind: "webhook"; name: string; post_url: string | null; secret: string | null };

/** What is shown beside the timeline: of a message, or who is in the channel, where `message` is empty. */
export type Panel = { kind: "details" | "thread" | "members"; message: string };

export type Session = "unknown" | "unreachable" | "out" | "expired" | "in";

/** Everything the page knows, and all it can ask for. */
export const createColony = (api: Api, socketUrl: string) => {
  const [session, setSession] = createSignal<Session>("unknown");
  const [connection, setConnection] = createSignal<Connection>("connecting");
  const [notice, setNotice] = createSignal<string | null>(null);
  const [drafts, setDrafts] = createSignal<Drafts>(draftsOf(""));
  const [panel, setPanel] = createSignal<Panel | null>(null);
  const [userChanges, setUserChanges] = createSignal(0);
  const [handover, setHandover] = createSignal<Handover | null>(null);
  const model = createModel(
    () => leave("expired"),
    () => channels.recount(),
  );
  const timelines = createTimelines(api, model);
  const parents = createParents(api, model);
  const channels = createChannels(api, model, timelines.forget);
  const posts = createPosts(api, model, (key, message) => drafts().posted(key, message));
  const inbox = createInbox(api, model, isEndSeen);
  const questions = createQuestions(api, model);
  const people = createPeople(api, model);
  const [isDrawn, setDrawn] = createSignal(false);
  const [team, setTeam] = createSignal<Team | null>(null);
  const me = createMemo(() => model.state().me);
  let socket: ReturnType<typeof follow> | undefined;

  const start = async () => {
    try {
      enter(await api.me());
    } catch (error) {
      setSession(asFailure(error).status === 401 ? "out" : "unreachable");
    }
  };

  const signIn = async (username: string, password: string) => enter(await api.login(username, password));

  const register = async (body: Register, key: string) => enter(await api.register(body, key));

  const signOut = async () => {
    try {
      await api.logout();
      leave("out");
    } catch (error) {
      if (asFailure(error).status === 401) leave("out");
      else setNotice("Signing out did not work: the server cannot be reached. Try again.");
    }
  };

  const enter = (user: User) => {
    setDrafts(draftsOf(user.id));
    model.begin({ ...initial, me: user, pending: outbox.kept(user.id) });
    setSession("in");
    channels.readAll(SOCKET_PATIENCE);
    socket = follow(socketUrl, {
      onState: (now) => (now === "ended" ? leave("expired") : setConnection(now)),
      onReady: ({ seq }, fresh) => {
        if (fresh) {
          model.setState((now) => ({ ...now, cursor: seq }));
          channels.readAll();
        }
        posts.send();
        gather();
        parents.refresh(fresh);
        inbox.refresh();
        questions.refresh();
      },
      onEvent: (event) => {
        model.onEvent(event);
        parents.hear(event);
        inbox.hear(event);
        questions.hear(event);
        team()?.hear(event);
        if (event.event !== "user") return;
        people.hear(event.data);
        setUserChanges((count) => count + 1);
      },
      onMoment: (moment) => team()?.hearMoment(moment),
    });
  };

  /** What one came for stands there: the rest of the page may come. */
  const drawn = () => {
    if (isDrawn()) return;
    setDrawn(true);
    gather();
  };

  /** Who is here is asked with each line that stands, and not before what one came for. */
  const gather = async () => {
    if (!isDrawn()) return;
    const user = me();
    try {
      const { createTeam } = await import("./team/team.ts");
      if (!user || me()?.id !== user.id) return;
      if (!team()) setTeam(createTeam(api, model, (frame) => socket?.send(frame)));
      team()?.ready();
    } catch {
      miss();
    }
  };

  /** Drops what the user could see. Drafts and unsent posts stay in the browser, under the user's id. */
  const leave = (why: "out" | "expired") => {
    socket?.close();
    posts.rest();
    channels.leave();
    inbox.leave();
    questions.leave();
    timelines.forget();
    parents.forget();
    people.forget();
    team()?.leave();
    setTeam(null);
    model.begin(initial);
    setPanel(null);
    setHandover(null);
    setNotice(null);
    setSession(why);
  };

  onCleanup(() => socket?.close());

  return {
    me,
    session,
    connection,
    notice,
    setNotice,
    drafts,
    panel,
    setPanel,
    /** Grows whenever someone came, changed or was deactivated. */
    userChanges,
    /** The secret that is being shown, this once. */
    handover,
    setHandover,
    /** Asks the server for what the store does not hold; a session that has ended leads back to signing in. */
    ask: <T>(work: (api: Api) => Promise<T>): Promise<T> => model.ask(work(api)),
    changePassword: api.changePassword,
    start,
    signIn,
    register,
    signOut,
    reconnect: () => socket?.retry(),
    channels: channels.channels,
    channel: channels.channel,
    calls: channels.calls,
    attention: channels.attention,
    lookAt: channels.lookAt,
    titleOf: channels.titleOf,
    channelsRead: channels.channelsRead,
    channelsFailure: channels.channelsFailure,
    readChannels: () => channels.readAll(),
    made: channels.made,
    markRead: channels.markRead,
    timelines,
    timeline: timelines.whole,
    parent: parents.look,
    posts,
    isDrawn,
    drawn,
    /** Who is here, who writes, who is in what; null until it has come. */
    team,
    people: people.people,
    readPeople: people.readPeople,
    pending: posts.pending,
    change: posts.change,
    edit: posts.edit,
    remove: posts.remove,
    users: () => model.ask(api.users()),
    inbox,
    questions,
  };
};

export type Colony = ReturnType<typeof createColony>;

export const ColonyContext = createContext<Colony>();

export const useColony = (): Colony => {
  const colony = useContext(ColonyContext);
  if (!colony) throw new Error("The page is drawn outside of its store");
  return colony;
};
