import { createSignal, lazy } from "solid-js";

type Part = Awaited<ReturnType<Parameters<typeof lazy>[0]>>["default"];

const [missing, setMissing] = createSignal(false);

/** Whether a part was wanted that did not come: Chromium does not ask for it again until the page is reloaded, and a newer server may not have it any more. */
export { missing };

/** Says that a part was wanted and did not come. */
export const miss = (): void => {
  setMissing(true);
};

const nothing: Part = () => null;

/** A part of the page that is fetched when it is first wanted, or `ahead` of that. Where it does not come nothing is drawn in its place, and the page says so. */
export const late = <T extends Part>(load: () => Promise<T>): T & { ahead: () => void } => {
  const loaded = async (): Promise<T> => {
    try {
      return await load();
    } catch {
      miss();
      return nothing as T;
    }
  };
  const ahead = () => {
    // Nobody waits for it yet.
    load().catch(() => {});
  };
  return Object.assign(
    lazy(async () => ({ default: await loaded() })),
    { ahead },
  );
};
