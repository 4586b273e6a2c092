import type { JSX } from "solid-js";

export const CELL = "M12 1.6 21 6.8v10.4L12 22.4 3 17.2V6.8Z";

/** The name mark: one cell of the colony with a dot in it. */
export const Cell = (props: { class?: string }): JSX.Element => (
  <svg viewBox="0 0 24 24" class={props.class} aria-hidden="true">
    <path d={CELL} fill="var(--accent-wash)" stroke="var(--accent-ink)" stroke-width="1.7" stroke-linejoin="round" />
    <circle cx="12" cy="12" r="2.8" fill="var(--accent-ink)" />
  </svg>
);
