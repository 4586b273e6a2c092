import { createSignal } from "solid-js";

/** How many files are on their way up, by the channel they are for. */
const [going, setGoing] = createSignal<Readonly<Record<string, number>>>({});

export { setGoing };

export const goingIn = (channel_id: string): number => going()[channel_id] ?? 0;
