import { createSignal } from "solid-js";
import { Kept } from "../parts/kept.ts";

/** Switches kept at most: more than anyone unfolds in a sitting, and some 100 KB. Beyond it, what was unfolded longest ago folds again. */
const MOST = 1_000;

/** Rows come and go as one scrolls; what was unfolded in them stays so. Only what differs from how it is at first is kept. */
const switched = new Kept<boolean>(MOST);

/** Leaves a part unfolded for when it is next drawn. */
export const unfold = (key: string): void => switched.set(key, true);

/** Whether a part of a message is unfolded (or wrapped, or …), and its switch. `key` names message and part. At first it is off. */
export const createSwitch = (key: () => string): [on: () => boolean, set: (on: boolean) => void] => {
  const [changed, setChanged] = createSignal(undefined, { equals: false });
  const isOn = () => {
    changed();
    return switched.get(key()) ?? false;
  };
  const set = (on: boolean) => {
    if (on) switched.set(key(), true);
    else switched.drop(key());
    setChanged(undefined);
  };
  return [isOn, set];
};
