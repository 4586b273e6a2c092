import type { JSX } from "solid-js";
import { Cell } from "../parts/Cell.tsx";
import type { Range } from "./range.ts";

/** In the place of figures, when no model was called. */
export const NothingSpent = (props: { range: Range; admin: boolean }): JSX.Element => (
  <div class="mx-auto flex max-w-md flex-col items-center gap-3 px-2 py-14 text-center">
    <Cell class="size-12" />
    <h2 class="font-semibold text-title">{props.admin ? "No model was called" : "You have asked no agent"}</h2>
    <p class="text-soft">
      {props.admin ? "Nobody has asked an agent" : "Nothing was spent for you"} in the last {props.range} days. Write <span class="font-mono text-small">@grimlock</span> and a
      question in any channel: its answer stands below it, and what it cost stands here.
    </p>
    <a href="/agents" class="inline-flex h-9 items-center rounded-md border border-edge px-3.5 font-medium transition-colors hover:bg-hover">
      See the agents
    </a>
  </div>
);
