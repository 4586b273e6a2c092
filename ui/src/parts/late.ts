import { createComponent, createMemo, createResource, createSignal, type JSX, type lazy, untrack } from "solid-js";

type Part = Awaited<ReturnType<Parameters<typeof lazy>[0]>>["default"];

const [missing, setMissing] = createSignal(false);

/** Whether a part was wanted that did not come: Chromium does not ask for it again until the page is reloaded, and a newer server may not have it any more. */
export { missing };

/** Says that a part was wanted and did not come. */
export const miss = (): void => {
  setMissing(true);
};

const nothing: Part = () => null;

/**
 * A part of the page that is fetched when it is first wanted, or `ahead` of that. Where it does not come nothing is drawn in its place, and the page says so.
 * Each place waits by itself, which Solid's `lazy` does not do: there all wait by the first one, and where that is taken down before the part has come, as rows of a list are, the others stay empty.
 */
export const late = <T extends Part>(load: () => Promise<T>): T & { ahead: () => void } => {
  let come: T | undefined;
  let coming: Promise<T> | undefined;
  const fetched = async (): Promise<T> => {
    try {
      come = await load();
    } catch {
      miss();
      come = nothing as T;
    }
    return come;
  };
  const Late: Part = (props) => {
    if (come) return createComponent(come, props);
    const [part] = createResource(() => {
      coming ??= fetched();
      return coming;
    });
    return createMemo(() => {
      const Come = part();
      return Come && untrack(() => createComponent(Come, props));
    }) as unknown as JSX.Element;
  };
  const ahead = () => {
    // Nobody waits for it yet.
    load().catch(() => {});
  };
  return Object.assign(Late as T, { ahead });
};
