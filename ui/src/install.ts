import { createSignal } from "solid-js";

/** What Chromium offers a page that can be installed: https://wicg.github.io/manifest-incubations/#beforeinstallpromptevent-interface */
type InstallOffer = Event & { prompt: () => Promise<unknown> };

const [offer, setOffer] = createSignal<InstallOffer | null>(null);

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  setOffer(event as InstallOffer);
});
addEventListener("appinstalled", () => setOffer(null));

/** Asks whether to install the page as an application of its own; null where the browser offers none, or it is one already. */
export const install = (): (() => void) | null => {
  const made = offer();
  return (
    made &&
    (() => {
      setOffer(null);
      made.prompt();
    })
  );
};
