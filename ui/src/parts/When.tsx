import type { JSX } from "solid-js";
import { now } from "./now.ts";
import { dateOf, momentOf, nearly } from "./time.ts";

/** A time in a word or two, to the second on pointing at it. `date`: as a date, however near. */
export const When = (props: { at: string; date?: boolean }): JSX.Element => (
  <time dateTime={props.at} data-tip={momentOf(props.at)}>
    {props.date ? dateOf(props.at) : nearly(props.at, now())}
  </time>
);
