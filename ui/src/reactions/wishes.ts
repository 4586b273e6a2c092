import { createSignal } from "solid-js";

/** Reactions of mine that the server has not answered yet: by message and sign, whether it is to stand. */
const [wishes, setWishes] = createSignal<ReadonlyMap<string, ReadonlyMap<string, boolean>>>(new Map());

export { setWishes, wishes };
