import { batch, createSignal } from "solid-js";
import type { Agent, AgentStatus, Agents, Api, Author } from "../api.ts";

/** What a resident agent is at with one question, as the feed tells those who can read it. `idle`: this question is over. */
export type AgentMoment = {
  event: "agent_status";
  channel_id: string;
  data: { agent: Author; state: "waiting" | "thinking" | "running" | "idle"; question_id: string; answer_id: string | null; asker: string; tool: string | null };
};

type Asking = { api: Pick<Api, "agents" | "agentStatus">; ask: <T>(work: Promise<T>) => Promise<T> };

/** Milliseconds in which what is heard of agents is gathered before the server is asked what they are at. */
const GATHER = 250;
/** Milliseconds in which ends of answers are gathered, before what depends on them is read anew. */
const SETTLE = 1_000;
/** Milliseconds between two looks while somebody watches: what agents do where one may not read is told to nobody. */
const EVERY = 15_000;

/** The agents that the server itself runs: who they are, and, while somebody watches, what they are at. */
export const createResidents = ({ api, ask }: Asking) => {
  const [known, setKnown] = createSignal<Agents | null>(null);
  const [failure, setFailure] = createSignal<Error | null>(null);
  const [statuses, setStatuses] = createSignal<ReadonlyMap<string, AgentStatus>>(new Map());
  const [byId, setById] = createSignal<ReadonlyMap<string, Agent>>(new Map());
  const [ended, setEnded] = createSignal(0);
  let asked = 0;
  let looked = 0;
  let watchers = 0;
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let settling: ReturnType<typeof setTimeout> | undefined;
  let ticking: ReturnType<typeof setInterval> | undefined;

  const read = async () => {
    const mine = ++asked;
    try {
      const fresh = await ask(api.agents());
      if (mine !== asked) return;
      batch(() => {
        setKnown(fresh);
        setById(new Map(fresh.agents.map((agent) => [agent.id, agent])));
        setFailure(null);
      });
    } catch (error) {
      if (mine === asked) setFailure(error instanceof Error ? error : new Error(String(error)));
    }
  };

  const look = async () => {
    const mine = ++looked;
    try {
      const fresh = await ask(api.agentStatus());
      if (mine === looked) setStatuses(new Map(fresh.map((status) => [status.agent.id, status])));
    } catch {
      // What was known stays; the next look tries again.
    }
  };

  const refresh = () => {
    read();
    if (watchers > 0) look();
  };

  /** The server alone knows who waits and who may see it; what is heard only says when to ask. */
  const hear = ({ data }: AgentMoment) => {
    if (data.state === "idle")
      settling ??= setTimeout(() => {
        settling = undefined;
        setEnded((count) => count + 1);
      }, SETTLE);
    if (watchers === 0) return;
    gathering ??= setTimeout(() => {
      gathering = undefined;
      look();
    }, GATHER);
  };

  /** From now on what they are at is kept true. @returns what ends it */
  const watch = (): (() => void) => {
    if (watchers++ === 0) ticking = setInterval(refresh, EVERY);
    refresh();
    return () => {
      if (--watchers === 0) clearInterval(ticking);
    };
  };

  const leave = () => {
    asked++;
    looked++;
    clearTimeout(gathering);
    clearTimeout(settling);
    clearInterval(ticking);
  };

  return {
    /** All of them, in the server's order; null while they are not known. */
    agents: (): readonly Agent[] | null => known()?.agents ?? null,
    /** What keeps agents' files from being used; told to admins alone. */
    problems: (): Agents["problems"] => known()?.problems ?? [],
    failure,
    /** The resident that a user is; undefined for everyone else. */
    of: (user_id: string): Agent | undefined => byId().get(user_id),
    status: (user_id: string): AgentStatus | undefined => statuses().get(user_id),
    /** Grows when answers have ended, where I may read them. */
    ended,
    refresh,
    hear,
    watch,
    leave,
  };
};
