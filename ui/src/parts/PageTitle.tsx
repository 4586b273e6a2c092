import { type JSX, onMount } from "solid-js";

/** The name of a page that has nothing to write in: who comes to it by key begins here, and hears it. */
export const PageTitle = (props: { children: JSX.Element; ref?: (heading: HTMLHeadingElement) => void }): JSX.Element => {
  let heading: HTMLHeadingElement | undefined;
  onMount(() => heading?.focus({ preventScroll: true }));
  return (
    <h1
      ref={(element) => {
        heading = element;
        props.ref?.(element);
      }}
      tabindex="-1"
      class="shrink-0 font-semibold text-title outline-none"
    >
      {props.children}
    </h1>
  );
};
