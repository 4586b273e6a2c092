import type { JSX } from "solid-js";
import { createRoot } from "solid-js";

/** A picture that is drawn once and copied wherever it stands: a row has many, and rows are drawn while one scrolls. */
export const stamp = (draw: () => JSX.Element): (() => Node) => {
  let drawn: Node | undefined;
  return () => {
    drawn ??= createRoot(() => draw() as Node);
    return drawn.cloneNode(true);
  };
};
