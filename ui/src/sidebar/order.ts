import type { Channel } from "../api.ts";

/** By name; names are plain letters, and a thousand of them sort at once without asking a language for its order. */
const byName = (a: Channel, b: Channel): number => ((a.name ?? "") < (b.name ?? "") ? -1 : 1);

const named = (channels: readonly Channel[], archived: boolean): Channel[] =>
  channels.filter(({ name, archived_at }) => name !== null && (archived_at !== null) === archived).sort(byName);

/** The channels that can be written in, as the sidebar lists them. */
export const openChannels = (channels: readonly Channel[]): Channel[] => named(channels, false);

export const archivedChannels = (channels: readonly Channel[]): Channel[] => named(channels, true);
