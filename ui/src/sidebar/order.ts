import type { Channel } from "../api.ts";

/** By name; names are plain letters, and a thousand of them sort at once without asking a language for its order. */
const byName = (a: Channel, b: Channel): number => ((a.name ?? "") < (b.name ?? "") ? -1 : 1);

const named = (channels: readonly Channel[], archived: boolean): Channel[] =>
  channels.filter(({ name, project_id, archived_at }) => name !== null && project_id === null && (archived_at !== null) === archived).sort(byName);

/** The channels that can be written in, as the sidebar lists them. */
export const openChannels = (channels: readonly Channel[]): Channel[] => named(channels, false);

/** The channels of projects, which are listed as projects. */
export const projectChannels = (channels: readonly Channel[]): Channel[] => channels.filter(({ project_id }) => project_id !== null).sort(byName);

/** The conversations in which something was said, the newest talk first. `more`: whether another is listed too. */
export const conversationsOf = (channels: readonly Channel[], more: (channel: Channel) => boolean = () => false): Channel[] =>
  channels.filter((channel) => channel.visibility === "direct" && (channel.last_seq > 0 || more(channel))).sort((a, b) => b.last_seq - a.last_seq);

/** All that can be gone to, from the sidebar's top to its end. */
export const placesOf = (channels: readonly Channel[]): Channel[] => [...openChannels(channels), ...projectChannels(channels), ...conversationsOf(channels)];

export const archivedChannels = (channels: readonly Channel[]): Channel[] => named(channels, true);
