/** Milliseconds that the first paint has to itself before anything is fetched that only may be wanted. */
const FIRST = 2_000;

/** Does `work` when the page has been drawn and has nothing else to do. @returns how to let it be */
export const whenIdle = (work: () => void): (() => void) => {
  const timer = setTimeout(() => ("requestIdleCallback" in window ? requestIdleCallback(work) : work()), FIRST);
  return () => clearTimeout(timer);
};
