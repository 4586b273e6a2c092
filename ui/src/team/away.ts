/** Milliseconds without a sign of life after which I am away. */
const IDLE = 5 * 60_000;
/** Milliseconds between two looks at whether I still am. */
const LOOK = 15_000;

const signs = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "focus"] as const;

/**
 * Tells when nobody has been at the page for a while, hidden or not, and when somebody is back.
 * @param tell hears every change; it is asked again with `again`, for a line that was broken
 */
export const createAway = (tell: (state: "away" | "online") => void) => {
  let lastSign = Date.now();
  let away = false;

  const change = (now: boolean) => {
    if (away === now) return;
    away = now;
    tell(away ? "away" : "online");
  };
  const sign = () => {
    lastSign = Date.now();
    change(false);
  };
  const look = () => change(Date.now() - lastSign >= IDLE);
  const seen = () => document.visibilityState === "visible" && sign();

  const timer = setInterval(look, LOOK);
  for (const type of signs) addEventListener(type, sign, { capture: true, passive: true });
  document.addEventListener("visibilitychange", seen);

  return {
    /** A new line to the server takes me for present: says it again when I am not. */
    again: () => away && tell("away"),
    leave: () => {
      clearInterval(timer);
      for (const type of signs) removeEventListener(type, sign, { capture: true });
      document.removeEventListener("visibilitychange", seen);
    },
  };
};
