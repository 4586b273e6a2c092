import { createSignal } from "solid-js";
import type { AgentStatus, Api, Author } from "../api.ts";
import type { AgentMoment } from "../team/residents.ts";

/** A question that a resident is at, or that waits for it. `asker`: a username; `answer_id`: the message that grows, null before its first words. */
export type Work = {
  agent: Author;
  state: "waiting" | "thinking" | "running";
  channel_id: string;
  question_id: string;
  answer_id: string | null;
  asker: string;
  tool: string | null;
};

const isSame = (a: { agent: Author; question_id: string }, b: { agent: Author; question_id: string }): boolean => a.agent.id === b.agent.id && a.question_id === b.question_id;

/** The works after a moment: each question stands where it stood, a new one at the end. */
export const afterMoment = (works: readonly Work[], { channel_id, data }: AgentMoment): readonly Work[] => {
  const { state } = data;
  const at = works.findIndex((work) => isSame(work, data));
  if (state === "idle") return at < 0 ? works : works.toSpliced(at, 1);
  const now: Work = { ...data, state, channel_id };
  return at < 0 ? [...works, now] : works.with(at, now);
};

/** What the server says of its agents, as works, and what was told since it was asked laid over it. */
export const worksOf = (agents: readonly AgentStatus[], since: readonly AgentMoment[]): readonly Work[] =>
  since.reduce(
    afterMoment,
    agents.flatMap(({ agent, work }) => work.map(({ asker, since: _, ...one }): Work => ({ ...one, agent, asker: asker.username }))),
  );

/** Who is at which question, everywhere that I may read. */
export const createWorking = (api: Pick<Api, "agentStatus">, ask: <T>(work: Promise<T>) => Promise<T>) => {
  const [works, setWorks] = createSignal<readonly Work[]>([]);
  const logs = new Set<AgentMoment[]>();
  let life = 0;

  const hear = (moment: AgentMoment) => {
    for (const log of logs) log.push(moment);
    setWorks((now) => afterMoment(now, moment));
  };

  /** Asks the server: what was told while there was no line is not told again. */
  const refresh = async () => {
    const mine = ++life;
    const log: AgentMoment[] = [];
    logs.add(log);
    try {
      const agents = await ask(api.agentStatus());
      if (mine === life) setWorks(worksOf(agents, log));
    } catch {
      // Nothing is known of what went on before: nothing is said of it.
      if (mine === life) setWorks(log.reduce(afterMoment, []));
    } finally {
      logs.delete(log);
    }
  };

  const leave = () => {
    life++;
    setWorks([]);
  };

  return {
    hear,
    refresh,
    leave,
    /** In one channel, in the order in which they were heard of. */
    inChannel: (channel_id: string): readonly Work[] => works().filter((work) => work.channel_id === channel_id),
    /** At the answer that is written into a message. */
    onAnswer: (message_id: string): Work | undefined => works().find(({ answer_id }) => answer_id === message_id),
  };
};
