import { createMemo, createSignal } from "solid-js";
import type { Api, Failure, OpenQuestion } from "../api.ts";
import { asFailure, type Model } from "../model.ts";
import { now } from "../parts/now.ts";
import type { FeedEvent } from "../reduce.ts";
import { isOver } from "./asking.ts";

/** Milliseconds in which events are gathered before the server is asked what waits now. */
const GATHER = 400;

/** What others ask and I may decide, oldest first. The server alone knows what that is; events only say when to ask it. */
export const createQuestions = (api: Api, { state, ask }: Model) => {
  const [asked, setAsked] = createSignal<readonly OpenQuestion[] | null>(null);
  const [failure, setFailure] = createSignal<Failure | null>(null);
  /** A question's time runs out unheard. */
  const items = createMemo(() => (asked() ?? []).filter(({ message }) => message.ask === null || !isOver(message.ask, now())));
  let gathering: ReturnType<typeof setTimeout> | undefined;
  /** Answers that come after a later one was asked for are not taken in. */
  let turn = 0;

  const refresh = async () => {
    const mine = ++turn;
    try {
      const found = await ask(api.questions());
      if (mine !== turn) return;
      setAsked(found);
      setFailure(null);
    } catch (error) {
      if (mine === turn) setFailure(asFailure(error));
    }
  };

  const concerns = (event: FeedEvent): boolean => {
    if (event.event === "message") return event.data.ask !== null && event.data.user.id !== state().me?.id;
    if (event.event === "member" || event.event === "channel") return true;
    const { data } = event;
    return "id" in data && (asked() ?? []).some(({ message }) => message.id === data.id);
  };

  const hear = (event: FeedEvent) => {
    if (!concerns(event)) return;
    gathering ??= setTimeout(() => {
      gathering = undefined;
      refresh();
    }, GATHER);
  };

  /** Takes one off the list, once it was answered. */
  const drop = (id: string) => setAsked((all) => (all ?? []).filter(({ message }) => message.id !== id));

  const leave = () => {
    turn++;
    clearTimeout(gathering);
    gathering = undefined;
    setAsked(null);
    setFailure(null);
  };

  return { items, isRead: () => asked() !== null, failure, refresh, hear, drop, leave };
};
