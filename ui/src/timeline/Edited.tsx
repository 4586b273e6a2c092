import type { JSX } from "solid-js";
import { momentOf } from "../parts/time.ts";

/** The mark of a message that reads otherwise than when it was posted. */
export const Edited = (props: { at: string }): JSX.Element => (
  <span class="shrink-0 text-faint text-meta" title={momentOf(props.at)}>
    edited
  </span>
);
