import type { JSX } from "solid-js";

/** A part of the sidebar under its name, with what can be done to it beside that. */
export const Section = (props: { label: string; action?: JSX.Element; children: JSX.Element }): JSX.Element => (
  <div class="mb-3">
    <div class="flex h-8 items-center justify-between pr-0.5 pl-2">
      <h2 class="font-medium text-meta text-soft">{props.label}</h2>
      {props.action}
    </div>
    {props.children}
  </div>
);
