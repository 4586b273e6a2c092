import CircleCheck from "lucide-solid/icons/circle-check";
import CircleDashed from "lucide-solid/icons/circle-dashed";
import CircleX from "lucide-solid/icons/circle-x";
import Hourglass from "lucide-solid/icons/hourglass";
import LoaderCircle from "lucide-solid/icons/loader-circle";
import OctagonX from "lucide-solid/icons/octagon-x";
import Square from "lucide-solid/icons/square";
import { type JSX, Match, Switch } from "solid-js";
import type { Run } from "../moments.ts";

/** How a run stands, by shape and colour; its words stand beside it. */
export const StateMark = (props: { state: Run["state"] }): JSX.Element => (
  <span
    aria-hidden="true"
    class="inline-flex shrink-0"
    classList={{
      "text-result": props.state === "succeeded",
      "text-error": props.state === "failed" || props.state === "killed" || props.state === "timed_out",
      "text-plan": props.state === "running",
      "text-faint": props.state === "queued" || props.state === "stopped",
    }}
  >
    <Switch fallback={<CircleX size={15} />}>
      <Match when={props.state === "succeeded"}>
        <CircleCheck size={15} />
      </Match>
      <Match when={props.state === "running"}>
        <LoaderCircle size={15} class="motion-safe:animate-spin" />
      </Match>
      <Match when={props.state === "queued"}>
        <CircleDashed size={15} />
      </Match>
      <Match when={props.state === "stopped"}>
        <Square size={15} />
      </Match>
      <Match when={props.state === "timed_out"}>
        <Hourglass size={15} />
      </Match>
      <Match when={props.state === "killed"}>
        <OctagonX size={15} />
      </Match>
    </Switch>
  </span>
);
