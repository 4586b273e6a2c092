import { createSignal } from "solid-js";
import type { Api, User } from "./api.ts";
import type { Model } from "./model.ts";

/** Milliseconds that the list is taken for true; whoever comes in between speaks first, or waits that long to be found. */
const FRESH = 30_000;

/** Everyone who can be called, people and agents: read when somebody first asks for them. */
export const createPeople = (api: Api, { ask }: Pick<Model, "ask">) => {
  const [people, setPeople] = createSignal<readonly User[]>([]);
  let readAt = -FRESH;

  const readPeople = async () => {
    const now = performance.now();
    if (now - readAt < FRESH) return;
    readAt = now;
    try {
      const users = await ask(api.users());
      // Nobody else's list, when someone has signed out meanwhile.
      if (readAt === now) setPeople(users.filter(({ deactivated_at }) => deactivated_at === null));
    } catch {
      // Those who spoke here are known all the same; the next who asks tries again.
      if (readAt === now) readAt = -FRESH;
    }
  };

  /** Someone came, changed or was deactivated. */
  const hear = (user: User) => {
    if (people().length === 0) return;
    const others = people().filter(({ id }) => id !== user.id);
    setPeople(user.deactivated_at === null ? [...others, user] : others);
  };

  const forget = () => {
    readAt = -FRESH;
    setPeople([]);
  };

  return { people, readPeople, hear, forget };
};
