import { createSignal } from "solid-js";
import { uniqueKey } from "../unique.ts";

/** Something that a form asks for: once at a time, with the words for why it did not work. `work` throws an Error when it did not. */
export const createDeed = (work: () => Promise<void>) => {
  const [busy, setBusy] = createSignal(false);
  const [failed, setFailed] = createSignal<string | null>(null);
  const run = async () => {
    if (busy()) return;
    setBusy(true);
    setFailed(null);
    try {
      await work();
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, failed, run };
};

export type Deed = ReturnType<typeof createDeed>;

/** The Idempotency-Key of what is asked: the same for the same words, so that trying again makes nothing twice. */
export const createKeys = () => {
  let asked: string | undefined;
  let key = "";
  return (body: unknown): string => {
    const words = JSON.stringify(body);
    if (words !== asked) key = uniqueKey();
    asked = words;
    return key;
  };
};
