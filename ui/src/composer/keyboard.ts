import { onCleanup, onMount } from "solid-js";

/** Pixels of the window that a keyboard on the screen covers at least; less is a bar of the browser. */
const KEYBOARD = 120;

/**
 * Keeps the page above the keyboard on the screen. Most browsers shrink the page for it, as the page asks them to; Safari on a
 * phone lays it over the page and pushes that up, so there the page takes the height that is left.
 */
export const createRoomForKeyboard = (): void => {
  const view = window.visualViewport;
  const page = document.getElementById("root");
  if (!view || !page) return;

  const fit = () => {
    const covered = view.scale === 1 && innerHeight - view.height > KEYBOARD;
    page.style.height = covered ? `${view.height}px` : "";
    if (covered) scrollTo(0, 0);
  };

  onMount(() => {
    view.addEventListener("resize", fit);
    view.addEventListener("scroll", fit);
    onCleanup(() => {
      view.removeEventListener("resize", fit);
      view.removeEventListener("scroll", fit);
      page.style.height = "";
    });
  });
};
