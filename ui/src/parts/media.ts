import { createSignal, onCleanup } from "solid-js";

/** Whether a media query holds, as a signal. */
export const createMedia = (query: string) => {
  const list = matchMedia(query);
  const [holds, setHolds] = createSignal(list.matches);
  const listen = () => setHolds(list.matches);
  list.addEventListener("change", listen);
  onCleanup(() => list.removeEventListener("change", listen));
  return holds;
};
