import type { Channel } from "../channels/directory.ts";
import type { FeedEvent } from "./feed.ts";
import type { Passing } from "./passing.ts";

/** An event as one door tells it: its name there, and its JSON form. */
export type Told = { name: string; text: string };

/** How a door names what happens, and which of it concerns whoever follows there. An event may be several, or none. */
export type Dialect = { event: (event: FeedEvent) => Told[]; passing: (passing: Passing) => Told[] };

/** The line as it is. */
export const plain: Dialect = {
  event: ({ kind, text }) => [{ name: kind, text }],
  passing: ({ event, text }) => [{ name: event, text }],
};

const durable: Record<string, string> = { run: "run.status", file: "file.changed", schedule: "schedule.changed", project: "project.changed" };
const passed: Record<string, string> = { agent_status: "agent.status", console: "console.output", sandbox: "sandbox.state" };

/** What happens in a project's channel, as a workbench calls it: its runs and builds, files, schedules and sandbox, how plans get on, what its agents are at. */
export const ofProject = (channel: Pick<Channel, "id">): Dialect => {
  const tell = (name: string, data: unknown, seq?: number): Told => ({
    name,
    text: JSON.stringify({ ...(seq !== undefined && { seq }), event: name, channel_id: channel.id, data }),
  });
  return {
    event: ({ kind, seq, data }) => {
      const name = durable[kind];
      if (name !== undefined) return [tell(name, data, seq), ...(isBuild(kind, data) ? [tell("build.status", data, seq)] : [])];
      const progress = kind === "message" || kind === "edit" ? progressOf(data) : null;
      return progress ? [tell("task.progress", progress, seq)] : [];
    },
    passing: ({ event, data }) => {
      const name = passed[event];
      return name === undefined ? [] : [tell(name, data)];
    },
  };
};

const isBuild = (kind: string, data: unknown): boolean => kind === "run" && (data as { kind?: unknown }).kind === "build";

/** How far a plan is: its boxes, and how many of them are ticked; null for a message that is none. */
const progressOf = (message: unknown): { message_id: string; done: number; total: number } | null => {
  const { id, type, content } = message as { id: string; type: string; content: string };
  if (type !== "plan") return null;
  const boxes = [...content.matchAll(/^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[([ xX])\]/gm)];
  return { message_id: id, done: boxes.filter(([, box]) => box !== " ").length, total: boxes.length };
};
